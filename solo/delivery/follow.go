package delivery

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"ltcsolo/template"
)

const (
	observeEvery = time.Minute      // longest time between two observations: a node that serves no templates reports no tip
	observeGap   = time.Second      // shortest
	maxObserve   = 30 * time.Second // how long an observation may take: what it has not reached is first in the next
	observeTries = 3                // so many failed requests in a row end the observation at a node
	straggling   = 2 * time.Second  // how much longer than the first node to finish the others may take
)

// follow observes the blocks after each new tip, until ctx ends.
func (c *Courier) follow(ctx context.Context) {
	due := time.NewTimer(0) // the first observation is at the start
	defer due.Stop()
	for ctx.Err() == nil {
		select {
		case <-c.newTip:
		case <-due.C:
		case <-ctx.Done():
			return
		}
		c.Observe(ctx)
		due.Reset(observeEvery)
		pause(ctx, observeGap)
	}
}

// whereabouts says what the nodes said of a block, and which of them.
type whereabouts struct {
	observation
	verdict Verdict // most favourable answer before the nodes were asked
	has     []Node  // nodes that have it in their best chain
	lacks   []Node  // nodes that do not know it
}

// Observe asks every node where each block that is not settled stands, tells the watcher and the log what has changed,
// and sends a block again to a node that has lost it. It returns when that is done, or when ctx ends. Run waits for an
// observation under way before it returns, so ctx should end with Run's.
func (c *Courier) Observe(ctx context.Context) {
	select {
	case c.observing <- struct{}{}:
		defer func() { <-c.observing }()
	case <-ctx.Done():
		return
	}
	c.mu.Lock()
	var open []*tracked
	for _, t := range c.blocks {
		if !t.block.Settled {
			open = append(open, t)
		}
	}
	c.mu.Unlock()
	// Where requests fail, no block is always the last: the one that was observed longest ago comes first.
	slices.SortStableFunc(open, func(s, t *tracked) int { return s.observed.Compare(t.observed) })
	seen := c.ask(ctx, open)
	if ctx.Err() != nil {
		return
	}
	for i, t := range open {
		c.conclude(t, seen[i])
	}
}

// ask asks every node for every block. The results are in the order of blocks.
func (c *Courier) ask(ctx context.Context, blocks []*tracked) []whereabouts {
	ctx, giveUp := context.WithTimeout(ctx, maxObserve) // ends earlier when only nodes that hang are left
	defer giveUp()
	results := make([]whereabouts, len(blocks))
	for i, t := range blocks {
		results[i].verdict = c.blockOf(t).Verdict
	}
	var mu sync.Mutex // guards results
	var nodes sync.WaitGroup
	for _, n := range c.cfg.Nodes {
		nodes.Go(func() {
			failures := 0 // in a row
			for i, t := range blocks {
				b := c.blockOf(t)
				one, err := observe(ctx, n, b.BlockHash, b.Height)
				if err != nil {
					if failures++; failures >= observeTries {
						return // it is asked again at the next tip
					}
					continue
				}
				failures = 0
				mu.Lock()
				r := &results[i]
				r.add(one)
				switch {
				case one.confirmations > 0:
					r.has = append(r.has, n)
				case !one.beside:
					r.lacks = append(r.lacks, n)
				}
				mu.Unlock()
			}
			time.AfterFunc(straggling, giveUp)
		})
	}
	nodes.Wait()
	return results
}

