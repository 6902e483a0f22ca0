package terminal

import (
	"bytes"
	"io"
	"sync/atomic"
	"time"
)

const (
	queueLength = 1000        // log lines that may wait
	flushLimit  = time.Second // how long the end of the program waits for them
)

// queue writes log lines from a goroutine of its own: a paused terminal, a pipe that nobody reads or a disk that hangs
// must never hold up the search or a found block. Lines that find no room are dropped and counted. It is safe for
// concurrent use and lives as long as the program.
type queue struct {
	out     io.Writer
	entries chan queueEntry
	dropped atomic.Uint64
	lost    func(lines uint64) // writes to out that lines were dropped
}

type queueEntry struct {
	line    []byte
	written chan struct{} // closed by run when everything before it is written; nil for a line
}

func newQueue(out io.Writer, lost func(uint64)) *queue {
	q := &queue{out: out, entries: make(chan queueEntry, queueLength), lost: lost}
	go q.run()
	return q
}

func (q *queue) run() {
	for e := range q.entries {
		if e.written != nil {
			close(e.written)
			continue
		}
		q.out.Write(e.line) // there is nowhere to report a failure
		if n := q.dropped.Swap(0); n > 0 {
			q.lost(n)
		}
	}
}

// Write queues a whole line. It never blocks and never fails.
func (q *queue) Write(line []byte) (int, error) {
	select {
	case q.entries <- queueEntry{line: bytes.Clone(line)}:
	default:
		q.dropped.Add(1)
	}
	return len(line), nil
}

// flush waits until the lines so far are written, for at most flushLimit.
func (q *queue) flush() {
	limit := time.NewTimer(flushLimit)
	defer limit.Stop()
	e := queueEntry{written: make(chan struct{})}
	select {
	case q.entries <- e:
	case <-limit.C:
		return
	}
	select {
	case <-e.written:
	case <-limit.C:
	}
}
