package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"github.com/shirou/gopsutil/v4/disk"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
)

// stateChecks are those of the state directory.
func (d *doctor) stateChecks() []check {
	if d.state == "" {
		return []check{{"state directory", func(context.Context) finding {
			if d.network == "" {
				return warned("mend what is said of settings and node found", "not checked: the network is not known")
			}
			_, err := stateDir(d.network)
			return failed(err)
		}}}
	}
	return []check{
		{"state directory", d.checkState},
		{"disk space", d.checkSpace},
		{"found blocks", d.checkBlocks},
		{"lock", d.checkLock},
	}
}

// visitState has visit called with the state directory there, and leaves none behind that was not there.
func (d *doctor) visitState(visit func() error) error {
	var missing []string
	for dir := d.state; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		missing = append(missing, dir)
	}
	defer func() {
		for _, dir := range missing {
			os.Remove(dir) // only if it is empty: a mine may have begun meanwhile
		}
	}()
	if err := makeStateDir(d.state); err != nil {
		return err
	}
	return visit()
}

// checkState measures what it takes to make a block durable.
func (d *doctor) checkState(context.Context) finding {
	const slow = time.Second
	var took time.Duration
	err := d.visitState(func() (err error) {
		took, err = tryJournal(d.state, d.labels(), madeUp())
		return err
	})
	switch {
	case err != nil:
		return failed(unkept(err))
	case took > slow:
		return warned("give a faster disk with --state DIR; no block waits for it, but a power cut within this time can lose one that the node did not take",
			"%s: to make a block durable takes %s", d.state, milliseconds(took))
	}
	return passed("%s: a block of %d KiB is durable in %s", d.state, madeUpSize>>10, milliseconds(took))
}

// unkept is why found blocks could not be kept.
func unkept(err error) error {
	var told *failure
	if errors.As(err, &told) {
		return err
	}
	return usage("mend the directory or its disk, or give another with --state DIR", "found blocks could not be kept: %v", err)
}

// diskSome is room in bytes from which on nobody need think of it; below diskLow mine raises an alert.
const diskSome = 512 << 20

func (d *doctor) checkSpace(context.Context) finding {
	dir := d.state
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	usage, err := disk.Usage(dir)
	if err != nil {
		return warned("see yourself that its disk is not full", "the space of %s cannot be read: %v", dir, err)
	}
	free := usage.Free >> 20
	const remedy = "free some room, or give another directory with --state DIR"
	switch {
	case usage.Free < diskLow:
		return finding{Result: fail, Detail: fmt.Sprintf("%d MiB are free: a found block may find no room, and be lost if no node takes it at once", free), Remedy: remedy}
	case usage.Free < diskSome:
		return warned(remedy, "only %d MiB are free", free)
	case slices.Contains([]string{"tmpfs", "ramfs"}, usage.Fstype):
		return warned("give a directory on a disk with --state DIR", "%s is memory (%s): what is kept there is gone after a power cut", dir, usage.Fstype)
	}
	return passed("%s MiB are free", thousands(int64(free)))
}

// checkBlocks looks at the journal as it is, without touching it.
func (d *doctor) checkBlocks(context.Context) finding {
	dir := filepath.Join(d.state, "blocks")
	j, err := journal.Read(dir, d.labels())
	if errors.Is(err, fs.ErrNotExist) {
		return passed("none yet")
	}
	if err != nil {
		return failed(unkept(err))
	}
	if damaged := j.Damaged(); len(damaged) > 0 {
		return warned("keep the files: where the block is whole, mine sends it; ltcsolo blocks tells more", "%d files need a look, first: %v", len(damaged), damaged[0])
	}
	blocks, err := j.Blocks()
	if err != nil {
		return failed(unkept(err))
	}
	unsettled := 0
	for _, b := range blocks {
		if b.State == delivery.StateUnsettled {
			unsettled++
		}
	}
	if unsettled > 0 {
		return warned("start mine, which sends them and follows them; ltcsolo blocks lists them", "%d of %d are not settled", unsettled, len(blocks))
	}
	return passed("%d, all readable", len(blocks))
}

// checkLock looks whether an ltcsolo runs. The lock is held for a moment only, and only if nobody has it.
func (d *doctor) checkLock(context.Context) finding {
	path := filepath.Join(d.state, "lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return passed("free: no ltcsolo runs on this directory")
	}
	l := flock.New(path)
	free, err := l.TryRLock()
	defer l.Close()
	switch {
	case err != nil:
		return failed(usage("make the file readable, or give another directory with --state DIR", "the lock cannot be tried: %v", err))
	case !free:
		return warned("nothing, if that is meant; a second one needs a directory of its own: --state DIR", "an ltcsolo runs on this directory")
	}
	return passed("free: no ltcsolo runs on this directory")
}

func (d *doctor) labels() journal.Labels { return journalLabels(d.network) }
