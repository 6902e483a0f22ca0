package scrypt

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// clocks are what a measurement reads. Each counts from a beginning of its own.
type clocks struct {
	thread func() time.Duration // the processor time of the calling thread
	wall   func() time.Duration
	least  time.Duration // what thread measures well; shorter times may be wrong by that much
}

// systemClocks returns this system's clocks. Where it does not tell a thread's processor time, both are the wall clock,
// which on Windows may advance in steps.
func systemClocks() clocks {
	began := time.Now()
	wall := func() time.Duration { return time.Since(began) }
	if !CountsThreadTime() {
		return clocks{thread: wall, wall: wall, least: 10 * time.Millisecond}
	}
	return clocks{thread: func() time.Duration { used, _ := threadTime(); return used }, wall: wall}
}

// CountsThreadTime reports whether HashRate and Best count the processor time of the hashing threads. Otherwise the system
// does not tell it, and they count the time that passes. It is safe for concurrent use.
func CountsThreadTime() bool {
	_, ok := threadTime()
	return ok
}

// patience bounds a measurement on a loaded machine: it ends after that many times its duration, however little processor
// time it got.
const patience = 2

// HashRate returns the H/s of that many threads together, each of which hashes for d and at least one batch. It counts the
// processor time of each thread where the system tells it (CountsThreadTime), so it is the rate of threads that have a
// processor each; other programs affect it only through caches and clock. It takes at most twice d, plus a batch.
// Memory is touched and caches are filled before the clocks start. It is safe for concurrent use.
func (k *Kernel) HashRate(threads int, d time.Duration) float64 {
	return k.hashRate(threads, d, systemClocks())
}

func (k *Kernel) hashRate(threads int, d time.Duration, c clocks) float64 {
	var all sample
	for _, s := range k.samples(threads, d, c) {
		all.batches += s.batches
		all.took += s.took
	}
	return k.rate(threads, all)
}

// sample says how long some batches took, one after the other: the fewest that the clock can measure.
type sample struct {
	batches int
	took    time.Duration
}

// perBatch returns the seconds of a batch.
func (s sample) perBatch() float64 { return s.took.Seconds() / float64(s.batches) }

// rate is the H/s of that many threads if each hashes as in s.
func (k *Kernel) rate(threads int, s sample) float64 {
	return float64(threads*k.lanes) / s.perBatch()
}

// samples hashes as HashRate does, and returns the samples of all threads, at least one of each.
func (k *Kernel) samples(threads int, d time.Duration, c clocks) []sample {
	var (
		ready, done sync.WaitGroup
		start       = make(chan struct{}) // closed below, once every thread is ready
		perThread   = make([][]sample, threads)
	)
	ready.Add(threads)
	for i := range perThread {
		done.Go(func() {
			runtime.LockOSThread() // for its clock
			defer runtime.UnlockOSThread()
			s := k.NewScanner()
			defer s.Close()
			s.Set(new([HeaderSize]byte), new([hashSize]byte))
			s.Scan(0, k.lanes, nil)
			ready.Done()
			<-start
			perThread[i] = s.samples(d, c)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return slices.Concat(perThread...)
}

// samples scans for d of the calling thread's processor time.
func (s *Scanner) samples(d time.Duration, c clocks) (all []sample) {
	var (
		nonce       uint32
		now         sample
		thread      = c.thread()
		end, giveUp = thread + d, c.wall() + patience*d
	)
	for len(all) == 0 || thread+now.took < end && c.wall() < giveUp {
		s.Scan(nonce, s.lanes, nil)
		nonce += uint32(s.lanes)
		now.batches++
		now.took = c.thread() - thread
		if now.took > 0 && now.took >= c.least {
			all = append(all, now)
			thread += now.took
			now = sample{}
		}
	}
	return all
}
