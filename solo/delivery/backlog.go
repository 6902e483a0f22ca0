package delivery

import (
	"context"
	"slices"
	"time"
)

const (
	sentAtOnce   = 16          // of the blocks of earlier runs, the newest ones are sent at once and until a node has answered
	backlogEvery = time.Minute // pause between two rounds through the rest
)

// sendBacklog gives the older blocks of earlier runs to the nodes, one after the other and the newest first, round after
// round until each is settled or answered for good, or ctx ends: thousands at once would be a burden on nodes and memory.
func (c *Courier) sendBacklog(ctx context.Context) {
	for len(c.backlog) > 0 && ctx.Err() == nil {
		c.backlog = slices.DeleteFunc(c.backlog, func(t *tracked) bool { return c.offerOnce(ctx, t) })
		pause(ctx, backlogEvery)
	}
}

// offerOnce offers a block once to each node that has not answered for good, and reports whether none is left.
func (c *Courier) offerOnce(ctx context.Context, t *tracked) (done bool) {
	b := c.blockOf(t)
	if b.Settled || b.InChain() {
		return true // what a node lacks then, the follower sends
	}
	if ctx.Err() != nil {
		return false
	}
	cand, err := c.load(t)
	if err != nil {
		c.log.Error("unsettled block of an earlier run cannot be read", "height", b.Height, "block", b.BlockHash, "err", err)
		return true
	}
	done = true
	for _, n := range c.cfg.Nodes {
		if v, answered := b.AnswerOf(n.Name()); answered && v.Final() || c.isSending(t, n) {
			continue
		}
		v, err := Offer(ctx, cand, n)
		if err != nil {
			done = false
			continue
		}
		c.answered(t, n, v)
		if done = done && v.Final(); v.Final() {
			c.logVerdict(t, n, v)
		}
	}
	return done
}
