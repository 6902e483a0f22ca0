package solo

import (
	"testing"

	"ltcsolo/template"
)

// However many good shares come, the newest half of the bound is known.
func TestGoodSharesAreBounded(t *testing.T) {
	var g goodShares
	for mark := range uint64(3 * maxGoodShares) {
		g.add(mark)
		if n := len(g.newer) + len(g.older); n > maxGoodShares {
			t.Fatalf("%d shares are remembered, want at most %d", n, maxGoodShares)
		}
		if old := mark - min(mark, maxGoodShares/2); !g.has(old) {
			t.Fatalf("share %d is forgotten after %d more", old, mark-old)
		}
	}
	if g.has(0) {
		t.Error("the first share is still known")
	}
}

// A block whose mark is forgotten is known by its block hash, and another one is not refused for it.
func TestBlocksAreToldApartByTheirHash(t *testing.T) {
	tab := newTable()
	e, _ := tab.find(tab.put(1, 0))
	block, other := template.Hash{1}, template.Hash{1, 31: 1}
	if !tab.begin(e, 1) || tab.begin(e, 1) {
		t.Error("begin() lets twins be hashed, or not the first of them")
	}
	if !tab.firstBlock(e, block) {
		t.Error("the first block is no first one")
	}
	tab.end(e, 1, true)
	for mark := range uint64(maxGoodShares) {
		tab.begin(e, mark+2)
		tab.end(e, mark+2, true)
	}
	if !tab.begin(e, 1) || tab.firstBlock(e, block) {
		t.Error("the forgotten block is not hashed again, or passes for a new one")
	}
	if !tab.firstBlock(e, other) {
		t.Error("another block is refused for the first one")
	}
	if n := len(e.hashing); n != 1 {
		t.Errorf("%d shares are being hashed, want 1", n)
	}
}
