package node_test

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// dogeAddress is an address of regtest, dogeScript its output script.
const (
	dogeAddress = "mfWyW5fc9NUj75YAnFgoRLrjxgLDn2MMth"
	dogeScript  = "76a914000102030405060708090a0b0c0d0e0f1011121388ac"
)

// solveAux makes a block of a merged chain's template, committed to in the coinbase of a made-up Litecoin block, that
// meets its target, or one that does not. tag tells blocks apart.
func solveAux(t testing.TB, tmpl *template.Template, tag string, good bool) ([]byte, template.Hash) {
	t.Helper()
	script, err := hex.DecodeString(dogeScript)
	if err != nil {
		t.Fatal(err)
	}
	aux, err := template.NewAux(tmpl, template.Coinbase{Script: script, Tag: tag})
	if err != nil {
		t.Fatal(err)
	}
	main := first(t, newClient(t, nodetest.Start(t), node.Config{}))
	job, err := template.NewJob("1", main, template.Coinbase{Script: []byte{0x51}, Tag: "/test/", ExtranonceSize: solo.ExtranonceSize}, true, aux)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: main.Version, Time: main.CurTime}
	for ; ; s.Nonce++ {
		h, err := job.Header(s)
		if err != nil {
			t.Fatal(err)
		}
		header := [scrypt.HeaderSize]byte(h)
		if pow := template.Hash(scrypt.Sum(&header)); tmpl.Target.MetBy(&pow) == good {
			b, err := job.AuxBlock(0, s)
			if err != nil {
				t.Fatal(err)
			}
			return b, aux.BlockHash
		}
	}
}

// foundDoge makes a client of a real dogecoind as the command line does, from the node's data directory.
func foundDoge(t testing.TB, n *regtest.Node) (*node.Client, *discover.Found) {
	t.Helper()
	d, err := discover.Find(discover.Options{Chain: template.Dogecoin, DataDir: n.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, d.Nodes[0]), d
}

// startDoge starts two dogecoinds whose next block is merge-mined.
func startDoge(t testing.TB) *regtest.Network {
	t.Helper()
	net := regtest.StartDoge(t, regtest.Config{})
	net.ToHeight(t, regtest.AuxPoWHeight-1)
	return net
}

// wantVerdict submits a block and compares the verdict.
func wantVerdict(t testing.TB, c *node.Client, what string, block []byte, want string) {
	t.Helper()
	if v, err := c.SubmitBlock(testContext(t), block); err != nil || v.String() != want {
		t.Errorf("SubmitBlock of %s = %v, %v, want %s", what, v, err, want)
	}
}

func TestDogecoindSubmit(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	n := net.Nodes[0]
	c, d := foundDoge(t, n)
	if d.Network != "regtest" || d.CredentialsFrom != "cookie "+n.CookiePath {
		t.Errorf("Find() = %+v", d)
	}
	tmpl := first(t, c)
	if tmpl.Chain != template.Dogecoin || tmpl.Height != regtest.AuxPoWHeight || tmpl.CoinbaseValue != 500_000*100_000_000 {
		t.Fatalf("NextTemplate() = %+v", tmpl)
	}
	poor, _ := solveAux(t, tmpl, "/poor/", false)
	if opinion, err := c.Propose(testContext(t), poor); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose of an unsolved block = %+v, %v, want no objection", opinion, err)
	}
	greedy := *tmpl
	greedy.CoinbaseValue++
	rich, _ := solveAux(t, &greedy, "/rich/", false)
	if opinion, err := c.Propose(testContext(t), rich); opinion != (solo.Opinion{Refused: true, Reason: "bad-cb-amount"}) || err != nil {
		t.Errorf("Propose of a block that pays too much = %+v, %v", opinion, err)
	}
	a, hashA := solveAux(t, tmpl, "/a/", true)
	b, hashB := solveAux(t, tmpl, "/b/", true)
	wantVerdict(t, c, "an unsolved block", poor, "rejected: high-hash")
	wantVerdict(t, c, "a cut block", a[:len(a)-1], "rejected: Block decode failed")
	wantVerdict(t, c, "no block", []byte{1, 2, 3}, "rejected: Block decode failed")
	wantVerdict(t, c, "a good block", a, "accepted")
	wantVerdict(t, c, "the same again", a, "duplicate")
	wantVerdict(t, c, "its rival", b, "inconclusive")
	wantVerdict(t, c, "the rival again", b, "duplicate")
	wantStored(t, c, n, tmpl.Height, hashA, hashB, a, false)
	net.SyncTips(t) // the other node has it too
}

