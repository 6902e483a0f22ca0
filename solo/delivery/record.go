package delivery

import (
	"context"
	"time"
)

// maxWriteRetry is the longest pause before the journal is tried again: the disk may have room at any moment.
const maxWriteRetry = 2 * time.Second

// enqueue has the recorder write what the journal lacks of t. The caller holds mu.
func (c *Courier) enqueue(t *tracked) {
	if !t.queued {
		t.queued = true
		c.queue = append(c.queue, t)
	}
	wake(c.unsaved)
}

// record writes blocks, verdicts and standings to the journal until ctx ends. While the disk refuses it tries again.
func (c *Courier) record(ctx context.Context) {
	retry := c.writeBackoff()
	for ctx.Err() == nil {
		again := time.NewTimer(0)
		again.Stop()
		if c.saveQueued() {
			retry = c.writeBackoff()
		} else {
			again.Reset(retry.next())
		}
		select {
		case <-c.unsaved:
		case <-again.C:
		case <-ctx.Done():
		}
		again.Stop()
	}
}

// recordRest writes what is left after the last submission, until all is written or alive has ended.
func (c *Courier) recordRest() {
	retry := c.writeBackoff()
	for !c.saveQueued() && c.alive.Err() == nil {
		retry.sleep(c.alive)
	}
}

func (c *Courier) writeBackoff() backoff {
	return backoff{wait: c.cfg.RetryFirst, max: maxWriteRetry}
}

// saveQueued tries once to write all that the journal lacks, and reports whether it now has everything.
func (c *Courier) saveQueued() bool {
	c.writing <- struct{}{}
	defer func() { <-c.writing }()
	var failed []*tracked
	for {
		t := c.dequeue()
		if t == nil {
			break
		}
		saved := c.save(t)
		c.mu.Lock()
		if !saved && !t.queued {
			t.queued = true
			failed = append(failed, t)
		}
		c.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, failed...)
	return len(failed) == 0
}

// dequeue takes the next block off the queue, nil if there is none: a block goes before what is known of others.
func (c *Courier) dequeue() *tracked {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return nil
	}
	at := 0
	for i, t := range c.queue {
		if !t.kept {
			at = i
			break
		}
	}
	t := c.queue[at]
	c.queue = append(c.queue[:at:at], c.queue[at+1:]...)
	t.queued = false
	return t
}

// save writes what the journal lacks of t, and reports whether it then has all of it. The caller holds writing.
func (c *Courier) save(t *tracked) bool {
	c.mu.Lock()
	cand, hash, kept, verdicts, mark := t.c, t.block.BlockHash, t.kept, t.unsaved, t.mark
	c.mu.Unlock()
	what, err := "block", error(nil)
	if !kept {
		err = c.cfg.Journal.Append(cand)
	}
	if err == nil {
		c.mu.Lock()
		t.kept = true
		c.secured(t)
		c.mu.Unlock()
		what = "verdict"
	}
	for i := 0; i < len(verdicts) && err == nil; i++ {
		v := verdicts[i]
		if err = c.cfg.Journal.Settle(hash, v.Node, v.Verdict, v.At); err == nil {
			c.mu.Lock()
			t.unsaved = t.unsaved[1:]
			c.mu.Unlock()
		}
	}
	if err == nil && mark != nil {
		what = "state"
		if err = c.cfg.Journal.Mark(hash, *mark); err == nil {
			c.mu.Lock()
			if t.mark == mark { // else there is a newer one
				t.mark = nil
			}
			c.mu.Unlock()
		}
	}
	if err == nil {
		t.failures = 0
		return true
	}
	if t.failures++; isPowerOfTwo(t.failures) || c.alive.Err() != nil {
		c.log.Error(what+" cannot be written to the journal: free or fix the disk of the state directory",
			"height", c.blockOf(t).Height, "block", hash, "err", err)
	}
	return false
}
