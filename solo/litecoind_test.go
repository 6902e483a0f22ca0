package solo_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
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
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

const (
	tag     = "/ltcsolo test/"
	workers = 2
)

// rig is the whole miner on a real node, as the command line composes it, but for what a test changes.
type rig struct {
	engine  *solo.Engine
	client  *node.Client
	miner   *cpuminer.Miner
	journal *journal.Journal
	stop    func()
}

// setup is what a test may change before the start.
type setup struct {
	config
	watch    func(*template.Job) // told of each job that a worker takes
	noSearch bool                // one worker, who only takes jobs
}

// watched tells of each job that a worker takes.
type watched struct {
	*solo.Engine
	watch func(*template.Job)
}

func (w watched) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	j, err := w.Engine.NextJob(ctx, prev)
	if prev == nil && j != nil { // a worker's call; the miner's own waits for a change
		w.watch(j)
	}
	return j, err
}

// slowed is a node whose templates ask for more work than regtest does, so that a search lasts: one hash in each
// hashes. Regtest itself takes such a block like any other, because its PoW hash is below regtest's target too.
type slowed struct {
	*node.Client
	hashes *atomic.Int64
}

func (s slowed) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	t, err := s.Client.NextTemplate(ctx, prev)
	if n := s.hashes.Load(); err == nil && n > 1 {
		c := *t
		if c.Target, err = template.TargetFromDifficulty(float64(n) / template.PoolDifficultyFactor); err != nil {
			return nil, err
		}
		t = &c
	}
	return t, err
}

