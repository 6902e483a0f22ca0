package node_test

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// newDoge starts a scripted dogecoind and makes a client of it with cfg, whose zero fields it fills in.
func newDoge(t testing.TB, cfg node.Config) (*nodetest.Server, *node.Client) {
	t.Helper()
	s := nodetest.StartChain(t, template.Dogecoin)
	cfg.Chain = template.Dogecoin
	return s, newClient(t, s, cfg)
}

func TestMergedStatus(t *testing.T) {
	s, c := newDoge(t, node.Config{Network: "regtest"})
	s.Update(func(state *nodetest.State) { state.Warnings = "unknown new rules" })
	tip := s.Mine()
	got, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.Of != template.Dogecoin || got.Chain != "regtest" || got.Height != 1 || got.BestBlock != tip || got.Peers != 1 || got.Version != 1140900 ||
		got.Warnings != "unknown new rules" || got.NetworkHashRate != 12 {
		t.Errorf("Status() = %+v", got)
	}
	if err := got.Check("regtest", false); err != nil {
		t.Errorf("Check() = %v", err)
	}
	if v, fork, next := got.Forks(); v != 0 || fork != 0 || next != 0 {
		t.Errorf("Forks() = %d, %d, %d: those of Litecoin are not Dogecoin's", v, fork, next)
	}
	for _, tt := range []struct {
		name      string
		change    func(*node.Status)
		reason    string
		temporary bool
	}{
		{"litecoind", func(s *node.Status) { s.Subversion = "/LitecoinCore:0.21.5.5/" }, `not Dogecoin Core: it calls itself "/LitecoinCore:0.21.5.5/"`, false},
		{"Litecoin's first block", func(s *node.Status) { s.Genesis = mustParse(t, node.Genesis("regtest")) }, "does not know the chain of the node", false},
		{"another network", func(s *node.Status) { s.Chain = "test" }, "on network test, not regtest", false},
		{"no peers", func(s *node.Status) { s.Peers = 0 }, "dogecoind at " + s.URL + " has no peers", true},
		{"initial sync", func(s *node.Status) { s.InitialDownload = true }, "is in initial sync: block 1 of 1", true},
	} {
		changed := *got
		tt.change(&changed)
		if e := asError(t, changed.Check("regtest", false)); !strings.Contains(e.Reason, tt.reason) || e.Temporary != tt.temporary {
			t.Errorf("%s: Check() = %q, temporary %v, want %q, %v", tt.name, e.Reason, e.Temporary, tt.reason, tt.temporary)
		}
	}
	main := *got
	main.Chain, main.Genesis, main.Asked = "main", template.Hash{}, november2026
	if err := errors.Join(main.Check("main", false), main.CheckVersion()); err != nil || main.ForkWarning() != "" {
		t.Errorf("Check() of main = %v, warning %q", err, main.ForkWarning())
	}
}

func TestFormatVersion(t *testing.T) {
	for v, want := range map[int]string{210201: "0.21.2.1", 210400: "0.21.4.0", 1140900: "1.14.9", 1149900: "1.14.99", 1140501: "1.14.5.1"} {
		if got := node.FormatVersion(v); got != want {
			t.Errorf("FormatVersion(%d) = %q, want %q", v, got, want)
		}
	}
}

// A template of another chain with the same interface is refused by its chain id.
func TestMergedTemplateOfAnotherChain(t *testing.T) {
	s, c := newDoge(t, node.Config{})
	s.Update(func(state *nodetest.State) { state.ID = 63 })
	_, err := c.NextTemplate(testContext(t), nil)
	if e := asError(t, err); !strings.Contains(e.Reason, "the template of dogecoind at "+s.URL+" cannot be mined on") || !strings.Contains(e.Reason, "chain id 63, want 98") ||
		!strings.Contains(e.Remedy, "--doge-rpc is a Dogecoin Core of 1.14.9 or later") {
		t.Errorf("error %q, remedy %q", e.Reason, e.Remedy)
	}
}

