package cpuminer_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// spoiled is a kernel that hashes right and tells wrong.
type spoiled struct {
	*scrypt.Scanner
	tell func(first uint32, hashed int, hits []uint32) []uint32
}

func (s spoiled) Scan(first uint32, count int, hits []uint32) (int, []uint32) {
	n, hits := s.Scanner.Scan(first, count, hits)
	return n, s.tell(first, n, hits)
}

type opened = interface {
	Set(header *[scrypt.HeaderSize]byte, target *[32]byte)
	Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32)
	Close() error
}

// only spoils kernel bad.
func only(bad *scrypt.Kernel, tell func(first uint32, hashed int, hits []uint32) []uint32) func(*scrypt.Kernel, *scrypt.Scanner) opened {
	return func(k *scrypt.Kernel, s *scrypt.Scanner) opened {
		if k == bad {
			return spoiled{s, tell}
		}
		return s
	}
}

// everything calls each nonce a hit.
func everything(first uint32, hashed int, hits []uint32) []uint32 {
	hits = hits[:0]
	for nonce := first; nonce < first+uint32(hashed); nonce++ {
		hits = append(hits, nonce)
	}
	return hits
}

// A kernel whose hits are wrong is replaced at its first wrong one, and the next kernel finds the blocks that are left:
// what the reference refutes never leaves the program.
func TestBrokenKernelIsReplacedAndTheSearchGoesOn(t *testing.T) {
	net := regtest.Start(t, regtest.Config{})
	n := net.Nodes[0]
	net.ToHeight(t, 20)
	client, err := node.New(node.Config{URL: n.URL, Credentials: n.Credentials, Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	j, err := journal.Open(t.TempDir(), journal.Labels{Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{client}, Journal: j, Maturity: 100})
	if err != nil {
		t.Fatal(err)
	}
	e, err := solo.New(solo.Config{
		Main:    solo.Side{Chain: template.Litecoin, Node: client, Courier: courier, Payout: solo.FixedPayout(script)},
		Propose: true, Blocks: 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	kernels := scrypt.Kernels()
	distrusted := make(chan [2]*scrypt.Kernel, 10)
	m, err := cpuminer.New(cpuminer.Config{
		Upstream: e, Extranonce1: e.Extranonce1, Threads: 2, Kernels: kernels,
		Distrusted: func(k, next *scrypt.Kernel) { distrusted <- [2]*scrypt.Kernel{k, next} },
	})
	if err != nil {
		t.Fatal(err)
	}
	cpuminer.Break(m, time.Hour, only(kernels[0], everything))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { e.Run(ctx) })
	running.Go(func() { m.Run(ctx) })
	defer running.Wait()
	defer cancel()
	select {
	case <-e.Done():
	case <-time.After(time.Minute):
		t.Fatal("the blocks were not found")
	}
	if got := <-distrusted; got != [2]*scrypt.Kernel{kernels[0], kernels[1]} || m.Kernel() != kernels[1] {
		t.Errorf("distrusted: %v; kernel %v is in use, want %v", got, m.Kernel(), kernels[1])
	}
	for i, f := range e.Stats().Found() { // the other worker may have solved the same job
		if f.Verdict.Outcome != delivery.Accepted && !f.Sibling {
			t.Errorf("found block %d: %+v", i, f)
		}
	}
}

// A kernel that misses hits, or one lane's, tells of nothing wrong by itself: it is found out by the check.
func TestBlindKernelIsFoundOut(t *testing.T) {
	kernels := scrypt.Kernels()
	for name, tell := range map[string]func(uint32, int, []uint32) []uint32{
		"blind": func(uint32, int, []uint32) []uint32 { return nil },
		"blind in one lane": func(first uint32, _ int, hits []uint32) []uint32 {
			return slices.DeleteFunc(hits, func(n uint32) bool { return n == first })
		},
		"one too many": everything,
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(newJob(t, "1", true))
			distrusted := make(chan *scrypt.Kernel, 10)
			m, err := cpuminer.New(cpuminer.Config{
				Upstream: u, Extranonce1: u.Extranonce1, Threads: 1, Kernels: kernels,
				Distrusted: func(k, _ *scrypt.Kernel) { distrusted <- k },
			})
			if err != nil {
				t.Fatal(err)
			}
			u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{}, nil } // nothing that is told raises doubts
			cpuminer.Break(m, time.Nanosecond, only(kernels[0], tell))
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() { m.Run(ctx) })
			defer running.Wait()
			defer cancel()
			if got := <-distrusted; got != kernels[0] || m.Kernel() != kernels[1] {
				t.Errorf("kernel %v is distrusted, %v in use; want %v and %v", got, m.Kernel(), kernels[0], kernels[1])
			}
		})
	}
}

// Sound kernels stay in use however often they are checked.
func TestSoundKernelPassesItsChecks(t *testing.T) {
	for _, k := range scrypt.Kernels() {
		t.Run(k.Name(), func(t *testing.T) {
			u := newUpstream(newJob(t, "1", true))
			m, err := cpuminer.New(cpuminer.Config{
				Upstream: u, Extranonce1: u.Extranonce1, Threads: 1, Kernels: []*scrypt.Kernel{k},
				Distrusted: func(k, _ *scrypt.Kernel) { t.Errorf("kernel %v is distrusted", k) },
			})
			if err != nil {
				t.Fatal(err)
			}
			cpuminer.Break(m, time.Nanosecond, func(_ *scrypt.Kernel, s *scrypt.Scanner) opened { return s })
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() { m.Run(ctx) })
			jobs := []*template.Job{newJob(t, "2", true), newJob(t, "3", true)}
			for i := range k.Lanes() { // each new job is checked once
				before := m.Hashes()
				u.offer(jobs[i%2])
				for m.Hashes() == before {
					time.Sleep(time.Millisecond) // reached by itself
				}
			}
			cancel()
			running.Wait()
		})
	}
}
