package solo

import (
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
)

// Sizes of the extranonce in bytes: the session's part and the searcher's. All Scrypt hardware works with four and four.
const (
	Extranonce1Size = 4
	Extranonce2Size = 4
	ExtranonceSize  = Extranonce1Size + Extranonce2Size
)

// extranonces allocates extranonce1 values: a counter from a random start, so that no two searchers of a run share a
// search space, nor, except by chance, those of two runs.
type extranonces struct {
	start uint32
	given atomic.Uint32
}

func newExtranonces() *extranonces {
	var b [Extranonce1Size]byte
	rand.Read(b[:]) // never fails
	return &extranonces{start: binary.LittleEndian.Uint32(b[:])}
}

func (x *extranonces) next() [Extranonce1Size]byte {
	var b [Extranonce1Size]byte
	binary.LittleEndian.PutUint32(b[:], x.start+x.given.Add(1))
	return b
}
