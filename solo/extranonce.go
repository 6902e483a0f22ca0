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

// extranonces allocates extranonce1 values: a counter from a random start that leaves out those that are reserved. So no
// two searchers of a run share a search space, nor, except by chance, those of two runs.
type extranonces struct {
	start    uint32
	given    atomic.Uint32
	reserved map[[Extranonce1Size]byte]struct{}
}

func newExtranonces(reserved [][Extranonce1Size]byte) *extranonces {
	var b [Extranonce1Size]byte
	rand.Read(b[:]) // never fails
	x := &extranonces{start: binary.LittleEndian.Uint32(b[:]), reserved: make(map[[Extranonce1Size]byte]struct{}, len(reserved))}
	for _, e1 := range reserved {
		x.reserved[e1] = struct{}{}
	}
	return x
}

func (x *extranonces) next() (e1 [Extranonce1Size]byte) {
	for {
		binary.LittleEndian.PutUint32(e1[:], x.start+x.given.Add(1))
		if _, reserved := x.reserved[e1]; !reserved {
			return e1
		}
	}
}
