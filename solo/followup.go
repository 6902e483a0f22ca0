package solo

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"ltcsolo/template"
)

const (
	followEvery = time.Minute      // the longest time between two looks: a node that serves no templates tells of no tip
	followGap   = time.Second      // the shortest, unless the search may end
	lookMost    = 30 * time.Second // how long a look may take: what it has not seen then is first in the next
	lookTries   = 3                // so many requests in a row that fail end a look at a node
	straggling  = 2 * time.Second  // how much longer than another node one may take to answer
)

// takeUp reads the journal. What is unsettled in it is sent like a fresh block, and all that is not settled is followed.
func (e *Engine) takeUp() error {
	announced := make(chan struct{})
	close(announced)
	var nodes []string
	for _, s := range e.cfg.Submitters {
		nodes = append(nodes, s.Name())
	}
	blocks, err := e.cfg.Journal.Blocks()
	for _, b := range blocks {
		e.cfg.Payout.Found(b.Script, b.BlockHash) // a crash may have come between the two
		f := newFound(b)
		f.kept = true
		var loadErr error
		if b.Pending(nodes...) {
			f.c, loadErr = e.cfg.Journal.Load(b.BlockHash)
		}
		log := e.log.With("height", b.Height, "block", b.BlockHash)
		switch c := f.c; {
		case loadErr != nil:
			log.Error("unsettled block of an earlier run cannot be read", "err", loadErr)
			fallthrough
		case c == nil:
			e.mu.Lock()
			e.found = append(e.found, f)
			e.mu.Unlock()
		default:
			f.parent = (*template.Header)(c.Block).PreviousBlock()
			if b.State == StateOrphaned {
				log.Debug("orphaned block of an earlier run is sent to a node that has not answered")
			} else {
				log.Info("unsettled block of an earlier run is sent")
			}
			e.hold(f)
			e.deliver(f, c, announced)
		}
	}
	return err
}

// followUp asks the nodes where found blocks stand, after each new tip, until the search ends.
func (e *Engine) followUp() {
	timer := time.NewTimer(0) // the first look is at the start
	defer timer.Stop()
	for {
		select {
		case <-e.toFollow:
		case <-e.enoughFound:
		case <-timer.C:
		case <-e.following.Done():
			return
		}
		e.lookAtAll()
		timer.Reset(followEvery)
		gap := time.NewTimer(followGap)
		select {
		case <-gap.C:
		case <-e.enoughFound: // nothing is searched meanwhile
			wake(e.enoughFound)
		case <-e.following.Done():
		}
		gap.Stop()
	}
}

// view is what the nodes said of a block, and which of them.
type view struct {
	sight
	has   []Submitter // in whose best chains it is
	lacks []Submitter // who do not know it
}

// lookAtAll asks every node where each block that is not settled stands, and says what has changed. The search ends
// here, not with the last acceptance: an earlier block may have left the best chain.
func (e *Engine) lookAtAll() {
	e.mu.Lock()
	enough := e.cfg.Blocks > 0 && len(e.wonFresh) >= e.cfg.Blocks
	var open []*found
	for _, f := range e.found {
		if !f.block.Settled {
			open = append(open, f)
		}
	}
	e.mu.Unlock()
	// Where requests fail, no block is always the last: first those of which nothing was heard, then the longest ago.
	slices.SortStableFunc(open, func(f, g *found) int { return f.heard.Compare(g.heard) })
	ctx, giveUp := context.WithTimeout(e.following, lookMost) // ends before when only nodes that hang are left
	defer giveUp()
	views := make([]view, len(open))
	var mu sync.Mutex // guards views
	var nodes sync.WaitGroup
	for _, s := range e.cfg.Submitters {
		nodes.Go(func() {
			failed := 0 // in a row
			for i, f := range open {
				one, err := lookAt(ctx, s, f.hash, f.height)
				if err != nil {
					if failed++; failed >= lookTries {
						return // it is asked again at the next tip
					}
					continue
				}
				failed = 0
				mu.Lock()
				v := &views[i]
				v.add(one)
				switch {
				case one.confirmations > 0:
					v.has = append(v.has, s)
				case !one.beside:
					v.lacks = append(v.lacks, s)
				}
				mu.Unlock()
			}
			time.AfterFunc(straggling, giveUp)
		})
	}
	nodes.Wait()
	if e.following.Err() != nil {
		return
	}
	for i, f := range open {
		e.conclude(f, views[i])
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if enough && len(e.wonFresh) >= e.cfg.Blocks && !e.finished {
		e.finished = true
		close(e.done)
	}
}

// conclude takes what was seen of a block into account: of several nodes' words the best.
func (e *Engine) conclude(f *found, seen view) {
	for _, s := range seen.has {
		if v, _ := e.answerOf(f, s); v.Outcome != Accepted && !e.isSending(f, s) {
			e.answered(f, s, Verdict{Outcome: Accepted})
			e.logVerdict(f, s, Verdict{Outcome: Accepted})
		}
	}
	for _, s := range seen.lacks {
		v, asked := e.answerOf(f, s)
		had := v.Outcome == Accepted || v.Outcome == Inconclusive
		if had || !asked && len(seen.has) == 0 { // or the node that had it stands under another name now, or is gone
			e.sendAgain(f, s)
		}
	}
	if !seen.heard {
		return
	}
	f.heard = e.cfg.Now()
	e.mu.Lock()
	was, st := f.block.State, seen.standing(f.block.State, e.cfg.Now())
	changed := st.State != was || st.Settled || st.State == StateOrphaned && st.ReplacedBy != f.block.ReplacedBy
	f.block.Stand(st)
	f.block.Confirmations = seen.count()
	if changed {
		f.mark = &st
		e.enqueue(f)
	}
	e.count(f)
	e.reoffer()
	e.mu.Unlock()
	if st.State == StateOrphaned {
		f.ease()
	}
	if st.State != was {
		e.logStanding(f, was, st, seen.sight)
	}
}

// sendAgain is for a block that a node had and has no more, because it was killed before its disk had it or its chain was
// rebuilt, and for one that no node has.
func (e *Engine) sendAgain(f *found, s Submitter) {
	if e.isSending(f, s) {
		return
	}
	log := e.log.With("height", f.height, "block", f.hash, "node", s.Name())
	c, err := e.cfg.Journal.Load(f.hash)
	if err != nil {
		log.Error("the node lacks the block, and it cannot be read from the journal", "err", err)
		return
	}
	log.Warn("the node does not have the block any more: it is sent again")
	announced := make(chan struct{})
	close(announced)
	e.send(f, c, s, announced)
}

func (e *Engine) isSending(f *found, s Submitter) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f.sending[s.Name()]
}

// logStanding says what a block has become.
func (e *Engine) logStanding(f *found, was BlockState, st Standing, seen sight) {
	log := e.log.With("height", f.height, "block", f.hash)
	if st.ReplacedBy != (template.Hash{}) {
		log = log.With("rival", st.ReplacedBy, "depth", seen.depth)
	}
	switch {
	case st.State == StateImmature:
		log.Info("block is in the best chain again", "confirmations", seen.confirmations)
	case st.State == StateMature:
		log.Info("block is mature: its reward can be spent", "value", f.block.Value, "script", fmt.Sprintf("%x", f.block.Script))
	case st.State == StateOrphaned:
		log.Warn("block is orphaned: another one of its height is buried")
	case was == StateOrphaned:
		log.Info("block is orphaned no more: the race is open again")
	default:
		log.Warn("block has left the best chain; that can change again")
	}
}
