package solo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ltcsolo/template"
)

const (
	// maturity is how many confirmations a coinbase needs to be spent (consensus/consensus.h). A rival that deep is
	// what consensus itself takes to be there for good.
	maturity = 100

	// orphanDepth is how many confirmations a rival needs before a block is called orphaned. Until then it is a race:
	// six are what the users of the chain wait for before they call a payment made. The word changes nothing: an
	// orphaned block is followed on, and back, until the rival is as deep as maturity.
	orphanDepth = 6

	followEvery = time.Minute // the longest time between two looks: a node that serves no templates tells of no tip
	followGap   = time.Second // the shortest, unless the search may end
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
		f := &found{hash: b.BlockHash, height: b.Height, block: b, kept: true}
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
			log.Info("unsettled block of an earlier run is sent")
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

// sight is what the nodes said of a block.
type sight struct {
	confirmations int           // the most in a best chain; 0 if it is in none
	has           []Submitter   // in whose best chains it is
	lacks         []Submitter   // who do not know the block
	heard         bool          // some node was heard
	beside        bool          // some node has it beside its best chain
	rival         template.Hash // of the best chain at its height, of the node where it is least deep; zero if there is none
	depth         int           // confirmations of rival
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
	sights := make([]sight, len(open))
	var mu sync.Mutex // guards sights
	var nodes sync.WaitGroup
	for _, s := range e.cfg.Submitters {
		nodes.Go(func() {
			for i, f := range open {
				n, rival, depth, err := lookAt(e.following, s, f)
				if err != nil && !isUnknown(err) {
					return // it is asked again at the next tip
				}
				mu.Lock()
				sights[i].add(s, n, err != nil, rival, depth)
				mu.Unlock()
			}
		})
	}
	nodes.Wait()
	if e.following.Err() != nil {
		return
	}
	for i, f := range open {
		e.conclude(f, sights[i])
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if enough && len(e.wonFresh) >= e.cfg.Blocks && !e.finished {
		e.finished = true
		close(e.done)
	}
}

// lookAt asks one node: n are the block's confirmations, -1 beside the best chain, and rival is what that has in its
// place, if anything. An error that isUnknown says that the node does not know the block.
func lookAt(ctx context.Context, s Submitter, f *found) (n int, rival template.Hash, depth int, err error) {
	n, err = s.Confirmations(ctx, f.hash)
	if err == nil && n > 0 || err != nil && !isUnknown(err) {
		return n, rival, 0, err
	}
	rival, rivalErr := s.BlockAt(ctx, f.height)
	switch {
	case isUnknown(rivalErr):
		return n, template.Hash{}, 0, err
	case rivalErr != nil:
		return 0, rival, 0, rivalErr
	}
	depth, rivalErr = s.Confirmations(ctx, rival)
	if rivalErr != nil || depth < 1 || rival == f.hash { // the chain has changed meanwhile
		depth = 0
	}
	return n, rival, depth, err
}

func (s *sight) add(node Submitter, n int, unknown bool, rival template.Hash, depth int) {
	switch {
	case n > 0:
		s.confirmations = max(s.confirmations, n)
		s.has = append(s.has, node)
	case unknown:
		s.lacks = append(s.lacks, node)
	default:
		s.beside = true
	}
	if n <= 0 && (!s.heard || depth < s.depth) {
		s.rival, s.depth = rival, depth
	}
	s.heard = s.heard || n <= 0
}

// conclude takes what was seen of a block into account: of several nodes' words the best.
func (e *Engine) conclude(f *found, seen sight) {
	for _, s := range seen.has {
		if v, _ := e.answerOf(f, s); v.Outcome != Accepted && !e.isSending(f, s) {
			e.answered(f, s, Verdict{Outcome: Accepted})
			e.logVerdict(f, s, Verdict{Outcome: Accepted})
		}
	}
	for _, s := range seen.lacks {
		if v, _ := e.answerOf(f, s); v.Outcome == Accepted || v.Outcome == Inconclusive {
			e.sendAgain(f, s)
		}
	}
	if seen.confirmations == 0 && !seen.heard {
		return
	}
	e.mu.Lock()
	was, st := f.block.State, Standing{At: e.cfg.Now()}
	switch {
	case seen.confirmations > 0:
		f.block.Confirmations = seen.confirmations
		st.State, st.Settled = StateImmature, seen.confirmations >= maturity
		if st.Settled {
			st.State = StateMature
		}
	default:
		f.block.Confirmations = 0
		if seen.beside {
			f.block.Confirmations = -1
		}
		st.ReplacedBy, st.Settled = seen.rival, seen.depth >= maturity
		switch {
		case was == StateRejected:
			st.State = StateRejected
		case seen.depth >= orphanDepth:
			st.State = StateOrphaned
		default:
			st.State = StateUnsettled
		}
	}
	changed := st.State != was || st.Settled || st.State == StateOrphaned && st.ReplacedBy != f.block.ReplacedBy
	f.block.Stand(st)
	if changed {
		f.mark = &st
		e.enqueue(f)
	}
	e.count(f)
	e.reoffer()
	e.mu.Unlock()
	if st.State != was {
		e.logStanding(f, was, st, seen)
	}
}

// sendAgain is for a block that a node had and has no more: it was killed before its disk had it, or its chain was
// rebuilt.
func (e *Engine) sendAgain(f *found, s Submitter) {
	if e.isSending(f, s) {
		return
	}
	log := e.log.With("height", f.height, "block", f.hash, "node", s.Name())
	c, err := e.cfg.Journal.Load(f.hash)
	if err != nil {
		log.Error("the node has lost the block, and it cannot be read from the journal", "err", err)
		return
	}
	log.Warn("the node has lost the block that it had: it is sent again")
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
	switch st.State {
	case StateImmature:
		log.Info("block is in the best chain again", "confirmations", seen.confirmations)
	case StateMature:
		log.Info("block is mature: its reward can be spent", "value", f.block.Value, "script", fmt.Sprintf("%x", f.block.Script))
	case StateOrphaned:
		log.Warn("block is orphaned: another one of its height is buried", "rival", st.ReplacedBy, "depth", seen.depth)
	case StateUnsettled:
		if was == StateOrphaned {
			log.Info("block is orphaned no more: the race is open again", "rival", st.ReplacedBy, "depth", seen.depth)
			break
		}
		log.Warn("block has left the best chain; that can change again", "rival", st.ReplacedBy, "depth", seen.depth)
	}
}
