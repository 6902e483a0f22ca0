package solo

import (
	"context"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// hold keeps searchers off a parent on which a block of ours is solved already: a second one could only compete with it.
type hold struct {
	unanswered map[template.Hash]bool // candidates that no node has answered; true for those of this run
	won        uint64                 // side.asked when one was accepted; 0: none was
}

var _ delivery.Watcher = (*side)(nil)

// Sent implements [delivery.Watcher]: the parent is held until a node has answered.
func (s *side) Sent(r delivery.Ref) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	if r.ThisRun {
		s.found = r
	}
	s.holdOn(r.Parent).unanswered[r.BlockHash] = r.ThisRun
	s.engine.reoffer()
}

// holdOn returns the hold on a parent, a new one if there is none. The caller holds mu.
func (s *side) holdOn(parent template.Hash) *hold {
	h := s.holds[parent]
	if h == nil {
		h = &hold{unanswered: make(map[template.Hash]bool)}
		s.holds[parent] = h
	}
	return h
}

// Answered implements [delivery.Watcher]. The first answer, whichever it is, lets the search go on, since a node that is
// down must not stop it; but not the answer that the block is accepted, after which the next template decides.
func (s *side) Answered(r delivery.Ref, v delivery.Verdict) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	if h := s.holds[r.Parent]; h != nil {
		delete(h.unanswered, r.BlockHash)
	}
	switch v.Outcome {
	case delivery.Accepted:
		s.holdOn(r.Parent).won = s.asked
	case delivery.Rejected, delivery.RefusedForNow, delivery.RefusedUnclear:
		if j := s.engine.Job(r.JobID); r.ThisRun && j != nil {
			s.refuse(s.templateOf(j), "the node rejected a block on it: "+v.Reason)
		}
	}
	if h := s.holds[r.Parent]; h != nil && len(h.unanswered) == 0 && h.won == 0 {
		delete(s.holds, r.Parent)
	}
	s.engine.reoffer()
}

// InChain implements [delivery.Watcher]. Of several blocks on one parent only one can be in the best chain, whatever two
// nodes say, so they count as one.
func (s *side) InChain(r delivery.Ref, in bool) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	count(s.won, r.Parent, in)
	if r.ThisRun {
		count(s.thisRun, r.Parent, in)
	}
	if s.engine.allInChain() {
		select {
		case s.engine.reached <- struct{}{}:
		default:
		}
	}
	s.engine.reoffer()
}

// count keeps the number of a parent's blocks in the best chain.
func count(blocks map[template.Hash]int, parent template.Hash, in bool) {
	if in {
		blocks[parent]++
	} else if blocks[parent]--; blocks[parent] <= 0 {
		delete(blocks, parent)
	}
}

// release ends the holds that a template on parent ends. One that was asked for before a block was accepted may be older
// than the block, and does not release the block's own parent. The caller holds mu.
func (s *side) release(parent template.Hash) {
	for held, h := range s.holds {
		if len(h.unanswered) == 0 && (held != parent || h.won < s.asked) {
			delete(s.holds, held)
		}
	}
}

// sought returns the easiest network target of those chains of j on which another block is worth finding, and whether
// there are any.
//
// It matters to a searcher that sees every PoW hash and goes on with j for another chain's sake. On a parent on which a
// block is solved, and is not known to have failed, it would find one rival after the other where blocks are easy, each of
// them to be written and sent; of the same aux block it would find nothing but more proofs. That loses nothing: nobody
// searches such a parent without merged chains either, and once the block has failed, the search for the chain goes on with
// its next template. What is submitted all the same, Submit takes for what it is.
func (e *Engine) sought(j *template.Job) (easiest template.Target, any bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	main := e.main()
	if main.searchable() || main.found.Parent != j.Template.PreviousBlock {
		easiest, any = j.Template.Target, true
	}
	for _, a := range j.Aux {
		s, target := e.sideOf(a), a.Template.Target
		if s == nil || s.found.BlockHash == a.BlockHash {
			continue
		}
		if !any || !easiest.MetBy((*template.Hash)(&target)) {
			easiest, any = target, true
		}
	}
	return easiest, any
}

// allInChain reports whether all blocks that were asked for are in the best chain. The caller holds mu.
func (e *Engine) allInChain() bool {
	return e.cfg.Blocks > 0 && len(e.main().thisRun) >= e.cfg.Blocks
}

// enough reports whether the blocks in the best chain, with those that no node has answered yet, are all that were asked
// for. The caller holds mu.
func (e *Engine) enough() bool {
	main := e.main()
	n := len(main.thisRun)
	for parent, h := range main.holds {
		for _, thisRun := range h.unanswered {
			if thisRun && main.thisRun[parent] == 0 {
				n++
				break
			}
		}
	}
	return e.cfg.Blocks > 0 && n >= e.cfg.Blocks
}

// confirmBlocks closes done once all blocks that were asked for are in the best chain at the same time: an earlier one
// may have left it when the last one comes.
func (e *Engine) confirmBlocks(ctx context.Context) {
	for {
		select {
		case <-e.reached:
		case <-ctx.Done():
			return
		}
		e.main().Courier.Observe(ctx)
		if ctx.Err() != nil {
			return
		}
		e.mu.Lock()
		confirmed := e.allInChain()
		e.mu.Unlock()
		if confirmed {
			close(e.done)
			return
		}
	}
}
