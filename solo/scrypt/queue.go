package scrypt

import (
	"sync/atomic"
	"time"
)

// request is one call of Pool.Sum. Its slices are the caller's, who waits for done.
type request struct {
	headers [][HeaderSize]byte
	pow     [][hashSize]byte
	came    time.Time
	taken   int           // headers that batches have taken, from the first on
	open    atomic.Int64  // headers whose hash is not in pow yet
	done    chan struct{} // closed by the worker that makes open 0
}

func newRequest(headers [][HeaderSize]byte, pow [][hashSize]byte) *request {
	r := &request{headers: headers, pow: pow, came: time.Now(), done: make(chan struct{})}
	r.open.Store(int64(len(headers)))
	return r
}

// part is what a batch takes of a request: n headers from first on.
type part struct {
	*request
	first, n int
}

// finish copies the part's hashes from pow into the request, and ends the request if no header is open any more.
func (p part) finish(pow [][hashSize]byte) {
	copy(p.pow[p.first:], pow[:p.n])
	if p.open.Add(-int64(p.n)) == 0 {
		close(p.done)
	}
}

// queue holds the requests of which headers wait, in the order in which they are served. A request that fills a batch by
// itself and has more goes to the end. So a request that is added has all its headers taken, if they fit in one batch, after
// at most one batch for each request before it, however large those are.
type queue struct {
	requests []*request
	waiting  int // headers
}

func (q *queue) add(r *request) {
	q.requests = append(q.requests, r)
	q.waiting += len(r.headers)
}

// take removes n headers, of which there are at least that many, and appends where they are to parts.
func (q *queue) take(n int, parts []part) []part {
	for free := n; free > 0; {
		r := q.requests[0]
		p := part{request: r, first: r.taken, n: min(free, len(r.headers)-r.taken)}
		parts = append(parts, p)
		r.taken += p.n
		free -= p.n
		finished, whole := r.taken == len(r.headers), p.n == n
		if finished || whole {
			q.requests[0] = nil
			q.requests = q.requests[1:]
		}
		if !finished && whole {
			q.requests = append(q.requests, r)
		}
	}
	q.waiting -= n
	return parts
}
