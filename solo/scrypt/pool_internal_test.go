package scrypt

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// lanes returns a kernel in plain Go. before, if not nil, is called with each batch of headers before it is hashed; spoil, if
// not nil, with each result.
func lanes(n int, before func(headers [][HeaderSize]byte), spoil func(lane int, pow *[hashSize]byte)) *Kernel {
	k := faultyKernel(n, spoil, nil)
	open := k.open
	k.name = fmt.Sprintf("lanes%d", n)
	k.open = func() hasher { return watched{open(), before} }
	return k
}

type watched struct {
	hasher
	before func(headers [][HeaderSize]byte)
}

func (w watched) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	if w.before != nil {
		w.before(headers)
	}
	w.hasher.sums(headers, pow)
}

// spoilLane spoils the results of one lane.
func spoilLane(bad int) func(int, *[hashSize]byte) {
	return func(lane int, pow *[hashSize]byte) {
		if lane == bad {
			pow[0] ^= 1
		}
	}
}

// startPool runs a Pool until the test ends, or stop is called, which returns after Run. Call it in a bubble of synctest.
func startPool(t *testing.T, cfg PoolConfig) (p *Pool, stop func()) {
	p = NewPool(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	synctest.Wait() // until the workers wait for headers
	return p, stop
}

// numbered returns n headers, different from those of other calls with other first numbers.
func numbered(first, n int) [][HeaderSize]byte {
	headers := make([][HeaderSize]byte, n)
	for i := range headers {
		headers[i] = withNonce(headers[i], uint32(first+i))
	}
	return headers
}

// sumAll hashes by the pool and compares with the reference.
func sumAll(t *testing.T, p *Pool, headers [][HeaderSize]byte) {
	t.Helper()
	pow := make([][hashSize]byte, len(headers))
	p.Sum(headers, pow)
	for i := range headers {
		if want := Sum(&headers[i]); pow[i] != want {
			t.Errorf("header %x: %x, want %x", headers[i], pow[i], want)
		}
	}
}

// steps makes each batch wait for the test.
type steps struct {
	next  chan struct{} // a batch receives before it hashes
	sizes []int         // of the batches that have begun
}

func newSteps() *steps { return &steps{next: make(chan struct{})} }

func (s *steps) before(headers [][HeaderSize]byte) {
	s.sizes = append(s.sizes, len(headers)) // by one worker; tests look at it after synctest.Wait
	<-s.next
}

// step lets the batch under way go on and waits until the next one has begun or nothing is left to do.
func (s *steps) step() {
	s.next <- struct{}{}
	synctest.Wait()
}

// Callers with any number of headers get their own hashes, with the kernels of this machine.
func TestPoolAgainstSum(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	headers := make([][HeaderSize]byte, 120)
	want := make([][hashSize]byte, len(headers))
	for i := range headers {
		fill(r, headers[i][:])
		want[i] = Sum(&headers[i])
	}
	synctest.Test(t, func(t *testing.T) {
		p, _ := startPool(t, PoolConfig{Workers: 2, Distrusted: func(k *Kernel) { t.Errorf("kernel %v is distrusted", k) }})
		var callers sync.WaitGroup
		for _, sizes := range [][]int{{1, 1, 1, 1, 1}, {2, 3, 1, 0, 2}, {16, 32, 5}, {24, 8, 17, 1}, {120, 1}, {33, 65}} {
			first := r.IntN(len(headers))
			callers.Go(func() {
				for _, n := range sizes {
					var mine [][HeaderSize]byte
					var right [][hashSize]byte
					for i := range n {
						mine = append(mine, headers[(first+i)%len(headers)])
						right = append(right, want[(first+i)%len(headers)])
					}
					got := make([][hashSize]byte, n+1)
					p.Sum(mine, got)
					if !slices.Equal(got[:n], right) || got[n] != [hashSize]byte{} {
						t.Errorf("Sum(%x) = %x, want %x and zeros", mine, got, right)
					}
				}
			})
		}
		callers.Wait()
		if s := p.Stats(); s.Hashed != 5+8+53+50+121+98 || s.Batches == 0 || s.MeanFill < 1 {
			t.Errorf("Stats = %+v, want 335 hashed", s)
		}
	})
}

// A free worker takes what waits at once, and what has come during a batch makes the next.
func TestPoolTakesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSteps()
		p, _ := startPool(t, PoolConfig{Kernels: []*Kernel{lanes(8, s.before, nil), lanes(1, s.before, nil)}})
		var callers sync.WaitGroup
		call := func(first, n int) { callers.Go(func() { sumAll(t, p, numbered(first, n)) }) }
		call(0, 1)
		synctest.Wait()
		call(10, 1)
		call(20, 3)
		call(30, 5)
		synctest.Wait()
		time.Sleep(3 * time.Second)
		for range 3 {
			s.step()
		}
		callers.Wait()
		if want := []int{1, 8, 1}; !slices.Equal(s.sizes, want) {
			t.Errorf("batches of %v headers, want %v", s.sizes, want)
		}
		if got := p.Stats(); got != (PoolStats{Hashed: 10, Batches: 3, MeanFill: 10. / 3, LongestWait: 3 * time.Second}) {
			t.Errorf("Stats = %+v, want 10 hashed in 3 batches and 3 s waited", got)
		}
	})
}

