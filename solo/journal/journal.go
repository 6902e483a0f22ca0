// Package journal keeps found blocks on disk, one file a block, until and after a node has said what became of
// them.
//
// A file can be read by a person and tells how its block is handed to litecoin-cli by hand; record.go has its form.
// It appears whole or not at all, and is durable before anything else is done with the block (durable.go).
//
// Whatever the disk did to a file, nothing is deleted and nothing stops the program: a file that is damaged is
// reported, and if the block in it is whole the block is still sent.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

const (
	suffix   = ".block"   // of a block's file: 433-<block hash>.block
	aside    = ".damaged" // is appended to the name of a damaged file's copy
	dirMode  = 0o700
	fileMode = 0o600
)

// Labels are what the files say for a person, beside what is known of a block.
type Labels struct {
	Network   string                     // main, test or regtest
	AddressOf func(script []byte) string // what a payout script is as an address; may be nil
}

// Journal is a directory of found blocks. It is safe for concurrent use within one process.
type Journal struct {
	dir     string
	labels  Labels
	disk    disk
	damaged []error

	mu    sync.Mutex               // held while files are read or written
	paths map[template.Hash]string // of every block's file: to look for one among many takes long
}

var _ solo.Journal = (*Journal)(nil)

// Open takes the directory dir, which is made if it is absent, and finishes what a crash has interrupted: a block
// that was written but had not yet got its name gets it. What is wrong with files is no error but in Damaged; a
// directory that cannot be written is one, but not a disk that is full: blocks of earlier runs must still be sent.
// The caller holds a lock on the directory.
func Open(dir string, labels Labels) (*Journal, error) {
	return open(dir, labels, realDisk)
}

func open(dir string, labels Labels, d disk) (*Journal, error) {
	j := &Journal{dir: dir, labels: labels, disk: d, paths: make(map[template.Hash]string)}
	if err := os.MkdirAll(dir, dirMode); err != nil {
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
	entries, damaged, err := j.entries()
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	for _, e := range entries {
		if e.damage != nil {
			damaged = append(damaged, fmt.Errorf("%w; the block in it is whole and will be sent", e.damage))
		}
	}
	j.damaged = append(j.damaged, damaged...)
	return j, nil
}

// Damaged tells what was wrong with the directory and its files when it was opened, each with its name.
func (j *Journal) Damaged() []error { return slices.Clone(j.damaged) }

// Append makes c durable before it returns. To append a block again changes nothing.
func (j *Journal) Append(c *solo.Candidate) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := record{network: j.labels.Network, candidate: *c}
	if j.labels.AddressOf != nil {
		r.address = j.labels.AddressOf(c.Script)
	}
	path := filepath.Join(j.dir, r.name())
	var err error
	if whole(path) { // from an earlier run, or from an attempt of which only the end failed
		err = j.disk.syncDir(j.dir)
	} else {
		err = j.replace(path, r.encode())
	}
	if err != nil {
		return fmt.Errorf("save block %s: %w", c.BlockHash, err)
	}
	j.paths[c.BlockHash] = path
	return nil
}

// Settle adds a node's verdict on an appended block, durably. A block that was not appended is an error.
func (j *Journal) Settle(blockHash template.Hash, node string, v solo.Verdict, at time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.settle(blockHash, verdict{at, node, v}); err != nil {
		return fmt.Errorf("save verdict %q on block %s: %w", v, blockHash, err)
	}
	return nil
}

func (j *Journal) settle(blockHash template.Hash, v verdict) error {
	path, known := j.paths[blockHash]
	if !known {
		return errors.New("the block is not in the journal")
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
	r.verdicts = append(r.verdicts, v)
	return j.replace(path, r.encode())
}

// replace writes a block's file. What it replaces is kept beside it if that is damaged.
func (j *Journal) replace(path string, text []byte) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && !whole(path) {
		if err := j.disk.durable(path+aside, old); err != nil {
			return fmt.Errorf("set the damaged file aside: %w", err)
		}
	}
	return j.disk.durable(path, text)
}

// Pending returns the appended blocks that no node has accepted and that some of these nodes have not answered for
// good; without nodes, those that no node has answered for good. The oldest block comes first. Blocks of another network
// than the journal's are left where they are.
func (j *Journal) Pending(nodes ...string) ([]*solo.Candidate, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entries, _, err := j.entries()
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	var pending []*solo.Candidate
	for i := range entries {
		if r := &entries[i].record; r.pending(nodes) {
			pending = append(pending, &r.candidate)
		}
	}
	return pending, nil
}

// entry is a file whose block is whole; damage tells what else is wrong with the file.
type entry struct {
	record record
	damage error
}

// entries reads every block's file, oldest block first, and tells which could not be used.
func (j *Journal) entries() (entries []entry, unusable []error, err error) {
	files, err := os.ReadDir(j.dir)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), suffix) || isTemp(f.Name()) {
			continue
		}
		e, err := j.read(f.Name())
		if err != nil {
			unusable = append(unusable, err)
			continue
		}
		entries = append(entries, e)
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return a.record.candidate.Found.Compare(b.record.candidate.Found)
	})
	return entries, unusable, nil
}

// read reads one file and notes its path. The error says that its block cannot be used.
func (j *Journal) read(name string) (entry, error) {
	path := filepath.Join(j.dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return entry{}, fmt.Errorf("read found block: %w", err)
	}
	var e entry
	if e.record, err = decode(text); err != nil {
		e.damage = fmt.Errorf("file %s is damaged: %w", path, err)
		if e.record, err = salvage(text, err); err != nil {
			return entry{}, fmt.Errorf("file %s cannot be used and is left as it is: %w", path, err)
		}
	}
	if want := e.record.name(); name != want {
		return entry{}, fmt.Errorf("file %s is left as it is: its block belongs in a file named %s", path, want)
	}
	if n := e.record.network; n != "" && j.labels.Network != "" && n != j.labels.Network {
		return entry{}, fmt.Errorf("file %s is left as it is: its block is of network %s", path, n)
	}
	j.paths[e.record.candidate.BlockHash] = path
	return e, nil
}

// recover looks at temporary files that a crash left. One that is whole becomes its block's file if that is not there
// or damaged; one whose block has a whole file is of no more use and goes; any other is reported and stays.
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
			err = errors.New("it is the unfinished copy of a block that has no file")
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
