package delivery

import (
	"slices"
	"time"

	"ltcsolo/template"
)

// Block is a found block of the journal and where it stands.
type Block struct {
	BlockHash     template.Hash
	Height        int32
	Value         int64  // litoshi
	Address       string // empty if it is not known here, as of a block of this run
	Script        []byte
	Found         time.Time
	Verdict       Verdict // the best of all nodes' answers
	State         BlockState
	Confirmations int           // as last heard; 0 before the first word, -1 beside the best chain
	ReplacedBy    template.Hash // of the best chain at its height, while it is beside it; zero if not known
	Settled       bool          // it stands where it will stay
	Nodes         []NodeVerdict // the last answer of each node; not changed in place
}

// NodeVerdict is one node's answer.
type NodeVerdict struct {
	Node    string
	Verdict Verdict
	At      time.Time
}

// BlockState is where a found block stands on its way to being spendable.
type BlockState string

// The states. A block can change from each of them into others until it is settled.
const (
	StateUnsettled BlockState = "unsettled" // no node has answered for good, or the race with a rival is on
	StateImmature  BlockState = "immature"  // in the best chain, with less than 100 confirmations
	StateMature    BlockState = "mature"    // its coinbase can be spent
	StateOrphaned  BlockState = "orphaned"  // another block is in the best chain at its height, and buried
	StateRejected  BlockState = "rejected"  // every node that answered refused it
)

// Standing is a change of what became of a block.
type Standing struct {
	State      BlockState
	ReplacedBy template.Hash // zero if the block is in the best chain, or it is not known
	Settled    bool
	At         time.Time
}

// NewBlock is a candidate that no node has answered.
func NewBlock(c *Candidate, address string) Block {
	return Block{
		BlockHash: c.BlockHash, Height: c.Height, Value: c.Value, Address: address, Script: c.Script, Found: c.Found,
		State: StateUnsettled,
	}
}

// Answer takes one node's verdict into account.
func (b *Block) Answer(v NodeVerdict) {
	b.Nodes = append(slices.DeleteFunc(slices.Clone(b.Nodes), func(n NodeVerdict) bool { return n.Node == v.Node }), v)
	b.Verdict = Verdict{}
	for _, n := range b.Nodes {
		if n.Verdict.better(b.Verdict) {
			b.Verdict = n.Verdict
		}
	}
	if b.State != StateUnsettled && b.State != StateRejected {
		return // the chain itself has said more
	}
	switch b.Verdict.Outcome {
	case Accepted:
		b.State = StateImmature
	case Rejected:
		b.State = StateRejected
	default:
		b.State = StateUnsettled
	}
}

// Stand takes a change into account.
func (b *Block) Stand(s Standing) {
	b.State, b.ReplacedBy, b.Settled = s.State, s.ReplacedBy, s.Settled
}

// AnswerOf is the last answer of a node, if it gave one.
func (b *Block) AnswerOf(node string) (v Verdict, ok bool) {
	for _, n := range b.Nodes {
		if n.Node == node {
			return n.Verdict, true
		}
	}
	return Verdict{}, false
}

// InChain reports whether the block was in the best chain when a node was heard last.
func (b *Block) InChain() bool { return b.State == StateImmature || b.State == StateMature }

// Pending reports whether the block is to be sent to some of these nodes, by their names: those that have not answered
// for good, as long as no node has accepted it. Without names, it reports whether no node has answered for good.
func (b *Block) Pending(nodes ...string) bool {
	if b.Settled || b.Verdict.Outcome == Accepted {
		return false
	}
	if len(nodes) == 0 {
		return !slices.ContainsFunc(b.Nodes, func(n NodeVerdict) bool { return n.Verdict.Final() })
	}
	return slices.ContainsFunc(nodes, func(name string) bool {
		v, answered := b.AnswerOf(name)
		return !answered || !v.Final()
	})
}
