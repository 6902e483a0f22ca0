package node_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
)

// TestErrors walks through NODE's ways to say no: each is one line with the node's words, and its remedy.
func TestErrors(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, tt := range []struct {
		name      string
		fault     nodetest.Fault
		reason    string
		remedy    string
		temporary bool
	}{
		{"warm-up", nodetest.WarmUp, "starting: Loading block index...", "wait", true},
		{"stopping", nodetest.RPCError(-9, "Shutting down"), "Shutting down", "start litecoind", true},
		{"no P2P", nodetest.RPCError(-31, "Error: Peer-to-peer functionality missing or disabled"), "Peer-to-peer", "network on", false},
		{"memory", nodetest.RPCError(-7, "Out of memory"), "Out of memory", "memory", true},
		{"431", nodetest.RPCError(-1, "CreateNewBlock: TestBlockValidity failed: bad-txns-vin-empty, Transaction check failed (tx hash 58) "),
			"bad-txns-vin-empty", `litecoin-cli -regtest sendtoaddress $(litecoin-cli -regtest getnewaddress '' mweb) 10 &&`, false},
		{"1006", nodetest.RPCError(-1, "CreateNewBlock: TestBlockValidity failed: mweb-connect-failed"), "mweb-connect-failed", "0.21.5.4", true},
		{"misc", nodetest.RPCError(-1, "something\nelse"), "something else", "debug.log", false},
		{"rules", nodetest.RPCError(-8, "getblocktemplate must be called with the segwit & mweb rule sets"), "rule sets", "report", false},
		{"parse", nodetest.RPCError(-32700, "Parse error"), "Parse error", "report", false},
		{"method", nodetest.RPCError(-32601, "Method not found"), "does not know getblocktemplate", "0.21.2", false},
		{"401", nodetest.Unauthorized, "HTTP 401", "cookie", false},
		{"403", nodetest.Forbidden, "forbids getblocktemplate (HTTP 403)", "rpcwhitelist", false},
		{"404", nodetest.Fault{Status: 404}, "HTTP 404", "9332", false},
		{"405", nodetest.Fault{Status: 405, Body: "JSONRPC server handles only POST requests"}, "only POST", "--rpc", false},
		{"work queue", nodetest.WorkQueue, "Work queue depth exceeded", "rpcworkqueue", true},
		{"503", nodetest.Fault{Status: 503, Body: "<html>"}, "shutting down", "start", true},
		{"garbage", nodetest.Garbage, "garbage", "another program", false},
		{"HTML", nodetest.HTML, "<html>", "another program", false},
		{"long", nodetest.Fault{Status: 200, Body: long}, "xxx…", "another program", false},
		{"truncated", nodetest.Truncated, "does not answer like litecoind", "another program", false},
		{"no result", nodetest.Fault{Status: 200, Body: `{}`}, "does not answer like litecoind", "another program", false},
		{"a list", nodetest.Fault{Status: 200, Body: `[1]`}, "does not answer like litecoind", "another program", false},
		{"error is text", nodetest.Fault{Status: 500, Body: `{"error":"no"}`}, "does not answer like litecoind", "another program", false},
		{"not a template", nodetest.Result(`[]`), "cannot be mined on", "0.21.2", false},
		{"null", nodetest.Result(`null`), "cannot be mined on", "0.21.2", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := nodetest.Start(t)
			s.SetCredentials(secret, secret)
			s.Always("getblocktemplate", tt.fault)
			_, err := newClient(t, s, node.Config{}).NextTemplate(testContext(t), nil)
			e := asError(t, err)
			if !strings.Contains(e.Reason, tt.reason) || !strings.Contains(e.Remedy, tt.remedy) || e.Temporary != tt.temporary {
				t.Errorf("error %q, remedy %q, temporary %v; want %q, %q, %v",
					e.Reason, e.Remedy, e.Temporary, tt.reason, tt.remedy, tt.temporary)
			}
			if len(e.Reason) > 400 {
				t.Errorf("the reason has %d bytes", len(e.Reason))
			}
		})
	}
}

