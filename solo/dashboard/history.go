package dashboard

import (
	"sync"
	"time"
)

// sampleEvery is how often a reading is added to the history.
const sampleEvery = 5 * time.Second

// span is a time for which the plot shows the hash rate: length, with one point per every.
type span struct {
	Name          string // in the query
	Title         string // on the page
	length, every time.Duration
}

var spans = []span{
	{"hour", "hour", time.Hour, sampleEvery},
	{"day", "day", 24 * time.Hour, 5 * time.Minute},
	{"month", "30 days", 30 * 24 * time.Hour, 2 * time.Hour},
}

// spanNamed returns the span of that name, or the first one if there is none.
func spanNamed(name string) *span {
	for i := range spans {
		if spans[i].Name == name {
			return &spans[i]
		}
	}
	return &spans[0]
}

// point is the average hash rate of the interval that ends at at.
type point struct {
	at   time.Time
	rate float64 // H/s
}

// history keeps the hash rate over each span, in bounded memory. It is safe for concurrent use.
type history struct {
	mu    sync.Mutex
	rings []ring // one per span
}

// ring holds the latest points of a span. Once it is full, the oldest is at next.
type ring struct {
	points []point
	next   int
	since  time.Time // beginning of the current interval; zero before the first reading
	hashes uint64    // the counter at since
}

func newHistory() *history { return &history{rings: make([]ring, len(spans))} }

// add takes a reading of the counter of hashes.
func (h *history) add(now time.Time, hashes uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.rings {
		h.rings[i].add(now, hashes, &spans[i])
	}
}

func (r *ring) add(now time.Time, hashes uint64, s *span) {
	passed := now.Sub(r.since)
	const early = sampleEvery / 2 // ticks are not exact
	if !r.since.IsZero() && passed < s.every-early {
		return
	}
	if !r.since.IsZero() && hashes >= r.hashes {
		p := point{now, float64(hashes-r.hashes) / passed.Seconds()}
		if len(r.points) < int(s.length/s.every) {
			r.points = append(r.points, p)
		} else {
			r.points[r.next] = p
			r.next = (r.next + 1) % len(r.points)
		}
	}
	r.since, r.hashes = now, hashes
}

// over returns the points of a span that are at most its length old, oldest first.
func (h *history) over(s *span, now time.Time) []point {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range spans {
		if spans[i].Name != s.Name {
			continue
		}
		r := &h.rings[i]
		var all []point
		for k := range r.points {
			if p := r.points[(r.next+k)%len(r.points)]; now.Sub(p.at) <= s.length {
				all = append(all, p)
			}
		}
		return all
	}
	return nil
}
