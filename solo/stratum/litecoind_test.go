package stratum_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// onLitecoind runs engine and server on a real node, and returns a miner that is connected to them over a socket.
func onLitecoind(t *testing.T, n *regtest.Node) *stratumtest.Miner {
	t.Helper()
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
	pool := scrypt.NewPool(scrypt.PoolConfig{})
	engine, err := solo.New(solo.Config{
		Main: solo.Side{Chain: template.Litecoin, Node: client, Courier: courier, Payout: solo.FixedPayout(script)}, Hasher: pool, Propose: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := stratum.New(stratum.Config{Upstream: engine})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { pool.Run(ctx) })
	running.Go(func() { engine.Run(ctx) })
	running.Go(func() { server.Serve(ctx, l) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Agent: "test/1", Roll: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// A real node with MWEB active takes the blocks of a miner: a full one, and one whose version bits were rolled.
func TestH01H18LitecoindTakesTheBlocks(t *testing.T) {
	t.Parallel()
	network := regtest.Start(t, regtest.Config{})
	n := network.Nodes[0]
	mixed := network.MixedMempool(t)
	m := onLitecoind(t, n)
	var last *stratumtest.Work
	for i, bits := range []uint32{0, 0x1fffe000} {
		tip := regtest.Get[string](t, n, "getbestblockhash")
		for last == nil || last.Previous.String() != tip {
			w, err := m.Next(last)
			if err != nil {
				t.Fatal(err)
			}
			last = w
		}
		s := last.Share()
		s.VersionBits = bits
		solve(t, &s)
		wantTaken(t, m, s)
		hash := s.BlockHash().String()
		regtest.Wait(t, "the block in the chain", func() error {
			if got := regtest.Get[string](t, n, "getbestblockhash"); got != hash {
				return fmt.Errorf("the tip is %s, want %s", got, hash)
			}
			return nil
		})
		b := regtest.Get[struct {
			Version int32
			Tx      []string
		}](t, n, "getblock", hash, 1)
		if header := s.Header(); b.Version != header.Version() {
			t.Errorf("version %08x in the chain, want %08x", b.Version, header.Version())
		}
		if i == 0 && (!slices.Contains(b.Tx, mixed.PegIn) || !slices.Contains(b.Tx, mixed.Child)) {
			t.Errorf("the block has transactions %v, want those of %+v", b.Tx, mixed)
		}
	}
}