// All workers take part in one large call.
func TestPoolWorkersShareACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, atOnce := make(chan struct{}), make(chan int, 100)
		before := func(headers [][HeaderSize]byte) {
			atOnce <- len(headers)
			<-next
		}
		p, _ := startPool(t, PoolConfig{Kernels: []*Kernel{lanes(4, before, nil)}, Workers: 3})
		var caller sync.WaitGroup
		caller.Go(func() { sumAll(t, p, numbered(0, 20)) })
		synctest.Wait()
		if len(atOnce) != 3 {
			t.Errorf("%d workers hash, want 3", len(atOnce))
		}
		close(next)
		caller.Wait()
	})
}

// A call of one header waits for the batch under way and at most one more for each other call, whose next call comes at once.
func TestPoolIsFair(t *testing.T) {
	const lane, flooders = 4, 5
	synctest.Test(t, func(t *testing.T) {
		s := newSteps()
		p, _ := startPool(t, PoolConfig{Kernels: []*Kernel{lanes(lane, s.before, nil)}})
		var callers sync.WaitGroup
		var over atomic.Bool
		for i := range flooders - 1 {
			callers.Go(func() {
				for pow := make([][hashSize]byte, lane); !over.Load(); {
					p.Sum(numbered(100*i, lane), pow)
				}
			})
		}
		large := 60
		callers.Go(func() { sumAll(t, p, numbered(1000, large)) })
		synctest.Wait()
		for i := range 2 * flooders { // at each place of their round
			for range i {
				s.step()
			}
			var lone sync.WaitGroup
			hashed := false
			lone.Go(func() {
				sumAll(t, p, numbered(2000+i, 1))
				hashed = true
			})
			synctest.Wait()
			waited := 0
			for ; !hashed; waited++ {
				s.step()
			}
			lone.Wait()
			if want := 1 + flooders + 1; waited > want {
				t.Errorf("a lone header took %d batches, want at most %d", waited, want)
			}
		}
		over.Store(true)
		close(s.next)
		callers.Wait()
	})
}

// Without Run, before it and after it, the caller's goroutine hashes.
func TestPoolWithoutRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := lanes(1, func([][HeaderSize]byte) { t.Error("a worker hashes") }, nil)
		p := NewPool(PoolConfig{Kernels: []*Kernel{never}})
		sumAll(t, p, numbered(0, 2))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p.Run(ctx)
		sumAll(t, p, numbered(0, 2))
		if got := p.Stats(); got != (PoolStats{Hashed: 4, Batches: 4, MeanFill: 1}) {
			t.Errorf("Stats = %+v, want 4 hashed", got)
		}
	})
}

