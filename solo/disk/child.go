package disk

import (
	"encoding/gob"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// child is a process in Serve. It is safe for concurrent use.
type child struct {
	pid   int
	gone  chan struct{} // closed when it answers no more
	ended chan struct{} // closed when the process has ended

	sending  sync.Mutex // held while a request is written, which may take as long as the child is stopped
	requests *requestWriter
	pipe     io.Closer // of requests

	mu      sync.Mutex
	last    uint64 // ID of a request
	waiting map[uint64]chan<- reply
}

// startChild starts this program with word as its only argument but for a remark to those who list processes.
func startChild(word string) (*child, error) {
	in, requests, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	replies, out, err := os.Pipe()
	if err != nil {
		in.Close()
		requests.Close()
		return nil, err
	}
	cmd := childCommand(word)
	cmd.Stdin, cmd.Stdout = in, out
	growPipe(requests)
	c := &child{
		gone: make(chan struct{}), ended: make(chan struct{}), requests: newRequestWriter(requests), pipe: requests,
		waiting: make(map[uint64]chan<- reply),
	}
	if err := c.run(cmd); err != nil {
		return nil, errors.Join(err, in.Close(), out.Close(), requests.Close(), replies.Close())
	}
	in.Close()
	out.Close()
	go c.receive(replies)
	return c, nil
}

// run starts the process and waits for its end in the background, on a thread that does nothing else: the system would
// take the end of the thread that has started the child for that of this process.
func (c *child) run(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			c.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			cmd.Wait()
			close(c.ended)
		}
	}()
	return <-started
}

// receive hands out the replies until there are no more.
func (c *child) receive(replies io.ReadCloser) {
	defer replies.Close()
	defer close(c.gone)
	for d := gob.NewDecoder(replies); ; {
		var r reply
		if d.Decode(&r) != nil {
			return
		}
		c.mu.Lock()
		c.waiting[r.ID] <- r // it has room
		delete(c.waiting, r.ID)
		c.mu.Unlock()
	}
}

// do has the child make a change. answered is false if it has ended before it said that it did.
func (c *child) do(q request) (answered bool, err error) {
	answer := make(chan reply, 1)
	c.mu.Lock()
	c.last++
	q.ID = c.last
	c.waiting[q.ID] = answer
	c.mu.Unlock()
	c.send(q)
	select {
	case r := <-answer:
		return true, r.err()
	case <-c.gone:
	}
	select {
	case r := <-answer: // its last one
		return true, r.err()
	default:
		return false, nil
	}
}

// send writes a request to the child. If that fails the child has ended, or ends now.
func (c *child) send(q request) {
	c.sending.Lock()
	defer c.sending.Unlock()
	if c.requests.write(q) != nil {
		c.pipe.Close()
	}
}

func (c *child) isGone() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// end lets the child end when it has made every change, and waits for that for at most limit.
func (c *child) end(limit time.Duration) {
	c.pipe.Close()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-c.ended:
	case <-late.C:
	}
}
