// Package journal keeps found blocks on disk, one file per block, until their fate is settled and after.
//
// A journal has the blocks of one chain. People can read a file, which also says how to hand its block to litecoin-cli, or
// the program of its chain; record.go has the format. A file appears
// whole or not at all, and Append returns only when it is durable (package disk).
//
// Whatever the disk does to a file, nothing is deleted and the program goes on: a damaged file is reported and renamed,
// and if the block in it is whole, the block is still sent.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
	"ltcsolo/template"
)

const (
	suffix   = ".block"   // of a block's file: 433-<block hash>.block
	aside    = ".damaged" // appended to the name of a damaged file
	fileMode = 0o600
)

// Labels holds what a journal cannot know by itself.
type Labels struct {
	Chain     *template.Chain            // nil: Litecoin
	Network   string                     // main, test or regtest
	AddressOf func(script []byte) string // the address of a payout script, for people; may be nil

	// RefusedForNow reports whether the node may take a block later that it refused for this reason. A file has only
	// the node's word. If RefusedForNow is nil, every refusal counts as one for now: better to submit a block once too
	// often than not at all.
	RefusedForNow func(reason string) bool
}

// chain returns the chain of the blocks.
func (l Labels) chain() *template.Chain {
	if l.Chain == nil {
		return template.Litecoin
	}
	return l.Chain
}

// Journal is a directory of found blocks. It is safe for concurrent use within one process.
type Journal struct {
	Reader
	disk *disk.Writer
}

var _ delivery.Journal = (*Journal)(nil)

// Open opens the journal in the directory dir, which it makes if necessary, and finishes what a crash interrupted: a block
// that was written but not yet renamed gets its name. Damaged files are no error; see Damaged. A directory that cannot be
// written is an error, but a full disk is not: blocks of earlier runs must still be sent. The caller holds a lock on the
// directory.
func Open(dir string, labels Labels) (*Journal, error) {
	return OpenOn(disk.Local(), dir, labels)
}

// OpenOn is Open with the writer of all files.
func OpenOn(w *disk.Writer, dir string, labels Labels) (*Journal, error) {
	j := &Journal{Reader: newReader(dir, labels), disk: w}
	if err := j.makeDir(); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	room, err := w.Probe(dir, probeSize)
	if err != nil {
		return nil, fmt.Errorf("open journal: cannot write to it: %w", err)
	}
	if room != nil {
		j.damaged = append(j.damaged, fmt.Errorf("%s: a found block could not be saved, free space on the disk or fix it: %w", dir, room))
	}
	if err := j.recover(); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if err := j.survey(j.setAside); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return j, nil
}

// Append makes c durable before it returns, in a new directory if the journal's was removed. Appending a block again
// changes nothing.
func (j *Journal) Append(c *delivery.Candidate) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := newRecord(c, j.labels)
	path := filepath.Join(j.dir, r.name())
	err := j.makeDir()
	switch {
	case err != nil:
	case whole(path): // by an earlier run, or by an attempt of which only the sync failed
		err = j.disk.SyncDir(j.dir)
	default:
		text := r.encode()
		if err = j.replace(path, text); err != nil && j.spend(len(text)) {
			err = j.replace(path, text)
		}
	}
	if err != nil {
		return fmt.Errorf("save block %s: %w", c.BlockHash, err)
	}
	j.paths[c.BlockHash] = path
	return nil
}

// makeDir makes the directory if it does not exist, or no longer exists.
func (j *Journal) makeDir() error {
	if _, err := os.Stat(j.dir); err == nil {
		return nil
	}
	return j.disk.MakeDir(j.dir)
}

// Settle adds a node's verdict on an appended block and makes it durable. A block that was not appended is an error.
func (j *Journal) Settle(blockHash template.Hash, node string, v delivery.Verdict, at time.Time) error {
	err := j.change(blockHash, func(r *record) {
		r.verdicts = append(r.verdicts, delivery.NodeVerdict{Node: node, Verdict: v, At: at})
	})
	if err != nil {
		return fmt.Errorf("save verdict %q on block %s: %w", v, blockHash, err)
	}
	return nil
}

// Mark adds a change of an appended block's standing and makes it durable. A block that was not appended is an error.
func (j *Journal) Mark(blockHash template.Hash, s delivery.Standing) error {
	if err := j.change(blockHash, func(r *record) { r.states = append(r.states, s) }); err != nil {
		return fmt.Errorf("save that block %s is %s: %w", blockHash, s.State, err)
	}
	return nil
}

// change edits a block's record and rewrites its file.
func (j *Journal) change(blockHash template.Hash, edit func(*record)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	path, known := j.paths[blockHash]
	if !known {
		return errUnknown
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r, err := decode(old)
	if err != nil {
		if r, err = salvage(old, err); err != nil {
			return err
		}
	}
	edit(&r)
	return j.replace(path, r.encode())
}

// replace writes a block's file. If the old file is damaged, it is kept under another name.
func (j *Journal) replace(path string, text []byte) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && !whole(path) {
		if err := j.disk.Write(asidePath(path), old); err != nil {
			return fmt.Errorf("set the damaged file aside: %w", err)
		}
	}
	return j.disk.Write(path, text)
}

// setAside renames a file of which nothing can be used and returns what it did, as text. If that fails too, the file is
// left as it is.
func (j *Journal) setAside(path string) (where string) {
	to := asidePath(path)
	if err := j.disk.Rename(path, to); err != nil {
		return "left as it is"
	}
	j.disk.SyncDir(j.dir) // if this fails, the next start finds the file again
	return "kept as " + filepath.Base(to)
}

// asidePath returns an unused path for a damaged file.
func asidePath(path string) string {
	for n := 1; ; n++ {
		free := path + aside
		if n > 1 {
			free = fmt.Sprintf("%s%s-%d", path, aside, n)
		}
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			return free
		}
	}
}

// recover handles the temporary files that a crash left. A whole one becomes its block's file if that is missing or
// damaged; one whose block has a whole file is removed; any other is reported and renamed.
func (j *Journal) recover() error {
	files, err := os.ReadDir(j.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !isTemp(f.Name()) {
			continue
		}
		temp := filepath.Join(j.dir, f.Name())
		final := filepath.Join(j.dir, finalName(f.Name()))
		if whole(final) {
			err = j.disk.Remove(temp)
		} else if text, readErr := os.ReadFile(temp); readErr != nil {
			err = readErr
		} else if r, bad := decode(text); bad == nil && r.name() == filepath.Base(final) {
			if err = j.replace(final, text); err == nil {
				err = j.disk.Remove(temp)
			}
		} else {
			to := asidePath(final)
			if err = j.disk.Rename(temp, to); err == nil {
				j.damaged = append(j.damaged, fmt.Errorf("file %s is kept as %s: it is the unfinished copy of a block", temp, filepath.Base(to)))
				continue
			}
		}
		if err != nil {
			j.damaged = append(j.damaged, fmt.Errorf("file %s is left as it is: %w", temp, err))
		}
	}
	return nil
}

// whole reports whether a block's file is intact.
func whole(path string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	_, err = decode(text)
	return err == nil
}
