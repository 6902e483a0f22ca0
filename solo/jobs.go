package solo

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"ltcsolo/template"
)

// keepJob is how long a job is known after its previous block has ceased to be the newest one's. Hardware may finish old
// work a minute late, a server may restart meanwhile, and a solved block is the node's to judge however old its job.
const keepJob = 10 * time.Minute

// Bounds of the job table's memory, in bytes of transactions and extension blocks; what several jobs share counts once.
// Beyond maxJobs no job is made of a template that only brings other fees. That leaves one job a tip, which may still
// come too fast on a chain that is no real one: beyond maxLeftJobs the table forgets the job whose tip was left first.
//
// Ten minutes of a new tip each second, with 4,400 transactions of which 40 are new, take about 30 MB.
const (
	maxJobs     = 256 << 20
	maxLeftJobs = 512 << 20
)

// maxAuxJobs is where the table has no room for jobs that only bring other aux blocks, so that a merged chain's node does not
// fill it. The main chain's tip may stand for hours, with other aux blocks each minute: then the jobs that were replaced
// long ago are forgotten first.
const maxAuxJobs = 128 << 20

// jobOverhead is about what a job without transactions takes.
const jobOverhead = 2 << 10

// firstJobID returns where the IDs of a run's jobs start. They are hex numbers that count from a random one on, so that a
// share for a job of an earlier run is not taken for one of this run; with 47 random bits they stay within 12 digits, which
// leaves a server four of the 16 that miners are known to take.
func firstJobID() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:]) >> 17
}

// jobs is the job table. What it offers to searchers is the newest job, or none. It is safe for concurrent use.
type jobs struct {
	now func() time.Time

	mu      sync.Mutex
	offered *template.Job // nil: nothing to search now
	changed chan struct{} // closed and replaced by offer when offered changes
	known   []*jobEntry   // oldest first
	byID    map[string]*jobEntry
	held    map[*template.Transaction]int // how many jobs hold a transaction
	bytes   int                           // of all jobs
}

type jobEntry struct {
	job  *template.Job
	made time.Time
	left time.Time // when its previous block ceased to be the newest one's; zero while it is

	good    goodShares
	hashing map[uint64]struct{}        // marks of the shares that are being hashed
	blocks  map[template.Hash]struct{} // block hashes of the candidates
}

func newJobEntry(j *template.Job, made time.Time) *jobEntry {
	return &jobEntry{job: j, made: made, hashing: make(map[uint64]struct{}), blocks: make(map[template.Hash]struct{})}
}

func newJobs(now func() time.Time) *jobs {
	return &jobs{
		now: now, changed: make(chan struct{}), byID: make(map[string]*jobEntry), held: make(map[*template.Transaction]int),
	}
}

// add puts a new job into the table, and forgets those that are too old. It does not offer the job.
func (t *jobs) add(j *template.Job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.addMade(j, t.now())
}

// addMade is add of a job that was made at now. The caller holds mu.
func (t *jobs) addMade(j *template.Job, now time.Time) {
	tip := j.Template.PreviousBlock
	for _, e := range t.known {
		switch onTip := e.job.Template.PreviousBlock == tip; {
		case onTip:
			e.left = time.Time{} // it may have been left, and the tip is back
		case e.left.IsZero():
			e.left = now
		}
	}
	e := newJobEntry(j, now)
	t.known, t.byID[j.ID] = append(t.known, e), e
	t.hold(j, 1)
	t.forgetLeft(now)
	t.forgetReplaced(now)
	for t.bytes > maxLeftJobs && t.forgetFirst() {
	}
}

// forgetLeft drops the entries whose tip was left too long ago. The caller holds mu.
func (t *jobs) forgetLeft(now time.Time) {
	t.forget(func(e *jobEntry) bool { return now.Sub(e.left) > keepJob })
}

// forgetReplaced drops jobs with aux blocks, those of the newest tip too, while there are too many: the oldest first, but none
// that was the newest less than keepJob ago. The caller holds mu.
func (t *jobs) forgetReplaced(now time.Time) {
	for t.bytes > maxAuxJobs {
		i := slices.IndexFunc(t.known, func(e *jobEntry) bool { return len(e.job.Aux) > 0 })
		if i < 0 || i == len(t.known)-1 || now.Sub(t.known[i+1].made) <= keepJob {
			return
		}
		oldest := t.known[i]
		t.drop(func(e *jobEntry) bool { return e == oldest })
	}
}

// forget drops the entries whose tip was left and that are too old. The caller holds mu.
func (t *jobs) forget(tooOld func(*jobEntry) bool) {
	t.drop(func(e *jobEntry) bool { return !e.left.IsZero() && tooOld(e) })
}

// drop forgets entries. The caller holds mu.
func (t *jobs) drop(entry func(*jobEntry) bool) {
	kept := make([]*jobEntry, 0, len(t.known)) // new: what is dropped holds templates of megabytes
	for _, e := range t.known {
		if !entry(e) {
			kept = append(kept, e)
			continue
		}
		delete(t.byID, e.job.ID)
		t.hold(e.job, -1)
	}
	t.known = kept
}

// forgetFirst drops the oldest entry whose tip was left, if there is one. The caller holds mu.
func (t *jobs) forgetFirst() bool {
	var first *jobEntry
	for _, e := range t.known {
		if !e.left.IsZero() && (first == nil || e.left.Before(first.left)) {
			first = e
		}
	}
	if first != nil {
		t.forget(func(e *jobEntry) bool { return e == first })
	}
	return first != nil
}

// hold counts what a job holds, or no longer holds if by is -1. The caller holds mu.
func (t *jobs) hold(j *template.Job, by int) {
	t.holdTemplate(j.Template, by)
	for _, a := range j.Aux {
		t.holdTemplate(a.Template, by)
	}
}

func (t *jobs) holdTemplate(tmpl *template.Template, by int) {
	const pointer = 8
	t.bytes += by * (jobOverhead + pointer*len(tmpl.Transactions) + len(tmpl.MWEB))
	for _, tx := range tmpl.Transactions {
		before := t.held[tx]
		switch after := before + by; {
		case after == 0:
			delete(t.held, tx)
		default:
			t.held[tx] = after
		}
		if before == 0 || before+by == 0 {
			t.bytes += by * len(tx.Data)
		}
	}
}

// full reports whether no more jobs should be made that only bring other fees.
func (t *jobs) full() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bytes > maxJobs
}

// takesAux reports whether there is room for jobs that only bring other aux blocks.
func (t *jobs) takesAux() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bytes <= maxAuxJobs
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

// find looks a job up by its ID, nil if it is not known. stale says that it is not on the newest job's previous block.
func (t *jobs) find(id string) (e *jobEntry, stale bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e = t.byID[id]
	return e, e != nil && !e.left.IsZero()
}

// begin notes that the share with this mark is being hashed, and reports true. It reports false if a share with the mark
// was good, or is being hashed already: its verdict is that one's, or will be.
func (t *jobs) begin(e *jobEntry, mark uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, hashing := e.hashing[mark]; hashing || e.good.has(mark) {
		return false
	}
	e.hashing[mark] = struct{}{}
	return true
}

// end ends what begin began. Only a good share is remembered: bad ones cost no memory.
func (t *jobs) end(e *jobEntry, mark uint64, good bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(e.hashing, mark)
	if good {
		e.good.add(mark)
	}
}

// firstBlock records that a candidate of the job has this block hash and reports whether it was new.
func (t *jobs) firstBlock(e *jobEntry, blockHash template.Hash) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := e.blocks[blockHash]; ok {
		return false
	}
	e.blocks[blockHash] = struct{}{}
	return true
}
