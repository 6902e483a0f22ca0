package delivery

import (
	"context"
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
)

// Look asks the nodes where the block stands now, and takes that into account. It reports whether any of them answered.
func (b *Block) Look(ctx context.Context, nodes []Node) (heard bool) {
	var seen sight
	for _, n := range nodes {
		if one, err := lookAt(ctx, n, b.BlockHash, b.Height); err == nil {
			seen.add(one)
		}
	}
	if seen.heard {
		b.Stand(seen.standing(b.State, time.Time{}))
		b.Confirmations = seen.count()
	}
	return seen.heard
}

// sight is what nodes said of a block; of several nodes' words the best.
type sight struct {
	heard         bool          // a node was heard
	confirmations int           // the most in a best chain; 0 if it is in none
	beside        bool          // a node has it beside its best chain
	rival         template.Hash // of the best chain at its height, of the node where it is least deep; zero if there is none
	depth         int           // confirmations of rival
	lacking       bool          // rival and depth are a node's words
}

// lookAt asks one node.
func lookAt(ctx context.Context, c Node, blockHash template.Hash, height int32) (sight, error) {
	seen := sight{heard: true}
	n, err := c.Confirmations(ctx, blockHash)
	switch {
	case err != nil && !isUnknown(err):
		return sight{}, err
	case n > 0:
		seen.confirmations = n
		return seen, nil
	}
	seen.beside, seen.lacking = err == nil, true
	rival, err := c.BlockAt(ctx, height)
	switch {
	case isUnknown(err): // the chain is not that high
		return seen, nil
	case err != nil:
		return sight{}, err
	case rival == blockHash: // the chain has changed meanwhile
		return seen, nil
	}
	seen.rival = rival
	if seen.depth, err = c.Confirmations(ctx, rival); err != nil || seen.depth < 0 { // likewise
		seen.depth = 0
	}
	return seen, nil
}

// add takes the word of one more node into account.
func (s *sight) add(one sight) {
	if one.lacking && (!s.lacking || one.depth < s.depth) {
		s.rival, s.depth, s.lacking = one.rival, one.depth, true
	}
	s.heard = s.heard || one.heard
	s.confirmations = max(s.confirmations, one.confirmations)
	s.beside = s.beside || one.beside
}

// count is the block's confirmations as Block has them.
func (s *sight) count() int {
	if s.confirmations == 0 && s.beside {
		return -1
	}
	return s.confirmations
}

// standing is what becomes of a block in that state.
func (s *sight) standing(was BlockState, at time.Time) Standing {
	switch {
	case s.confirmations >= maturity:
		return Standing{State: StateMature, Settled: true, At: at}
	case s.confirmations > 0:
		return Standing{State: StateImmature, At: at}
	}
	st := Standing{State: StateUnsettled, ReplacedBy: s.rival, Settled: s.depth >= maturity, At: at}
	switch {
	case was == StateRejected:
		st.State = StateRejected
	case s.depth >= orphanDepth:
		st.State = StateOrphaned
	}
	return st
}
