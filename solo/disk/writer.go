// Package disk changes files for a run, so that a disk that hangs does not keep the program from ending.
//
// A system call on a frozen file system cannot be interrupted, and no process ends while a thread of it is in one,
// whatever kills it. So [Writer.Detach] hands the changes to a child process, the same program in [Serve]: what hangs is
// the child, and the run waits for its answer no longer than it wants to.
//
//	writer.go   Writer: the changes, and which process makes them
//	local.go    the changes themselves
//	write.go    the durable write of a whole file
//	message.go  what the two processes say to each other
//	child.go    the child process, as its parent sees it
//	serve.go    the child process itself
package disk

import (
	"log/slog"
	"sync"
	"time"
)

// Modes of what a Writer makes: nobody else may read it.
const (
	dirMode  = 0o700
	fileMode = 0o600
)

// Writer changes files, in this process until Detach is called. Its methods are safe for concurrent use, and none waits
// for another that hangs, but for Append to the same file. Their errors are those of package os, or wrap the same
// syscall.Errno with the same text if the child process made the change.
type Writer struct {
	local *local
	word  string

	mu      sync.Mutex
	log     *slog.Logger // nil until Detach is called
	child   *child       // nil if there is none
	started time.Time    // the child, or the last attempt
	closed  bool
}

// New returns a Writer for a program that calls Serve when its first argument is word.
func New(word string) *Writer { return &Writer{local: newLocal(realSystem), word: word} }

// Local returns a Writer that stays in this process.
func Local() *Writer { return On(realSystem) }

// On returns a Writer that stays in this process and writes files by way of s.
func On(s System) *Writer { return &Writer{local: newLocal(s)} }

// Write writes a whole file. After a crash at any moment the file has its old or its new content, and once Write has
// returned the new content is on the disk itself. A crash may leave a temporary file beside it (TempMark).
func (w *Writer) Write(path string, content []byte) error {
	return w.do(request{Op: opWrite, Path: path, content: content})
}

// Rename gives a file another name, which is not durable before SyncDir.
func (w *Writer) Rename(from, to string) error {
	return w.do(request{Op: opRename, Path: from, To: to})
}

// SyncDir makes the names in a directory durable.
func (w *Writer) SyncDir(dir string) error { return w.do(request{Op: opSyncDir, Path: dir}) }

// MakeDir makes a directory, with those above it, and makes its name durable. It may exist already.
func (w *Writer) MakeDir(dir string) error { return w.do(request{Op: opMakeDir, Path: dir}) }

// Create makes an empty file unless there is a file with this name.
func (w *Writer) Create(path string) error { return w.do(request{Op: opCreate, Path: path}) }

// Truncate shortens a file to size bytes.
func (w *Writer) Truncate(path string, size int64) error {
	return w.do(request{Op: opTruncate, Path: path, Size: size})
}

// Remove removes a file.
func (w *Writer) Remove(path string) error { return w.do(request{Op: opRemove, Path: path}) }

// Append writes text at the end of a file, which it makes if necessary and keeps open: a file that was renamed meanwhile
// grows on until Reopen is called. Windows lets nobody rename or replace it before Release.
func (w *Writer) Append(path string, text []byte) error {
	return w.do(request{Op: opAppend, Path: path, content: text})
}

// Reopen has Append go on with the file that has this name now, which it makes if necessary. If that fails, Append goes on
// with the file that was open.
func (w *Writer) Reopen(path string) error { return w.do(request{Op: opReopen, Path: path}) }

// Release closes a file that Append has kept open. The next Append opens it by its name.
func (w *Writer) Release(path string) error { return w.do(request{Op: opRelease, Path: path}) }

// Probe tries, in this process, whether a file of size bytes can be written in dir, and removes it. err says that no file
// can be made, room that none can be filled.
func (w *Writer) Probe(dir string, size int) (room, err error) { return w.local.probe(dir, size) }

// Detach hands the changes to a child process from now on. It does not wait for those under way. The child ends with this
// process, whatever ends that, or when a system call lets it. If it ends before, another one is started. Where none can
// be started, which log tells once, and on other systems than Linux, the changes go on being made in this process.
func (w *Writer) Detach(log *slog.Logger) {
	if !canDetach || w.word == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = log
	w.start()
}

// Close ends the child process, unless a disk holds it for longer than closeLimit. Later changes are made in this process.
func (w *Writer) Close() {
	w.mu.Lock()
	c := w.child
	w.child, w.closed = nil, true
	w.mu.Unlock()
	if c != nil {
		c.end(closeLimit)
	}
	w.local.close()
}

const (
	closeLimit   = time.Second
	restartAfter = time.Second // after a start
)

// do makes a change, in a second child if the first ends before it has answered. A change that was made already is then
// made again, to the same end but for Rename and Remove, which report that the file does not exist, and Append.
func (w *Writer) do(q request) error {
	for range 2 {
		c := w.current()
		if c == nil {
			break
		}
		if answered, err := c.do(q); answered {
			return err
		}
	}
	return w.local.do(q)
}

// current returns the child process, which it starts again if it has ended; nil if this process is to make the change.
func (w *Writer) current() *child {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.log == nil || w.closed:
		return nil
	case w.child != nil && !w.child.isGone():
		return w.child
	case time.Since(w.started) < restartAfter:
		return nil
	}
	if w.child != nil {
		w.log.Warn("the process that writes files was ended by somebody: it is started again")
	}
	w.start()
	return w.child
}

// start starts the child process. The caller holds mu.
func (w *Writer) start() {
	again := !w.started.IsZero() && w.child == nil
	w.started = time.Now()
	var err error
	if w.child, err = startChild(w.word); err != nil && !again {
		w.log.Warn("no process of its own can be started to write files: a disk that hangs will hold up the end of the program", "err", err)
	}
}
