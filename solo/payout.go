package solo

import "ltcsolo/template"

// Payout chooses the script that blocks pay. Implementations are safe for concurrent use.
type Payout interface {
	// Script returns the output script that a job made now pays. It may wait a moment for what Found has begun.
	Script() []byte
	// Found says that a solved block pays script: just before the block is sent to the nodes, and at the start for each
	// block of the journal, since a crash may have come between the two. It returns at once; afterwards Script may return
	// another one.
	Found(script []byte, blockHash template.Hash)
}

// FixedPayout pays every block to one script.
type FixedPayout []byte

var _ Payout = FixedPayout(nil)

// Script returns p.
func (p FixedPayout) Script() []byte { return p }

// Found does nothing.
func (p FixedPayout) Found([]byte, template.Hash) {}
