package solo_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// Environment variables of TestSoak: how long it takes, and the seed of its faults.
const (
	envSoak     = "SOLO_SOAK"
	envSoakSeed = "SOLO_SOAK_SEED"
)

// What TestSoak does unless the environment says otherwise, and how.
const (
	soakFor          = 10 * time.Second
	soakRuns         = 6    // of the miner at most, one after the other on the same journals; two at least, of 10 s and more
	soakHashes       = 500  // one in so many solves a block of the main chain ...
	soakMergedHashes = 200  // ... and of the merged one, whose target is the easier one, as on the main networks
	soakRate         = 0.2  // the share of requests that meet a fault
	soakMemory       = 8e6  // bytes that may be in use at the end beside what there was after the first run
	soakPeak         = 1000 // goroutines that there may be at any time
)

// TestSoak mines on real nodes of two chains while whatever is between the miner and its money fails at random: every
// request to a node, the nodes themselves, their connections to the network, and the disk. Every block that was found must
// in the end be known to its chain's node, in the best chain or beside it, and nothing may have grown. Blocks come from this
// machine's CPU and from a miner that is connected by Stratum. It goes on until both have found one, and each chain has one.
func TestSoak(t *testing.T) {
	k := newSoak(t)
	length := soakFor
	if text := os.Getenv(envSoak); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	var first, last held
	var peak int
	runs := min(soakRuns, max(2, int(length/(10*time.Second))))
	for i := range runs {
		stop := k.mine(t)
		for end := time.Now().Add(length / time.Duration(runs)); time.Now().Before(end) || !k.mined() && !t.Failed(); {
			k.fault(t)
			peak = max(peak, runtime.NumGoroutine())
		}
		k.end(t, stop)
		if i == 0 {
			first = held{}.least()
		}
		last = first.least()
	}
	became := k.settle(t)
	var faults int64
	for i, x := range k.chains {
		t.Logf("%v, %s: %v", length, x.chain.Name, became[i])
		for _, hash := range became[i].lost {
			t.Errorf("lost: %s block %s; the journal says: %s", x.chain.Name, hash, x.journalOf(hash))
		}
		faults += x.disk.faults.Load()
	}
	t.Logf("%d headers that solve came by Stratum; faults: %d of the disk, others %v; after the first run %v, after the last %v, "+
		"at most %d goroutines", k.served.Load(), faults, k.faults, first, last, peak)
	if last.goroutines > first.goroutines || last.descriptors > first.descriptors || last.memory > first.memory+soakMemory || peak > soakPeak {
		t.Errorf("what is held has grown: %v after the first run, %v after the last, at most %d goroutines", first, last, peak)
	}
}

// soak is the networks of two chains and a miner on them, and what goes wrong.
type soak struct {
	chains []*soakChain // the main one, and the merged one
	random *rand.Rand
	faults map[string]int
	served atomic.Int64 // headers that came by Stratum and solve a block
}

func newSoak(t *testing.T) *soak {
	regtest.Require(t)
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(envSoakSeed); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", envSoakSeed, seed)
	return &soak{
		chains: []*soakChain{litecoinSoak(t, seed), dogecoinSoak(t, seed+1)},
		random: rand.New(rand.NewPCG(seed, 0)), faults: map[string]int{},
	}
}

// mined reports whether each chain has a block and one came by Stratum.
func (k *soak) mined() bool {
	return k.served.Load() > 0 && !slices.ContainsFunc(k.chains, func(x *soakChain) bool { return x.count() == 0 })
}

// mine runs engine, miner and server as the program does, on the journals of the run before.
func (k *soak) mine(t *testing.T) (stop func()) {
	t.Helper()
	main := k.chains[0]
	client := main.open(t)
	merged, mergedClient := k.chains[1].side(t)
	engine, err := (&config{
		Node: slowed{client, &main.hashes}, Nodes: []delivery.Node{client}, Journal: main.disk, Payout: solo.FixedPayout(script),
		Tag: tag, Propose: true, Grace: time.Second, MaxRetry: time.Second, Merged: []solo.Side{merged},
		Log: slog.New(slog.DiscardHandler),
	}).engine()
	if err != nil {
		t.Fatal(err)
	}
	kernels, err := scrypt.NewTrusted(scrypt.Kernels(), nil)
	if err != nil {
		t.Fatal(err)
	}
	upstream := searched{engine, k, t}
	miner, err := cpuminer.New(cpuminer.Config{
		Upstream: upstream, Extranonce1: engine.Extranonce1, Threads: 1, CPU: 10, Nice: 19,
		Kernels: kernels,
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := stratum.New(stratum.Config{Upstream: upstream})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	searching, endSearch := context.WithCancel(context.Background())
	running, endRun := context.WithCancel(context.Background())
	var search, run sync.WaitGroup
	search.Go(func() { miner.Run(searching) })
	search.Go(func() { server.Serve(searching, l) })
	search.Go(func() {
		if err := solveSlowly(l.Addr().String()); err != nil {
			t.Errorf("the Stratum miner: %v", err)
		}
	})
	run.Go(func() {
		// A directory may be gone at this very moment: blocks of earlier runs are then sent by the next.
		if err := engine.Run(running); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Run() = %v", err)
		}
	})
	return func() {
		endSearch()
		search.Wait()
		endRun()
		run.Wait()
		client.Close()
		mergedClient.Close()
	}
}

// solveSlowly mines on a Stratum server until that closes the connection. It hashes as fast as the CPU miner, about.
func solveSlowly(address string) error {
	target, err := template.TargetFromDifficulty(float64(soakMergedHashes) / template.PoolDifficultyFactor)
	if err != nil {
		return err
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Agent: "cpuminer/2.5.1"})
	if err != nil {
		return err
	}
	defer m.Close()
	w, err := m.Next(nil)
	if err != nil {
		return nil
	}
	const tries, pause = 20, 20 * time.Millisecond
	for s := w.Share(); ; {
		if s.Solve(target, tries) {
			if _, err := m.Submit(s); err != nil {
				return nil
			}
			s.Nonce++
		}
		select {
		case <-m.Ended():
			return nil
		case <-time.After(pause):
		}
		if newest := m.Work(); newest != s.Work {
			s = newest.Share()
		}
	}
}

