package disk

import (
	"bufio"
	"encoding/gob"
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// op says which change of a Writer a request is about.
type op int

const (
	opWrite op = iota
	opRename
	opSyncDir
	opMakeDir
	opCreate
	opTruncate
	opRemove
	opAppend
	opReopen
	opRelease
)

// request is a change to be made.
type request struct {
	ID       uint64 // of the reply to it
	Op       op
	Path, To string
	Size     int64
	Length   int // of content, which follows as it is: gob would copy it several times
	content  []byte
}

// requestWriter writes requests into a pipe.
type requestWriter struct {
	out *bufio.Writer
	gob *gob.Encoder
}

func newRequestWriter(pipe io.Writer) *requestWriter {
	out := bufio.NewWriter(pipe)
	return &requestWriter{out, gob.NewEncoder(out)}
}

func (w *requestWriter) write(q request) error {
	q.Length = len(q.content)
	if err := w.gob.Encode(q); err != nil {
		return err
	}
	if _, err := w.out.Write(q.content); err != nil {
		return err
	}
	return w.out.Flush()
}

// requestReader reads requests from a pipe.
type requestReader struct {
	in  *bufio.Reader
	gob *gob.Decoder
}

func newRequestReader(pipe io.Reader) *requestReader {
	in := bufio.NewReader(pipe)
	return &requestReader{in, gob.NewDecoder(in)}
}

func (r *requestReader) read() (q request, err error) {
	if err := r.gob.Decode(&q); err != nil {
		return q, err
	}
	q.content = make([]byte, q.Length)
	_, err = io.ReadFull(r.in, q.content)
	return q, err
}

// reply is the child's answer to a request.
type reply struct {
	ID       uint64
	Failed   bool
	Op, Path string        // of an *fs.PathError
	Text     string        // of any other error
	Errno    syscall.Errno // zero if the error has none
}

func newReply(id uint64, err error) reply {
	r := reply{ID: id, Failed: err != nil}
	if err == nil {
		return r
	}
	errors.As(err, &r.Errno)
	if p, ok := err.(*fs.PathError); ok && p.Err == r.Errno {
		r.Op, r.Path = p.Op, p.Path
	} else {
		r.Text = err.Error()
	}
	return r
}

// err returns the error that newReply was given, as far as its text, its errno and its path go.
func (r reply) err() error {
	switch {
	case !r.Failed:
		return nil
	case r.Text == "":
		return &fs.PathError{Op: r.Op, Path: r.Path, Err: r.Errno}
	}
	return &childError{r.Text, r.Errno}
}

// childError is an error of the child process.
type childError struct {
	text  string
	errno syscall.Errno
}

func (e *childError) Error() string { return e.text }

func (e *childError) Unwrap() error {
	if e.errno == 0 {
		return nil
	}
	return e.errno
}
