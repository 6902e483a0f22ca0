package solo

import "testing"

// Searchers of an earlier run may come back: nobody else gets their part of the search space.
func TestReservedExtranonce1IsNotGiven(t *testing.T) {
	reserved := [][Extranonce1Size]byte{{2}, {3}, {0xff, 0xff, 0xff, 0xff}, {5}}
	x := newExtranonces(reserved)
	x.start = 0xfffffffd // it wraps around
	for _, want := range [][Extranonce1Size]byte{{0xfe, 0xff, 0xff, 0xff}, {0}, {1}, {4}, {6}} {
		if got := x.next(); got != want {
			t.Errorf("next() = %x, want %x", got, want)
		}
	}
}
