package delivery

import (
	"context"
	"time"

	"ltcsolo/template"
)

// Candidate is a solved block: a share whose PoW hash meets the network target, with the block's bytes. It is
// immutable.
type Candidate struct {
	BlockHash template.Hash
	PoWHash   template.Hash
	Height    int32
	Value     int64     // litoshi that the coinbase pays to Script
	Script    []byte    // payout script
	Found     time.Time // by the local clock
	Worker    string
	JobID     string
	Block     []byte // serialized, as submitblock takes it
}

// Offer submits the block to a node once. What the node calls a duplicate is looked up: in the best chain, or beside
// it. An error means that it is unknown whether the node has it.
func Offer(ctx context.Context, c *Candidate, n Node) (Verdict, error) {
	v, err := n.SubmitBlock(ctx, c.Block)
	if err != nil || v.Outcome != Duplicate {
		return v, err
	}
	count, err := n.Confirmations(ctx, c.BlockHash)
	switch {
	case err != nil:
		return Verdict{}, err
	case count > 0:
		return Verdict{Outcome: Accepted}, nil
	}
	return Verdict{Outcome: Inconclusive}, nil
}
