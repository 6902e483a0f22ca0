package journal

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
)

// Room for found blocks is set aside in a file, so that a disk that fills up later still takes them.
const (
	reserveFile = ".reserve"
	reserveSize = 10 << 20 // one of the largest blocks
	leastSize   = 64 << 10 // many small ones
	overhead    = 64 << 10 // what a file takes beside its content
)

// Reserve sets room aside, as much as the disk has, up to that of one of the largest blocks.
func (j *Journal) Reserve() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	path := filepath.Join(j.dir, reserveFile)
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Size() >= leastSize {
		return nil // of an earlier run
	}
	var err error
	for size := reserveSize; size >= leastSize; size /= 2 {
		if err = writeReserve(path, size); err == nil {
			return nil
		}
		os.Remove(path)
	}
	return err
}

func writeReserve(path string, size int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, size))
	return errors.Join(err, f.Close())
}

// spend gives up as much of the reserve as n bytes need, and reports whether there was any.
func (j *Journal) spend(n int) bool {
	path := filepath.Join(j.dir, reserveFile)
	info, err := os.Lstat(path)
	if err != nil || info.Size() == 0 {
		return false
	}
	return j.disk.Truncate(path, max(0, info.Size()-int64(n)-overhead)) == nil
}

// Save has w write a block's file to another directory, durably, and returns its path. A person can hand the block to a
// node from there, or move the file into the journal.
func Save(w *disk.Writer, dir string, c *delivery.Candidate, labels Labels) (path string, err error) {
	r := newRecord(c, labels)
	path = filepath.Join(dir, r.name())
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		dir = filepath.Join(dir, "ltcsolo-"+rand.Text()) // that nobody can have foreseen and made
		if err := w.MakeDir(dir); err != nil {
			return "", err
		}
		path = filepath.Join(dir, r.name())
	}
	return path, w.Write(path, r.encode())
}

func newRecord(c *delivery.Candidate, labels Labels) record {
	r := record{chain: labels.chain(), network: labels.Network, candidate: *c}
	if labels.AddressOf != nil {
		r.address = labels.AddressOf(c.Script)
	}
	return r
}