// What waits when Run is told to end is served before it returns; what comes then is hashed by its caller.
func TestPoolEndsWithAnEmptyQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSteps()
		p, stop := startPool(t, PoolConfig{Kernels: []*Kernel{lanes(2, s.before, nil)}})
		var callers sync.WaitGroup
		for i := range 3 {
			callers.Go(func() { sumAll(t, p, numbered(10*i, 5)) })
		}
		synctest.Wait()
		var stopped atomic.Bool
		callers.Go(func() {
			stop()
			stopped.Store(true)
		})
		synctest.Wait()
		sumAll(t, p, numbered(100, 3)) // in this goroutine, while the batch stands still
		if stopped.Load() {
			t.Error("Run has returned during a batch")
		}
		close(s.next)
		callers.Wait()
		if got := p.Stats(); got.Hashed != 18 {
			t.Errorf("%d hashed, want 18", got.Hashed)
		}
	})
}

// A worker that is told to end looks at the queue once more: a header may have come after it looked last.
func TestWorkerEndsWithAnEmptyQueue(t *testing.T) {
	p := NewPool(PoolConfig{Kernels: []*Kernel{lanes(2, nil, nil)}})
	p.setRunning(true)
	r := newRequest(numbered(0, 3), make([][hashSize]byte, 3))
	p.enqueue(r)
	<-p.wake
	p.setRunning(false)
	close(p.ended)
	newWorker(p).run()
	select {
	case <-r.done:
	default:
		t.Error("the worker has left headers in the queue")
	}
}

// Calls that race with the end of Run all return.
func TestPoolEndsUnderLoad(t *testing.T) {
	headers := numbered(0, 4)
	var want [][hashSize]byte
	for i := range headers {
		want = append(want, Sum(&headers[i]))
	}
	for hashed := range 12 {
		synctest.Test(t, func(t *testing.T) {
			p, stop := startPool(t, PoolConfig{Kernels: []*Kernel{lanes(3, nil, nil), lanes(1, nil, nil)}, Workers: 2})
			var callers sync.WaitGroup
			var over atomic.Bool
			for n := range headers {
				callers.Go(func() {
					for last := false; !last; {
						last = over.Load() // one more after Run has ended
						pow := make([][hashSize]byte, n+1)
						if p.Sum(headers[:n+1], pow); !slices.Equal(pow, want[:n+1]) {
							t.Errorf("%d headers: %x, want %x", n+1, pow, want[:n+1])
						}
					}
				})
			}
			for p.Stats().Hashed < uint64(hashed) {
				runtime.Gosched()
			}
			stop()
			over.Store(true)
			callers.Wait()
		})
	}
}

// A pool without work gives its scratchpads back, and opens others when it has work again.
func TestPoolIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Int64
		k := lanes(2, nil, nil)
		inner := k.open
		k.open = func() hasher {
			open.Add(1)
			return closing{inner(), func() { open.Add(-1) }}
		}
		p, stop := startPool(t, PoolConfig{Kernels: []*Kernel{k}})
		for range 2 {
			sumAll(t, p, numbered(0, 3))
			time.Sleep(closeAfter - time.Second)
			if open.Load() != 1 {
				t.Errorf("%d scratchpads before it is time, want 1", open.Load())
			}
			sumAll(t, p, numbered(0, 1))
			time.Sleep(closeAfter + time.Second)
			if open.Load() != 0 {
				t.Errorf("%d scratchpads after a minute without work, want 0", open.Load())
			}
		}
		sumAll(t, p, numbered(0, 1))
		if stop(); open.Load() != 0 {
			t.Errorf("%d scratchpads after Run, want 0", open.Load())
		}
	})
}

type closing struct {
	hasher
	closed func()
}

func (c closing) close() error {
	c.closed()
	return c.hasher.close()
}

func TestPoolRefusesTooFewHashes(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Sum of two headers into one hash does not panic")
		}
	}()
	NewPool(PoolConfig{}).Sum(numbered(0, 2), make([][hashSize]byte, 1, 2))
}
