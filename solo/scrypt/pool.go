package scrypt

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// PoolConfig configures a Pool.
type PoolConfig struct {
	// Kernels are those to hash with, at most 255. Where two have as many lanes and were not measured, the first is used.
	// nil: all of [Kernels]. The reference need not be among them: it takes over when there is no other.
	Kernels []*Kernel
	Workers int // goroutines that hash; 0: 1
	// Measure is for about how long Run measures the kernels before it hashes, to choose one for each number of waiting
	// headers. 0: not at all; then one or two headers are hashed in plain Go, more by the narrowest kernel that holds them.
	Measure time.Duration
	// Distrusted is called once for each kernel that is taken out of service because the reference refuted it. It is
	// called by whoever found that out and must return at once. It may be nil.
	Distrusted func(k *Kernel)
	Log        *slog.Logger // nil: none
}

// Pool hashes the headers of many callers in batches. A worker that is free takes whatever waits, up to a kernel's lanes, and
// no header waits for a batch to fill: batches are as full as there is work. All methods are safe for concurrent use.
//
// Calls are served in their order, but no call takes more than a batch while another one waits: a call that fits in one
// batch waits for at most one batch for each call before it.
//
// A worker keeps a processor busy for up to a millisecond, since Go can't interrupt assembly. With as many workers as
// GOMAXPROCS, the callers whose headers are hashed do not run to bring new ones, and there are fewer than without batches:
// GOMAXPROCS should be the number of workers, and of other threads that hash, plus two.
//
// Each second, one result drawn by lot is compared with the reference, so that a kernel that misses what it should find is
// noticed. Callers that find a wrong result report it with [Pool.Refuted]. A refuted kernel is not used again, and its
// batches that are under way are hashed again by another.
type Pool struct {
	cfg     PoolConfig
	log     *slog.Logger
	wake    chan struct{} // a place for each worker; whoever leaves headers in the queue sends
	ended   chan struct{} // closed by Run, after running is false
	lots    chan result   // of one place, to be compared with the reference by Run
	origins *origins

	mu      sync.Mutex
	running bool // workers serve the queue
	queue   queue
	kernels []*Kernel // in service
	times   batchTimes
	choice  choice
	drawn   time.Time // when a result was put into lots
	stats   PoolStats
}

// PoolStats is what a Pool has done since it was made.
type PoolStats struct {
	Hashed      uint64        // headers
	Batches     uint64        // calls of a kernel
	MeanFill    float64       // headers per batch
	LongestWait time.Duration // of a call of Sum, until a worker took the last of its headers
}

// NewPool returns a Pool. It hashes in batches while Run runs.
func NewPool(cfg PoolConfig) *Pool {
	if cfg.Kernels == nil {
		cfg.Kernels = Kernels()
	}
	cfg.Kernels = slices.DeleteFunc(slices.Clone(cfg.Kernels), func(k *Kernel) bool { return k.reference })
	cfg.Workers = max(cfg.Workers, 1)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	p := &Pool{
		cfg: cfg, log: cfg.Log, origins: newOrigins(), wake: make(chan struct{}, cfg.Workers), ended: make(chan struct{}),
		lots: make(chan result, 1), kernels: slices.Clone(cfg.Kernels),
	}
	p.times = assumeTimes(p.kernels)
	p.choice = choose(p.kernels, p.times)
	return p
}

// Run serves Sum until ctx ends, and returns when the calls that came before that are served; always nil. Call it once.
func (p *Pool) Run(ctx context.Context) error {
	if p.cfg.Measure > 0 {
		p.measure()
	}
	p.setRunning(true)
	var workers sync.WaitGroup
	for range p.cfg.Workers {
		workers.Go(newWorker(p).run)
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case r := <-p.lots:
			p.compare(r)
		}
	}
	p.setRunning(false)
	close(p.ended)
	workers.Wait()
	return nil
}

func (p *Pool) measure() {
	times := measureTimes(p.cfg.Kernels, p.cfg.Measure)
	p.mu.Lock()
	p.times = times
	p.choice = choose(p.kernels, p.times)
	c := p.choice
	p.mu.Unlock()
	p.log.Debug("kernels for shares chosen", "kernel", c.String())
}

func (p *Pool) setRunning(r bool) {
	p.mu.Lock()
	p.running = r
	p.mu.Unlock()
}

// Sum sets the first elements of pow to the PoW hashes of headers, nonces included, in the order of headers and in internal
// byte order. It returns when all are hashed, and keeps neither slice. There may be any number of headers; fewer elements of
// pow than headers are a mistake of the caller and panic. If Run does not run, not yet or not any more, the calling goroutine
// hashes by the reference.
func (p *Pool) Sum(headers [][HeaderSize]byte, pow [][32]byte) {
	if len(headers) > len(pow) {
		panic(fmt.Sprintf("scrypt: %d headers for %d hashes", len(headers), len(pow)))
	}
	if len(headers) == 0 {
		return
	}
	if r := newRequest(headers, pow); p.enqueue(r) {
		<-r.done
		return
	}
	for i := range headers {
		pow[i] = Sum(&headers[i])
	}
	p.mu.Lock()
	p.stats.Hashed += uint64(len(headers))
	p.stats.Batches += uint64(len(headers))
	p.mu.Unlock()
}

// enqueue gives r to the workers. It reports whether there are any.
func (p *Pool) enqueue(r *request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running {
		p.queue.add(r)
		p.wakeOne()
	}
	return p.running
}

// wakeOne wakes a worker if one sleeps.
func (p *Pool) wakeOne() {
	select {
	case p.wake <- struct{}{}:
	default: // as many as there are have been woken
	}
}

// Stats returns what the Pool has done so far.
func (p *Pool) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	if s.Batches > 0 {
		s.MeanFill = float64(s.Hashed) / float64(s.Batches)
	}
	return s
}
