package solo

import (
	"fmt"
	"sync"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// judging is the work of one call of Submit or SubmitAll.
type judging struct {
	headers [][scrypt.HeaderSize]byte // to hash
	pow     [][template.HashSize]byte
	open    []openShare // in the order of headers
}

// openShare is a share whose header is being hashed.
type openShare struct {
	share  *Share
	judged *Judged
	entry  *jobEntry
	stale  bool
	mark   uint64
	done   bool
}

var judgings = sync.Pool{New: func() any { return new(judging) }}

// judge hashes the headers of shares by h and writes the verdicts to judged.
func (e *Engine) judge(h Hasher, shares []Share, judged []Judged) {
	w := judgings.Get().(*judging)
	for i := range shares {
		judged[i] = Judged{}
		judged[i].Err = e.open(w, &shares[i], &judged[i])
	}
	w.hash(h)
	// Blocks first: the others may have to wait for the reference.
	for i := range w.open {
		easiest := w.open[i].entry.job.EasiestTarget()
		if easiest.MetBy((*template.Hash)(&w.pow[i])) {
			e.close(w, i, h)
		}
	}
	for i := range w.open {
		if !w.open[i].done {
			e.close(w, i, h)
		}
	}
	clear(w.open) // the pool holds no jobs
	w.headers, w.open = w.headers[:0], w.open[:0]
	judgings.Put(w)
}

// open makes the header of a share and adds it to w. The error refuses a share that has no header, or whose header needs no
// hashing.
func (e *Engine) open(w *judging, s *Share, judged *Judged) error {
	entry, stale := e.jobs.find(s.JobID)
	if entry == nil {
		return ErrUnknownJob
	}
	header, err := entry.job.Header(s.Solution)
	if err != nil {
		return fmt.Errorf("judge share: %w", err)
	}
	judged.BlockHash = header.BlockHash()
	mark := e.mark(&header)
	if !e.jobs.begin(entry, mark) {
		return ErrDuplicate
	}
	w.headers = append(w.headers, header)
	w.open = append(w.open, openShare{share: s, judged: judged, entry: entry, stale: stale, mark: mark})
	return nil
}

func (w *judging) hash(h Hasher) {
	n := len(w.headers)
	if cap(w.pow) < n {
		w.pow = make([][template.HashSize]byte, n)
	}
	if w.pow = w.pow[:n]; n > 0 {
		h.Sum(w.headers, w.pow)
	}
}

// close judges the i-th share of w by its PoW hash.
func (e *Engine) close(w *judging, i int, h Hasher) {
	o := &w.open[i]
	o.done = true
	easiest, pow := o.entry.job.EasiestTarget(), template.Hash(w.pow[i])
	e.confirm(h, &w.headers[i], &pow, &easiest, &o.share.Target)
	e.best.improve(&pow)
	r := &o.judged.Result
	r.PoWHash, r.Work, r.Candidate = pow, o.share.Target.MetBy(&pow), easiest.MetBy(&pow)
	switch {
	case r.Candidate && !e.jobs.firstBlock(o.entry, r.BlockHash):
		o.judged.Err = ErrDuplicate
	case r.Candidate:
		o.judged.Err = e.solved(o.entry.job, o.share, r)
	case o.stale:
		o.judged.Err = ErrStale
	case !r.Work:
		o.judged.Err = ErrLowDifficulty
	default:
		e.shares.Add(1)
	}
	// What is good or a block is remembered.
	e.jobs.end(o.entry, o.mark, o.judged.Err == nil || r.Candidate)
}
