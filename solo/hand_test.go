package solo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// hand is an engine on a real node behind a proxy, whose blocks the test solves itself, at the moment it likes.
type hand struct {
	*mined
	net     *regtest.Network
	node    *regtest.Node
	proxy   *nodetest.Proxy
	journal string // its directory
}

// byHand runs an engine on the first node of the network. It tries again so often that a test of twenty failures is quick.
func byHand(t *testing.T, net *regtest.Network, dir string, options ...func(*config)) *hand {
	t.Helper()
	h := &hand{net: net, node: net.Nodes[0], journal: dir}
	h.proxy = nodetest.StartProxy(t, h.node.URL)
	client, err := node.New(node.Config{URL: h.proxy.URL, Credentials: h.node.Credentials, Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	j, err := journal.Open(dir, journal.Labels{Network: "regtest", AddressOf: func([]byte) string { return "of the test" }})
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config{
		Node: client, Nodes: []delivery.Node{client}, Journal: j, Payout: solo.FixedPayout(script), Tag: tag,
		RetryFirst: time.Millisecond, MaxRetry: 5 * time.Millisecond, Grace: time.Millisecond,
	}
	for _, o := range options {
		o(cfg)
	}
	h.mined = &mined{}
	if h.Engine, err = cfg.engine(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.Run(ctx)
	}()
	h.stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(h.stop)
	return h
}

// current waits for a job on the node's tip.
func (h *hand) current(t *testing.T) *template.Job {
	t.Helper()
	tip := regtest.Get[string](t, h.node, "getbestblockhash")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for prev := (*template.Job)(nil); ; {
		j, err := h.NextJob(ctx, prev)
		if err != nil {
			t.Fatalf("no job on the tip %s: %v", tip, err)
		}
		if j != nil && j.Template.PreviousBlock.String() == tip {
			return j
		}
		prev = j
	}
}

// offer submits a share that solves its job.
func (h *hand) offer(t *testing.T, s solo.Share) string {
	t.Helper()
	r, err := h.Submit(s)
	if err != nil || !r.Candidate {
		t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
	}
	return r.BlockHash.String()
}

// await waits for the verdict on a block.
func (h *hand) await(t *testing.T, hash string, want delivery.Outcome) {
	t.Helper()
	regtest.Wait(t, "a verdict", func() error {
		for _, f := range h.Stats().Found() {
			if f.BlockHash.String() == hash && f.Verdict.Outcome == want {
				return nil
			}
		}
		return fmt.Errorf("block %s is not %v: %+v", hash, delivery.Verdict{Outcome: want}, h.Stats().Found())
	})
}

// written reports whether the journal has the block's file.
func (h *hand) written(hash string) error {
	files, err := filepath.Glob(filepath.Join(h.journal, "*-"+hash+".block"))
	if err == nil && len(files) != 1 {
		err = fmt.Errorf("%s has %d files of block %s", h.journal, len(files), hash)
	}
	return err
}

// confirmations is the node's word.
func (h *hand) confirmations(t *testing.T, hash string) int {
	t.Helper()
	return regtest.Get[chainBlock](t, h.node, "getblock", hash, 2).Confirmations
}

// confirmationsOf reads them from getblockheader's answer.
func confirmationsOf(t *testing.T, header json.RawMessage) int {
	t.Helper()
	var h struct{ Confirmations int }
	if err := json.Unmarshal(header, &h); err != nil {
		t.Fatal(err)
	}
	return h.Confirmations
}

// TestH07H09EveryKindOfFailureThenAccepted breaks what goes to a real node in every way, up to twenty times in a row.
func TestH07H09EveryKindOfFailureThenAccepted(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	h := byHand(t, net, t.TempDir())
	for i, fault := range nodetest.Faults() {
		share := h.solve(t, h.current(t), true)
		failures := 1 + rand.IntN(20)
		for range failures {
			h.proxy.Script("submitblock", fault)
		}
		before := h.proxy.Calls("submitblock")
		hash := h.offer(t, share)
		h.await(t, hash, delivery.Accepted)
		if n := h.confirmations(t, hash); n != 1 {
			t.Errorf("after %d of fault %d, %+v: %d confirmations, want 1", failures, i, fault, n)
		}
		effective := fault.Effect || fault == nodetest.Fault{}
		if n := h.proxy.Calls("submitblock") - before; !effective && n != failures+1 || effective && n > failures+1 {
			t.Errorf("after %d of fault %d, %+v: %d submissions", failures, i, fault, n)
		}
		h.proxy.Forget() // a block that is accepted has no need of the rest
	}
	share := h.solve(t, h.current(t), true)
	h.proxy.Down()
	hash := h.offer(t, share)
	regtest.Wait(t, "the block in the journal", func() error {
		return h.written(hash)
	})
	h.proxy.Up(t)
	h.await(t, hash, delivery.Accepted)
}

// TestH08H12RivalOfTheSameHeight has the node hear of another miner's block first: ours is submitted all the same, is
// beside the chain, and wins when the chain turns.
func TestH08H12RivalOfTheSameHeight(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	h := byHand(t, net, t.TempDir())
	ours := h.solve(t, h.current(t), true)
	rival := net.Nodes[1].Generate(t, 1)[0]
	h.node.WaitTip(t, rival)
	h.current(t) // the job of our solution is stale by now
	hash := h.offer(t, ours)
	h.await(t, hash, delivery.Inconclusive)
	if n := h.confirmations(t, hash); n != -1 {
		t.Fatalf("%d confirmations, want -1", n)
	}
	calls := h.proxy.Calls("submitblock")
	h.node.MustCall(t, "invalidateblock", rival)
	h.await(t, hash, delivery.Accepted)
	if n := h.proxy.Calls("submitblock"); n != calls {
		t.Errorf("%d submissions, want %d: an inconclusive block is watched, not sent again", n, calls)
	}
}

// TestH01H15H16H18H19H22BlocksByHand gives a real node the blocks that are out of the ordinary.
func TestH01H15H16H18H19H22BlocksByHand(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	h := byHand(t, net, t.TempDir())
	accepted := func(t *testing.T, s solo.Share) string {
		t.Helper()
		hash := h.offer(t, s)
		h.await(t, hash, delivery.Accepted)
		if n := h.confirmations(t, hash); n != 1 {
			t.Errorf("%d confirmations, want 1", n)
		}
		return hash
	}
	t.Run("H16 share target above the network's reach", func(t *testing.T) {
		s := h.solve(t, h.current(t), true)
		s.Target = template.Target{}
		accepted(t, s)
	})
	t.Run("H18 rolled version bits", func(t *testing.T) {
		j := h.current(t)
		const bits = 0x1fffe000 // BIP 320
		s := h.solveVersion(t, j, j.Template.Version|bits, true)
		hash := accepted(t, s)
		got := regtest.Get[struct{ Version int32 }](t, h.node, "getblockheader", hash).Version
		if got != s.Solution.Version {
			t.Errorf("version %#x in the chain, want %#x", got, s.Solution.Version)
		}
	})
	t.Run("H19 tip replaced at the same height", func(t *testing.T) {
		before := h.current(t)
		h.node.MustCall(t, "invalidateblock", before.Template.PreviousBlock.String())
		h.node.GenerateTo(t, 1, h.node.Address(t, regtest.Legacy))
		after := h.current(t)
		if after.Template.Height != before.Template.Height || !after.Clean {
			t.Errorf("job at height %d, clean %v, want %d and a clean one", after.Template.Height, after.Clean, before.Template.Height)
		}
		accepted(t, h.solve(t, after, true))
	})
	t.Run("H22 two solutions at once", func(t *testing.T) {
		j := h.current(t)
		shares := []solo.Share{h.solve(t, j, true), h.solve(t, j, true)}
		var hashes [2]string
		var both sync.WaitGroup
		for i, s := range shares {
			both.Go(func() {
				if r, err := h.Submit(s); err == nil {
					hashes[i] = r.BlockHash.String()
				}
			})
		}
		both.Wait()
		regtest.Wait(t, "both blocks at the node", func() error {
			sum := 0
			for _, hash := range hashes {
				if _, err := h.node.Call(t.Context(), "getblockheader", hash); err != nil {
					return err
				}
				sum += h.confirmations(t, hash)
			}
			if sum != 0 { // 1 in the chain, -1 beside it
				return fmt.Errorf("confirmations add up to %d", sum)
			}
			return nil
		})
	})
	t.Run("H15 state directory gone", func(t *testing.T) {
		gone := filepath.Join(t.TempDir(), "gone") // at one instant, whatever is being written
		if err := os.Rename(h.journal, gone); err != nil {
			t.Fatal(err)
		}
		hash := accepted(t, h.solve(t, h.current(t), true))
		regtest.Wait(t, "the block in the journal", func() error {
			return h.written(hash)
		})
	})
	t.Run("H01 full block out of the journal", func(t *testing.T) {
		h.stop()
		mixed := net.MixedMempool(t)
		first := byHand(t, net, h.journal)
		first.proxy.Always("submitblock", nodetest.WorkQueue)
		hash := first.offer(t, first.solve(t, first.current(t), true))
		regtest.Wait(t, "the block in the journal", func() error { return first.written(hash) })
		first.stop()
		byHand(t, net, h.journal)
		regtest.Wait(t, "the recovered block in the chain", func() error {
			header, err := h.node.Call(t.Context(), "getblockheader", hash)
			if err == nil && confirmationsOf(t, header) < 1 {
				err = fmt.Errorf("it is beside the chain")
			}
			return err
		})
		b := regtest.Get[chainBlock](t, h.node, "getblock", hash, 2)
		ids := map[string]bool{}
		for _, tx := range b.Tx {
			ids[tx.TxID] = true
		}
		if b.Confirmations != 1 || !ids[mixed.PegIn] || !ids[mixed.Child] {
			t.Errorf("the recovered block has %d confirmations and %d transactions, want those of %+v", b.Confirmations, len(b.Tx), mixed)
		}
	})
}
