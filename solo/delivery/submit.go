package delivery

import (
	"context"
	"sync"
	"time"
)

// send starts the submission to one node, unless one is under way. The caller holds mu.
func (c *Courier) send(t *tracked, cand *Candidate, n Node) {
	if t.sending[n.Name()] {
		return
	}
	if t.sending == nil {
		t.sending = make(map[string]bool)
		t.retry, t.stopRetry = context.WithCancel(c.alive)
		c.expect(t)
	}
	if len(t.sending) == 0 && !t.block.ThisRun {
		c.older++
	}
	t.sending[n.Name()] = true
	c.start(func() {
		v := c.submit(t, cand, n)
		if v.Outcome == Rejected {
			c.notTaken(t, refusedBy(n, v))
		}
		if v.Outcome != Unsettled {
			c.answered(t, n, v)
		}
		if t.announce != nil { // its line comes before the verdict's
			t.late.Stop()
			t.announce()
		}
		c.logVerdict(t, n, v)
		c.mu.Lock()
		if delete(t.sending, n.Name()); len(t.sending) == 0 && !t.block.ThisRun {
			c.older--
		}
		c.mu.Unlock()
	})
}

func (c *Courier) isSending(t *tracked, n Node) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.sending[n.Name()]
}

// steadyTries is how often a submission is repeated before its pauses grow.
const steadyTries = 20

// submit gives the block to one node again and again until the answer is final, the block is settled, or the block's
// retry context ends. An unclear answer is settled by asking where the block stands, never by a guess. The verdict is
// unsettled if the node has given none that is final.
func (c *Courier) submit(t *tracked, cand *Candidate, n Node) Verdict {
	log := c.log.With("height", cand.Height, "block", cand.BlockHash, "node", n.Name())
	first := backoff{wait: c.cfg.RetryFirst, max: c.cfg.MaxRetry, steady: steadyTries}
	retry := first
	var refused time.Time // since when the node refuses the block for now; zero: it does not
	for attempt := 1; !c.blockOf(t).Settled && (attempt == 1 || t.retry.Err() == nil); attempt++ {
		ctx, end := c.submitContext(t)
		tip := c.tipNews()
		v, err := c.offer(ctx, cand, n)
		over := ctx.Err() != nil // not by end
		end()
		v = c.recall(t, n, v)
		switch {
		case err == nil && v.Final():
			return v
		case over:
			return Verdict{}
		case err == nil && v.Outcome == RefusedUnclear:
			c.notTaken(t, &unclearRefusal{n.Name(), v})
			c.answered(t, n, v)
			c.awaitUnclear(t)
			continue
		case err == nil:
			c.notTaken(t, refusedBy(n, v))
			c.answered(t, n, v)
			if isPowerOfTwo(attempt) {
				log.Warn("the node refuses the block for now: it is sent again", "attempt", attempt, "verdict", v)
			}
			if refused.IsZero() {
				refused = c.cfg.Now()
			}
			c.awaitParent(t.retry, tip, refused, retry.next())
			continue
		}
		refused = time.Time{}
		c.notTaken(t, err)
		if isPowerOfTwo(attempt) {
			log.Warn("submission failed: the block is sent again", "attempt", attempt, "err", err)
		}
		switch has, back := c.awaitRetry(t.retry, cand, n, retry.next()); {
		case has:
			return Verdict{Outcome: Accepted}
		case back:
			retry = first
		}
	}
	return Verdict{}
}

// failedBefore is a node's word for a block that it has refused before (BIP 22).
const failedBefore = "duplicate-invalid"

// recall returns the verdict with the node's first word, if the node refuses a block once more that it has refused for an
// unclear reason: it remembers that, but not why.
func (c *Courier) recall(t *tracked, n Node, v Verdict) Verdict {
	last, _ := c.answerOf(t, n)
	if v.Reason == failedBefore && (last.Outcome == RefusedUnclear || last.Outcome == RefusedForNow) {
		return Verdict{RefusedUnclear, last.Reason}
	}
	return v
}

// unclearPause is how long a block waits that was refused for an unclear reason. Nothing says that the node will ever take
// it, but a newer node may, or the same one after a restart.
const unclearPause = time.Minute

// awaitUnclear waits before such a block is sent again, longer while it is orphaned: its parent must be near the tip.
func (c *Courier) awaitUnclear(t *tracked) {
	for first := true; first || c.blockOf(t).State == StateOrphaned; first = false {
		pause(t.retry, unclearPause)
		if t.retry.Err() != nil || c.blockOf(t).Settled {
			return
		}
	}
}

// lastWord is how much longer than the block's retry context a submission under way may take.
const lastWord = time.Second

// submitContext returns the context of one submission: a node that hangs does not keep the program from ending once
// another one has accepted the block.
func (c *Courier) submitContext(t *tracked) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancel(c.alive)
	stop := context.AfterFunc(t.retry, func() {
		pause(ctx, lastWord)
		cancel()
	})
	return ctx, func() { stop(); cancel() }
}

