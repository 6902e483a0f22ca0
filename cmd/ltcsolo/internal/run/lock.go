package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

// LockFile is the name of the lock in a state directory.
const LockFile = "lock"

// lockEvery is how often a run looks whether its lock is still in the state directory.
const lockEvery = time.Second

// Lock keeps a second ltcsolo off a state directory until Release is called or the process ends, however it ends.
type Lock struct {
	dir  string
	file *flock.Flock
}

// LockState locks a state directory. The error's code is ExitLocked if another ltcsolo has the lock.
func LockState(dir string) (*Lock, error) {
	l := &Lock{dir: dir, file: lockFile(dir)}
	if info, err := os.Lstat(l.file.Path()); err == nil && !info.Mode().IsRegular() {
		return nil, terminal.Usage("state", "remove it, or give another directory with --state DIR", "the state directory cannot be locked: %s is not a file", l.file.Path())
	}
	held, err := l.file.TryLock()
	if err != nil {
		return nil, terminal.Usage("state", "give a directory that can be written with --state DIR", "the state directory cannot be locked: %v", err)
	}
	if !held {
		return nil, &terminal.Error{
			Code: terminal.ExitLocked, Reason: fmt.Sprintf("another ltcsolo already runs on the state directory %s", dir),
			Remedy: "stop that one, or give this one a directory of its own with --state DIR",
		}
	}
	return l, nil
}

func lockFile(dir string, options ...flock.Option) *flock.Flock {
	return flock.New(filepath.Join(dir, LockFile), append(options, flock.SetPermissions(0o600))...)
}

// Release gives the lock up.
func (l *Lock) Release() { l.file.Close() }

// keep looks after the lock until ctx ends: if somebody removes the state directory or the lock in it, both are made
// again, by w. What others do to the directory before that is an alert.
func (l *Lock) keep(ctx context.Context, w *disk.Writer, alerts *solo.Alerts, log *slog.Logger) {
	tick := time.NewTicker(lockEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.renew(w, alerts, log)
		}
	}
}

// renew locks the file that has the lock's name now, unless it is the locked one.
func (l *Lock) renew(w *disk.Writer, alerts *solo.Alerts, log *slog.Logger) {
	if l.inPlace() {
		alerts.End(solo.AlertState, "")
		return
	}
	fresh := lockFile(l.dir, flock.SetFlag(os.O_RDONLY)) // w makes it
	err := w.MakeDir(l.dir)
	if err == nil {
		err = checkOwner(l.dir)
	}
	if err == nil {
		err = w.Create(fresh.Path())
	}
	held := false
	if err == nil {
		held, err = fresh.TryLock()
	}
	switch {
	case held:
		l.file.Close()
		l.file = fresh
		log.Warn("the state directory or its lock was removed during the run: it is made again", "state", l.dir)
	case err != nil:
		alerts.Raise(solo.Alert{
			Key: solo.AlertState, Grave: true, Text: fmt.Sprintf("the state directory %s was removed during the run and cannot be used again: %v", l.dir, err),
			Remedy: "make it again, or stop this run and give another directory with --state DIR",
		})
	default:
		alerts.Raise(solo.Alert{
			Key: solo.AlertState, Grave: true, Text: fmt.Sprintf("the state directory %s was removed during the run, and another ltcsolo has it now", l.dir),
			Remedy: "stop one of the two, or give each a directory of its own with --state DIR",
		})
	}
}

// inPlace reports whether the locked file still has its name, as far as the disk tells.
func (l *Lock) inPlace() bool {
	own, err := l.file.Stat()
	if err != nil {
		return true
	}
	there, err := os.Stat(l.file.Path())
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return os.SameFile(own, there)
}
