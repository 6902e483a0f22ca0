package stratum

import (
	"math"
	"sync"
	"time"
)

// latency measures how long the newest parent's work took until it was written to a session. Times are rounded up to
// the next of a few steps. It is safe for concurrent use.
type latency struct {
	mu     sync.Mutex
	counts [48]uint32 // by step
	total  uint32
}

// latencyStep is the ratio of two steps; the first one ends at 10 µs, the last at a minute.
const (
	latencyFirst = 10 * time.Microsecond
	latencyRatio = 1.4
)

// begin forgets the last parent's times.
func (l *latency) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts, l.total = [len(l.counts)]uint32{}, 0
}

func (l *latency) add(d time.Duration) {
	step := math.Ceil(math.Log(float64(d)/float64(latencyFirst)) / math.Log(latencyRatio))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[int(max(0, min(step, float64(len(l.counts)-1))))]++
	l.total++
}

// quantile returns the time within which that part of the sessions had the work; 0 if none had.
func (l *latency) quantile(part float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	need := uint32(math.Ceil(part * float64(l.total)))
	for step, n := range l.counts {
		if n >= need && need > 0 {
			return time.Duration(float64(latencyFirst) * math.Pow(latencyRatio, float64(step)))
		}
		need -= min(n, need)
	}
	return 0
}
