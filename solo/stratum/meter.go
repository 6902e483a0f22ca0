package stratum

import (
	"math"
	"sync/atomic"
	"time"
)

// meterTime is the time over which a meter averages.
const meterTime = time.Minute

// meter estimates how much difficulty a session finds in a second, recent shares counting most. It decides who gets work
// first; what is shown to people is counted by the worker.
type meter struct {
	credit float64 // found since last
	last   time.Time
	sum    float64 // decayed credit
	span   float64 // decayed seconds
	rate   atomic.Uint64
}

// start sets the rate that is expected, until shares tell.
func (m *meter) start(expected float64, now time.Time) {
	m.last = now
	m.rate.Store(math.Float64bits(expected))
}

func (m *meter) add(difficulty float64) { m.credit += difficulty }

// tick updates the rate.
func (m *meter) tick(now time.Time) {
	passed := now.Sub(m.last).Seconds()
	if passed <= 0 {
		return
	}
	decay := math.Exp(-passed / meterTime.Seconds())
	m.sum, m.span = m.sum*decay+m.credit, m.span*decay+passed
	m.last, m.credit = now, 0
	if m.sum > 0 {
		m.rate.Store(math.Float64bits(m.sum / max(m.span, 1))) // a burst says little
	}
}

// measured returns the rate, 0 if no share has told it yet.
func (m *meter) measured() float64 {
	if m.sum == 0 {
		return 0
	}
	return m.perSecond()
}

// perSecond returns the rate, in difficulty a second. Unlike the other methods, it may be called at any time.
func (m *meter) perSecond() float64 { return math.Float64frombits(m.rate.Load()) }
