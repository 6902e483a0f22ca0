package node_test

import (
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/regtest"
)

// Two real nodes, each with a peer of its own, are stopped, disconnected and misled. There are no alerts while they are
// well.
func TestLitecoindGroup(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{Nodes: 4})
	a, b, peerOfA, peerOfB := net.Nodes[0], net.Nodes[1], net.Nodes[2], net.Nodes[3]
	net.Connect(t, b, peerOfB)
	net.Disconnect(t, a, peerOfB)
	net.ToHeight(t, 110)
	g := &group{log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	for _, n := range []*regtest.Node{a, b} {
		g.clients = append(g.clients, litecoind(t, n, node.Config{}))
	}
	g.run(t, func(c *node.GroupConfig) { c.TipsEvery = 50 * time.Millisecond })
	tmpl := g.next(t, nil)
	if got := g.serving(); got != 0 || tmpl.Height != 111 {
		t.Fatalf("node %d serves height %d", got, tmpl.Height)
	}
	if all := g.alerts.List(); len(all) != 0 {
		t.Errorf("alerts of a fresh network: %+v", all)
	}

	// LESSONS H20: the first node comes back with a new cookie.
	a.Stop(t)
	over := g.next(t, tmpl)
	if got := g.serving(); got != 1 || over.Height != 111 {
		t.Fatalf("node %d serves height %d once the first is stopped", got, over.Height)
	}
	b.Generate(t, 1)
	over = g.next(t, over)
	a.Start(t)
	net.SyncTips(t)
	for g.serving() != 0 {
		over = g.next(t, over)
	}
	if over = g.next(t, nil); over.Height != 112 {
		t.Errorf("height %d is served after the first node came back", over.Height)
	}

	// Disconnected, the first node's chain falls behind.
	net.Disconnect(t, a, b)
	b.Generate(t, 2)
	got := g.next(t, over)
	for got.Height != 114 {
		got = g.next(t, got)
	}
	if g.serving() != 1 {
		t.Errorf("node %d serves after the nodes were parted", g.serving())
	}
	eventually(t, "the alert of the node that is behind", func() bool { return g.alert(solo.AlertNodeBehind, 0) != nil })
	net.Connect(t, b, a)
	net.SyncTips(t)
	eventually(t, "its end", func() bool { return g.alert(solo.AlertNodeBehind, 0) == nil })
	for g.serving() != 0 {
		got = g.next(t, got)
	}

	// LESSONS H4: the first node refuses a block that the others follow.
	refused := regtest.Get[string](t, a, "getbestblockhash")
	for _, n := range []*regtest.Node{a, peerOfA} {
		n.MustCall(t, "invalidateblock", refused)
	}
	eventually(t, "the alert of the longer branch", func() bool { return g.alert(solo.AlertLongerBranch, 0) != nil })
	for _, n := range []*regtest.Node{a, peerOfA} {
		n.MustCall(t, "reconsiderblock", refused)
	}
	eventually(t, "the end of every alert", func() bool { return len(g.alerts.List()) == 0 })
}
