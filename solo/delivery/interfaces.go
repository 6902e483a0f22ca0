package delivery

import (
	"context"
	"errors"
	"time"

	"ltcsolo/template"
)

// Node takes solved blocks and knows the best chain. Implementations are safe for concurrent use.
type Node interface {
	// Name tells the node from others, in the log and the journal. It holds no secret.
	Name() string
	// SubmitBlock hands over a serialized block. An error means that it is unknown whether the node has it; the
	// same block may be submitted again.
	SubmitBlock(ctx context.Context, block []byte) (Verdict, error)
	// Confirmations is how deep the block is in the node's best chain: 1 for its tip, -1 if the node has the block
	// outside of its best chain. It is ErrUnknownBlock (errors.Is) if the node does not have the block, though
	// it may have its header.
	Confirmations(ctx context.Context, blockHash template.Hash) (int, error)
	// BlockAt is the block of this height in the node's best chain. It is ErrUnknownBlock (errors.Is) if the chain is
	// not that high.
	BlockAt(ctx context.Context, height int32) (template.Hash, error)
}

// Journal keeps found blocks on disk. Implementations are safe for concurrent use.
type Journal interface {
	// Append makes c durable before it returns. To append a block again changes nothing.
	Append(c *Candidate) error
	// Settle adds a node's verdict on an appended block, durably.
	Settle(blockHash template.Hash, node string, v Verdict, at time.Time) error
	// Mark notes where an appended block stands, durably.
	Mark(blockHash template.Hash, s Standing) error
	// Blocks are all appended blocks, oldest first.
	Blocks() ([]Block, error)
	// Load is an appended block with its bytes.
	Load(blockHash template.Hash) (*Candidate, error)
}

// ErrUnknownBlock is a Node's error for a block, or a height, that it does not have.
var ErrUnknownBlock = errors.New("the node does not know the block")

func isUnknown(err error) bool { return errors.Is(err, ErrUnknownBlock) }
