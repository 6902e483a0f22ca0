package node_test

import (
	"errors"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// swapped is a proxy with a client. Behind it are two nodes of one network whose chains part after the first block, or
// where own says.
func swapped(t *testing.T, own, other, shared int) (p *nodetest.Proxy, right, wrong *nodetest.Server, c *node.Client) {
	t.Helper()
	right, wrong = nodetest.Start(t), nodetest.Start(t)
	for i := range max(own, other) {
		if i < own {
			right.Mine()
		}
		if i < other {
			wrong.Mine()
			if i == shared {
				wrong.Replace()
			}
		}
	}
	p = nodetest.StartProxy(t, right.URL)
	return p, right, wrong, open(t, node.Config{URL: p.URL, Credentials: right.Credentials, Network: "regtest"})
}

// Another chain behind the node's port says nothing about a found block: neither that it is lacking, nor that it is
// orphaned, nor that it is invalid.
func TestAnotherChainBehindThePort(t *testing.T) {
	for _, tt := range []struct {
		name               string
		own, other, shared int  // blocks
		told               bool // the client can tell
	}{
		{"longer, another first block", 40, 200, 0, true},
		{"shorter, another first block", 40, 20, 0, true},
		{"parted 110 blocks ago", 300, 500, 190, true},
		{"reorganised 90 blocks deep", 300, 301, 210, false},
		{"too short to tell", 10, 200, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, right, wrong, c := swapped(t, tt.own, tt.other, tt.shared)
			ctx := testContext(t)
			hash, height := right.Tip()
			right.Mine()
			if s, err := c.Status(ctx); err != nil || s.Check("regtest", false) != nil {
				t.Fatalf("Status = %v, %v", s, err)
			}
			block := delivery.Block{BlockHash: hash, Height: height, State: delivery.StateImmature}
			p.Point(wrong.URL)
			wrong.Script("submitblock", nodetest.Result(`"bad-cb-height"`))
			answered := block.Observe(ctx, []delivery.Node{c}, 100)
			verdict, err := c.SubmitBlock(ctx, make([]byte, template.HeaderSize))
			s, statusErr := c.Status(ctx)
			if statusErr != nil {
				t.Fatal(statusErr)
			}
			if !tt.told {
				if !answered || err != nil || s.Check("regtest", false) != nil {
					t.Errorf("answered %v, submitblock %v, check %v, want the node's answers", answered, err, s.Check("regtest", false))
				}
				return
			}
			if answered || block.State != delivery.StateImmature || block.Settled {
				t.Errorf("the block is %v, settled %v after an answer of another chain", block.State, block.Settled)
			}
			if _, err := c.BlockAt(ctx, height); err == nil || errors.Is(err, delivery.ErrUnknownBlock) {
				t.Errorf("BlockAt = %v, want an error", err)
			}
			asError(t, err)
			if verdict.Final() {
				t.Errorf("SubmitBlock = %v, want no verdict", verdict)
			}
			asError(t, s.CheckChain("regtest"))
			p.Point(right.URL)
			if s, err := c.Status(ctx); err != nil || s.Check("regtest", false) != nil {
				t.Errorf("Status = %v, %v once the chain is back", s, err)
			}
			if !block.Observe(ctx, []delivery.Node{c}, 100) || block.State != delivery.StateImmature || block.Confirmations != 2 {
				t.Errorf("the block is %v with %d confirmations", block.State, block.Confirmations)
			}
		})
	}
}

// The alert about another chain begins and ends with it, and another node takes over meanwhile, whatever the work of that
// chain.
func TestGroupOnAnotherChain(t *testing.T) {
	p, right, wrong, c := swapped(t, 40, 200, 0)
	g := &group{servers: []*nodetest.Server{right, right}, log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	g.clients = []*node.Client{c, newClient(t, right, node.Config{Network: "regtest"})}
	g.run(t, nil)
	p.Point(wrong.URL)
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertWrongNode, 0) != nil })
	eventually(t, "the other node to serve", func() bool { return g.serving() == 1 })
	p.Point(right.URL)
	eventually(t, "its end", func() bool { return g.alert(solo.AlertWrongNode, 0) == nil })
}
