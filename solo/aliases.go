package solo

import "ltcsolo/solo/delivery"

type (
	Candidate   = delivery.Candidate
	Verdict     = delivery.Verdict
	Block       = delivery.Block
	BlockState  = delivery.BlockState
	NodeVerdict = delivery.NodeVerdict
	Standing    = delivery.Standing
	Journal     = delivery.Journal
	Submitter   = delivery.Node
	Chain       = delivery.Node
)

const (
	Unsettled    = delivery.Unsettled
	Accepted     = delivery.Accepted
	Inconclusive = delivery.Inconclusive
	Duplicate    = delivery.Duplicate
	Rejected     = delivery.Rejected

	StateUnsettled = delivery.StateUnsettled
	StateImmature  = delivery.StateImmature
	StateMature    = delivery.StateMature
	StateOrphaned  = delivery.StateOrphaned
	StateRejected  = delivery.StateRejected
)

var (
	ErrUnknownBlock = delivery.ErrUnknownBlock
	NewBlock        = delivery.NewBlock
)
