package node_test

import (
	"bytes"

	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// mwebFailed is what nodes on main answered for an hour in 2025.
const mwebFailed = "CreateNewBlock: TestBlockValidity failed: mweb-connect-failed, PedersenCommitSum: " +
	"secp256k1_pedersen_commit_sum error"

// withoutTemplates is a real node that makes no templates while broken is set.
type withoutTemplates struct {
	url    string
	broken atomic.Bool
	asked  atomic.Int64 // requests for a template while broken
}

func spoilTemplates(t testing.TB, n *regtest.Node) *withoutTemplates {
	t.Helper()
	target, err := url.Parse(n.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := &withoutTemplates{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if w.broken.Load() && bytes.Contains(body, []byte(`"getblocktemplate"`)) && !bytes.Contains(body, []byte(`"proposal"`)) {
			w.asked.Add(1)
			f := nodetest.RPCError(-1, mwebFailed)
			rw.WriteHeader(f.Status)
			io.WriteString(rw, f.Body)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// mineEmpty mines n blocks on templates that the node did not make, and checks that both nodes take them.
func mineEmpty(t *testing.T, net *regtest.Network, c *node.Client, n int) {
	t.Helper()
	var tmpl *template.Template
	for i := range n {
		tmpl = untilTemplate(t, c, tmpl)
		if !tmpl.Empty {
			t.Fatalf("template %d at height %d is the node's", i, tmpl.Height)
		}
		unsolved, _ := solve(t, tmpl, byte(i), false)
		if opinion, err := c.Propose(testContext(t), unsolved); opinion != (solo.Opinion{}) || err != nil {
			t.Fatalf("Propose of the empty block at height %d = %+v, %v", tmpl.Height, opinion, err)
		}
		block, hash := solve(t, tmpl, byte(i), true)
		if v, err := c.SubmitBlock(testContext(t), block); v.Outcome != delivery.Accepted || err != nil {
			t.Fatalf("SubmitBlock of the empty block at height %d = %v, %v", tmpl.Height, v, err)
		}
		net.SyncTips(t)
		if got := regtest.Get[template.Hash](t, net.Nodes[1], "getbestblockhash"); got != hash {
			t.Fatalf("the other node's tip is %v, want %v", got, hash)
		}
	}
}

// A node that cannot make a template for an hour, as on main in 2025, does not stop mining: empty blocks are made without
// it, before MWEB and after. A block that only the node can make is waited for.
func TestH05EmptyBlocksWhileTheNodeMakesNone(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 20)
	n := net.Nodes[0]
	w := spoilTemplates(t, n)
	var log record
	c := open(t, node.Config{
		URL: w.url, Credentials: n.Credentials, Network: "regtest", Log: log.logger(),
		Refresh: 50 * time.Millisecond, EmptyAfter: 50 * time.Millisecond,
	})

	// While the tip stays, the node's last template is worth more than an empty block.
	full := first(t, c)
	w.broken.Store(true)
	ctx := testContext(t)
	got := nextTemplate(ctx, c, full)
	eventually(t, "asking for templates again", func() bool { return w.asked.Load() > 5 })
	select {
	case r := <-got:
		t.Fatalf("NextTemplate = %+v, %v while the tip stands", r.template, r.err)
	default:
	}
	n.Generate(t, 1)
	if r := <-got; r.err != nil || !r.template.Empty || r.template.Height != full.Height+1 {
		t.Fatalf("NextTemplate after the tip moved = %+v, %v", r.template, r.err)
	}
	mineEmpty(t, net, c, 3)

	// The first block of MWEB contains a peg-in.
	w.broken.Store(false)
	net.ToHeight(t, 430)
	before := first(t, c)
	n.Generate(t, 1)
	w.broken.Store(true)
	_, err := c.NextTemplate(testContext(t), before)
	for ; err != nil && !strings.Contains(err.Error(), "peg-in"); _, err = c.NextTemplate(testContext(t), nil) {
		time.Sleep(10 * time.Millisecond) // the engine's pause between two tries
	}
	if e := asError(t, err); !strings.Contains(e.Reason, "CreateNewBlock") || !strings.Contains(e.Reason, "the next block activates MWEB") {
		t.Errorf("at the activation: %q", e.Reason)
	}

	w.broken.Store(false)
	net.ToMWEB(t)
	first(t, c)
	w.broken.Store(true)
	mineEmpty(t, net, c, 4)

	// Between blocks with MWEB transactions too.
	net.MixedMempool(t)
	n.Generate(t, 1)
	mineEmpty(t, net, c, 2)

	// The node makes templates again.
	empty := untilTemplate(t, c, nil)
	again := nextTemplate(testContext(t), c, empty)
	w.broken.Store(false)
	if r := <-again; r.err != nil || r.template.Empty || r.template.PreviousBlock != empty.PreviousBlock {
		t.Errorf("after the node makes templates again: %+v, %v", r.template, r.err)
	}
}

// The blocks of a private chain whose node gives no templates, since it has neither blocks nor peers, are made here, past
// the height at which the node's own would activate MWEB. It is no trouble, and ends when the node gives templates.
func TestPrivateChainStartsAlone(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	n, other := net.Nodes[0], net.Nodes[1]
	net.Disconnect(t, n, other)
	var log record
	c := litecoind(t, n, node.Config{Log: log.logger(), Refresh: 50 * time.Millisecond})
	status, err := c.Status(testContext(t))
	if err != nil || status.Height != 0 || status.Check("regtest", false) != nil {
		t.Fatalf("Status of a new node = %+v, %v, %v", status, err, status.Check("regtest", false))
	}
	var tmpl *template.Template
	for height := int32(1); height <= regtest.MWEBHeight+8; height++ {
		if tmpl, err = c.NextTemplate(testContext(t), tmpl); err != nil || tmpl.Height != height {
			t.Fatalf("NextTemplate at height %d = %+v, %v", height, tmpl, err)
		}
		if !tmpl.Empty && status.Version < template.Litecoin.PeerlessVersion {
			t.Fatalf("the template at height %d is the node's", height)
		}
		block, _ := solve(t, tmpl, 0, true)
		if v, err := c.SubmitBlock(testContext(t), block); v.Outcome != delivery.Accepted || err != nil {
			if !tmpl.Empty && height == regtest.MWEBHeight { // the node's own blocks signal for MWEB
				return
			}
			t.Fatalf("SubmitBlock at height %d = %v, %v", height, v, err)
		}
	}
	if status, err = c.Status(testContext(t)); err != nil || len(c.Findings(testContext(t), status)) > 0 {
		t.Errorf("Findings = %+v, %v, want none", c.Findings(testContext(t), status), err)
	}
	net.Connect(t, n, other)
	net.SyncTips(t)
	for tmpl.Empty {
		if tmpl, err = c.NextTemplate(testContext(t), tmpl); err != nil {
			t.Fatal(err)
		}
	}
	if n := log.count("gives no templates yet"); n > 1 {
		t.Errorf("%d log lines that the blocks are made here, want 1", n)
	}
}

// The real node fails this way at the activation without a peg-in: no block is valid without one.
func TestH05ActivationWithoutPegInIsWaitedFor(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	n := net.Nodes[0]
	net.ToHeight(t, 431)
	c := litecoind(t, n, node.Config{EmptyAfter: time.Millisecond})
	var err error
	eventually(t, "saying why", func() bool {
		_, err = c.NextTemplate(testContext(t), nil)
		return err != nil && strings.Contains(err.Error(), "and no empty block can replace it")
	})
	if e := asError(t, err); !strings.Contains(e.Reason, "bad-txns-vin-empty") || !strings.Contains(e.Remedy, "peg-in") {
		t.Errorf("error %q, remedy %q", e.Reason, e.Remedy)
	}
	net.At431(t)
	tmpl := untilTemplate(t, c, nil)
	if tmpl.Empty || tmpl.Height != 432 {
		t.Errorf("with a peg-in the template is %+v", tmpl)
	}
}

// Nothing that the node does not say is made up (LESSONS H25).
func TestH25EmptyBlockIsNotMadeUp(t *testing.T) {
	t.Parallel()
	s := nodetest.Start(t)
	s.Mine()
	s.Always("getblocktemplate", nodetest.RPCError(-1, mwebFailed))
	c := newClient(t, s, node.Config{EmptyAfter: time.Millisecond, Network: "regtest"})
	tests := []struct {
		name, method, result, want string
	}{
		{"no times", "getblockheader", `{"hash":"` + hashOf(s).String() + `","height":1}`, "times of its tip"},
		{"unknown fork", "getblockchaininfo", `{"chain":"regtest","bestblockhash":"` + hashOf(s).String() + `"}`, "peg-in"},
		{"no header", "getblockheader", `null`, "did not give"},
		{"another chain", "getblockchaininfo", `{"chain":"main"}`, "network main"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.Always(tt.method, nodetest.Result(tt.result))
			defer s.Always(tt.method, nodetest.Fault{})
			eventually(t, "saying why", func() bool {
				_, err := c.NextTemplate(testContext(t), nil)
				var e *node.Error
				return errors.As(err, &e) && strings.Contains(e.Reason, "and no empty block can replace it") && strings.Contains(e.Reason, tt.want)
			})
		})
	}
}
