// Package cpuminer searches jobs with this machine's processors: one worker a thread, each with its own scanner and
// its own part of the search space.
package cpuminer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Upstream is where jobs come from and shares go to.
type Upstream interface {
	// NextJob waits until the job to search is not prev and returns it; nil means that there is none now.
	NextJob(ctx context.Context, prev *template.Job) (*template.Job, error)
	// Submit judges a share without waiting for a disk or a node.
	Submit(s solo.Share) (solo.Result, error)
}

var _ Upstream = (*solo.Engine)(nil)

// Config is what a Miner is made of.
type Config struct {
	Upstream    Upstream
	Extranonce1 func() [solo.Extranonce1Size]byte // called once a worker: parts of the search space nobody else has
	Threads     int                               // workers, at least 1
	Kernels     []*scrypt.Kernel                  // the first searches; the next takes over if the reference refutes it
	CPU         int                               // percent of each thread's time spent hashing, 1..100; 0: 100
	Nice        int                               // scheduling priority of the hashing threads where the system has it; 0: unchanged
	Pin         bool                              // keep each thread on a processor of its own, where the system can and there is one for each
	Log         *slog.Logger

	// Distrusted is told of a kernel that the reference refuted, and of the one that takes over, nil if none is left; it
	// returns at once. nil: nobody is told.
	Distrusted func(k, next *scrypt.Kernel)
}

// Miner is the CPU as a source of shares.
type Miner struct {
	cfg     Config
	log     *slog.Logger
	workers []*worker
	changes atomic.Uint64 // grows whenever what Upstream offers has changed
	kernel  atomic.Int32  // place in cfg.Kernels
	best    atomic.Pointer[template.Hash]

	checkEvery time.Duration
	open       func(*scrypt.Kernel) scanner
}

// New checks cfg.
func New(cfg Config) (*Miner, error) {
	switch {
	case cfg.Upstream == nil || cfg.Extranonce1 == nil:
		return nil, errors.New("new CPU miner: upstream and extranonce1 are needed")
	case cfg.Threads < 1:
		return nil, fmt.Errorf("new CPU miner: %d threads, at least 1 is needed", cfg.Threads)
	case len(cfg.Kernels) == 0:
		return nil, errors.New("new CPU miner: no kernel")
	case cfg.CPU < 0 || cfg.CPU > 100:
		return nil, fmt.Errorf("new CPU miner: %d %% of a thread's time, want 1 to 100", cfg.CPU)
	}
	if cfg.CPU == 0 {
		cfg.CPU = 100
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	m := &Miner{cfg: cfg, log: cfg.Log, checkEvery: checkEvery, open: func(k *scrypt.Kernel) scanner { return k.NewScanner() }}
	for i := range cfg.Threads {
		m.workers = append(m.workers, &worker{m: m, place: i, name: fmt.Sprintf("cpu%d", i), extranonce1: cfg.Extranonce1()})
	}
	return m, nil
}

// Run searches until ctx ends; a batch of hashes later it returns. It is called once.
func (m *Miner) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, w := range m.workers {
		wg.Go(func() { w.run(ctx) })
	}
	var job *template.Job
	for {
		var err error
		job, err = m.cfg.Upstream.NextJob(ctx, job)
		m.changes.Add(1)
		if err != nil {
			break
		}
	}
	wg.Wait()
	return nil
}

// Hashes is how many headers have been hashed. Safe for concurrent use.
func (m *Miner) Hashes() uint64 {
	var n uint64
	for _, w := range m.workers {
		n += w.hashes.Load()
	}
	return n
}

// Kernel is the kernel in use. Safe for concurrent use.
func (m *Miner) Kernel() *scrypt.Kernel {
	return m.cfg.Kernels[m.kernel.Load()]
}

// Best is the lowest PoW hash so far, by the reference; zero before the first. Safe for concurrent use.
func (m *Miner) Best() template.Hash {
	if best := m.best.Load(); best != nil {
		return *best
	}
	return template.Hash{}
}

// improve keeps a PoW hash of the reference if it is lower than all before.
func (m *Miner) improve(pow template.Hash) {
	for {
		best := m.best.Load()
		if best != nil && !(*template.Target)(best).MetBy(&pow) {
			return
		}
		if m.best.CompareAndSwap(best, &pow) {
			return
		}
	}
}

// interesting is the target of hits: the network's, or the best PoW hash so far while that is above it. So each new best
// is a hit too; n hashes have about ln n of them.
func (m *Miner) interesting(network template.Target) template.Target {
	best := m.best.Load()
	switch {
	case best == nil:
		return template.Target(bytes.Repeat([]byte{0xff}, template.HashSize))
	case network.MetBy(best):
		return network
	}
	return template.Target(*best)
}

// distrust takes a kernel out of service whose result the reference did not confirm.
func (m *Miner) distrust(k *scrypt.Kernel, w *worker) {
	at := m.kernel.Load()
	if m.cfg.Kernels[at] != k {
		return // another worker was quicker
	}
	if int(at) == len(m.cfg.Kernels)-1 {
		m.log.Error("the last kernel left gave a result that the reference does not confirm: this processor or its memory is faulty",
			"kernel", k.Name(), "worker", w.name)
		m.tell(k, nil)
		return
	}
	if m.kernel.CompareAndSwap(at, at+1) {
		m.log.Error("kernel gave a result that the reference does not confirm and is taken out of service: please report it",
			"kernel", k.Name(), "next", m.Kernel().Name(), "worker", w.name)
		m.tell(k, m.Kernel())
	}
}

func (m *Miner) tell(k, next *scrypt.Kernel) {
	if m.cfg.Distrusted != nil {
		m.cfg.Distrusted(k, next)
	}
}