// Offer submits the block to a node once, and looks up whether a block that the node calls a duplicate is in the best
// chain. After an error it is unknown whether the node has the block.
func Offer(ctx context.Context, c *Candidate, n Node) (Verdict, error) {
	v, err := n.SubmitBlock(ctx, c.Block)
	if err != nil || v.Outcome != Duplicate {
		return v, err
	}
	confirmations, err := n.Confirmations(ctx, c.BlockHash)
	switch {
	case err != nil:
		return Verdict{}, err
	case confirmations > 0:
		return Verdict{Outcome: Accepted}, nil
	}
	return Verdict{Outcome: Inconclusive}, nil
}

// hedgeAfter is how long a submission may be without an answer before the block is sent again beside it.
const hedgeAfter = 3 * time.Second

// offer submits the block like Offer. While there is no answer it is submitted again, beside the first submission, which
// goes on: a connection may have died without a word, but a slow one may need its time. The first answer counts, but for an
// inconclusive one, which the first submission may cause by not being through yet: that waits for the other's for a while.
func (c *Courier) offer(ctx context.Context, cand *Candidate, n Node) (Verdict, error) {
	ctx, cancel := context.WithCancel(ctx)
	type reply struct {
		v   Verdict
		err error
	}
	replies := make(chan reply)
	var asking sync.WaitGroup
	defer asking.Wait()
	defer cancel()
	pending := 0
	ask := func() {
		pending++
		asking.Go(func() {
			var r reply
			r.v, r.err = Offer(ctx, cand, n)
			select {
			case replies <- r:
			case <-ctx.Done():
			}
		})
	}
	ask()
	again := time.NewTicker(hedgeAfter)
	defer again.Stop()
	var unclear *reply
	for {
		select {
		case r := <-replies:
			pending--
			switch {
			case r.err == nil && r.v.Outcome != Inconclusive:
				return r.v, nil
			case r.err == nil:
				unclear = &r
			}
			if pending == 0 && unclear != nil {
				return unclear.v, nil
			}
			if pending == 0 {
				return r.v, r.err
			}
		case <-again.C:
			if unclear != nil {
				return unclear.v, nil
			}
			if pending < 2 {
				ask()
			}
		case <-ctx.Done():
			return Verdict{}, ctx.Err()
		}
	}
}

const (
	parentEvery = 5 * time.Second // longest pause before a block that is refused for now is sent again ...
	parentSoon  = 2 * time.Minute // ... for so long
)

// awaitParent waits before a block that the node refuses for now is sent again: until the chain has moved, since the node
// may know the block's parent then, or for wait, which is cut short while the refusal is fresh.
func (c *Courier) awaitParent(ctx context.Context, tip <-chan struct{}, refused time.Time, wait time.Duration) {
	if c.cfg.Now().Sub(refused) < parentSoon {
		wait = min(wait, parentEvery)
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-tip:
	case <-t.C:
	case <-ctx.Done():
	}
}

// askEvery is how often a node whose submission failed is asked whether it answers at all, and how long each such
// question may take.
const askEvery = 2 * time.Second

// awaitRetry waits before a failed submission is repeated. Meanwhile it asks where the block stands: the reply alone
// may have been lost (has), and a node that was away is back as soon as it answers.
func (c *Courier) awaitRetry(ctx context.Context, cand *Candidate, n Node, wait time.Duration) (has, back bool) {
	for up := true; ; {
		asking, cancel := context.WithTimeout(ctx, askEvery)
		confirmations, err := n.Confirmations(asking, cand.BlockHash)
		cancel()
		was := up
		switch up = err == nil || isUnknown(err); {
		case err == nil && confirmations > 0:
			return true, false
		case up && !was:
			return false, true
		}
		step := min(wait, askEvery)
		pause(ctx, step)
		if wait -= step; wait <= 0 || ctx.Err() != nil {
			return false, false
		}
	}
}

// logVerdict says how a submission ended.
func (c *Courier) logVerdict(t *tracked, n Node, v Verdict) {
	b := c.blockOf(t)
	log := c.log.With("height", b.Height, "block", b.BlockHash, "node", n.Name())
	switch {
	case v.Outcome == Accepted:
		log.Info("block accepted", "verdict", v, EventKey, EventAccepted)
	case v.Outcome == Unsettled && b.Settled:
		log.Info("this node was not given the block, which is settled")
	case v.Outcome == Unsettled && b.Verdict.Outcome == Accepted:
		log.Warn("this node could not be given the block; another one has accepted it")
	case v.Outcome == Unsettled && b.State == StateOrphaned:
		log.Debug("this node could not be given the block, which is orphaned")
	case v.Outcome == Unsettled:
		log.Warn("block is not settled: it stays in the journal for the next start", "verdict", v)
	case v.Outcome == Inconclusive && t.rival: // its announcement said so
	case v.Outcome == Inconclusive && c.hasSibling(t):
		log.Debug("block is beside another one of ours at its height: only one of them can stay", "verdict", v)
	case v.Outcome == Inconclusive:
		log.Warn("block known but not in the best chain: another one of the same height is ahead", "verdict", v)
	default:
		log.Error("block rejected by the node; its bytes stay in the journal", "verdict", v)
	}
}
