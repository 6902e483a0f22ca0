package solo_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
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
	soakFor    = 10 * time.Second
	soakRuns   = 6    // of the miner at most, one after the other on the same journal; two at least, of 10 s and more
	soakHashes = 500  // one in so many solves a block
	maturity   = 100  // a rival that deep never gives way
	soakRate   = 0.2  // the share of requests that meet a fault
	soakMemory = 8e6  // bytes that may be in use at the end beside what there was after the first run
	soakPeak   = 1000 // goroutines that there may be at any time
)

// TestSoak mines on a real node while whatever is between the miner and its money fails at random: every request to the
// node, the node itself, its connection to the network, and the disk. Every block that was found must in the end be
// known to the node, in the best chain or beside it, and nothing may have grown. Blocks come from this machine's CPU and
// from a miner that is connected by Stratum. It goes on until both have found one.
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
		for end := time.Now().Add(length / time.Duration(runs)); time.Now().Before(end) || (k.count() == 0 || k.served.Load() == 0) && !t.Failed(); {
			k.fault(t)
			peak = max(peak, runtime.NumGoroutine())
		}
		k.end(t, stop)
		if i == 0 {
			first = held{}.least()
		}
		last = first.least()
	}
	accepted, orphaned, lost := k.settle(t)
	t.Logf("%v: found %d, %d of them by Stratum, accepted %d, orphaned %d, lost %d; faults: %d of the disk, others %v; after the first run %v, "+
		"after the last %v, at most %d goroutines", length, len(k.found), k.served.Load(), accepted, orphaned, len(lost), k.disk.faults.Load(), k.faults, first, last, peak)
	for _, hash := range lost {
		t.Errorf("lost: block %s; the journal says: %s", hash, k.journalOf(hash))
	}
	if last.goroutines > first.goroutines || last.descriptors > first.descriptors || last.memory > first.memory+soakMemory || peak > soakPeak {
		t.Errorf("what is held has grown: %v after the first run, %v after the last, at most %d goroutines", first, last, peak)
	}
}

// soak is a network and a miner on it, and what goes wrong.
type soak struct {
	net    *regtest.Network
	node   *regtest.Node
	proxy  *nodetest.Proxy
	disk   *faultyDisk
	dir    string
	random *rand.Rand
	faults map[string]int
	served atomic.Int64 // blocks that came by Stratum

	mu    sync.Mutex
	found map[template.Hash]bool // by what the engine answered to the searchers, before anything else knows
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
	k := &soak{
		dir: filepath.Join(t.TempDir(), "blocks"), random: rand.New(rand.NewPCG(seed, 0)),
		faults: map[string]int{}, found: map[template.Hash]bool{},
	}
	k.net = regtest.Start(t, regtest.Config{})
	k.net.ToMWEB(t)
	k.node = k.net.Nodes[0]
	k.proxy = nodetest.StartProxy(t, k.node.URL)
	k.proxy.Random(seed, soakRate)
	k.disk = &faultyDisk{random: rand.New(rand.NewPCG(seed, 1))}
	k.disk.failing.Store(true)
	return k
}

