package solo

import (
	"context"
	"errors"
	"time"

	"ltcsolo/template"
)

// Node is where templates come from. Implementations are safe for concurrent use.
type Node interface {
	// NextTemplate returns the current template if prev is nil. Else it waits until the node's tip is no longer
	// prev's previous block, or there is other work on the same tip (fees, bits), and returns that. An error says
	// that there is no template now; it is ErrTipMoved (errors.Is) if prev must not be mined on any more.
	NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error)
	// Propose asks the node what it would say of the assembled, unsolved block (BIP 23). The empty reason means
	// that the block is valid but for its proof of work; else it is the node's own word.
	Propose(ctx context.Context, block []byte) (reason string, err error)
}

// Submitter is a node that takes solved blocks. Implementations are safe for concurrent use.
type Submitter interface {
	// Name tells the node from others, in the log and the journal. It holds no secret.
	Name() string
	// SubmitBlock hands over a serialized block. An error means that it is unknown whether the node has it; the
	// same block may be submitted again.
	SubmitBlock(ctx context.Context, block []byte) (Verdict, error)
	Chain
}

// Chain is a node's best chain.
type Chain interface {
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

// Errors of a Node and a Submitter that the engine tells apart.
var (
	ErrTipMoved     = errors.New("the node's tip has moved and it gives no template for the new one")
	ErrUnknownBlock = errors.New("the node does not know the block")
)
