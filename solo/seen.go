package solo

import (
	"hash/maphash"

	"ltcsolo/template"
)

// maxGoodShares bounds how many good shares of a job are remembered.
const maxGoodShares = 65_536

// mark returns the eight bytes that a share is remembered by. They are hashed with a seed of this run, so that no miner can
// aim at a mark; by chance another header has that of one of a job's 65,536 good shares once in 2^48 times.
func (e *Engine) mark(h *template.Header) uint64 { return maphash.Bytes(e.seed, h[:]) }

// goodShares remembers the good shares of a job by their marks. When it is full, it forgets the older half: a
// good share that is repeated after 32,768 others of its job is hashed and accepted again. The zero value is empty.
type goodShares struct {
	newer, older map[uint64]struct{} // half of maxGoodShares each at most
}

func (g *goodShares) has(mark uint64) bool {
	_, ok := g.newer[mark]
	if !ok {
		_, ok = g.older[mark]
	}
	return ok
}

func (g *goodShares) add(mark uint64) {
	if g.newer == nil || len(g.newer) >= maxGoodShares/2 {
		g.older, g.newer = g.newer, make(map[uint64]struct{})
	}
	g.newer[mark] = struct{}{}
}