// dogecoind's ways to say no, in its own words. Nothing of Litecoin is in a remedy, and no block is made here.
func TestMergedErrors(t *testing.T) {
	for _, tt := range []struct {
		name      string
		change    func(*nodetest.Server)
		reason    string
		remedy    string
		temporary bool
	}{
		{"no peer", func(s *nodetest.Server) { s.Update(func(state *nodetest.State) { state.Peers = 0 }) },
			"dogecoind: Dogecoin is not connected! (-9)", "connect another node of yours, without which dogecoind gives no templates: dogecoin-cli -regtest addnode", true},
		{"initial sync", func(s *nodetest.Server) { s.Update(func(state *nodetest.State) { state.InitialDownload = true }) },
			"dogecoind: Dogecoin is downloading blocks... (-10)", "dogecoin-cli -regtest generatetoaddress 1 ADDRESS", true},
		{"warm-up", always(nodetest.RPCError(-28, "Verifying blocks...")), "dogecoind is starting: Verifying blocks... (-28)", "wait", true},
		{"assembly", always(nodetest.RPCError(-1, "CreateNewBlock: TestBlockValidity failed: bad-txns-vin-empty")), "bad-txns-vin-empty", "Upgrade dogecoind", true},
		{"method", always(nodetest.RPCError(-32601, "Method not found")), "does not know getblocktemplate", "check that --doge-rpc is a Dogecoin Core of 1.14.9 or later", false},
		{"401", always(nodetest.Unauthorized), "dogecoind at ", "(--doge-datadir or --doge-rpc-cookie), or rpcuser and rpcpassword as in its dogecoin.conf", false},
		{"404", always(nodetest.Fault{Status: 404}), "is not dogecoind's RPC server", "check the port of --doge-rpc: it is 18332 on regtest, unless dogecoin.conf sets rpcport", false},
		{"work queue", always(nodetest.WorkQueue), "dogecoind at ", "in dogecoin.conf make room", true},
		{"HTML", always(nodetest.HTML), "does not answer like dogecoind", "check the address of --doge-rpc", false},
		{"down", func(s *nodetest.Server) { s.Down() }, "no dogecoind answers at ", "start dogecoind (dogecoind -regtest -daemon), or say where it listens: " +
			"--doge-rpc http://host:port, --doge-datadir; Dogecoin-Qt has RPC only with server=1 in dogecoin.conf", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, c := newDoge(t, node.Config{Network: "regtest", EmptyAfter: time.Nanosecond})
			tt.change(s)
			got, err := c.NextTemplate(testContext(t), nil)
			e := asError(t, err)
			if got != nil || !strings.Contains(e.Reason, tt.reason) || !strings.Contains(e.Remedy, tt.remedy) || e.Temporary != tt.temporary {
				t.Errorf("error %q, remedy %q, temporary %v; want %q, %q, %v", e.Reason, e.Remedy, e.Temporary, tt.reason, tt.remedy, tt.temporary)
			}
			if mentionsLitecoin.MatchString(e.Reason + e.Remedy) {
				t.Errorf("error %q, remedy %q of a dogecoind speak of Litecoin", e.Reason, e.Remedy)
			}
		})
	}
}

func always(f nodetest.Fault) func(*nodetest.Server) {
	return func(s *nodetest.Server) { s.Always("getblocktemplate", f) }
}

// mentionsLitecoin matches what no message about another chain's node may hold: Litecoin's names, flags and ports.
var mentionsLitecoin = regexp.MustCompile(`(?i)litecoin|0\.21|--(rpc|datadir|conf|address)\b|9332|mweb`)

// No message about a merged chain's node speaks of Litecoin's.
func TestMergedFindingsNameTheirNode(t *testing.T) {
	s, c := newDoge(t, node.Config{Network: "main"})
	s.Update(func(state *nodetest.State) { state.Chain = "main" })
	s.Always("getblockhash", nodetest.Forbidden) // its first block is always that of regtest
	status, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	status.InitialDownload, status.Peers, status.Warnings, status.TimeOffset = true, 0, "unknown new rules", time.Hour
	s.Always("getchaintips", nodetest.Result(`[{"height":5,"hash":"`+zeros+`","branchlen":0,"status":"active"},`+
		`{"height":9,"hash":"`+zeros+`","branchlen":3,"status":"invalid"}]`))
	s.Always("submitblock", nodetest.Forbidden)
	if err := c.MaySubmit(testContext(t)); err == nil {
		t.Error("MaySubmit() = nil, want that it is forbidden")
	}
	found := c.Findings(testContext(t), status)
	if len(found) < 6 {
		t.Errorf("Findings() = %+v, want six", found)
	}
	for _, a := range found {
		if mentionsLitecoin.MatchString(a.Text+a.Remedy) || !strings.Contains(a.Text, "dogecoind") {
			t.Errorf("alert %s: %q, remedy %q", a.Key, a.Text, a.Remedy)
		}
	}
}

