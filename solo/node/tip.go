package node

import (
	"context"
	"math"
	"time"

	"ltcsolo/template"
)

const (
	waitOnNode = 20 * time.Second // the node's own limit of waitforblockheight: an abandoned wait frees its thread then
	pollSlow   = time.Second      // how often the tip is asked for beside a wait
	pollFast   = 250 * time.Millisecond

	// A node that answers a poll only after so long, while a wait is out, may have no thread left for anything else, a
	// found block among it (rpcthreads=1, or other programs that wait). For a while it is spared waits.
	pollStalls = 3 * time.Second
	sparing    = 10 * time.Minute
)

// tipWait is a waitforblockheight on its way.
type tipWait struct {
	height int32
	done   chan struct{} // closed by its goroutine
	tip    template.Hash // valid after done: the node's tip when the wait ended
	err    error
}

// waitFor is a wait until the tip has this height; the one that is out, if that is for the same height. It is nil if the
// tip can only be polled: the node refuses the call, or still holds a thread for a wait for another height.
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
		// The call outlives who asked: a litecoind thread waits whether somebody listens or not.
		w.err = c.getWithin(context.Background(), c.waiting, waitLimit, &reply, "waitforblockheight", height, waitOnNode.Milliseconds())
		w.tip = reply.Hash
	})
	return w
}

// pollOnly reports whether there are to be no waits now. The caller holds mu.
func (c *Client) pollOnly() bool { return time.Now().Before(c.noWaits) }

// refusesWaits notes that the node refuses waitforblockheight if that is what err says.
func (c *Client) refusesWaits(err error) bool {
	if !hasCode(err, codeMethodNotFound) && !hasStatus(err, forbidden) {
		return false
	}
	c.stopWaits(math.MaxInt64, "the node refuses waitforblockheight: a new tip is found by asking for it", "err", err)
	return true
}

// stopWaits ends waits for a time, and says so unless they have ended already.
func (c *Client) stopWaits(spare time.Duration, why string, attrs ...any) {
	c.mu.Lock()
	first := !c.pollOnly()
	c.noWaits = time.Now().Add(spare)
	c.mu.Unlock()
	if first {
		c.cfg.Log.Warn(why, append(attrs, "node", c.name)...)
	}
}

// waitIsOut reports whether a wait is out.
func (c *Client) waitIsOut() bool {
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

// tip asks for the best block.
func (c *Client) tip(ctx context.Context) (template.Hash, error) {
	var h template.Hash
	err := c.get(ctx, c.general, &h, "getbestblockhash")
	return h, err
}

// pollTip asks for the tip until it is another one than old, or an error comes, and sends that on news; fast while no
// wait is out. It ends with ctx.
func (c *Client) pollTip(ctx context.Context, old template.Hash, news chan<- tipNews) {
	timer := time.NewTimer(c.pollEvery())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began, waiting := time.Now(), c.waitIsOut()
		tip, err := c.tip(ctx)
		if waiting && ctx.Err() == nil && time.Since(began) > pollStalls {
			c.stopWaits(sparing, "the node has too few free RPC threads, which delays a found block: set rpcthreads=16 in its litecoin.conf")
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
