// Package journal keeps found blocks on disk, one file a block, until and after a node has said what became of
// them.
//
// A file can be read by a person and tells how its block is handed to litecoin-cli by hand; record.go has its form.
// It appears whole or not at all, and is durable before anything else is done with the block (durable.go).
//
// Whatever the disk did to a file, nothing is deleted and nothing stops the program: a file that is damaged is
// reported and set aside under another name, and if the block in it is whole the block is still sent.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

const (
	suffix   = ".block"   // of a block's file: 433-<block hash>.block
	aside    = ".damaged" // is appended to the name of a damaged file
	dirMode  = 0o700
	fileMode = 0o600
)

// Labels holds what a journal cannot know by itself about its network and its node.
type Labels struct {
	Network   string                     // main, test or regtest
	AddressOf func(script []byte) string // the address of a payout script, for people; may be nil

	// RefusedForNow reports whether a block that the node refused for this reason may be taken later: a file has the
	// node's word alone. Nil takes every refusal for one for now, so that a block is submitted once too often rather
	// than not at all.
	RefusedForNow func(reason string) bool
}

// Journal is a directory of found blocks. It is safe for concurrent use within one process.
type Journal struct {
	Reader
	disk disk
}

var _ delivery.Journal = (*Journal)(nil)

// Open takes the directory dir, which is made if it is absent, and finishes what a crash has interrupted: a block
// that was written but had not yet got its name gets it. What is wrong with files is no error but in Damaged; a
// directory that cannot be written is one, but not a disk that is full: blocks of earlier runs must still be sent.
// The caller holds a lock on the directory.
func Open(dir string, labels Labels) (*Journal, error) {
	return open(dir, labels, realDisk)
}

func open(dir string, labels Labels, d disk) (*Journal, error) {
	j := &Journal{Reader: newReader(dir, labels), disk: d}
	if err := j.makeDir(); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	room, err := d.probe(dir)
	if err != nil {
		return nil, fmt.Errorf("open journal: it cannot be written: %w", err)
	}
	if room != nil {
		j.damaged = append(j.damaged, fmt.Errorf("%s: a found block could not be kept, free or mend the disk: %w", dir, room))
	}
	if err := j.recover(); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if err := j.survey(j.setAside); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return j, nil
}

// Append makes c durable before it returns, in a new directory if the journal's was removed. To append a block again
// changes nothing.
func (j *Journal) Append(c *delivery.Candidate) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := record{network: j.labels.Network, candidate: *c}
	if j.labels.AddressOf != nil {
		r.address = j.labels.AddressOf(c.Script)
	}
	path := filepath.Join(j.dir, r.name())
	err := j.makeDir()
	switch {
	case err != nil:
	case whole(path): // from an earlier run, or from an attempt of which only the end failed
		err = j.disk.syncDir(j.dir)
	default:
		err = j.replace(path, r.encode())
	}
	if err != nil {
		return fmt.Errorf("save block %s: %w", c.BlockHash, err)
	}
	j.paths[c.BlockHash] = path
	return nil
}

// makeDir makes the directory if it is absent, or was removed under the program.
func (j *Journal) makeDir() error {
	if _, err := os.Stat(j.dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(j.dir, dirMode); err != nil {
		return err
	}
	return j.disk.syncDir(filepath.Dir(j.dir))
}

// Settle adds a node's verdict on an appended block, durably. A block that was not appended is an error.
func (j *Journal) Settle(blockHash template.Hash, node string, v delivery.Verdict, at time.Time) error {
	err := j.change(blockHash, func(r *record) {
		r.verdicts = append(r.verdicts, delivery.NodeVerdict{Node: node, Verdict: v, At: at})
	})
	if err != nil {
		return fmt.Errorf("save verdict %q on block %s: %w", v, blockHash, err)
	}
	return nil
}

// Mark notes where an appended block stands, durably. A block that was not appended is an error.
func (j *Journal) Mark(blockHash template.Hash, s delivery.Standing) error {
	if err := j.change(blockHash, func(r *record) { r.states = append(r.states, s) }); err != nil {
		return fmt.Errorf("save that block %s is %s: %w", blockHash, s.State, err)
	}
	return nil
}

// change writes a block's file anew.
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

// replace writes a block's file. What it replaces is kept beside it if that is damaged.
func (j *Journal) replace(path string, text []byte) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && !whole(path) {
		if err := j.disk.durable(asidePath(path), old); err != nil {
			return fmt.Errorf("set the damaged file aside: %w", err)
		}
	}
	return j.disk.durable(path, text)
}

// setAside gives a file of which nothing can be used another name, and says which. If the disk refuses that too, the
// file is left as it is.
func (j *Journal) setAside(path string) (where string) {
	to := asidePath(path)
	if err := j.disk.rename(path, to); err != nil {
		return "left as it is"
	}
	j.disk.syncDir(j.dir) // if it fails, the file is found again at the next start
	return "kept as " + filepath.Base(to)
}

// asidePath is a name for a damaged file that no other has yet.
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

// recover looks at temporary files that a crash left. One that is whole becomes its block's file if that is not there
// or damaged; one whose block has a whole file is of no more use and goes; any other is reported and set aside.
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
			err = os.Remove(temp)
		} else if text, readErr := os.ReadFile(temp); readErr != nil {
			err = readErr
		} else if r, bad := decode(text); bad == nil && r.name() == filepath.Base(final) {
			if err = j.replace(final, text); err == nil {
				err = os.Remove(temp)
			}
		} else {
			to := asidePath(final)
			if err = j.disk.rename(temp, to); err == nil {
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

func whole(path string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	_, err = decode(text)
	return err == nil
}
