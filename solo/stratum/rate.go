package stratum

import (
	"math"
	"time"

	"ltcsolo/template"
)

// history is what became of a worker's shares in the last day, in constant memory. Its hash rates are those of the
// credited shares: difficulty times 65536 each. It is not safe for concurrent use.
type history struct {
	since                   time.Time
	seconds, minutes, hours ring
}

// The spans of the three rings. The newest span is the one under way, so n of them cover at most n spans.
const (
	shortSpan  = 5 * time.Second
	minuteSpan = time.Minute
	hourSpan   = time.Hour

	minuteSpans = int(time.Minute / shortSpan)
	hourSpans   = int(time.Hour / minuteSpan)
	daySpans    = int(24 * time.Hour / hourSpan)
)

// The windows of solo.Worker's HashRate.
var rateWindows = [3]time.Duration{time.Minute, 15 * time.Minute, time.Hour}

func newHistory(since time.Time) *history {
	return &history{
		since:   since,
		seconds: newRing(shortSpan, minuteSpans),
		minutes: newRing(minuteSpan, hourSpans),
		hours:   newRing(hourSpan, daySpans),
	}
}

// credit counts a good share.
func (h *history) credit(at time.Time, difficulty float64) {
	work := difficulty * template.PoolDifficultyFactor
	h.add(at, tally{work: work, squares: work * work, shares: 1})
}

// refuse counts a share that was refused.
func (h *history) refuse(at time.Time) { h.add(at, tally{shares: 1, refused: 1}) }

func (h *history) add(at time.Time, t tally) {
	age := max(at.Sub(h.since), 0)
	h.seconds.add(age, t)
	h.minutes.add(age, t)
	h.hours.add(age, t)
}

// over returns what a window before now holds, and the time that it covers: the window less at most one span, or the
// history's age if that is shorter. A window is a minute to a day.
func (h *history) over(now time.Time, window time.Duration) (tally, time.Duration) {
	r := &h.hours
	switch {
	case window <= time.Minute:
		r = &h.seconds
	case window <= time.Hour:
		r = &h.minutes
	}
	return r.sum(max(now.Sub(h.since), 0), int(window/r.span))
}

// rate returns the mean hash rate in H/s over a window before now, and its relative standard error; both are 0 where
// there was no share.
func (h *history) rate(now time.Time, window time.Duration) (hashRate, relativeError float64) {
	t, covered := h.over(now, window)
	if t.work == 0 {
		return 0, 0
	}
	return t.work / max(covered, time.Second).Seconds(), math.Sqrt(t.squares) / t.work
}

// tally is what a span of time holds.
type tally struct {
	work            float64 // expected hashes of the good shares
	squares         float64 // sum of the squares of each share's work: the error is 1/sqrt(n) for n shares alike
	shares, refused uint32  // shares are all, good and refused
}

func (t *tally) add(u tally) {
	t.work += u.work
	t.squares += u.squares
	t.shares += u.shares
	t.refused += u.refused
}

// ring counts in spans of equal length, of which it holds the newest.
type ring struct {
	span    time.Duration
	tallies []tally
	newest  int64 // number of the newest span; the first is 0
}

func newRing(span time.Duration, n int) ring { return ring{span: span, tallies: make([]tally, n)} }

func (r *ring) add(age time.Duration, t tally) {
	n, size := int64(age/r.span), int64(len(r.tallies))
	for k := max(r.newest+1, n-size+1); k <= n; k++ {
		r.tallies[k%size] = tally{}
	}
	r.newest = max(r.newest, n)
	r.tallies[r.newest%size].add(t)
}

// sum returns what the newest n spans hold at age, and how much time they cover until then.
func (r *ring) sum(age time.Duration, n int) (total tally, covered time.Duration) {
	newest, size := max(int64(age/r.span), r.newest), int64(len(r.tallies))
	oldest := max(newest-int64(n)+1, 0)
	for k := max(oldest, r.newest-size+1); k <= r.newest; k++ {
		total.add(r.tallies[k%size])
	}
	return total, max(age, time.Duration(r.newest)*r.span) - time.Duration(oldest)*r.span
}
