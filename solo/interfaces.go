package solo

import (
	"context"
	"errors"

	"ltcsolo/template"
)

// Node is where templates come from. Implementations are safe for concurrent use.
type Node interface {
	// NextTemplate returns the current template if prev is nil. Else it waits until the node's tip is no longer
	// prev's previous block, or there is other work on the same tip (fees, bits), and returns that. An error says
	// that there is no template now; it is ErrTipMoved (errors.Is) if prev must not be mined on any more.
	NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error)
	// Propose asks the node's opinion of an assembled, unsolved block (BIP 23). An error says that it has not answered.
	Propose(ctx context.Context, block []byte) (Opinion, error)
}

// Opinion is a node's answer to a proposed block.
type Opinion struct {
	Refused bool // the block breaks a rule
	// Reason is the node's own word. It is empty if the block is valid but for its proof of work. With a reason but not
	// refused, the node cannot tell: its tip has moved, or it has a block with this header already.
	Reason string
}

// Errors of a Node and a Submitter that the engine tells apart.
var ErrTipMoved = errors.New("the node's tip has moved and it gives no template for the new one")
