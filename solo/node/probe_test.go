package node_test

import (
	"slices"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
)

func TestProbeTip(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	got, err := c.ProbeTip(testContext(t), 0)
	if err != nil || !got.Waits || got.RoundTrip <= 0 {
		t.Errorf("ProbeTip = %+v, %v, want a wait", got, err)
	}
	for _, fault := range []nodetest.Fault{nodetest.Forbidden, nodetest.RPCError(-32601, "Method not found")} {
		s.Always("waitforblockheight", fault)
		got, err := c.ProbeTip(testContext(t), 0)
		if err != nil || got.Waits || got.Every <= 0 || got.RoundTrip <= 0 {
			t.Errorf("ProbeTip with %+v = %+v, %v, want polling", fault, got, err)
		}
	}
	s.Always("waitforblockheight", nodetest.WorkQueue)
	if _, err := c.ProbeTip(testContext(t), 0); err == nil {
		t.Error("ProbeTip of a busy node: no error")
	}
}

func TestWallet(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	s.Script("getwalletinfo", nodetest.Result(`{"walletname":"solo"}`))
	if got, err := c.Wallet(testContext(t)); err != nil || got != "solo" {
		t.Errorf("Wallet = %q, %v", got, err)
	}
	s.Always("getwalletinfo", nodetest.RPCError(-32601, "Method not found")) // as with disablewallet=1
	_, err := c.Wallet(testContext(t))
	if e := asError(t, err); !strings.Contains(e.Remedy, "disablewallet") {
		t.Errorf("remedy without a wallet: %q", e.Remedy)
	}
}

func TestUnreachableAndUnauthorized(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	s.Always("getnetworkinfo", nodetest.Unauthorized)
	if _, err := c.Status(testContext(t)); !node.Unauthorized(err) || node.Unreachable(err) {
		t.Errorf("after a refusal: Unauthorized(%v) = %v", err, node.Unauthorized(err))
	}
	s.Down()
	if _, err := c.Status(testContext(t)); node.Unauthorized(err) || !node.Unreachable(err) {
		t.Errorf("after the end: Unreachable(%v) = %v", err, node.Unreachable(err))
	}
}

// Findings are those of a monitor's first observation.
func TestFindings(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{Network: "regtest"})
	status, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Findings(testContext(t), status); len(got) > 0 {
		t.Errorf("findings of a good node: %+v", got)
	}
	longer := `[{"height":5,"hash":"` + zeros + `","branchlen":0,"status":"active"},` +
		`{"height":6,"hash":"` + zeros + `","branchlen":3,"status":"invalid"}]`
	s.Always("getchaintips", nodetest.Result(longer))
	status.Warnings = "unknown new rules activated"
	var keys []string
	for _, a := range c.Findings(testContext(t), status) {
		keys = append(keys, a.Key)
	}
	if want := []string{solo.AlertNodeWarning, solo.AlertLongerBranch}; !slices.Equal(keys, want) {
		t.Errorf("findings %v, want %v", keys, want)
	}
}

var zeros = strings.Repeat("0", 64)
