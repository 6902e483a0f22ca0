package doctor

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

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// stateChecks returns the checks of the state directory.
func (d *doctor) stateChecks() []check {
	if d.state == "" {
		return []check{{"state directory", func(context.Context) finding {
			if d.network == "" {
				return warned("fix what settings and node found report", "not checked: the network is not known")
			}
			_, err := settings.StateDir(d.network)
			return failed(err)
		}}}
	}
	checks := []check{
		{"state directory", d.checkState},
		{"disk space", d.checkSpace},
		{"found blocks", d.checkBlocks},
		{"lock", d.checkLock},
	}
	if _, err := os.Stat(settings.ServiceState); err == nil && filepath.Clean(d.state) != settings.ServiceState {
		checks = append(checks, check{"system service", checkService})
	}
	return checks
}

// checkService says how to examine what the system service mines with, which is not what was examined.
func checkService(context.Context) finding {
	return passed("has a state directory of its own, %s; to examine it: sudo env LTCSOLO_RPC_PASSWORD_FILE=/etc/ltcsolo/rpc-password "+
		"ltcsolo doctor --config /etc/ltcsolo/config.toml --state %[1]s", settings.ServiceState)
}

// visitState calls visit while the state directory exists. It removes what it had to make.
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
			os.Remove(dir) // only if it is empty: a mine may have started meanwhile
		}
	}()
	if err := run.MakeState(d.state); err != nil {
		return err
	}
	return visit()
}

// checkState measures how long it takes to make a block durable.
func (d *doctor) checkState(context.Context) finding {
	const slow = time.Second
	var took time.Duration
	err := d.visitState(func() (err error) {
		took, err = tryJournal(d.state, d.labels(), dummy())
		return err
	})
	switch {
	case err != nil:
		return failed(unkept(err))
	case took > slow:
		return warned("give a directory on a faster disk with --state DIR; no block waits for it, but a power cut within this time can lose one that the node did not take",
			"%s: it takes %s to make a block durable", d.state, terminal.Short(took))
	}
	return passed("%s: a block of %d KiB is durable in %s", d.state, dummySize>>10, terminal.Short(took))
}

// unkept says that found blocks could not be kept, unless err is explained already.
func unkept(err error) error {
	var explained *terminal.Error
	if errors.As(err, &explained) {
		return err
	}
	return terminal.Usage("state", "fix the directory or its disk, or give another with --state DIR", "found blocks could not be kept: %v", err)
}

// diskEnough is free space in bytes that nobody need worry about; below run.DiskLow mine raises an alert.
const diskEnough = 512 << 20

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
		return warned("check that its disk is not full", "the free space of %s cannot be read: %v", dir, err)
	}
	free := usage.Free >> 20
	const remedy = "free some space, or give another directory with --state DIR"
	switch {
	case usage.Free < run.DiskLow:
		return finding{Result: fail, Detail: fmt.Sprintf("%d MiB are free: a found block may find no room, and be lost if no node takes it at once", free), Remedy: remedy}
	case usage.Free < diskEnough:
		return warned(remedy, "only %d MiB are free", free)
	case slices.Contains([]string{"tmpfs", "ramfs"}, usage.Fstype):
		return warned("give a directory on a disk with --state DIR", "%s is memory (%s): a power cut loses what is there", dir, usage.Fstype)
	}
	return passed("%s MiB are free", units.Thousands(int64(free)))
}

// checkBlocks reads the journal without changing it.
func (d *doctor) checkBlocks(context.Context) finding {
	dir := run.BlocksDir(d.state, template.Litecoin)
	j, err := journal.Read(dir, d.labels())
	if errors.Is(err, fs.ErrNotExist) {
		return passed("none yet")
	}
	if err != nil {
		return failed(unkept(err))
	}
	if damaged := j.Damaged(); len(damaged) > 0 {
		return warned("keep the files: mine sends every block that is complete; ltcsolo blocks says more", "%d files need a look, first: %v", len(damaged), damaged[0])
	}
	blocks, err := j.Blocks()
	if err != nil {
		return failed(unkept(err))
	}
	unanswered, beside := 0, 0
	for _, b := range blocks {
		switch {
		case b.State != delivery.StateUnsettled:
		case b.Pending():
			unanswered++
		default:
			beside++
		}
	}
	if unanswered > 0 {
		return warned("start mine, which sends them and follows them; ltcsolo blocks lists them", "%d of %d have no final answer of a node", unanswered, len(blocks))
	}
	if beside > 0 {
		return passed("%d, all readable; %d were not in the best chain when last seen, which can still change", len(blocks), beside)
	}
	return passed("%d, all readable", len(blocks))
}

// checkLock reports whether an ltcsolo runs. It takes the lock, if it is free, for a moment.
func (d *doctor) checkLock(context.Context) finding {
	path := filepath.Join(d.state, run.LockFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return passed("free: no ltcsolo runs on this directory")
	}
	l := flock.New(path)
	free, err := l.TryRLock()
	defer l.Close()
	switch {
	case err != nil:
		return failed(terminal.Usage("state", "make the file readable, or give another directory with --state DIR", "the lock cannot be tried: %v", err))
	case !free:
		return warned("nothing, if that is meant; a second one needs a directory of its own: --state DIR", "an ltcsolo runs on this directory")
	}
	return passed("free: no ltcsolo runs on this directory")
}

func (d *doctor) labels() journal.Labels { return run.JournalLabels(template.Litecoin, d.network) }
