package regtest_test

import (
	"slices"
	"testing"

	"ltcsolo/solo/regtest"
)

type gbt struct {
	Height       int
	Rules        []string
	MWEB         string
	Transactions []struct {
		TxID    string
		Depends []int
	}
}

// index of a transaction in the template, or -1.
func (g gbt) index(txid string) int {
	for i, tx := range g.Transactions {
		if tx.TxID == txid {
			return i
		}
	}
	return -1
}

func TestAt431(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	pegIn := net.At431(t)
	for i, n := range net.Nodes {
		if got := height(t, n); got != 431 {
			t.Errorf("node %d is at %d, want 431", i+1, got)
		}
		if got := regtest.Get[[]string](t, n, "getrawmempool"); !slices.Equal(got, []string{pegIn}) {
			t.Errorf("node %d: mempool %q, want the peg-in %s", i+1, got, pegIn)
		}
	}
	g := decode[gbt](t, net.Nodes[0].Template(t))
	if g.Height != 432 || g.MWEB == "" || g.index(pegIn) != 0 || len(g.Transactions) != 2 {
		t.Errorf("template = %+v, want 432 with the peg-in and the HogEx", g)
	}
	// ToMWEB uses the peg-in in the mempool.
	net.ToMWEB(t)
	if got := height(t, net.Nodes[1]); got != 432 {
		t.Errorf("height = %d, want 432", got)
	}
}

// The other node can mine the activation block too.
func TestAt431OtherNode(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.At431(t)
	net.Nodes[1].Generate(t, 1)
	net.SyncTips(t)
	if got := height(t, net.Nodes[0]); got != 432 {
		t.Errorf("height = %d, want 432", got)
	}
}

func TestToHeight(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	for _, want := range []int{16, 16, 431, 500} {
		net.ToHeight(t, want)
		for i, n := range net.Nodes {
			if got := height(t, n); got != want {
				t.Errorf("node %d is at %d, want %d", i+1, got, want)
			}
		}
	}
	if err := net.Advance(t.Context(), 499); err == nil {
		t.Error("Advance to a height below the tip gave no error")
	}
	if g := decode[gbt](t, net.Nodes[0].Template(t)); !slices.Contains(g.Rules, "mweb") || g.MWEB == "" {
		t.Errorf("template above 432 = %+v, want MWEB", g)
	}
}

func TestMixedMempool(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	n := net.Nodes[0]
	net.ToMWEB(t)
	n.Template(t) // so that the node has a cached template
	for round := range 2 {
		m := net.MixedMempool(t)
		g := decode[gbt](t, n.Template(t))
		for name, txid := range map[string]string{
			"P2PKH": m.P2PKH, "P2SH": m.P2SH, "P2WPKH": m.P2WPKH,
			"parent": m.Parent, "child": m.Child, "peg-in": m.PegIn,
		} {
			if g.index(txid) < 0 {
				t.Errorf("round %d: the template lacks the %s", round, name)
			}
		}
		if child := g.index(m.Child); !slices.Contains(g.Transactions[child].Depends, g.index(m.Parent)+1) {
			t.Errorf("round %d: the child depends on %v, not on its parent", round, g.Transactions[child].Depends)
		}
		if hogEx := g.Transactions[len(g.Transactions)-1]; !slices.Contains(hogEx.Depends, g.index(m.PegIn)+1) {
			t.Errorf("round %d: the last transaction is not the HogEx of the peg-in", round)
		}
		if g.MWEB == "" {
			t.Errorf("round %d: the template has no mweb", round)
		}
		if got := regtest.Get[[]string](t, n, "listwallets"); len(got) != 1 {
			t.Errorf("round %d: wallets %q, want one", round, got)
		}
		// The peg-out is an output of the HogEx, and the MWEB payment cannot
		// be seen: only the empty mempool shows that both were mined.
		pool := regtest.Get[[]string](t, n, "getrawmempool")
		if len(pool) != 8 || !slices.Contains(pool, m.PegOut) || !slices.Contains(pool, m.MWEBOnly) {
			t.Errorf("round %d: mempool %q, want eight with the peg-out %s and %s", round, pool, m.PegOut, m.MWEBOnly)
		}
		net.SyncMempools(t)
		n.Generate(t, 1)
		net.SyncTips(t)
		if pool := regtest.Get[[]string](t, n, "getrawmempool"); len(pool) != 0 {
			t.Errorf("round %d: a block left %q in the mempool", round, pool)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	n := regtest.Start(t, regtest.Config{Nodes: 1}).Nodes[0]
	for _, kind := range []regtest.Kind{regtest.Legacy, regtest.P2SHSegwit, regtest.Bech32, regtest.MWEB} {
		address := n.Address(t, kind)
		info := regtest.Get[struct {
			IsValid   bool
			IsScript  bool
			IsWitness bool
			IsMWEB    bool
		}](t, n, "validateaddress", address)
		if !info.IsValid || info.IsScript != (kind == regtest.P2SHSegwit) ||
			info.IsWitness != (kind == regtest.Bech32) || info.IsMWEB != (kind == regtest.MWEB) {
			t.Errorf("%s: validateaddress %s = %+v", kind, address, info)
		}
	}
}
