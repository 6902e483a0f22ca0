package regtest

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// Connect opens a connection from one node to the other and waits until both can
// relay blocks. A restart of one of them restores it.
func (net *Network) Connect(t testing.TB, from, to *Node) {
	t.Helper()
	if !slices.Contains(net.links, link{from, to}) && !slices.Contains(net.links, link{to, from}) {
		net.links = append(net.links, link{from, to})
	}
	within(t, net.connectAll)
}

// Disconnect closes the connection between two nodes and waits until both have
// noticed. Their chains can then diverge; Connect joins them again.
func (net *Network) Disconnect(t testing.TB, a, b *Node) {
	t.Helper()
	within(t, func(ctx context.Context) error {
		for _, l := range slices.Clone(net.links) {
			if l != (link{a, b}) && l != (link{b, a}) {
				continue
			}
			if err := l.close(ctx); err != nil {
				return err
			}
			net.links = slices.DeleteFunc(net.links, func(x link) bool { return x == l })
		}
		return nil
	})
}

// connectAll opens the missing connections between running nodes.
func (net *Network) connectAll(ctx context.Context) error {
	for _, l := range net.links {
		if !l.from.running() || !l.to.running() {
			continue
		}
		if err := l.open(ctx); err != nil {
			return err
		}
	}
	return nil
}

// SyncTips waits until all running nodes have the same best block.
func (net *Network) SyncTips(t testing.TB) {
	t.Helper()
	within(t, net.syncTips)
}

func (net *Network) syncTips(ctx context.Context) error {
	return net.agree(ctx, "getbestblockhash")
}

// SyncMempools waits until all running nodes have the same transactions.
func (net *Network) SyncMempools(t testing.TB) {
	t.Helper()
	within(t, net.syncMempools)
}

func (net *Network) syncMempools(ctx context.Context) error {
	return net.agree(ctx, "getrawmempool")
}

// agree waits until all running nodes give the same answer: a string, or the
// same strings in any order.
func (net *Network) agree(ctx context.Context, method string) error {
	return poll(ctx, func() error {
		var first []string
		for i, n := range net.Nodes {
			if !n.running() {
				continue
			}
			v, err := get[any](ctx, n, "", method)
			if err != nil {
				return err
			}
			answer := texts(v)
			if first == nil {
				first = answer
			} else if !slices.Equal(first, answer) {
				return fmt.Errorf("%s: node %d says %v, another %v", method, i+1, answer, first)
			}
		}
		return nil
	})
}

func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	sorted := make([]string, 0, len(list))
	for _, item := range list {
		sorted = append(sorted, fmt.Sprint(item))
	}
	slices.Sort(sorted)
	return sorted
}

// peer is an entry of getpeerinfo, as far as it is used.
type peer struct {
	Addr     string // the other end
	AddrBind string // this end; dogecoind does not say
	Inbound  bool
	Received map[string]int `json:"bytesrecv_per_msg"`
}

// ready reports whether the handshake is over. Before that litecoind announces
// no block.
func (p *peer) ready() bool { return p.Received["verack"] > 0 }

// findPeer returns the peer at addr. An empty address, which dogecoind gives for
// the end of a connection of its own, stands for any that has connected itself.
func (n *Node) findPeer(ctx context.Context, addr string) (*peer, error) {
	peers, err := get[[]peer](ctx, n, "", "getpeerinfo")
	if err != nil {
		return nil, err
	}
	for i := range peers {
		if peers[i].Addr == addr || addr == "" && peers[i].Inbound {
			return &peers[i], nil
		}
	}
	return nil, nil
}

// open connects the two nodes if necessary and waits for both handshakes.
func (l link) open(ctx context.Context) error {
	return poll(ctx, func() error {
		out, err := l.from.findPeer(ctx, l.to.P2PAddr)
		if err != nil {
			return err
		}
		if out == nil {
			// "onetry" returns after the TCP connect. If it failed, the next
			// round tries again.
			if _, err := l.from.Call(ctx, "addnode", l.to.P2PAddr, "onetry"); err != nil {
				return err
			}
			return fmt.Errorf("%s is not connected to %s", l.from.P2PAddr, l.to.P2PAddr)
		}
		in, err := l.to.findPeer(ctx, out.AddrBind)
		if err != nil {
			return err
		}
		if in == nil || !out.ready() || !in.ready() {
			return fmt.Errorf("the handshake of %s and %s is not finished", l.from.P2PAddr, l.to.P2PAddr)
		}
		return nil
	})
}

// close closes the connection and waits until neither end lists it.
func (l link) close(ctx context.Context) error {
	if !l.from.running() || !l.to.running() {
		return nil
	}
	out, err := l.from.findPeer(ctx, l.to.P2PAddr)
	if err != nil || out == nil {
		return err
	}
	if _, err := l.from.Call(ctx, "disconnectnode", l.to.P2PAddr); err != nil {
		return err
	}
	return poll(ctx, func() error {
		for _, end := range []struct {
			n    *Node
			addr string
		}{{l.from, l.to.P2PAddr}, {l.to, out.AddrBind}} {
			if p, err := end.n.findPeer(ctx, end.addr); err != nil {
				return err
			} else if p != nil {
				return fmt.Errorf("%s still lists %s", end.n.P2PAddr, end.addr)
			}
		}
		return nil
	})
}
