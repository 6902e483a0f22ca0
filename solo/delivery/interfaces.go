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
	// SubmitBlock submits a serialized block. After an error it is unknown whether the node has the block; it may be
	// submitted again.
	SubmitBlock(ctx context.Context, block []byte) (Verdict, error)
	// Confirmations returns how deep the block is in the node's best chain: 1 for its tip, -1 for a block that the node
	// has beside its best chain. The error is ErrUnknownBlock (errors.Is) if the node lacks the block, even if it has
	// the header.
	Confirmations(ctx context.Context, blockHash template.Hash) (int, error)
	// BlockAt returns the hash of the block at this height of the node's best chain. The error is ErrUnknownBlock
	// (errors.Is) if the chain is shorter.
	BlockAt(ctx context.Context, height int32) (template.Hash, error)
}

// Journal keeps found blocks on disk. Implementations are safe for concurrent use.
type Journal interface {
	// Append writes c durably before it returns. Appending a block again changes nothing.
	Append(c *Candidate) error
	// Settle adds a node's verdict on an appended block, durably.
	Settle(blockHash template.Hash, node string, v Verdict, at time.Time) error
	// Mark adds the standing of an appended block, durably.
	Mark(blockHash template.Hash, s Standing) error
	// Blocks returns all appended blocks, oldest first.
	Blocks() ([]Block, error)
	// Load returns an appended block with its bytes.
	Load(blockHash template.Hash) (*Candidate, error)
}

// Watcher hears what becomes of candidates. Its methods are called one at a time, return at once and do not call the
// courier.
type Watcher interface {
	// Sent says that a candidate is on its way to the nodes and that none has answered in this run.
	Sent(r Ref)
	// Answered gives the most favourable answer of any node so far: at the first answer in this run, even if the
	// journal has it from an earlier one, and whenever it changes. It is unsettled for a block that no node has answered
	// and whose rival has been buried meanwhile.
	Answered(r Ref, v Verdict)
	// InChain says that the block has come into the best chain or has left it. If an answer says so, InChain comes before
	// Answered.
	InChain(r Ref, in bool)
	// Undelivered says that no node has taken a block ten seconds after it was first sent in this run, and why: again
	// whenever the reason changes, and with nil when it is over.
	Undelivered(r Ref, why error)
}

// Ref identifies a found block to a Watcher.
type Ref struct {
	BlockHash template.Hash
	Parent    template.Hash // zero for a block of an earlier run that needs no submission
	JobID     string
	ThisRun   bool // found by this run; false for a block that was in the journal at the start
}

// ErrUnknownBlock is a Node's error for a block, or a height, that it does not have.
var ErrUnknownBlock = errors.New("the node does not know the block")

func isUnknown(err error) bool { return errors.Is(err, ErrUnknownBlock) }