func TestMergedSubmit(t *testing.T) {
	s, c := newDoge(t, node.Config{})
	s.Update(func(state *nodetest.State) { state.CheckPoW = true })
	s.Mine()
	tmpl := first(t, c)
	if tmpl.Chain != template.Dogecoin || tmpl.Empty || tmpl.Height != 2 {
		t.Fatalf("NextTemplate() = %+v", tmpl)
	}
	poor, _ := solveAux(t, tmpl, "/poor/", false)
	a, hashA := solveAux(t, tmpl, "/a/", true)
	b, hashB := solveAux(t, tmpl, "/b/", true)
	if opinion, err := c.Propose(testContext(t), poor); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose of an unsolved block = %+v, %v, want no objection", opinion, err)
	}
	broken := append([]byte(nil), a...)
	broken[40] ^= 1 // of the merkle root
	wantVerdict(t, c, "an unsolved block", poor, "rejected: high-hash")
	wantVerdict(t, c, "a broken header", broken, "rejected: high-hash") // the proof is of another block hash
	wantVerdict(t, c, "a cut block", a[:len(a)-1], "rejected: Block decode failed")
	wantVerdict(t, c, "a good block", a, "accepted")
	wantVerdict(t, c, "the same again", a, "duplicate")
	wantVerdict(t, c, "its rival", b, "inconclusive")
	for hash, want := range map[template.Hash]int{hashA: 1, hashB: -1} {
		if got, err := c.Confirmations(testContext(t), hash); got != want || err != nil {
			t.Errorf("Confirmations() = %d, %v, want %d", got, err, want)
		}
	}
	stale, _ := solveAux(t, tmpl, "/stale/", true)
	if opinion, err := c.Propose(testContext(t), stale); opinion.Refused || err != nil {
		t.Errorf("Propose of a block on the old tip = %+v, %v, want no refusal", opinion, err)
	}
}

// dogecoind's getblockheader does not say whether it has more than the header.
func TestMergedBlockOfWhichTheNodeHasOnlyTheHeader(t *testing.T) {
	s, c := newDoge(t, node.Config{})
	block, _ := solveAux(t, first(t, c), "/a/", true)
	s.Mine()
	hash := s.AddHeader(block)
	if n, err := c.Confirmations(testContext(t), hash); !errors.Is(err, delivery.ErrUnknownBlock) {
		t.Errorf("Confirmations() = %d, %v, want ErrUnknownBlock", n, err)
	}
	wantVerdict(t, c, "the block", block, "duplicate")
	if n, err := c.Confirmations(testContext(t), hash); n != -1 || err != nil {
		t.Errorf("Confirmations() = %d, %v, want -1", n, err)
	}
	s.Script("getblock", nodetest.RPCError(-1, "Block not available (pruned data)"), nodetest.Forbidden)
	for range 2 {
		if n, err := c.Confirmations(testContext(t), hash); n != -1 || err != nil {
			t.Errorf("Confirmations() = %d, %v, want -1", n, err)
		}
	}
}

func TestAddressScript(t *testing.T) {
	s, c := newDoge(t, node.Config{})
	if script, err := c.AddressScript(testContext(t), dogeAddress); err != nil || hex.EncodeToString(script) != dogeScript {
		t.Errorf("AddressScript() = %x, %v", script, err)
	}
	for _, tt := range []struct{ name, reply, want string }{
		{"not an address", `{"isvalid":false}`, `does not know "A" as an address`},
		{"another address", `{"isvalid":true,"address":"B","scriptPubKey":"51"}`, `was asked about the address "A" and speaks of "B"`},
		{"no script", `{"isvalid":true,"address":"A"}`, `gives no script for the address "A"`},
		{"no hex", `{"isvalid":true,"address":"A","scriptPubKey":"zz"}`, `gives no script`},
		{"no object", `[]`, `does not answer like dogecoind`},
	} {
		s.Script("validateaddress", nodetest.Result(tt.reply))
		if script, err := c.AddressScript(testContext(t), "A"); script != nil || !strings.Contains(asError(t, err).Reason, tt.want) {
			t.Errorf("%s: AddressScript() = %x, %v, want %q", tt.name, script, err, tt.want)
		}
	}
	if _, err := c.AddressScript(testContext(t), "D597kHXGdkwkryF9oGhz9Bp1ypTpD1u99Z"); !strings.Contains(asError(t, err).Reason, "does not know") {
		t.Errorf("AddressScript of another network's address: %v", err)
	}
}