// searched notes what is found, of each chain.
type searched struct {
	*solo.Engine
	soak *soak
	t    *testing.T
}

func (s searched) Submit(share solo.Share) (solo.Result, error) {
	r, err := s.Engine.Submit(share)
	s.note(share.JobID, r, err)
	return r, err
}

func (s searched) SubmitAll(shares []solo.Share, judged []solo.Judged) {
	s.Engine.SubmitAll(shares, judged)
	for i, j := range judged {
		if s.note(shares[i].JobID, j.Result, j.Err) {
			s.soak.served.Add(1)
		}
	}
}

// note goes by the PoW hash: a header may solve a block of either chain, or of both.
func (s searched) note(jobID string, r solo.Result, err error) (found bool) {
	if !r.Candidate || errors.Is(err, solo.ErrDuplicate) {
		return false
	}
	j := s.Job(jobID)
	if err != nil || j == nil {
		s.t.Errorf("a header solves a block of job %s, which is known: %v; %v", jobID, j != nil, err)
		return false
	}
	if j.Template.Target.MetBy(&r.PoWHash) {
		s.soak.chains[0].note(r.BlockHash)
	}
	for _, a := range j.Aux {
		if a.Template.Target.MetBy(&r.PoWHash) {
			s.soak.chains[1].note(a.BlockHash)
		}
	}
	return true
}

// end ends a run with a block of each chain that its node does not get: of the two that can keep it, only the disk works.
func (k *soak) end(t *testing.T, stop func()) {
	t.Helper()
	before := make([]int, len(k.chains))
	for i, x := range k.chains {
		x.disk.failing.Store(false)
		x.proxy.Always("submitblock", nodetest.ResetBeforeRead)
		before[i] = x.count()
	}
	for i, until := 0, time.Now().Add(10*time.Second); i < len(k.chains) && time.Now().Before(until); {
		if k.chains[i].count() > before[i] {
			i++
			continue
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	for _, x := range k.chains {
		x.proxy.Always("submitblock", nodetest.Fault{})
		x.disk.failing.Store(true)
	}
}

// fault lets something go wrong with one of the chains, half of the time, or waits.
func (k *soak) fault(t *testing.T) {
	t.Helper()
	x := k.chains[k.random.IntN(len(k.chains))]
	if k.random.IntN(2) == 0 {
		k.faults["nothing"]++
		x.pause(2 * time.Second)
		return
	}
	all := x.faults(t)
	f := all[k.random.IntN(len(all))]
	k.faults[x.chain.Name+": "+f.name]++
	f.do()
}

// settle ends the faults, runs the engine until each chain's node has all blocks or will never have them, and sorts them.
func (k *soak) settle(t *testing.T) (became []soaked) {
	t.Helper()
	for _, x := range k.chains {
		x.proxy.Random(0, 0)
		x.disk.failing.Store(false)
	}
	merged, client := k.chains[1].side(t)
	defer client.Close()
	h := byHand(t, k.chains[0].net, k.chains[0].dir, func(c *config) { c.Merged = append(c.Merged, merged) })
	defer h.stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		s := h.Stats() // a look is ended even if time is up
		became = []soaked{k.chains[0].sort(t, s.Blocks), k.chains[1].sort(t, s.Merged[0].Blocks)}
		if len(became[0].lost)+len(became[1].lost) == 0 {
			return became
		}
		select {
		case <-ctx.Done():
			return became
		case <-time.After(100 * time.Millisecond): // between two looks
		}
	}
}

// held is what this process holds.
type held struct {
	goroutines, descriptors int
	memory                  float64 // bytes of the heap in use
}

// least looks until no more is held than before, or for ten seconds, or one if before is nothing: what has ended needs a
// moment to be gone.
func (before held) least() held {
	now, looks := held{}, 100
	if before == (held{}) {
		looks = 10
	}
	for range looks {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		files, _ := os.ReadDir("/proc/self/fd")
		now = held{runtime.NumGoroutine(), len(files), float64(m.HeapAlloc)}
		if now.goroutines <= before.goroutines && now.descriptors <= before.descriptors {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return now
}

func (h held) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %.1f MB", h.goroutines, h.descriptors, h.memory/1e6)
}
