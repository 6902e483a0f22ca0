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

// spoiled hashes correctly and reports wrong hits.
type spoiled struct {
	*scrypt.Scanner
	report func(first uint32, hashed int, hits []uint32) []uint32
}

func (s spoiled) Scan(first uint32, count int, hits []uint32) (int, []uint32) {
	n, hits := s.Scanner.Scan(first, count, hits)
	return n, s.report(first, n, hits)
}

type opened = interface {
	Set(header *[scrypt.HeaderSize]byte, target *[32]byte)
	Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32)
	Close() error
}

// only spoils the kernel bad.
func only(bad *scrypt.Kernel, report func(first uint32, hashed int, hits []uint32) []uint32) func(*scrypt.Kernel, *scrypt.Scanner) opened {
	return func(k *scrypt.Kernel, s *scrypt.Scanner) opened {
		if k == bad {
			return spoiled{s, report}
		}
		return s
	}
}

// everything reports each nonce as a hit.
func everything(first uint32, hashed int, hits []uint32) []uint32 {
	hits = hits[:0]
	for nonce := first; nonce < first+uint32(hashed); nonce++ {
		hits = append(hits, nonce)
	}
	return hits
}

// A kernel whose hits are wrong is replaced at its first wrong one, and the next kernel finds the remaining blocks.
// Nothing that the reference refutes leaves the program.
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
	refuted := make(chan [2]*scrypt.Kernel, 10)
	trusted := trust(t, func(k, next *scrypt.Kernel) { refuted <- [2]*scrypt.Kernel{k, next} })
	m, err := cpuminer.New(cpuminer.Config{Upstream: e, Extranonce1: e.Extranonce1, Threads: 2, Kernels: trusted})
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
	if got := <-refuted; got != [2]*scrypt.Kernel{kernels[0], kernels[1]} || trusted.InUse() != kernels[1] {
		t.Errorf("refuted: %v; kernel %v is in use, want %v", got, trusted.InUse(), kernels[1])
	}
	for i, f := range e.Stats().Found() { // the other thread may have solved the same job
		if f.Verdict.Outcome != delivery.Accepted && !f.Sibling {
			t.Errorf("found block %d: %+v", i, f)
		}
	}
}

// A kernel that misses hits, of all lanes or of one, submits nothing wrong: only the check notices it.
func TestCheckRefutesABlindKernel(t *testing.T) {
	kernels := scrypt.Kernels()
	for name, report := range map[string]func(uint32, int, []uint32) []uint32{
		"blind": func(uint32, int, []uint32) []uint32 { return nil },
		"blind in one lane": func(first uint32, _ int, hits []uint32) []uint32 {
			return slices.DeleteFunc(hits, func(n uint32) bool { return n == first })
		},
		"one too many": everything,
	} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(newJob(t, "1", true))
			refuted := make(chan *scrypt.Kernel, 10)
			trusted := trust(t, func(k, _ *scrypt.Kernel) { refuted <- k })
			m := newMiner(t, u, 1, trusted) // every share is accepted
			cpuminer.Break(m, time.Nanosecond, only(kernels[0], report))
			start(t, m)
			if got := <-refuted; got != kernels[0] || trusted.InUse() != kernels[1] {
				t.Errorf("kernel %v is refuted, %v in use; want %v and %v", got, trusted.InUse(), kernels[0], kernels[1])
			}
		})
	}
}

// Correct kernels stay in use however often they are checked.
func TestCorrectKernelPassesItsChecks(t *testing.T) {
	for _, k := range scrypt.Kernels() {
		t.Run(k.Name(), func(t *testing.T) {
			u := newUpstream(newJob(t, "1", true))
			m := newMiner(t, u, 1, trust(t, func(k, _ *scrypt.Kernel) { t.Errorf("kernel %v is refuted", k) }, k))
			cpuminer.Break(m, time.Nanosecond, func(_ *scrypt.Kernel, s *scrypt.Scanner) opened { return s })
			stop := start(t, m)
			jobs := []*template.Job{newJob(t, "2", true), newJob(t, "3", true)}
			for i := range k.Lanes() { // each new job is checked once
				before := m.Hashes()
				u.offer(jobs[i%2])
				for m.Hashes() == before {
					time.Sleep(time.Millisecond) // until it comes true without the test's help
				}
			}
			stop()
		})
	}
}
