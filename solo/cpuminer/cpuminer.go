// Package cpuminer searches jobs with this machine's processors. Each thread has a scanner and a part of the search space
// of its own.
package cpuminer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Config configures a Miner.
type Config struct {
	Upstream    solo.Upstream
	Extranonce1 func() [solo.Extranonce1Size]byte // called once per thread: a part of the search space that nobody else has
	Threads     int                               // at least 1
	Kernels     *scrypt.Trusted
	CPU         int  // percent of each thread's time spent hashing, 1 to 100; 0: 100
	Nice        int  // scheduling priority of the hashing threads where the system has it; 0: unchanged
	Pin         bool // keep each thread on a processor of its own, where the system can and there is one for each
	Log         *slog.Logger
}

// Miner is the CPU as a source of shares. Its methods other than Run are safe for concurrent use.
type Miner struct {
	cfg       Config
	log       *slog.Logger
	threads   []*thread
	changes   atomic.Uint64    // grows whenever what Upstream offers has changed
	hashRates [3]atomic.Uint64 // bits of solo.Worker.HashRate

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
	case cfg.Kernels == nil:
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
		m.threads = append(m.threads, &thread{m: m, index: i, extranonce1: cfg.Extranonce1()})
	}
	return m, nil
}

// WorkerName is the name of the one worker, which its shares carry.
const WorkerName = "cpu"

// Name returns WorkerName.
func (m *Miner) Name() string { return WorkerName }

// Run searches until ctx ends; it returns after the batches of hashes that are under way, always nil. Call it once.
func (m *Miner) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, t := range m.threads {
		wg.Go(func() { t.run(ctx) })
	}
	wg.Go(func() { m.measure(ctx) })
	var job *template.Job
	for {
		var err error
		job, err = m.cfg.Upstream.NextJob(ctx, job)
		m.changes.Add(1)
		if err != nil {
			return nil
		}
	}
}

// Workers returns the CPU as one worker. The slice is the caller's.
func (m *Miner) Workers() []solo.Worker {
	w := solo.Worker{Name: m.Name(), Kind: solo.KindCPU, Hashes: m.Hashes()}
	for i := range w.HashRate {
		w.HashRate[i] = math.Float64frombits(m.hashRates[i].Load())
	}
	return []solo.Worker{w}
}

// Hashes returns how many headers have been hashed.
func (m *Miner) Hashes() uint64 {
	var n uint64
	for _, t := range m.threads {
		n += t.hashes.Load()
	}
	return n
}