// Two dogecoinds: the second serves while the first is down, and each is told apart from Litecoin's in the messages.
func TestMergedGroup(t *testing.T) {
	g := &group{log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	for range 2 {
		s, c := newDoge(t, node.Config{Network: "regtest"})
		s.Mine()
		g.servers, g.clients = append(g.servers, s), append(g.clients, c)
	}
	g.run(t, nil)
	tmpl := g.next(t, nil)
	g.servers[0].Down()
	if over := g.next(t, tmpl); g.serving() != 1 || over.Chain != template.Dogecoin {
		t.Errorf("node %d serves once the first is down", g.serving())
	}
	eventually(t, "the alert of the first", func() bool { return g.alert(solo.AlertNodeDown, 0) != nil })
	if a := g.alert(solo.AlertNodeDown, 0); mentionsLitecoin.MatchString(a.Text + a.Remedy) {
		t.Errorf("alert %q, remedy %q", a.Text, a.Remedy)
	}
	lite := newClient(t, nodetest.Start(t), node.Config{})
	if _, err := node.NewGroup(node.GroupConfig{Clients: []*node.Client{g.clients[0], lite}}); err == nil {
		t.Error("NewGroup() takes nodes of two chains")
	}
}

// A tip of Dogecoin is as old after 16 minutes as one of Litecoin after 40.
func TestMergedStaleTip(t *testing.T) {
	s, c := newDoge(t, node.Config{Network: "main"})
	s.Update(func(state *nodetest.State) { state.Chain = "main" })
	s.Always("getblockhash", nodetest.Forbidden)
	status, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	for age, want := range map[time.Duration]bool{15 * time.Minute: false, 17 * time.Minute: true} {
		s.Mine()
		status.BestBlock = hashOf(s)
		stamp := time.Now().Add(-age).Unix()
		s.Script("getblockheader", nodetest.Result(`{"time":`+strconv.FormatInt(stamp, 10)+`}`))
		found := false
		for _, a := range c.Findings(testContext(t), status) {
			found = found || a.Key == solo.AlertStaleTip
		}
		if found != want {
			t.Errorf("a tip of %v: alert %v, want %v", age, found, want)
		}
	}
}

// What listens in the place of a dogecoind is told as for litecoind; --rpc-ca is for the nodes of all chains.
func TestMergedForeign(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	for _, tt := range []struct{ url, remedy string }{
		{"https" + strings.TrimPrefix(plain.URL, "http"), "give --doge-rpc http://host:port: dogecoind has no https, only a proxy in front of it"},
		{"http" + strings.TrimPrefix(secure.URL, "https"), "give --doge-rpc https://host:port"},
		{secure.URL, "with --rpc-ca FILE (PEM)"},
	} {
		c := open(t, node.Config{Chain: template.Dogecoin, URL: tt.url, Credentials: fixed("u", "p")})
		_, err := c.NextTemplate(testContext(t), nil)
		if e := asError(t, err); !strings.HasSuffix(e.Remedy, tt.remedy) || !strings.Contains(e.Reason, "is not dogecoind's RPC server") {
			t.Errorf("%s: %q, remedy %q, want %q", tt.url, e.Reason, e.Remedy, tt.remedy)
		}
	}
}

// That Dogecoin is not mined says nothing of Litecoin, whose nodes raise the same alert.
func TestMergedPause(t *testing.T) {
	g := &group{log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	s, c := newDoge(t, node.Config{Network: "regtest"})
	g.servers, g.clients = append(g.servers, s), append(g.clients, c)
	g.run(t, func(c *node.GroupConfig) { c.GiveUp = 50 * time.Millisecond })
	tmpl := g.next(t, nil)
	s.Down()
	paused := func() *solo.Alert {
		for _, a := range g.alerts.List() {
			if a.Key == solo.AlertNoNode {
				return &a
			}
		}
		return nil
	}
	eventually(t, "the pause", func() bool { return paused() != nil })
	if a := paused(); a.Chain != "dogecoin" || a.Grave || !strings.HasPrefix(a.Text, "mining dogecoin is paused: no node was usable for ") || !strings.Contains(a.Remedy, "start dogecoind") {
		t.Errorf("alert of %q: %q, remedy %q", a.Chain, a.Text, a.Remedy)
	}
	if _, err := g.NextTemplate(testContext(t), tmpl); !errors.Is(err, solo.ErrTipMoved) {
		t.Errorf("NextTemplate() = %v, want that the last template is searched no more", err)
	}
	s.Up(t)
	eventually(t, "its end", func() bool { return paused() == nil })
}
