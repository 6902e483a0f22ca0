package solo

import (
	"bytes"
	"sync/atomic"

	"ltcsolo/template"
)

// bestShare is the lowest PoW hash of a run, by the reference. It is safe for concurrent use.
type bestShare struct{ pow atomic.Pointer[template.Hash] }

// Best returns the lowest PoW hash that was submitted in this run, zero before the first.
func (e *Engine) Best() template.Hash {
	if best := e.best.pow.Load(); best != nil {
		return *best
	}
	return template.Hash{}
}

// HitTarget implements [Upstream]: it is the easiest network target of those chains of j that are searched, or the best PoW
// hash so far while that is above it. So every new best is a hit too: about ln n of n hashes. No PoW hash meets it while
// no chain of j is searched.
func (e *Engine) HitTarget(j *template.Job) template.Target {
	network, any := e.sought(j)
	best := e.best.pow.Load()
	switch {
	case !any:
		return template.Target{}
	case best == nil:
		return template.Target(bytes.Repeat([]byte{0xff}, template.HashSize))
	case network.MetBy(best):
		return network
	}
	return template.Target(*best)
}

// improvedBy reports whether pow is lower than all before.
func (b *bestShare) improvedBy(pow *template.Hash) bool {
	best := b.pow.Load()
	return best == nil || *best != *pow && (*template.Target)(best).MetBy(pow)
}

// improve keeps pow if it is lower than all before.
func (b *bestShare) improve(pow *template.Hash) {
	for b.improvedBy(pow) {
		best, lower := b.pow.Load(), *pow
		if (best == nil || (*template.Target)(best).MetBy(pow)) && b.pow.CompareAndSwap(best, &lower) {
			return
		}
	}
}
