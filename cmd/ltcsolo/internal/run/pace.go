package run

import (
	"sync"
	"time"
)

// paceTime is the time over which a pace is measured, at least.
const paceTime = 5 * time.Second

// pace tells how fast a counter grows. The zero value is ready. It is safe for concurrent use.
type pace struct {
	mu     sync.Mutex
	at     time.Time
	count  uint64 // at that time
	latest float64
}

// of takes a reading and returns the growth a second, measured over the last time between two readings of at least
// paceTime; 0 before the second.
func (p *pace) of(now time.Time, count uint64) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch passed := now.Sub(p.at); {
	case p.at.IsZero():
		p.at, p.count = now, count
	case passed >= paceTime:
		p.latest = float64(count-p.count) / passed.Seconds()
		p.at, p.count = now, count
	}
	return p.latest
}
