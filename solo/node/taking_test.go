package node_test

import (
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/node/nodetest"
)

// What would keep a found block out is an alert before one is found, and its end is told too.
func TestNodeThatWouldNotTakeABlock(t *testing.T) {
	tooLarge := nodetest.Fault{Status: 413, Body: "<html><head><title>413 Request Entity Too Large</title></head></html>"}
	for _, tt := range []struct {
		name   string
		method string
		fault  nodetest.Fault
		alert  string
		text   string
	}{
		{"submitblock is not on the whitelist", "submitblock", nodetest.Forbidden, solo.AlertNoSubmit, "forbids submitblock (HTTP 403)"},
		{"submitblock is unknown", "submitblock", nodetest.RPCError(-32601, "Method not found"), solo.AlertNoSubmit, "submitblock"},
		{"a proxy takes no large request", "getblocktemplate", tooLarge, solo.AlertNoProposal, "413"},
		{"the node has no proposal mode", "getblocktemplate", nodetest.RPCError(-8, "Invalid mode"), solo.AlertNoProposal, "Invalid mode"},
		{"a proxy answers with a page", "getblocktemplate", nodetest.HTML, solo.AlertNoProposal, "does not answer like litecoind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGroup(t, 1, nil)
			block, _ := unsolved(t, first(t, g.clients[0]), 0)
			g.servers[0].Always(tt.method, tt.fault)
			if tt.alert == solo.AlertNoProposal {
				g.Propose(testContext(t), block)
			}
			eventually(t, "the alert", func() bool { return g.alert(tt.alert, 0) != nil })
			if a := g.alert(tt.alert, 0); !strings.Contains(a.Text, tt.text) || a.Remedy == "" || !a.Grave {
				t.Errorf("alert %+v, want a grave one about %q", a, tt.text)
			}
			g.servers[0].Always(tt.method, nodetest.Fault{})
			eventually(t, "its end", func() bool { return g.alert(tt.alert, 0) == nil })
		})
	}
}

// A node that is away is told as that, not as one that would not take blocks.
func TestNodeThatIsAwayIsNotSaidToRefuseBlocks(t *testing.T) {
	g := newGroup(t, 1, nil)
	c := g.clients[0]
	block, _ := unsolved(t, first(t, c), 0)
	for _, fault := range []nodetest.Fault{nodetest.WarmUp, nodetest.WorkQueue, nodetest.ResetBeforeRead, nodetest.RPCError(-25, "AcceptBlock FAILED")} {
		g.servers[0].Script("submitblock", fault)
		c.SubmitBlock(testContext(t), block)
	}
	h := g.servers[0].Calls("getblockchaininfo")
	eventually(t, "two observations", func() bool { return g.servers[0].Calls("getblockchaininfo") > h+2 })
	if list := g.alerts.List(); len(list) > 0 {
		t.Errorf("alerts %+v", list)
	}
}
