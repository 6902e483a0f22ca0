package solo

import (
	"errors"
	"slices"

	"ltcsolo/solo/delivery"
)

// hold keeps searchers off a parent on which a block of ours is solved already.
type hold struct {
	open int    // candidates that no node has answered
	own  int    // those of them that this run found
	won  uint64 // Engine.asked when one was accepted; 0: none was
}

// hold notes a candidate and keeps searchers off its parent until a node has answered: a second block on the same
// parent could only compete with the first. It reports whether Run waits for no more deliveries.
func (e *Engine) hold(f *found) (ended bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.found = append(e.found, f)
	h := e.holds[f.parent]
	if h == nil {
		h = &hold{}
		e.holds[f.parent] = h
	}
	f.open = true
	h.open++
	if f.fresh {
		h.own++
		e.enqueue(f)
	}
	e.reoffer()
	return e.ended
}

// answered takes one node's word on a candidate into account, of several the best. The first word, whichever it is,
// lets the search go on, unless it is that the block was accepted: a node that is down must not stop it.
func (e *Engine) answered(f *found, s Submitter, v Verdict) {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := f.block.Verdict
	if last, ok := f.block.AnswerOf(s.Name()); ok && last == v {
		return
	}
	a := NodeVerdict{Node: s.Name(), Verdict: v, At: e.cfg.Now()}
	f.block.Answer(a)
	if v.Outcome == Accepted {
		f.ease()
	}
	f.unsaved = append(f.unsaved, a)
	h := e.holds[f.parent]
	if f.open {
		f.open = false
		h.open--
		if f.fresh {
			h.own--
		}
	}
	f.secure()
	e.enqueue(f)
	e.count(f)
	if f.block.Verdict != was {
		switch v.Outcome {
		case Accepted:
			if h == nil { // another node had answered before
				h = &hold{}
				e.holds[f.parent] = h
			}
			h.won = e.asked
		case Rejected, delivery.RefusedForNow:
			if f.fresh && e.latest != nil && e.latest.ID == f.c.JobID {
				e.refuse(e.latest, "the node rejected a block on it: "+v.Reason)
			}
		}
	}
	if h != nil && h.open == 0 && h.won == 0 {
		delete(e.holds, f.parent)
	}
	e.reoffer()
}

// count keeps account of which blocks are in the best chain. Of several on one parent only one can be, whatever two
// nodes say. The caller holds mu.
func (e *Engine) count(f *found) {
	if in := f.block.InChain(); in != f.counted {
		f.counted = in
		n := 1
		if !in {
			n = -1
		}
		if e.won[f.parent] += n; e.won[f.parent] == 0 {
			delete(e.won, f.parent)
		}
		if f.fresh {
			if e.wonFresh[f.parent] += n; e.wonFresh[f.parent] == 0 {
				delete(e.wonFresh, f.parent)
			}
		}
	}
	if e.cfg.Blocks > 0 && len(e.wonFresh) >= e.cfg.Blocks && !e.finished {
		wake(e.enoughFound)
	}
}

// enough reports whether the blocks in the best chain, and those that no node has answered yet, are all that were
// asked for. The caller holds mu.
func (e *Engine) enough() bool {
	n := len(e.wonFresh)
	for parent, h := range e.holds {
		if h.own > 0 && e.wonFresh[parent] == 0 {
			n++
		}
	}
	return e.cfg.Blocks > 0 && n >= e.cfg.Blocks
}

// isAccepted reports whether some node has accepted the candidate.
func (e *Engine) isAccepted(f *found) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f.block.Verdict.Outcome == Accepted
}

// isOrphaned reports whether a rival was buried when the nodes were heard last.
func (e *Engine) isOrphaned(f *found) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f.block.State == StateOrphaned
}

// isSettled reports whether the block stands where it will stay.
func (e *Engine) isSettled(f *found) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f.block.Settled
}

// answerOf is the node's last word on the candidate.
func (e *Engine) answerOf(f *found, s Submitter) (Verdict, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f.block.AnswerOf(s.Name())
}

// hasSibling reports whether another candidate of ours has the same parent.
func (e *Engine) hasSibling(f *found) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.found, func(g *found) bool { return g != f && g.parent == f.parent })
}

func isUnknown(err error) bool { return errors.Is(err, ErrUnknownBlock) }
