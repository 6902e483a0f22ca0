package node

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"ltcsolo/template"
)

const (
	pollSlow = time.Second // how often to ask for the tip while a wait is pending
	pollFast = 250 * time.Millisecond

	// Each waitforblockheight ends on the node's side after a random time between these. Several programs can hold all of a
	// node's threads with their waits, so a wait is short: a found block gets a thread as soon as one of them ends.
	shortestWait = 1500 * time.Millisecond
	longestWait  = 3 * time.Second

	// If a poll takes longer than pollStalls while a wait is pending, the node may have no free thread for anything else,
	// a found block included (rpcthreads=1, or other programs that wait). The client then makes no waits for a random time
	// from waitCooldown on, so that of several programs some stop and the others need not.
	pollStalls   = time.Second
	waitCooldown = 10 * time.Minute
)

// tipWait is a call of waitforblockheight.
type tipWait struct {
	height int32
	done   chan struct{} // closed by its goroutine
	tip    template.Hash // the node's tip when the wait ended; valid after done
	err    error         // valid after done
}

// waitFor returns a wait until the tip has this height: the pending one if it is for that height, else a new one. It is
// nil if the tip can only be polled, because waits are stopped, one for another height is pending, or the client is
// closed.
func (c *Client) waitFor(height int32) *tipWait {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pollOnly() {
		return nil
	}
	if w := c.wait; w != nil {
		select {
		case <-w.done:
		default:
			if w.height != height {
				return nil
			}
			return w
		}
	}
	select {
	case <-c.closed:
		return nil
	default:
	}
	w := &tipWait{height: height, done: make(chan struct{})}
	c.wait = w
	c.waits.Go(func() {
		defer close(w.done)
		var reply struct {
			Hash template.Hash `json:"hash"`
		}
		// The call outlives the caller: the node's thread waits anyway, and the next caller can join.
		wait := shortestWait + rand.N(longestWait-shortestWait)
		w.err = c.getWithin(context.Background(), c.waiting, waitLimit, &reply, "waitforblockheight", height, wait.Milliseconds())
		w.tip = reply.Hash
	})
	return w
}

// pollOnly reports whether waits are stopped. The caller holds mu.
func (c *Client) pollOnly() bool { return time.Now().Before(c.pollUntil) }

// refusesWaits reports whether err says that the node refuses waitforblockheight, and if so stops waits for good.
func (c *Client) refusesWaits(err error) bool {
	if !hasCode(err, codeMethodNotFound) && !hasStatus(err, forbidden) {
		return false
	}
	c.stopWaits(math.MaxInt64, "the node refuses waitforblockheight: polling for new tips", "err", err)
	return true
}

// stopWaits stops waits for a time and logs why, unless they are stopped already.
func (c *Client) stopWaits(cooldown time.Duration, why string, attrs ...any) {
	c.mu.Lock()
	first := !c.pollOnly()
	c.pollUntil = time.Now().Add(cooldown)
	c.mu.Unlock()
	if first {
		c.cfg.Log.Warn(why, append(attrs, "node", c.name)...)
	}
}

// waitPending reports whether the node has a wait to answer.
func (c *Client) waitPending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wait == nil {
		return false
	}
	select {
	case <-c.wait.done:
		return false
	default:
		return true
	}
}

// tip asks for the block hash of the node's tip.
func (c *Client) tip(ctx context.Context) (template.Hash, error) {
	var h template.Hash
	err := c.get(ctx, c.general, &h, "getbestblockhash")
	return h, err
}

// pollTip polls the tip until ctx ends and sends on news each tip other than old and each error. It polls fast while waits
// are stopped.
func (c *Client) pollTip(ctx context.Context, old template.Hash, news chan<- tipNews) {
	timer := time.NewTimer(c.pollEvery())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began, waiting := time.Now(), c.waitPending()
		tip, err := c.tip(ctx)
		if waiting && ctx.Err() == nil && time.Since(began) > pollStalls {
			c.stopWaits(waitCooldown+rand.N(waitCooldown), "the node has too few free RPC threads, which would delay a found block: set rpcthreads=16 in its "+ConfFile(c.cfg.Chain))
		}
		if err != nil || tip != old {
			select {
			case news <- tipNews{tip, err}:
			case <-ctx.Done():
				return
			}
		}
		timer.Reset(c.pollEvery())
	}
}

// tipNews is the answer to a poll.
type tipNews struct {
	tip template.Hash
	err error
}

func (c *Client) pollEvery() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pollOnly() {
		return pollFast
	}
	return pollSlow
}
