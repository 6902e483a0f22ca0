//go:build !purego

package scrypt

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// TestNEONAgainstROMix compares whole states, not their hashes, and checks the memory around what the assembly is
// given.
func TestNEONAgainstROMix(t *testing.T) {
	tests := []struct {
		name  string
		sets  int
		romix func(work *neonWork, pad *byte)
	}{
		{"romixNEON8", 2, romixNEON8},
		{"romixNEON4", 1, romixNEON4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const guard = 4096
			seed := rand.Uint64()
			r := rand.New(rand.NewPCG(seed, 0))
			size := tt.sets * neonSet * hashMemory
			memory := make([]byte, guard+size+guard)
			around := make([]byte, guard)
			fill(r, around)
			copy(memory, around)
			copy(memory[guard+size:], around)

			work := make([]neonWork, 1+tt.sets+1)
			states := make([]row, len(work)*neonSet)
			for i := range states {
				for w := range rowBytes / 4 {
					word := r.Uint32()
					states[i][w/blockWords][w%blockWords] = word
					work[i/neonSet].state[w][i%neonSet] = word
				}
			}
			before, after := work[0], work[1+tt.sets]
			tt.romix(&work[1], unsafe.SliceData(memory[guard:]))

			if work[0] != before || work[1+tt.sets] != after {
				t.Error("the working memory beside the sets' has changed")
			}
			if !bytes.Equal(memory[:guard], around) || !bytes.Equal(memory[guard+size:], around) {
				t.Error("the memory beside the scratchpad has changed")
			}
			pad := new(scratchpad)
			for i := neonSet; i < neonSet*(1+tt.sets); i++ {
				want := states[i]
				romix(&want, pad)
				var got row
				for w := range rowBytes / 4 {
					got[w/blockWords][w%blockWords] = work[i/neonSet].state[w][i%neonSet]
				}
				if got != want {
					t.Errorf("seed %d: state %d = %08x, want %08x", seed, i-neonSet, got, want)
				}
			}
		})
	}
}