// A remedy speaks of the network at hand, and its commands are for a node there.
func TestRemediesOfANetwork(t *testing.T) {
	faults := []nodetest.Fault{nodetest.WarmUp, nodetest.Unauthorized, nodetest.Forbidden, {Status: 404}, nodetest.WorkQueue, nodetest.Garbage}
	for _, code := range []int{-1, -4, -7, -8, -9, -10, -12, -13, -18, -19, -22, -25, -31, -32601} {
		faults = append(faults, nodetest.RPCError(code, "no"))
	}
	faults = append(faults, nodetest.RPCError(-1, "CreateNewBlock: TestBlockValidity failed: bad-txns-vin-empty"))
	for network, flag := range map[string]string{"main": "", "test": "-testnet ", "regtest": "-regtest "} {
		s := nodetest.Start(t)
		s.Update(func(state *nodetest.State) { state.Chain = network })
		s.Always("getblockhash", nodetest.Forbidden) // its first block is always that of regtest
		c := newClient(t, s, node.Config{Network: network})
		check := func(what, remedy string) {
			t.Helper()
			for _, other := range []string{"main", "test", "regtest"} {
				if other != network && regexp.MustCompile(`\b`+other+`(net)?\b`).MatchString(remedy) {
					t.Errorf("%s, node of %s: remedy %q speaks of %s", what, network, remedy, other)
				}
			}
			if n := strings.Count(remedy, "litecoin-cli "); n != strings.Count(remedy, "litecoin-cli "+flag) {
				t.Errorf("%s, node of %s: remedy %q has a command for another network", what, network, remedy)
			}
		}
		for _, f := range faults {
			s.Always("getnewaddress", f)
			_, err := c.NewAddress(testContext(t))
			check(f.Body, asError(t, err).Remedy)
		}
		status, err := c.Status(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		status.InitialDownload, status.Peers, status.Version, status.Warnings, status.TimeOffset = true, 0, 210201, "unknown new rules", time.Hour
		s.Always("getchaintips", nodetest.Result(`[{"height":5,"hash":"`+zeros+`","branchlen":0,"status":"active"},`+
			`{"height":9,"hash":"`+zeros+`","branchlen":3,"status":"invalid"}]`))
		for _, a := range c.Findings(testContext(t), status) {
			check(a.Key, a.Remedy)
		}
		s.Down()
		_, err = c.Status(testContext(t))
		check("down", asError(t, err).Remedy)
	}
}

// On a private chain blocks are made here instead (TestPrivateChainStartsAlone).
func TestErrorsOfANodeThatIsAlone(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  nodetest.Fault
		remedy string
	}{
		{"not connected", nodetest.RPCError(-9, "Litecoin Core is not connected!"), "addnode"},
		{"initial sync", nodetest.RPCError(-10, "Litecoin Core is in initial sync and waiting for blocks..."), "wait until"},
	} {
		for _, chain := range []string{"main", "test"} {
			s := nodetest.Start(t)
			s.Update(func(st *nodetest.State) { st.Chain = chain })
			s.Always("getblocktemplate", tt.fault)
			_, err := newClient(t, s, node.Config{EmptyAfter: time.Nanosecond}).NextTemplate(testContext(t), nil)
			if e := asError(t, err); !strings.Contains(e.Reason, tt.name) || !strings.Contains(e.Remedy, tt.remedy) || !e.Temporary {
				t.Errorf("on %s: error %q, remedy %q, temporary %v, want %q", chain, e.Reason, e.Remedy, e.Temporary, tt.name)
			}
		}
	}
}

func TestErrorOfANodeThatIsDown(t *testing.T) {
	s := nodetest.Start(t)
	c := newClient(t, s, node.Config{})
	s.Down()
	began := time.Now()
	_, err := c.Status(testContext(t))
	e := asError(t, err)
	if want := "no litecoind answers at " + s.URL + ": connection refused"; e.Reason != want || !e.Temporary {
		t.Errorf("error %q, temporary %v, want %q, true", e.Reason, e.Temporary, want)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v to see that nothing listens", took)
	}
}

