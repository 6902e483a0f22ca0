package delivery

import (
	"context"
	"time"

	"ltcsolo/template"
)

// orphanDepth is how many confirmations a rival needs before a block is called orphaned. Until then it is a race: six are
// what the users of the chain wait for before they call a payment made. The word changes nothing: an orphaned block is
// followed on, and back, until the rival is as deep as a coinbase that can be spent, which consensus itself takes to be
// there for good.
const orphanDepth = 6

// Observe asks the nodes where the block stands and updates it. maturity is the chain's, in confirmations. It reports
// whether any node answered.
func (b *Block) Observe(ctx context.Context, nodes []Node, maturity int) bool {
	var all observation
	for _, n := range nodes {
		if one, err := observe(ctx, n, b.BlockHash, b.Height); err == nil {
			all.add(one)
		}
	}
	if all.answered {
		b.Stand(all.standing(b.State, maturity, time.Time{}))
		b.Confirmations = all.count()
	}
	return all.answered
}

// observation says where nodes have a block; of several nodes the answer most favourable to it.
type observation struct {
	answered      bool          // by at least one node
	confirmations int           // the most in a best chain; 0 if it is in none
	beside        bool          // a node has it beside its best chain
	rival         template.Hash // best chain's block at its height, of the node where that is least deep; zero if none
	depth         int           // confirmations of rival
	lacking       bool          // a node has it not in its best chain, so rival and depth are set
}

// observe asks one node.
func observe(ctx context.Context, n Node, blockHash template.Hash, height int32) (observation, error) {
	seen := observation{answered: true}
	confirmations, err := n.Confirmations(ctx, blockHash)
	switch {
	case err != nil && !isUnknown(err):
		return observation{}, err
	case confirmations > 0:
		seen.confirmations = confirmations
		return seen, nil
	}
	seen.beside, seen.lacking = err == nil, true
	rival, err := n.BlockAt(ctx, height)
	switch {
	case isUnknown(err): // the chain is shorter
		return seen, nil
	case err != nil:
		return observation{}, err
	case rival == blockHash: // the chain has changed meanwhile
		return seen, nil
	}
	seen.rival = rival
	if seen.depth, err = n.Confirmations(ctx, rival); err != nil || seen.depth < 0 { // likewise
		seen.depth = 0
	}
	return seen, nil
}

// add merges in what one more node said.
func (o *observation) add(one observation) {
	if one.lacking && (!o.lacking || one.depth < o.depth) {
		o.rival, o.depth, o.lacking = one.rival, one.depth, true
	}
	o.answered = o.answered || one.answered
	o.confirmations = max(o.confirmations, one.confirmations)
	o.beside = o.beside || one.beside
}

// count returns the confirmations as Block has them: -1 beside the best chain.
func (o *observation) count() int {
	if o.confirmations == 0 && o.beside {
		return -1
	}
	return o.confirmations
}

// standing returns what becomes of a block that was in that state.
func (o *observation) standing(was BlockState, maturity int, at time.Time) Standing {
	switch {
	case o.confirmations >= maturity:
		return Standing{State: StateMature, Settled: true, At: at}
	case o.confirmations > 0:
		return Standing{State: StateImmature, At: at}
	}
	st := Standing{State: StateUnsettled, ReplacedBy: o.rival, Settled: o.depth >= maturity, At: at}
	switch {
	case was == StateRejected:
		st.State = StateRejected
	case o.depth >= orphanDepth:
		st.State = StateOrphaned
	}
	return st
}