// LESSONS H39: a block is ours, and not the node's: another node takes it, and the node itself after a restart in between.
func TestH39DogecoindThatDidNotMakeTheTemplate(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	a, b := net.Nodes[0], net.Nodes[1]
	c, _ := foundDoge(t, a)
	other, _ := foundDoge(t, b)
	tmpl := first(t, c)
	block, hash := solveAux(t, tmpl, "/a/", true)
	net.Disconnect(t, a, b)
	wantVerdict(t, other, "another node's block", block, "accepted")
	a.Restart(t)
	wantVerdict(t, c, "a block of before the restart", block, "accepted")

	net.Connect(t, b, a)
	late, _ := solveAux(t, untilTemplate(t, other, nil), "/late/", true)
	a.Generate(t, 2)
	net.SyncTips(t)
	wantVerdict(t, other, "a block of an old tip", late, "inconclusive")
	if n, err := c.Confirmations(testContext(t), hash); n != 3 || err != nil {
		t.Errorf("Confirmations = %d, %v, want 3", n, err)
	}
}

func TestDogecoindTip(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	n := net.Nodes[0]
	c, _ := foundDoge(t, n)
	for _, tt := range []struct {
		name string
		move func() (newTip string)
	}{
		{"new block", func() string { return n.Generate(t, 1)[0] }},
		{"another miner's block", func() string { return net.Nodes[1].Generate(t, 1)[0] }},
		{"retreat", func() string {
			tip := regtest.Get[string](t, n, "getbestblockhash")
			parent := regtest.Get[string](t, n, "getblockhash", regtest.Get[int](t, n, "getblockcount")-1)
			n.MustCall(t, "invalidateblock", tip)
			return parent
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			prev := first(t, c)
			out := nextTemplate(testContext(t), c, prev)
			want := tt.move()
			if got := <-out; got.err != nil || got.template.PreviousBlock.String() != want {
				t.Errorf("NextTemplate() = %+v, want one on %s", got, want)
			}
		})
	}
}