// mine runs the miner on a node of the network. The payout script is that of an address of the node's wallet.
func mine(t testing.TB, n *regtest.Node, options ...func(*setup)) *rig {
	t.Helper()
	client, err := node.New(node.Config{URL: n.URL, Credentials: n.Credentials, Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(t.TempDir(), journal.Labels{Network: "regtest", AddressOf: func([]byte) string { return "of the test" }})
	if err != nil {
		t.Fatal(err)
	}
	info := regtest.Get[struct {
		ScriptPubKey string `json:"scriptPubKey"`
	}](t, n, "getaddressinfo", n.Address(t, regtest.Bech32))
	payout, err := hex.DecodeString(info.ScriptPubKey)
	if err != nil {
		t.Fatal(err)
	}
	cfg := setup{config: config{
		Node: client, Nodes: []delivery.Node{client}, Journal: j, Payout: solo.FixedPayout(payout), Tag: tag, Propose: true,
	}}
	for _, o := range options {
		o(&cfg)
	}
	r := &rig{client: client, journal: j}
	if r.engine, err = cfg.engine(); err != nil {
		t.Fatal(err)
	}
	var upstream solo.Upstream = r.engine
	if cfg.watch != nil {
		upstream = watched{r.engine, cfg.watch}
	}
	kernels, err := scrypt.NewTrusted(scrypt.Kernels(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.miner, err = cpuminer.New(cpuminer.Config{
		Upstream: upstream, Extranonce1: r.engine.Extranonce1, Threads: workers, Kernels: kernels, Nice: 19,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	searching, stopSearching := context.WithCancel(context.Background())
	var search, engine sync.WaitGroup
	search.Go(func() {
		if cfg.noSearch {
			takeJobs(searching, r.engine, cfg.watch)
		} else {
			r.miner.Run(searching)
		}
	})
	engine.Go(func() { r.engine.Run(ctx) })
	r.stop = sync.OnceFunc(func() {
		stopSearching()
		search.Wait()
		cancel()
		engine.Wait()
		client.Close()
	})
	t.Cleanup(r.stop)
	return r
}

// takeJobs takes the engine's jobs and does nothing with them.
func takeJobs(ctx context.Context, e *solo.Engine, taken func(*template.Job)) {
	for j, err := e.NextJob(ctx, nil); err == nil; j, err = e.NextJob(ctx, j) {
		if j != nil {
			taken(j)
		}
	}
}

// mineBlocks mines exactly so many blocks and returns those that were accepted.
func mineBlocks(t *testing.T, n *regtest.Node, count int) []delivery.Block {
	t.Helper()
	r := mine(t, n, func(c *setup) { c.Blocks = count })
	await(t, r.engine.Done(), "blocks")
	r.stop()
	won, err := wonOf(r.engine.Stats().Found())
	if err != nil || len(won) != count {
		t.Fatalf("%d blocks accepted, want %d; %v", len(won), count, err)
	}
	return won
}

// wonOf are the accepted ones of found blocks. It is an error if one is neither that nor the sibling of one.
func wonOf(found []delivery.Block) (won []delivery.Block, err error) {
	for _, f := range found {
		switch {
		case f.Verdict.Outcome == delivery.Accepted:
			won = append(won, f)
		case !f.Sibling:
			err = fmt.Errorf("block %s at height %d: %s", f.BlockHash, f.Height, f.Verdict)
		}
	}
	return won, err
}

func await(t testing.TB, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("no %s within a minute", what)
	}
}

// chainBlock is getblock's answer as far as the tests look.
type chainBlock struct {
	Hash          string
	Height        int32
	Confirmations int
	Tx            []struct {
		TxID string
		Vin  []struct{ Coinbase string }
		Vout []struct {
			Value        float64
			ScriptPubKey struct{ Hex string }
		}
	}
}

// wantInChain compares the node's own view of our blocks with what the engine said of them.
func wantInChain(t *testing.T, n *regtest.Node, found []delivery.Block) []chainBlock {
	t.Helper()
	var blocks []chainBlock
	for _, f := range found {
		b := regtest.Get[chainBlock](t, n, "getblock", f.BlockHash.String(), 2)
		blocks = append(blocks, b)
		out := b.Tx[0].Vout[0]
		if b.Confirmations < 1 || b.Height != f.Height || out.ScriptPubKey.Hex != hex.EncodeToString(f.Script) ||
			int64(out.Value*1e8+0.5) != f.Value {
			t.Errorf("getblock: height %d, %d confirmations, pays %v to %s; want height %d, %d litoshi to %x",
				b.Height, b.Confirmations, out.Value, out.ScriptPubKey.Hex, f.Height, f.Value, f.Script)
		}
		if !strings.Contains(b.Tx[0].Vin[0].Coinbase, hex.EncodeToString([]byte(tag))) {
			t.Errorf("coinbase %s of height %d lacks the tag", b.Tx[0].Vin[0].Coinbase, b.Height)
		}
	}
	return blocks
}

// TestH01BlocksAreAccepted takes one chain past every border of the rules: the first blocks, the heights at which
// the push of the height grows (16/17, 127/128), the activation of MWEB at 432 with its peg-in, a mempool of every
// kind of transaction, and BIP 34 at 500.
func TestH01BlocksAreAccepted(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	n := net.Nodes[0]
	net.ToHeight(t, 1)
	wantInChain(t, n, mineBlocks(t, n, 17)) // 2..18
	net.ToHeight(t, 125)
	wantInChain(t, n, mineBlocks(t, n, 4)) // 126..129
	pegIn := net.At431(t)
	activation := wantInChain(t, n, mineBlocks(t, n, 1))[0]
	if activation.Height != 432 || len(activation.Tx) != 3 || activation.Tx[1].TxID != pegIn {
		t.Errorf("activation block: height %d, %d transactions, want 432 with coinbase, peg-in and HogEx", activation.Height, len(activation.Tx))
	}

	mixed := net.MixedMempool(t)
	want, err := template.Litecoin.Decode(n.Template(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := wantInChain(t, n, mineBlocks(t, n, 1))[0]
	var ids []string
	for _, tx := range b.Tx[1:] {
		ids = append(ids, tx.TxID)
	}
	if len(ids) != len(want.Transactions) {
		t.Fatalf("block has %d transactions, the template %d", len(ids), len(want.Transactions))
	}
	for i, tx := range want.Transactions {
		if ids[i] != tx.TxID.String() {
			t.Errorf("transaction %d is %s, the template has %s", i+1, ids[i], tx.TxID)
		}
	}
	for _, id := range []string{mixed.P2PKH, mixed.P2SH, mixed.P2WPKH, mixed.Parent, mixed.Child, mixed.PegIn} {
		if !slices.Contains(ids, id) {
			t.Errorf("block lacks %s of the mempool %+v", id, mixed)
		}
	}

	net.ToHeight(t, 498)
	wantInChain(t, n, mineBlocks(t, n, 3)) // 499..501
	net.SyncTips(t)                        // the other node has checked and taken all of it
}

// Another miner's blocks during the search: workers change jobs, and what they find is always a whole block on the
// parent of its own job.
func TestH17BlocksOfOthersDuringTheSearch(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	var hashes atomic.Int64
	hashes.Store(400)
	r := mine(t, net.Nodes[0], func(c *setup) { c.Node = slowed{c.Node.(*node.Client), &hashes} })
	for range 15 {
		hash := net.Nodes[1].Generate(t, 1)[0]
		regtest.Wait(t, "job on the other miner's block or a later one", func() error {
			j := r.engine.Stats().Job
			known := regtest.Get[chainBlock](t, net.Nodes[1], "getblock", hash, 2)
			if j == nil || j.Template.Height <= known.Height {
				return fmt.Errorf("job is not yet above height %d", known.Height)
			}
			return nil
		})
	}
	regtest.Wait(t, "blocks of our own", func() error {
		if n := r.engine.Stats().Accepted; n < 5 {
			return fmt.Errorf("%d accepted", n)
		}
		return nil
	})
	r.stop()
	for _, f := range r.engine.Stats().Found() {
		if f.Verdict.Outcome != delivery.Accepted && f.Verdict.Outcome != delivery.Inconclusive {
			t.Errorf("block %s at height %d: %s", f.BlockHash, f.Height, f.Verdict)
		}
	}
}

func TestH20NodeRestartsWithANewCookie(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	n := net.Nodes[0]
	var hashes atomic.Int64
	hashes.Store(1 << 50) // nothing is found before the restart
	r := mine(t, n, func(c *setup) { c.Node = slowed{c.Node.(*node.Client), &hashes} })
	regtest.Wait(t, "the search", func() error {
		if r.miner.Hashes() == 0 {
			return fmt.Errorf("not begun")
		}
		return nil
	})
	_, before, err := n.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	n.Restart(t)
	if _, after, err := n.Credentials(); err != nil || after == before {
		t.Fatalf("the cookie did not change: %v", err)
	}
	hashes.Store(1)
	net.Nodes[1].Generate(t, 1) // brings a new template
	regtest.Wait(t, "an accepted block", func() error {
		if r.engine.Stats().Accepted == 0 {
			return fmt.Errorf("%s", r.engine.Stats().TemplateFail)
		}
		return nil
	})
	r.stop()
}

// The node is killed during the search: the search goes on, what is found is on disk at once, and goes in when the
// node is back.
func TestH06BlockFoundWhileTheNodeIsDead(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	n := net.Nodes[0]
	var hashes atomic.Int64
	hashes.Store(2000) // a search that is still on when the node is killed
	r := mine(t, n, func(c *setup) { c.Node = slowed{c.Node.(*node.Client), &hashes} })
	regtest.Wait(t, "the search", func() error {
		if r.miner.Hashes() == 0 {
			return fmt.Errorf("not begun")
		}
		return nil
	})
	n.Kill(t)
	regtest.Wait(t, "a block in the journal", func() error {
		pending, err := r.journal.Pending()
		if err == nil && len(pending) == 0 {
			err = fmt.Errorf("none")
		}
		return err
	})
	if found := r.engine.Stats().Found(); found[0].Verdict.Outcome != delivery.Unsettled {
		t.Logf("found before the node died: %s", found[0].Verdict)
	}
	// The killed node comes back some blocks behind: a search that goes on there would outrun its own block, which only
	// the least difficulty lets it do.
	hashes.Store(1 << 50)
	n.Start(t)
	// The search of the old job may find more than one while the node is dead. All are sent at once, and one of them wins.
	var won []delivery.Block
	regtest.Wait(t, "its acceptance", func() (err error) {
		if won, err = wonOf(r.engine.Stats().Found()); err == nil && len(won) == 0 {
			err = fmt.Errorf("none")
		}
		return err
	})
	r.stop()
	wantInChain(t, n, won)
}
