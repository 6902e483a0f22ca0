package delivery

import (
	"slices"
	"time"

	"ltcsolo/template"
)

// Block is a found block and where it stands.
type Block struct {
	BlockHash template.Hash
	Height    int32
	Value     int64  // what the coinbase pays to Script, in the chain's smallest unit
	Address   string // empty if it is not known here, as of a block of this run
	Script    []byte
	Found     time.Time
	Worker    string // who found it
	JobID     string

	Verdict       Verdict // the most favourable answer of any node
	State         BlockState
	Confirmations int           // when last observed; 0 before that, -1 beside the best chain
	ReplacedBy    template.Hash // the best chain's block at its height, while it is beside it; zero if not known
	Settled       bool          // it stands where it will stay
	Nodes         []NodeVerdict // the last answer of each node; not changed in place

	ThisRun bool // found by this run, not by an earlier one
	// Sibling says that it is not in the best chain, while another block of ours on the same parent is, or was accepted: two
	// workers solved one job.
	Sibling bool
}

// NodeVerdict is one node's answer on a block.
type NodeVerdict struct {
	Node    string
	Verdict Verdict
	At      time.Time
}

// BlockState is how far a found block is from being spendable.
type BlockState string

// The states. A block can move from any of them to another until it is settled.
const (
	StateUnsettled BlockState = "unsettled" // no node has answered for good, or the race with a rival is on
	StateImmature  BlockState = "immature"  // in the best chain, its coinbase not spendable yet
	StateMature    BlockState = "mature"    // its coinbase can be spent
	StateOrphaned  BlockState = "orphaned"  // another block is in the best chain at its height, and buried
	StateRejected  BlockState = "rejected"  // every node that answered refused it
)

// States lists every state.
var States = [...]BlockState{StateUnsettled, StateImmature, StateMature, StateOrphaned, StateRejected}

// Standing is a change of a block's state.
type Standing struct {
	State      BlockState
	ReplacedBy template.Hash // zero if the block is in the best chain, or it is not known
	Settled    bool
	At         time.Time
}

// NewBlock returns the Block of a candidate that no node has answered.
func NewBlock(c *Candidate, address string) Block {
	return Block{
		BlockHash: c.BlockHash, Height: c.Height, Value: c.Value, Address: address, Script: c.Script, Found: c.Found,
		Worker: c.Worker, JobID: c.JobID, State: StateUnsettled,
	}
}

// Answer records one node's verdict.
func (b *Block) Answer(v NodeVerdict) {
	b.Nodes = append(slices.DeleteFunc(slices.Clone(b.Nodes), func(n NodeVerdict) bool { return n.Node == v.Node }), v)
	b.Verdict = Verdict{}
	for _, n := range b.Nodes {
		if n.Verdict.better(b.Verdict) {
			b.Verdict = n.Verdict
		}
	}
	if b.State != StateUnsettled && b.State != StateRejected {
		return // an observation has said more
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

// Stand records a change of state.
func (b *Block) Stand(s Standing) {
	b.State, b.ReplacedBy, b.Settled = s.State, s.ReplacedBy, s.Settled
}

// AnswerOf returns the node's last answer, if it gave one.
func (b *Block) AnswerOf(node string) (v Verdict, ok bool) {
	for _, n := range b.Nodes {
		if n.Node == node {
			return n.Verdict, true
		}
	}
	return Verdict{}, false
}

// InChain reports whether the block was in the best chain when it was last observed.
func (b *Block) InChain() bool { return b.State == StateImmature || b.State == StateMature }

// Pending reports whether some of the named nodes are to be sent the block: those that have not answered for good, as
// long as no node has accepted it. Without names it reports whether no node has answered for good.
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
