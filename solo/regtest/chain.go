package regtest

import (
	"context"
	"fmt"
	"testing"
)

// MWEBHeight is the height of regtest's first extension block
// (src/chainparams.cpp). Its block must contain a peg-in: without one there is
// no HogEx to spend later, and no template (bad-txns-vin-empty).
const MWEBHeight = 432

// AuxPoWHeight is the height of dogecoind's first merge-mined block on regtest
// (src/chainparams.cpp).
const AuxPoWHeight = 20

// Kind is an address type of litecoind's wallet.
type Kind string

// The kinds that litecoind 0.21's getnewaddress knows.
const (
	Legacy     Kind = "legacy"
	P2SHSegwit Kind = "p2sh-segwit"
	Bech32     Kind = "bech32"
	MWEB       Kind = "mweb"
)

// NewAddress returns a fresh address of the node's wallet.
func (n *Node) NewAddress(ctx context.Context, kind Kind) (string, error) {
	return get[string](ctx, n, "", "getnewaddress", "", kind)
}

// Address is NewAddress for tests.
func (n *Node) Address(t testing.TB, kind Kind) string {
	t.Helper()
	return Get[string](t, n, "getnewaddress", "", kind)
}

// Generate mines blocks to an address of the node's wallet, always the same
// one (of nobody, if it has none), and returns their hashes.
func (n *Node) Generate(t testing.TB, blocks int) []string {
	t.Helper()
	var hashes []string
	within(t, func(ctx context.Context) (err error) {
		hashes, err = n.generate(ctx, blocks)
		return err
	})
	return hashes
}

// GenerateTo mines blocks to the address and returns their hashes. litecoind
// needs neither a peer nor a finished initial sync for it.
func (n *Node) GenerateTo(t testing.TB, blocks int, address string) []string {
	t.Helper()
	return Get[[]string](t, n, "generatetoaddress", blocks, address)
}

func (n *Node) generate(ctx context.Context, blocks int) ([]string, error) {
	address, err := n.miningAddress(ctx)
	if err != nil {
		return nil, err
	}
	return get[[]string](ctx, n, "", "generatetoaddress", blocks, address)
}

func (n *Node) miningAddress(ctx context.Context) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.address == "" {
		address, err := n.NewAddress(ctx, Bech32)
		if err != nil {
			return "", err
		}
		n.address = address
	}
	return n.address, nil
}

// ToHeight mines on the first node up to a height and waits for the others to
// follow. It makes the peg-in that the block at MWEBHeight needs. A chain that
// is higher already fails the test.
func (net *Network) ToHeight(t testing.TB, height int) {
	t.Helper()
	within(t, func(ctx context.Context) error { return net.Advance(ctx, height) })
}

// ToMWEB is ToHeight(MWEBHeight): MWEB is active, and the wallet "mweb" owns
// the coin of the first peg-in.
func (net *Network) ToMWEB(t testing.TB) {
	t.Helper()
	net.ToHeight(t, MWEBHeight)
}

// At431 takes the chain to the last height without MWEB and leaves the peg-in
// that the next block needs in every node's mempool. It returns its txid.
func (net *Network) At431(t testing.TB) string {
	t.Helper()
	var txid string
	within(t, func(ctx context.Context) (err error) {
		if err = net.Advance(ctx, MWEBHeight-1); err != nil {
			return err
		}
		if txid, err = net.pegIn(ctx); err != nil {
			return err
		}
		return net.syncMempools(ctx)
	})
	return txid
}

// Advance is ToHeight for code without a test.
func (net *Network) Advance(ctx context.Context, height int) error {
	n := net.Nodes[0]
	at, err := get[int](ctx, n, "", "getblockcount")
	if err != nil {
		return err
	}
	if at > height {
		return fmt.Errorf("mine to height %d: the chain is at %d", height, at)
	}
	if !net.program.merged() && at < MWEBHeight && height >= MWEBHeight {
		if err := n.mineTo(ctx, MWEBHeight-1); err != nil {
			return err
		}
		pegged, err := n.hasPegIn(ctx)
		if err != nil {
			return err
		}
		if !pegged {
			if _, err := net.pegIn(ctx); err != nil {
				return err
			}
		}
	}
	if err := n.mineTo(ctx, height); err != nil {
		return err
	}
	return net.syncTips(ctx)
}

func (n *Node) mineTo(ctx context.Context, height int) error {
	at, err := get[int](ctx, n, "", "getblockcount")
	if err != nil || at >= height {
		return err
	}
	_, err = n.generate(ctx, height-at)
	return err
}

// hasPegIn reports whether the mempool contains a peg-in.
func (n *Node) hasPegIn(ctx context.Context) (bool, error) {
	type entry struct {
		MWEB struct{ PegIns []any }
	}
	entries, err := get[map[string]entry](ctx, n, "", "getrawmempool", true)
	for _, e := range entries {
		if len(e.MWEB.PegIns) > 0 {
			return true, nil
		}
	}
	return false, err
}
