package solo_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
)

// mineOne runs the miner until it has found a block that was accepted, and lets it search on in vain.
func mineOne(t *testing.T, n *regtest.Node) (*rig, delivery.Block) {
	t.Helper()
	var hashes atomic.Int64
	hashes.Store(1000)
	r := mine(t, n, func(c *setup) { c.Node = slowed{c.Node.(*node.Client), &hashes} })
	regtest.Wait(t, "an accepted block", func() error {
		if r.engine.Stats().Accepted == 0 {
			return fmt.Errorf("none")
		}
		hashes.Store(1 << 50)
		return nil
	})
	for _, f := range r.engine.Stats().Found() { // two workers may have found one each
		if f.Verdict.Outcome == delivery.Accepted {
			return r, f
		}
	}
	t.Fatal("the accepted block is not among those found")
	return nil, delivery.Block{}
}

func (r *rig) waitState(t *testing.T, b delivery.Block, want delivery.BlockState) {
	t.Helper()
	regtest.Wait(t, "the block's state "+string(want), func() error {
		for _, have := range r.engine.Stats().Blocks {
			if have.BlockHash == b.BlockHash && have.State != want {
				return fmt.Errorf("it is %s with %d confirmations", have.State, have.Confirmations)
			}
		}
		return nil
	})
}

// A litecoind that is killed forgets what its disk did not have yet: it is given the block again.
func TestH21BlockThatTheKilledNodeForgot(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	n := net.Nodes[0]
	n.Restart(t) // a clean stop, so that the chain up to here is on its disk
	r, b := mineOne(t, n)
	net.Nodes[1].Kill(t) // it has the block too
	n.Kill(t)
	n.Start(t)
	if _, err := r.client.Confirmations(t.Context(), b.BlockHash); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Logf("the node had the block already: %v", err)
	}
	regtest.Wait(t, "the block on the node again", func() error {
		confirmations, err := r.client.Confirmations(t.Context(), b.BlockHash)
		if err != nil || confirmations > 0 {
			return err
		}
		// If the miner found two, the node may have got the other one first.
		tip, err := r.client.BlockAt(t.Context(), b.Height)
		if err != nil {
			return err
		}
		for _, f := range r.engine.Stats().Found() {
			if f.BlockHash == tip {
				return nil
			}
		}
		return fmt.Errorf("it is beside %s, which the miner did not find", tip)
	})
	r.stop()
}

// Both directions of a reorganisation, and the end at a hundred confirmations, on the real chain.
func TestH10BlockIsFollowedOnTheRealChain(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	n := net.Nodes[0]
	r, b := mineOne(t, n)
	hash := b.BlockHash.String()
	n.MustCall(t, "invalidateblock", hash)
	r.waitState(t, b, delivery.StateUnsettled)
	n.Generate(t, 6)
	r.waitState(t, b, delivery.StateOrphaned)
	rival := regtest.Get[string](t, n, "getblockhash", b.Height) // the miner's own, if it found two
	n.MustCall(t, "reconsiderblock", hash)
	n.MustCall(t, "invalidateblock", rival)
	r.waitState(t, b, delivery.StateImmature)
	n.Generate(t, 99)
	r.waitState(t, b, delivery.StateMature)
	r.stop()
	blocks, err := r.journal.Blocks()
	if err != nil || len(blocks) == 0 || blocks[0].State != delivery.StateMature || !blocks[0].Settled {
		t.Errorf("journal has %+v, %v", blocks, err)
	}
}