// mine runs engine, miner and server as the program does, on the journal of the run before.
func (k *soak) mine(t *testing.T) (stop func()) {
	t.Helper()
	client, err := node.New(node.Config{URL: k.proxy.URL, Credentials: k.node.Credentials, Network: "regtest", Refresh: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if k.disk.Journal, err = journal.Open(k.dir, journal.Labels{Network: "regtest", AddressOf: func([]byte) string { return "" }}); err != nil {
		t.Fatal(err)
	}
	var hashes atomic.Int64
	hashes.Store(soakHashes)
	engine, err := (&config{
		Node: slowed{client, &hashes}, Nodes: []delivery.Node{client}, Journal: k.disk, Payout: solo.FixedPayout(script),
		Tag: tag, Propose: true, Grace: time.Second, MaxRetry: time.Second, Log: slog.New(slog.DiscardHandler),
	}).engine()
	if err != nil {
		t.Fatal(err)
	}
	kernels, err := scrypt.NewTrusted(scrypt.Kernels(), nil)
	if err != nil {
		t.Fatal(err)
	}
	miner, err := cpuminer.New(cpuminer.Config{
		Upstream: searched{engine, k}, Extranonce1: engine.Extranonce1, Threads: 1, CPU: 10, Nice: 19,
		Kernels: kernels,
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := stratum.New(stratum.Config{Upstream: searched{engine, k}})
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
		// The directory may be gone at this very moment: blocks of earlier runs are then sent by the next.
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
	}
}

// solveSlowly mines on a Stratum server until that closes the connection. It hashes as fast as the CPU miner, about.
func solveSlowly(address string) error {
	target, err := template.TargetFromDifficulty(float64(soakHashes) / template.PoolDifficultyFactor)
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

// searched notes what is found.
type searched struct {
	*solo.Engine
	soak *soak
}

func (s searched) Submit(share solo.Share) (solo.Result, error) {
	r, err := s.Engine.Submit(share)
	s.note(r, err)
	return r, err
}

func (s searched) SubmitAll(shares []solo.Share, judged []solo.Judged) {
	s.Engine.SubmitAll(shares, judged)
	for _, j := range judged {
		if s.note(j.Result, j.Err) {
			s.soak.served.Add(1)
		}
	}
}

func (s searched) note(r solo.Result, err error) (found bool) {
	if err != nil || !r.Candidate {
		return false
	}
	s.soak.mu.Lock()
	defer s.soak.mu.Unlock()
	s.soak.found[r.BlockHash] = true
	return true
}

// end ends a run with a block that the node does not get: of the two that can keep it, only the disk works.
func (k *soak) end(t *testing.T, stop func()) {
	t.Helper()
	k.disk.failing.Store(false)
	k.proxy.Always("submitblock", nodetest.ResetBeforeRead)
	n := k.count()
	for until := time.Now().Add(10 * time.Second); k.count() == n && time.Now().Before(until); {
		k.pause(10 * time.Millisecond)
	}
	stop()
	k.proxy.Always("submitblock", nodetest.Fault{})
	k.disk.failing.Store(true)
}

func (k *soak) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.found)
}

// bringBack puts the files of the directory that was taken away into the one that the journal has made meanwhile, if it
// had to. What stands there is newer.
func (k *soak) bringBack(t *testing.T, away string) {
	t.Helper()
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(away)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Link(filepath.Join(away, f.Name()), filepath.Join(k.dir, f.Name())); err != nil && !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(away); err != nil {
		t.Fatal(err)
	}
}

// rivals are blocks of another miner. One of ours that comes while its is being made can make it one of a wrong height.
func rivals(t *testing.T, n *regtest.Node, blocks int) {
	t.Helper()
	address := n.Address(t, regtest.Bech32)
	for range blocks {
		regtest.Wait(t, "another miner's block", func() error {
			_, err := n.Call(t.Context(), "generatetoaddress", 1, address)
			return err
		})
	}
}

// fault lets something go wrong for a moment, beside what goes wrong with requests and writes all the time.
func (k *soak) fault(t *testing.T) {
	t.Helper()
	other := k.net.Nodes[1]
	faults := []struct {
		name string
		do   func()
	}{
		{"nothing", func() { k.pause(2 * time.Second) }},
		{"node down", func() {
			k.proxy.Down()
			k.pause(2 * time.Second)
			k.proxy.Up(t)
		}},
		{"node frozen", func() {
			k.node.Freeze(t)
			k.pause(2 * time.Second)
			k.node.Thaw(t)
		}},
		{"another's block", func() { rivals(t, other, 1) }},
		{"network split", func() {
			k.net.Disconnect(t, k.node, other)
			rivals(t, other, 1+k.random.IntN(3))
			k.pause(time.Second)
			k.net.Connect(t, other, k.node)
		}},
		{"directory gone", func() {
			if err := os.Rename(k.dir, k.dir+".away"); err != nil {
				t.Fatal(err)
			}
			k.pause(time.Second)
			k.bringBack(t, k.dir+".away")
		}},
		{"node killed", func() {
			k.node.Kill(t)
			k.pause(time.Second)
			k.node.Start(t)
		}},
		{"node restarted", func() { k.node.Restart(t) }},
	}
	f := faults[max(0, k.random.IntN(2*len(faults))-len(faults))] // half of the time nothing
	k.faults[f.name]++
	f.do()
}

func (k *soak) pause(most time.Duration) { time.Sleep(time.Duration(k.random.Int64N(int64(most)))) }

// settle ends the faults, runs the engine until the node has all blocks or will never have them, and sorts them.
func (k *soak) settle(t *testing.T) (accepted, orphaned int, lost []template.Hash) {
	t.Helper()
	k.proxy.Random(0, 0)
	k.disk.failing.Store(false)
	h := byHand(t, k.net, k.dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		accepted, orphaned, lost = 0, 0, nil
		for hash := range k.found { // a look is ended even if time is up
			raw, err := k.node.Call(t.Context(), "getblockheader", hash.String())
			var refused *regtest.RPCError
			switch {
			case errors.As(err, &refused) && refused.Code == -5 && k.buried(t, h, hash):
				orphaned++
			case errors.As(err, &refused) && refused.Code == -5:
				lost = append(lost, hash)
			case err != nil:
				t.Fatalf("getblockheader: %v", err)
			case confirmationsOf(t, raw) > 0:
				accepted++
			default:
				orphaned++
			}
		}
		if len(lost) == 0 || ctx.Err() != nil {
			h.stop()
			return accepted, orphaned, lost
		}
		select {
		case <-ctx.Done():
			return accepted, orphaned, lost
		case <-time.After(100 * time.Millisecond): // between two looks
		}
	}
}

// buried reports whether another block of its height is too deep now ever to give way. The node had the block, and forgot
// it when it was killed: it is followed no more. Or it never had a chance, because the node that was killed came back so
// far behind the other one, and was mined on.
func (k *soak) buried(t *testing.T, h *hand, hash template.Hash) bool {
	t.Helper()
	blocks := h.Stats().Blocks
	i := slices.IndexFunc(blocks, func(b delivery.Block) bool { return b.BlockHash == hash })
	if i < 0 || !blocks[i].Settled || blocks[i].State != delivery.StateOrphaned {
		return false
	}
	b := blocks[i]
	if b.Verdict.Outcome != delivery.Accepted && b.Verdict.Outcome != delivery.Inconclusive && !k.hopeless(t, b) {
		return false
	}
	rival := regtest.Get[string](t, k.node, "getblockhash", b.Height)
	return rival != hash.String() && confirmationsOf(t, k.node.MustCall(t, "getblockheader", rival)) >= maturity
}

// hopeless reports whether the other node, which is never killed, was so far ahead when the block was found.
func (k *soak) hopeless(t *testing.T, b delivery.Block) bool {
	t.Helper()
	tips, err := k.net.Nodes[1].Tips()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(tips, func(tip regtest.Tip) bool {
		return tip.Time.Before(b.Found) && tip.Height >= int(b.Height)+maturity
	})
}

// journalOf is what the journal's file of a block says, without the block.
func (k *soak) journalOf(hash template.Hash) string {
	names, err := filepath.Glob(filepath.Join(k.dir, "*"+hash.String()+"*"))
	if err != nil || len(names) == 0 {
		return "nothing"
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		return err.Error()
	}
	head, _, _ := strings.Cut(string(text), "\nblock: ")
	return strings.Join(names, " ") + "\n" + head
}

// faultyDisk is a journal whose writes are slow, fail before anything was written, or say that they failed when all was.
type faultyDisk struct {
	*journal.Journal
	failing atomic.Bool
	faults  atomic.Int64

	mu     sync.Mutex
	random *rand.Rand
}

func (d *faultyDisk) write(do func() error) error {
	if !d.failing.Load() {
		return do()
	}
	d.mu.Lock()
	kind, wait := d.random.IntN(6), time.Duration(d.random.Int64N(int64(500*time.Millisecond)))
	d.mu.Unlock()
	if kind > 2 {
		return do()
	}
	d.faults.Add(1)
	var err error
	if kind != 0 {
		err = do()
	}
	if kind != 1 {
		time.Sleep(wait)
	}
	if kind != 2 {
		err = fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
	}
	return err
}

func (d *faultyDisk) Append(c *delivery.Candidate) error {
	return d.write(func() error { return d.Journal.Append(c) })
}

func (d *faultyDisk) Settle(hash template.Hash, node string, v delivery.Verdict, at time.Time) error {
	return d.write(func() error { return d.Journal.Settle(hash, node, v, at) })
}

func (d *faultyDisk) Mark(hash template.Hash, s delivery.Standing) error {
	return d.write(func() error { return d.Journal.Mark(hash, s) })
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