func TestErrorOfAnotherDaemon(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	c := open(t, node.Config{URL: web.URL, Credentials: fixed("user", secret)})
	_, err := c.Status(testContext(t))
	if e := asError(t, err); !strings.Contains(e.Reason, "HTTP 404") {
		t.Errorf("error %q, want one on HTTP 404", e.Reason)
	}
}

func TestCredentialsAreReadAnewAfterARefusal(t *testing.T) {
	for _, tt := range []struct {
		name     string
		first    []string // passwords that Credentials gives, the last one ever after
		fallback string
		requests int
		ok       bool
	}{
		{"right", []string{"password"}, "", 1, true},
		{"cookie changed meanwhile", []string{"old", "password"}, "", 2, true},
		{"wrong", []string{"wrong"}, "", 1, false},
		{"wrong and changed", []string{"wrong", "wrong too"}, "", 2, false},
		{"stale cookie, password right", []string{"stale"}, "password", 2, true},
		{"both wrong", []string{"stale"}, "wrong", 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := nodetest.Start(t)
			asked := 0
			cfg := node.Config{Credentials: func() (string, string, error) {
				p := tt.first[min(asked, len(tt.first)-1)]
				asked++
				return "user", p, nil
			}}
			if tt.fallback != "" {
				cfg.Fallback = fixed("user", tt.fallback)
			}
			c := newClient(t, s, cfg)
			_, err := c.Confirmations(testContext(t), hashOf(s))
			if (err == nil) != tt.ok {
				t.Errorf("Confirmations: %v, want success: %v", err, tt.ok)
			}
			if n := s.Calls("getblockheader"); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			if !tt.ok {
				asError(t, err)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for _, url := range []string{
		"", "127.0.0.1:9332", "ftp://127.0.0.1:9332", "http://", "http://user:" + secret + "@127.0.0.1:9332",
		"http://127.0.0.1:0", "http://127.0.0.1:70000", "http://127.0.0.1:9332/wallet/x", "http://127.0.0.1:9332?x=1", "http://a b",
		"http://[::1", "http://127.0.0.1:" + secret, "http://127.0.0.1",
	} {
		_, err := node.New(node.Config{URL: url, Credentials: fixed("user", secret)})
		if err == nil {
			t.Errorf("New(%q): no error", url)
			continue
		}
		if e := asConfigError(t, err); e.Setting != "rpc" {
			t.Errorf("New(%q): the error is about %q, want rpc", url, e.Setting)
		}
	}
	_, err := node.New(node.Config{URL: "http://127.0.0.1:9332", Network: "signet", Credentials: fixed("", "x")})
	if e := asConfigError(t, err); e.Setting != "network" {
		t.Errorf("New on signet: the error is about %q, want network", e.Setting)
	}
	if _, err := node.New(node.Config{URL: "http://127.0.0.1:9332"}); err == nil {
		t.Error("New without credentials: no error")
	}
}

func TestName(t *testing.T) {
	for _, tt := range []struct{ url, network, want string }{
		{"http://127.0.0.1:1234", "", "http://127.0.0.1:1234"},
		{"http://127.0.0.1:1234/", "main", "http://127.0.0.1:1234"},
	} {
		c := open(t, node.Config{URL: tt.url, Network: tt.network, Credentials: fixed("", "x")})
		if c.Name() != tt.want {
			t.Errorf("Name of %q on %q = %q, want %q", tt.url, tt.network, c.Name(), tt.want)
		}
	}
}

func TestParseURL(t *testing.T) {
	for _, tt := range []struct {
		url  string
		port int
		want string
	}{
		{"http://localhost", 19443, "http://localhost:19443"},
		{"http://localhost", 9332, "http://localhost:9332"},
		{"http://localhost:1", 9332, "http://localhost:1"},
		{"https://[::1]", 19332, "https://[::1]:19332"},
		{"https://[::1]:2/", 0, "https://[::1]:2"},
	} {
		if got, err := node.ParseURL(nil, tt.url, tt.port); err != nil || got.String() != tt.want {
			t.Errorf("ParseURL(%q, %d) = %v, %v, want %s", tt.url, tt.port, got, err, tt.want)
		}
	}
}
