package disk

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// local makes changes in this process.
type local struct {
	system System

	mu   sync.Mutex
	logs map[string]*appended // by path
}

func newLocal(s System) *local { return &local{system: s, logs: make(map[string]*appended)} }

func (l *local) do(q request) error {
	switch q.Op {
	case opWrite:
		return l.system.write(q.Path, q.content)
	case opRename:
		return l.system.Rename(q.Path, q.To)
	case opSyncDir:
		return l.system.SyncDir(q.Path)
	case opMakeDir:
		if err := os.MkdirAll(q.Path, dirMode); err != nil {
			return err
		}
		return l.system.SyncDir(filepath.Dir(q.Path))
	case opCreate:
		f, err := os.OpenFile(q.Path, os.O_CREATE|os.O_RDONLY, fileMode)
		if err != nil {
			return err
		}
		return f.Close()
	case opTruncate:
		return os.Truncate(q.Path, q.Size)
	case opRemove:
		return os.Remove(q.Path)
	case opAppend:
		return l.appended(q.Path).write(q.content)
	case opReopen:
		return l.appended(q.Path).reopen()
	case opRelease:
		return l.release(q.Path)
	}
	return fmt.Errorf("change %d of %s is not known", q.Op, q.Path)
}

// appended returns the file of a path that grows, which may not be open yet.
func (l *local) appended(path string) *appended {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.logs[path]
	if a == nil {
		a = &appended{path: path}
		l.logs[path] = a
	}
	return a
}

// release closes a file that grows and forgets it.
func (l *local) release(path string) error {
	l.mu.Lock()
	a := l.logs[path]
	delete(l.logs, path)
	l.mu.Unlock()
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		return nil
	}
	return a.f.Close()
}

// close closes the files that grow, but those that a disk holds.
func (l *local) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.logs {
		a.close()
	}
	clear(l.logs)
}

// appended is a file that grows and may be renamed meanwhile. It is safe for concurrent use.
type appended struct {
	path string
	mu   sync.Mutex
	f    *os.File // nil until it is opened
}

func (a *appended) write(text []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		f, err := a.open()
		if err != nil {
			return err
		}
		a.f = f
	}
	_, err := a.f.Write(text)
	return err
}

// reopen opens the file by its name. If that fails, the file that was open stays.
func (a *appended) reopen() error {
	f, err := a.open()
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var old error
	if a.f != nil {
		old = a.f.Close()
	}
	a.f = f
	return old
}

func (a *appended) open() (*os.File, error) {
	return os.OpenFile(a.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, fileMode)
}

func (a *appended) close() {
	if !a.mu.TryLock() {
		return
	}
	defer a.mu.Unlock()
	if a.f != nil {
		a.f.Close()
		a.f = nil
	}
}
