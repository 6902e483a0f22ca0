package cpuminer

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// A limited worker rests at once what it owes, a new job or not: it could only rest on that one. A shorter rest is put
// off, since the system rounds it up; a longer one comes of a batch during which the machine slept.
const (
	shortestRest = 5 * time.Millisecond
	longestRest  = 10 * time.Second
)

// worker searches on one thread of its own.
type worker struct {
	m           *Miner
	place       int // among the miner's workers
	name        string
	extranonce1 [solo.Extranonce1Size]byte
	extranonce2 uint32 // grows with each header, over jobs too
	kernel      *scrypt.Kernel
	scanner     scanner
	checked     time.Time // when the kernel was checked last
	checks      int
	hits        []uint32
	owed        time.Duration // rest that the CPU limit demands
	hashes      atomic.Uint64
	_           [64]byte // hashes is written each batch: keep it off other workers' cache lines
}

func (w *worker) run(ctx context.Context) {
	runtime.LockOSThread() // never unlocked: priority and processor are set for this thread, which ends with the worker
	if err := SetNice(w.m.cfg.Nice); err != nil {
		w.m.log.Warn("scheduling priority cannot be set", "worker", w.name, "err", err)
	}
	if w.m.cfg.Pin {
		if err := pin(w.place, len(w.m.workers)); err != nil {
			w.m.log.Warn("thread is not kept on one processor", "worker", w.name, "err", err)
		}
	}
	defer func() {
		if w.scanner != nil {
			w.scanner.Close()
		}
	}()
	for {
		seen := w.m.changes.Load()
		job, err := w.m.cfg.Upstream.NextJob(ctx, nil)
		if err != nil {
			return
		}
		w.search(ctx, job, seen)
	}
}

// search works on the job until something else is offered, the worker solved it, or its time or nonces are used up.
func (w *worker) search(ctx context.Context, job *template.Job, seen uint64) {
	if k := w.m.Kernel(); k != w.kernel {
		if w.scanner != nil {
			w.scanner.Close()
		}
		w.kernel, w.scanner, w.checked = k, w.m.open(k), time.Now() // it passed its self-test
		w.hits = make([]uint32, 0, k.Lanes())
	}
	s := template.Solution{Extranonce: w.nextExtranonce(), Version: job.Template.Version, Time: job.Template.TimeAt(time.Now())}
	header, err := job.Header(s)
	if err != nil {
		panic(err) // the engine's extranonce size is this package's
	}
	if time.Since(w.checked) >= w.m.checkEvery && !w.check((*[scrypt.HeaderSize]byte)(&header)) {
		if w.m.distrust(w.kernel, w); w.m.Kernel() != w.kernel {
			return
		}
	}
	target := w.m.interesting(job.Template.Target)
	w.scanner.Set((*[template.HeaderSize]byte)(&header), (*[template.HashSize]byte)(&target))
	for nonce := uint64(0); nonce <= math.MaxUint32; {
		began := time.Now()
		if w.m.changes.Load() != seen || job.Template.TimeAt(began) != s.Time {
			return
		}
		var n int
		n, w.hits = w.scanner.Scan(uint32(nonce), w.kernel.Lanes(), w.hits[:0])
		w.hashes.Add(uint64(n))
		nonce += uint64(n)
		if w.offer(job, s, target) {
			return
		}
		w.rest(ctx, time.Since(began))
	}
}

// offer looks at the batch's hits on target and submits those that the network's may be met by. It reports whether there
// may be another job, kernel or target now. Once a hit is a block on its way the others of this header could only compete
// with it; regtest would have dozens in each batch.
func (w *worker) offer(job *template.Job, s template.Solution, target template.Target) (changed bool) {
	for _, hit := range w.hits {
		s.Nonce = hit
		if target != job.Template.Target && !w.mayWin(job, s, target) {
			changed = true
			continue
		}
		r, err := w.m.cfg.Upstream.Submit(solo.Share{Worker: w.name, JobID: job.ID, Solution: s, Target: job.Template.Target})
		if r.Candidate {
			w.m.improve(r.PoWHash)
		}
		switch {
		case errors.Is(err, solo.ErrLowDifficulty), errors.Is(err, solo.ErrStale):
			w.m.distrust(w.kernel, w) // both say that the reference does not see the network target met
			changed = true
		case err != nil:
			w.m.log.Error("share refused", "worker", w.name, "job", job.ID, "block", r.BlockHash, "err", err)
		case r.Candidate:
			return true
		}
	}
	return changed
}

// mayWin has the reference judge a hit on a target above the network's, keeps the PoW hash if it is a new best, and
// reports whether it meets the network target too.
func (w *worker) mayWin(job *template.Job, s template.Solution, target template.Target) bool {
	header, err := job.Header(s)
	if err != nil {
		panic(err) // search has made one
	}
	pow := template.Hash(scrypt.Sum((*[template.HeaderSize]byte)(&header)))
	if !target.MetBy(&pow) {
		w.m.distrust(w.kernel, w)
		return false
	}
	w.m.improve(pow)
	return job.Template.Target.MetBy(&pow)
}

// nextExtranonce is the worker's own part and a counter.
func (w *worker) nextExtranonce() []byte {
	w.extranonce2++
	return binary.LittleEndian.AppendUint32(append(make([]byte, 0, solo.ExtranonceSize), w.extranonce1[:]...), w.extranonce2)
}

// rest keeps the share of time spent hashing at the limit.
func (w *worker) rest(ctx context.Context, worked time.Duration) {
	limit := time.Duration(w.m.cfg.CPU)
	if limit == 100 {
		return
	}
	if w.owed = min(w.owed+worked*(100-limit)/limit, longestRest); w.owed < shortestRest {
		return
	}
	began := time.Now()
	t := time.NewTimer(w.owed)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	w.owed -= time.Since(began)
}
