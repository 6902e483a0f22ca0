package solo

import (
	"context"
	"sync"

	"ltcsolo/template"
)

// Jobs kept besides the newest: of its own previous block, and of earlier ones. Hardware may finish old work up to
// a minute late, and a solved block is the node's to judge however old its job.
const (
	keepCurrent = 8
	keepPast    = 8
)

// jobs is the job table. What it offers to searchers is the newest job, or none. Safe for concurrent use.
type jobs struct {
	mu      sync.Mutex
	offered *template.Job // nil: nothing to search now
	changed chan struct{} // closed and replaced by offer when offered changes
	current []*jobEntry   // on the newest job's previous block, oldest first
	past    []*jobEntry
}

type jobEntry struct {
	job  *template.Job
	seen map[template.Hash]struct{} // block hashes of the good shares for it
}

func newJobs() *jobs {
	return &jobs{changed: make(chan struct{})}
}

// add puts a new job into the table. It is not offered by that.
func (t *jobs) add(j *template.Job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.current); n > 0 && t.current[n-1].job.Template.PreviousBlock != j.Template.PreviousBlock {
		t.past = last(append(t.past, t.current...), keepPast)
		t.current = nil
	}
	t.current = last(append(t.current, &jobEntry{j, make(map[template.Hash]struct{})}), keepCurrent)
}

func last(s []*jobEntry, n int) []*jobEntry {
	if len(s) <= n {
		return s
	}
	return append([]*jobEntry(nil), s[len(s)-n:]...) // a copy: the dropped jobs hold templates of megabytes
}

// offer makes j, or nothing if nil, what searchers get.
func (t *jobs) offer(j *template.Job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.offered == j {
		return
	}
	t.offered = j
	close(t.changed)
	t.changed = make(chan struct{})
}

// next waits until what is offered is not prev. The end of ctx goes before everything.
func (t *jobs) next(ctx context.Context, prev *template.Job) (*template.Job, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t.mu.Lock()
		offered, changed := t.offered, t.changed
		t.mu.Unlock()
		if offered != prev {
			return offered, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// find looks a job up by its ID. stale says that it is not on the newest job's previous block.
func (t *jobs) find(id string) (e *jobEntry, stale bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.current {
		if e.job.ID == id {
			return e, false
		}
	}
	for _, e := range t.past {
		if e.job.ID == id {
			return e, true
		}
	}
	return nil, false
}

// firstSight records that a good share has this block hash and reports whether it was new.
func (t *jobs) firstSight(e *jobEntry, blockHash template.Hash) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := e.seen[blockHash]; ok {
		return false
	}
	e.seen[blockHash] = struct{}{}
	return true
}
