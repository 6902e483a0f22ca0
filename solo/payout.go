package solo

import "ltcsolo/template"

// Payout says whom blocks pay. Implementations are safe for concurrent use.
type Payout interface {
	// Script is the output script that a job made now pays. It may wait a moment for what Found began.
	Script() []byte
	// Found tells of a solved block that pays script: just before it is sent to the nodes, and at the start of those in
	// the journal, since a crash may have come between the two. It returns at once; from then on Script may give another
	// one.
	Found(script []byte, blockHash template.Hash)
}

// FixedPayout pays every block to one script.
type FixedPayout []byte

var _ Payout = FixedPayout(nil)

// Script is the one script.
func (p FixedPayout) Script() []byte { return p }

// Found changes nothing.
func (p FixedPayout) Found([]byte, template.Hash) {}
