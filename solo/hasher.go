package solo

import (
	"sync"
	"time"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Hasher hashes the headers of shares. Implementations are safe for concurrent use. One that wants to know when the
// reference has refuted a result of its own has a method Refuted too, see [Refutable].
type Hasher interface {
	// Sum writes the PoW hash of headers[i] to pow[i]; both have the same length, and any. It returns when all are hashed,
	// and does not keep the slices.
	Sum(headers [][scrypt.HeaderSize]byte, pow [][32]byte)
}

// Refutable is a Hasher that takes a kernel out of service when the reference has refuted it.
type Refutable interface {
	Hasher
	// Refuted says that Sum has returned wrong for header, and that the reference disagrees. It keeps neither pointer.
	Refuted(header *[scrypt.HeaderSize]byte, wrong *[32]byte)
}

// reference is the Hasher whose results need no confirmation: [scrypt.Sum], one header at a time.
type reference struct{}

func (reference) Sum(headers [][scrypt.HeaderSize]byte, pow [][32]byte) {
	for i := range headers {
		pow[i] = scrypt.Sum(&headers[i])
	}
}

// maxLowChecks is how many shares a second are hashed by the reference because the hasher calls them too low. Honest
// miners send almost none. Beyond that the hasher is believed: the reference must not become the bottleneck that the
// hasher is there to remove.
const maxLowChecks = 200

// confirm has the reference hash a header again where h alone must not decide: what h calls a block, what it calls the
// best share of the run, and what it calls too low for its share target, as far as lowChecks allows. On return pow is
// the PoW hash to judge by.
func (e *Engine) confirm(h Hasher, header *[scrypt.HeaderSize]byte, pow *template.Hash, easiest, share *template.Target) {
	if _, ok := h.(reference); ok {
		return
	}
	if !easiest.MetBy(pow) && !e.best.improvedBy(pow) && (share.MetBy(pow) || !e.lowChecks.take(e.cfg.Now())) {
		return
	}
	right := template.Hash(scrypt.Sum(header))
	if right == *pow {
		return
	}
	if r, ok := h.(Refutable); ok {
		r.Refuted(header, (*[template.HashSize]byte)(pow))
	}
	*pow = right
}

// quota allows so many events in each second of a clock. It is safe for concurrent use.
type quota struct {
	most int

	mu     sync.Mutex
	second int64
	taken  int
}

// take reports whether one more event is allowed at now, and counts it.
func (q *quota) take(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if s := now.Unix(); s != q.second {
		q.second, q.taken = s, 0
	}
	if q.taken >= q.most {
		return false
	}
	q.taken++
	return true
}
