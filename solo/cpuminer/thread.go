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

// thread is one hashing thread of the operating system.
type thread struct {
	m           *Miner
	index       int // in the miner's threads
	extranonce1 [solo.Extranonce1Size]byte
	extranonce2 uint32 // counts headers, of all jobs
	kernel      *scrypt.Kernel
	scanner     scanner
	checked     time.Time // when the kernel was checked last
	checks      int
	hits        []uint32
	owed        time.Duration // rest that the CPU limit demands
	hashes      atomic.Uint64
	_           [64]byte // hashes is written after each batch: keep it off other threads' cache lines
}

func (t *thread) run(ctx context.Context) {
	runtime.LockOSThread() // never unlocked: priority and affinity are the thread's, which ends with this goroutine
	if err := setNice(t.m.cfg.Nice); err != nil {
		t.m.log.Warn("scheduling priority cannot be set", "thread", t.index, "err", err)
	}
	yieldAtOnce(t.m.cfg.Nice)
	if t.m.cfg.Pin {
		if err := pin(t.index, len(t.m.threads)); err != nil {
			t.m.log.Warn("thread cannot be pinned to a processor", "thread", t.index, "err", err)
		}
	}
	defer func() {
		if t.scanner != nil {
			t.scanner.Close()
		}
	}()
	for {
		seen := t.m.changes.Load()
		job, err := t.m.cfg.Upstream.NextJob(ctx, nil)
		if err != nil {
			return
		}
		t.search(ctx, job, seen)
	}
}

// search hashes one header of the job until something else is offered, a hit ends the search, or the header's time or
// nonces are used up.
func (t *thread) search(ctx context.Context, job *template.Job, seen uint64) {
	if k := t.m.cfg.Kernels.InUse(); k != t.kernel {
		if t.scanner != nil {
			t.scanner.Close()
		}
		t.kernel, t.scanner, t.checked = k, t.m.open(k), time.Now() // its self-test counts as a check
		t.hits = make([]uint32, 0, k.Lanes())
	}
	s := template.Solution{Extranonce: t.nextExtranonce(), Version: job.Template.Version, Time: job.Template.TimeAt(time.Now())}
	header, err := job.Header(s)
	if err != nil {
		panic(err) // the job has the engine's extranonce size, and so has the extranonce
	}
	if time.Since(t.checked) >= t.m.checkEvery && !t.check((*[scrypt.HeaderSize]byte)(&header)) {
		if t.m.cfg.Kernels.Refute(t.kernel); t.m.cfg.Kernels.InUse() != t.kernel {
			return
		}
	}
	target := t.m.cfg.Upstream.HitTarget(job)
	t.scanner.Set((*[template.HeaderSize]byte)(&header), (*[template.HashSize]byte)(&target))
	for nonce := uint64(0); nonce <= math.MaxUint32; {
		began := time.Now()
		if t.m.changes.Load() != seen || job.Template.TimeAt(began) != s.Time {
			return
		}
		var n int
		n, t.hits = t.scanner.Scan(uint32(nonce), t.kernel.Lanes(), t.hits[:0])
		t.hashes.Add(uint64(n))
		nonce += uint64(n)
		if t.submit(job, s, target) {
			return
		}
		t.rest(ctx, time.Since(began))
	}
}

// submit submits the batch's hits on target. It reports whether the search should start again, since there may be another
// job, kernel or target now. Once a hit is a candidate, and the job has no chain of which another hit could be the block,
// the others of this header could only compete with it, and are dropped; regtest would have dozens in each batch.
func (t *thread) submit(job *template.Job, s template.Solution, target template.Target) (again bool) {
	for _, hit := range t.hits {
		s.Nonce = hit
		r, err := t.m.cfg.Upstream.Submit(solo.Share{Worker: t.m.Name(), JobID: job.ID, Solution: s, Target: target})
		// A stale share may be low as well.
		if errors.Is(err, solo.ErrLowDifficulty) || errors.Is(err, solo.ErrStale) && !target.MetBy(&r.PoWHash) {
			t.m.cfg.Kernels.Refute(t.kernel)
		}
		switch {
		case errors.Is(err, solo.ErrLowDifficulty), errors.Is(err, solo.ErrStale):
			again = true
		case err != nil:
			t.m.log.Error("share refused", "worker", t.m.Name(), "job", job.ID, "block", r.BlockHash, "err", err)
		case r.Candidate && (len(job.Aux) == 0 || t.m.cfg.Upstream.HitTarget(job) == template.Target{}):
			return true
		default:
			again = true // a block of a merged chain, or a new best share, which lowers the hit target
		}
	}
	return again
}

// nextExtranonce returns the thread's extranonce1 and the next extranonce2.
func (t *thread) nextExtranonce() []byte {
	t.extranonce2++
	return binary.LittleEndian.AppendUint32(append(make([]byte, 0, solo.ExtranonceSize), t.extranonce1[:]...), t.extranonce2)
}
