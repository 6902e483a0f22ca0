package solo

import (
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
	Script    []byte    // payout script, read back from the block
	Found     time.Time // by the local clock
	Worker    string
	JobID     string
	Block     []byte // serialized, as submitblock takes it
}
