package delivery

import (
	"time"

	"ltcsolo/template"
)

// Candidate is a solved block with its bytes. It is immutable.
type Candidate struct {
	BlockHash template.Hash
	PoWHash   template.Hash
	Height    int32
	Value     int64     // what the coinbase pays to Script, in the chain's smallest unit
	Script    []byte    // payout script
	Found     time.Time // by the local clock
	Worker    string    // who found it: for the log and the journal
	JobID     string    // likewise
	Block     []byte    // serialized, as submitblock takes it
}

// parent returns the block hash of the previous block, which stands at the same place in the header of every chain.
func (c *Candidate) parent() template.Hash {
	return (*template.Header)(c.Block).PreviousBlock()
}