// A node that is killed, frozen or long in starting costs templates and nothing else; it comes back with a new cookie.
func TestH20DogecoindAway(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	n := net.Nodes[0]
	c, _ := foundDoge(t, n)
	prev := first(t, c)

	out := nextTemplate(testContext(t), c, prev)
	n.Kill(t)
	got := <-out
	if e := asError(t, got.err); !e.Temporary || errors.Is(got.err, solo.ErrTipMoved) || !strings.Contains(e.Reason, "dogecoind") {
		t.Errorf("error %+v, want a temporary one of dogecoind that leaves the template in use", e)
	}
	n.Start(t)
	net.SyncTips(t)
	tip := n.Generate(t, 1)[0]
	tmpl := untilTemplate(t, c, prev)
	if tmpl.PreviousBlock.String() != tip {
		t.Errorf("template on %v, want %s", tmpl.PreviousBlock, tip)
	}

	n.Freeze(t)
	ctx, cancel := context.WithTimeout(testContext(t), 100*time.Millisecond)
	if _, err := c.NextTemplate(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("NextTemplate of a frozen node: %v, want that it ends with its context", err)
	}
	cancel()
	block, _ := solveAux(t, tmpl, "/frozen/", true)
	verdict := make(chan string)
	go func() {
		v, err := c.SubmitBlock(testContext(t), block)
		verdict <- v.String() + errorText(err)
	}()
	n.Thaw(t)
	if got := <-verdict; got != "accepted" {
		t.Errorf("SubmitBlock to a node that was frozen: %s", got)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Unlike litecoind, dogecoind gives no template to a node of a private chain that is alone or before its first block.
func TestDogecoindAlone(t *testing.T) {
	t.Parallel()
	net := regtest.StartDoge(t, regtest.Config{})
	c, _ := foundDoge(t, net.Nodes[0])
	check := func(reason, remedy string) {
		t.Helper()
		s, err := c.Status(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.NextTemplate(testContext(t), nil)
		for _, err := range []error{err, s.Check("regtest", false)} {
			if e := asError(t, err); !e.Temporary || !strings.Contains(e.Remedy, remedy) {
				t.Errorf("%q, remedy %q, temporary %v, want %q and a temporary one", e.Reason, e.Remedy, e.Temporary, remedy)
			}
		}
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("NextTemplate: %v, want %q", err, reason)
		}
	}
	check("Dogecoin is downloading blocks... (-10)", "dogecoin-cli -regtest generatetoaddress 1 ADDRESS")
	net.ToHeight(t, 1)
	first(t, c)
	net.Disconnect(t, net.Nodes[1], net.Nodes[0])
	check("Dogecoin is not connected! (-9)", "dogecoin-cli -regtest addnode HOST onetry")
}

func TestDogecoindStatus(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	c, _ := foundDoge(t, net.Nodes[0])
	s, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check("regtest", false); err != nil {
		t.Error(err)
	}
	if s.Height != regtest.AuxPoWHeight-1 || s.Peers != 1 || s.Version < 1_140_000 || !strings.HasPrefix(s.Subversion, "/Shibetoshi:") || s.Difficulty <= 0 {
		t.Errorf("Status = %+v", s)
	}
	if found := c.Findings(testContext(t), s); len(found) > 0 {
		t.Errorf("Findings() = %+v, want none", found)
	}
	if p, err := c.ProbeTip(testContext(t), s.Height); err != nil || !p.Waits {
		t.Errorf("ProbeTip() = %+v, %v, want waits", p, err)
	}
	if err := c.MaySubmit(testContext(t)); err != nil {
		t.Errorf("MaySubmit() = %v", err)
	}
	if script, err := c.AddressScript(testContext(t), dogeAddress); err != nil || hex.EncodeToString(script) != dogeScript {
		t.Errorf("AddressScript() = %x, %v", script, err)
	}
	if e := asError(t, s.Check("main", false)); !strings.Contains(e.Reason, "on network regtest, not main") || !strings.Contains(e.Remedy, "dogecoind") {
		t.Errorf("Check of another network: %q, %q", e.Reason, e.Remedy)
	}
}

// A dogecoind in the place of a litecoind is refused, and the reverse.
func TestDogecoindIsNotLitecoind(t *testing.T) {
	t.Parallel()
	doge := startDoge(t).Nodes[0]
	c := litecoind(t, doge, node.Config{})
	if _, err := c.NextTemplate(testContext(t), nil); !strings.Contains(asError(t, err).Reason, "cannot be mined on") {
		t.Errorf("NextTemplate of litecoind from dogecoind: %v", err)
	}
	s, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if e := asError(t, s.Check("regtest", false)); !strings.Contains(e.Reason, "is not Litecoin Core") {
		t.Errorf("Check() = %v", e)
	}
}

// Two dogecoinds: the second one serves while the first is down.
func TestDogecoindGroup(t *testing.T) {
	t.Parallel()
	net := startDoge(t)
	net.ToHeight(t, 70) // so that there is an anchor
	g := &group{log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	for _, n := range net.Nodes {
		c, _ := foundDoge(t, n)
		g.clients = append(g.clients, c)
	}
	g.run(t, func(c *node.GroupConfig) { c.TipsEvery = 50 * time.Millisecond })
	tmpl := g.next(t, nil)
	if got := g.serving(); got != 0 || tmpl.Height != 71 {
		t.Fatalf("node %d serves height %d", got, tmpl.Height)
	}
	if all := g.alerts.List(); len(all) != 0 {
		t.Errorf("alerts of a fresh network: %+v", all)
	}
	net.Nodes[0].Stop(t) // the second one has no peer then, and gives no template either
	eventually(t, "the alert of a node that is alone", func() bool { return g.alert(solo.AlertNoPeers, 1) != nil })
	net.Nodes[0].Start(t)
	eventually(t, "the end of every alert", func() bool { return len(g.alerts.List()) == 0 })
	if got := g.next(t, nil); got.Height != 71 {
		t.Errorf("height %d is served after the first node came back", got.Height)
	}
}
