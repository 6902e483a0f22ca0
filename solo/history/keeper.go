package history

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"

	"ltcsolo/solo/disk"
)

// Disk changes files. A call may hang.
type Disk interface {
	MakeDir(dir string) error
	Append(path string, text []byte) error // makes the file if necessary, and may keep it open
	Release(path string) error             // closes a file that Append has kept open
	Write(path string, content []byte) error
	Rename(from, to string) error
	Remove(path string) error
}

var _ Disk = (*disk.Writer)(nil)

// maxWaiting is how many changes may wait for the disk: those of a quarter of an hour, and an evening's events.
const maxWaiting = 100

// keeper makes changes of files one after the other. A disk that fails is told of once, until it works again.
type keeper struct {
	disk    Disk
	dir     string
	log     *slog.Logger
	waiting chan func() error
	ended   chan struct{} // closed when the last change is made

	mu      sync.Mutex
	failing bool
}

func newKeeper(d Disk, dir string, log *slog.Logger) *keeper {
	return &keeper{disk: d, dir: dir, log: log, waiting: make(chan func() error, maxWaiting), ended: make(chan struct{})}
}

// run makes the changes until there are no more.
func (k *keeper) run() {
	defer close(k.ended)
	for change := range k.waiting {
		k.tell(change())
	}
}

// put has a change made soon, or not at all if too many wait already. It does not wait.
func (k *keeper) put(change func() error) {
	select {
	case k.waiting <- change:
	default:
		k.tell(errors.New("the disk does not answer"))
	}
}

// end waits until all changes are made, or ctx ends.
func (k *keeper) end(ctx context.Context) {
	close(k.waiting)
	select {
	case <-k.ended:
	case <-ctx.Done():
	}
}

func (k *keeper) tell(err error) {
	k.mu.Lock()
	was := k.failing
	k.failing = err != nil
	k.mu.Unlock()
	switch {
	case err != nil && !was:
		k.log.Warn("history is not written, and the next start will not know of it", "dir", k.dir, "err", withoutPath(err))
	case err == nil && was:
		k.log.Info("history is written again", "dir", k.dir)
	}
}

// withoutPath returns an error without the path that is told beside it.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// inDir makes a change, and once more when it has made the directory, if that is why it failed.
func (k *keeper) inDir(change func() error) error {
	err := change()
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := k.disk.MakeDir(k.dir); err != nil {
		return err
	}
	return change()
}

func (k *keeper) path(name string) string { return filepath.Join(k.dir, name) }

// setAside gives a file that is of no use another name, so that its owner can look at it. The one that was set aside before
// is lost.
func (k *keeper) setAside(path, as string, why error) {
	aside := k.path(as + ".broken")
	if err := k.disk.Rename(path, aside); err != nil {
		k.log.Warn("recorded history cannot be read, nor renamed", "file", path, "err", withoutPath(why), "rename", err)
		return
	}
	k.log.Warn("recorded history cannot be read and is set aside", "file", aside, "err", withoutPath(why))
}

// grower is a file at whose end lines are written.
type grower struct {
	*keeper
	path  string
	lines int
	size  int64
	torn  bool // the last line may have no end
}

// append writes lines, each with its end.
func (g *grower) append(text []byte, lines int) error {
	if g.torn {
		text = append([]byte{newline}, text...)
	}
	err := g.inDir(func() error { return g.disk.Append(g.path, text) })
	g.torn = err != nil // a part of it may be there
	if err == nil {
		g.lines += lines
		g.size += int64(len(text))
	}
	return err
}