// conclude updates a block by what the nodes said of it. The caller holds observing.
func (c *Courier) conclude(t *tracked, seen whereabouts) {
	if c.blockOf(t).Verdict != seen.verdict {
		c.NewTip() // a node has answered meanwhile: what was seen may be older than that
		return
	}
	for _, n := range seen.has {
		if v, _ := c.answerOf(t, n); v.Outcome != Accepted && !c.isSending(t, n) {
			c.answered(t, n, Verdict{Outcome: Accepted})
			c.logVerdict(t, n, Verdict{Outcome: Accepted})
		}
	}
	for _, n := range seen.lacks {
		if v, _ := c.answerOf(t, n); v.Outcome != Rejected {
			c.sendMissing(t, n)
		}
	}
	if !seen.answered {
		return
	}
	t.observed = c.cfg.Now()
	c.mu.Lock()
	was, st := t.block.State, seen.standing(t.block.State, c.cfg.Maturity, t.observed)
	out := was != StateUnsettled || t.block.ReplacedBy != (template.Hash{}) // it has not just come
	changed := st.State != was || st.Settled || st.State == StateOrphaned && st.ReplacedBy != t.block.ReplacedBy
	t.block.Stand(st)
	t.block.Confirmations = seen.count()
	if changed {
		t.mark = &st
		c.enqueue(t)
	}
	c.noteChain(t)
	c.noteDelivery(t)
	if st.Settled && t.open { // nothing is sent any more, so no answer will come
		t.open = false
		c.watcher.Answered(t.ref(), t.block.Verdict)
	}
	c.endRetries(t)
	c.mu.Unlock()
	if st.State != was && (out || st.State != StateImmature) { // the node's answer, which is about to come, is logged
		c.logStanding(t, was, st, seen.observation)
	}
}

// answerOf returns the node's last answer on the block.
func (c *Courier) answerOf(t *tracked, n Node) (Verdict, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.block.AnswerOf(n.Name())
}

// sendMissing sends a block to a node that lacks it: because it never answered, though another node has the block, because
// it was killed before its disk had the block, or because its chain was rebuilt. The caller holds observing.
func (c *Courier) sendMissing(t *tracked, n Node) {
	c.mu.Lock()
	skip := t.sending[n.Name()] || !t.block.ThisRun && c.older >= sentAtOnce
	c.mu.Unlock()
	if skip {
		return
	}
	b := c.blockOf(t)
	log := c.log.With("height", b.Height, "block", b.BlockHash, "node", n.Name())
	cand, err := c.load(t)
	if err != nil {
		if t.unreadable++; isPowerOfTwo(t.unreadable) {
			log.Error("the node lacks the block, and it cannot be read from the journal", "err", err)
		}
		return
	}
	t.unreadable = 0
	if v, _ := c.answerOf(t, n); v.Outcome == Accepted || v.Outcome == Inconclusive {
		log.Warn("the node does not have the block any more: it is sent again")
	} else {
		log.Info("the node does not have the block: it is sent")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.send(t, cand, n)
}

// load returns a block with its bytes: from memory if they are still there, since the journal may lack the block, else
// from the journal.
func (c *Courier) load(t *tracked) (*Candidate, error) {
	c.mu.Lock()
	cand, hash := t.c, t.block.BlockHash
	c.mu.Unlock()
	if cand != nil && cand.Block != nil {
		return cand, nil
	}
	return c.cfg.Journal.Load(hash)
}

// logStanding says what a block has become.
func (c *Courier) logStanding(t *tracked, was BlockState, st Standing, seen observation) {
	b := c.blockOf(t)
	log := c.log.With("height", b.Height, "block", b.BlockHash)
	if st.ReplacedBy != (template.Hash{}) {
		log = log.With("rival", st.ReplacedBy, "depth", seen.depth)
	}
	switch {
	case st.State == StateImmature:
		log.Info("block is in the best chain again", "confirmations", seen.confirmations)
	case st.State == StateMature:
		log.Info("block is mature: its reward can be spent", "value", b.Value, "script", fmt.Sprintf("%x", b.Script))
	case st.ReplacedBy != (template.Hash{}) && c.isOurs(st.ReplacedBy):
		// Two workers solved one job, which costs nothing and is logged with the verdict.
	case st.State == StateOrphaned:
		log.Warn("block is orphaned: another one of its height is buried")
	case was == StateOrphaned:
		log.Info("block is orphaned no more: the race is open again")
	default:
		log.Warn("block has left the best chain; that can change again")
	}
}
