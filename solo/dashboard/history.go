package dashboard

import (
	"sync"
	"time"
)

// sampling is how often the history is added to.
const sampling = 5 * time.Second

// span is a time over which the hash rate is shown: rates over every, as many as fit into length.
type span struct {
	Name, Title   string // in the query, and for people
	length, every time.Duration
}

var spans = []span{
	{"hour", "hour", time.Hour, sampling},
	{"day", "day", 24 * time.Hour, 5 * time.Minute},
	{"month", "30 days", 30 * 24 * time.Hour, 2 * time.Hour},
}

// spanNamed is the first span if there is none of the name.
func spanNamed(name string) *span {
	for i := range spans {
		if spans[i].Name == name {
			return &spans[i]
		}
	}
	return &spans[0]
}

// point is the hash rate of a time that ended at at.
type point struct {
	at   time.Time
	rate float64 // H/s
}

// history keeps the hash rate over each span, in a space that does not grow. It is safe for concurrent use.
type history struct {
	mu    sync.Mutex
	rings []ring // of each span
}

// ring holds the last points of a span. The oldest stands at next once it is full.
type ring struct {
	points []point
	next   int
	since  time.Time // of the point that is being measured; zero before the first reading
	hashes uint64    // counted until then
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
	const early = sampling / 2 // a tick does not come on the dot
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

// over gives the points of a span that are not older than it, oldest first.
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
