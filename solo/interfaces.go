package solo

import (
	"context"
	"errors"

	"ltcsolo/template"
)

// Node gives a chain's templates. Implementations are safe for concurrent use.
type Node interface {
	// NextTemplate returns the current template if prev is nil. Otherwise it waits for another tip than prev's previous
	// block, or for other work on the same tip (fees, bits), and returns that. After an error there is no template now; it
	// is ErrTipMoved (errors.Is) if prev must not be mined on any more.
	NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error)
	// Propose asks the node's opinion of an assembled, unsolved block (BIP 23). An error says that it has not answered.
	Propose(ctx context.Context, block []byte) (Opinion, error)
}

// Opinion is a node's answer to a proposed block.
type Opinion struct {
	Refused bool // the block breaks a rule
	// Reason is the node's own word. It is empty if the block is valid but for its proof of work. With a reason but not
	// refused, the node cannot tell: its tip has moved since the template, or it has a block with this header already.
	Reason string
}

// ErrTipMoved is a Node's error when prev's tip has gone and there is no template for the new one.
var ErrTipMoved = errors.New("the node's tip has moved and it gives no template for the new one")
