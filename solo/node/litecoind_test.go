package node_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// litecoind makes a client of a real node.
func litecoind(t testing.TB, n *regtest.Node, cfg node.Config) *node.Client {
	t.Helper()
	cfg.URL, cfg.Network = n.URL, "regtest"
	if cfg.Credentials == nil {
		cfg.Credentials = n.Credentials
	}
	return open(t, cfg)
}

// discovered makes a client as the command line does, from the node's data directory.
func discovered(t testing.TB, n *regtest.Node) (*node.Client, *discover.Found) {
	t.Helper()
	d, err := discover.Find(discover.Options{DataDir: n.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, d.Nodes[0]), d
}

// untilTemplate asks again after an error, as the engine does.
func untilTemplate(t testing.TB, c *node.Client, prev *template.Template) *template.Template {
	t.Helper()
	ctx := testContext(t)
	for {
		got, err := c.NextTemplate(ctx, prev)
		if err == nil {
			return got
		}
		if ctx.Err() != nil {
			t.Fatalf("no template in %v; last: %v", patience, err)
		}
		asError(t, err)
		select {
		case <-time.After(50 * time.Millisecond): // the engine's pause between two tries
		case <-ctx.Done():
		}
	}
}

func TestH19LitecoindTip(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 3)
	n := net.Nodes[0]
	tip := func() string { return regtest.Get[string](t, n, "getbestblockhash") }
	rival := func() string { // a block that replaces the tip
		n.MustCall(t, "invalidateblock", tip())
		return n.GenerateTo(t, 1, n.Address(t, regtest.Legacy))[0]
	}
	for _, tt := range []struct {
		name    string
		prepare func() (move func() (newTip string))
	}{
		{"new block", func() func() string {
			return func() string { return n.Generate(t, 1)[0] }
		}},
		{"another miner's block", func() func() string {
			return func() string { return net.Nodes[1].Generate(t, 1)[0] }
		}},
		{"replaced at the same height", func() func() string { return rival }},
		{"retreat", func() func() string {
			return func() string {
				parent := regtest.Get[string](t, n, "getblockhash", regtest.Get[int](t, n, "getblockcount")-1)
				n.MustCall(t, "invalidateblock", tip())
				return parent
			}
		}},
		{"switch at the same height", func() func() string {
			a := n.Generate(t, 1)[0]
			b := rival()
			n.MustCall(t, "reconsiderblock", a)
			n.MustCall(t, "preciousblock", b)
			return func() string {
				n.MustCall(t, "preciousblock", a)
				return a
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			move := tt.prepare()
			c, _ := discovered(t, n)
			prev := first(t, c)
			out := nextTemplate(testContext(t), c, prev)
			want := move()
			if prev.PreviousBlock.String() == want {
				t.Fatal("the tip did not move")
			}
			regtest.Wait(t, "the tip", func() error {
				if now := tip(); now != want {
					return fmt.Errorf("it is %s, want %s", now, want)
				}
				return nil
			})
			got := <-out
			for got.err == nil && got.template.PreviousBlock.String() != want { // intermediate templates
				got = <-nextTemplate(testContext(t), c, got.template)
			}
			if got.err != nil {
				t.Fatal(got.err)
			}
		})
	}
}

func TestLitecoindStatus(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 2)
	c, d := discovered(t, net.Nodes[0])
	s, err := c.Status(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check("regtest", false); err != nil {
		t.Error(err)
	}
	if s.Height != 2 || s.Genesis.String() != node.Genesis("regtest") || s.Peers == 0 || s.Version < 210200 ||
		s.BestBlock.String() != regtest.Get[string](t, net.Nodes[0], "getbestblockhash") || s.Difficulty <= 0 {
		t.Errorf("Status = %+v", s)
	}
	if d.Network != "regtest" || d.CredentialsFrom != "cookie "+net.Nodes[0].CookiePath {
		t.Errorf("Discover = %+v", d)
	}
	if e := asError(t, s.Check("main", false)); e.Temporary {
		t.Errorf("%v is temporary", e)
	}
	address, err := c.NewAddress(testContext(t))
	if err != nil || !strings.HasPrefix(address, "rltc1") {
		t.Errorf("NewAddress = %q, %v", address, err)
	}
	n := net.Nodes[0]
	n.MustCall(t, "createwallet", "second")
	_, err = c.NewAddress(testContext(t))
	if e := asError(t, err); !strings.Contains(e.Remedy, "-rpcwallet=NAME") {
		t.Errorf("with two wallets: %q, %q", e.Reason, e.Remedy)
	}
	n.MustCall(t, "unloadwallet", "second")
	n.MustCall(t, "unloadwallet", "miner")
	_, err = c.NewAddress(testContext(t))
	if e := asError(t, err); !strings.Contains(e.Remedy, "createwallet") {
		t.Errorf("without a wallet: %q, %q", e.Reason, e.Remedy)
	}
}

func TestH20LitecoindCookieChangesDuringTheWait(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 1)
	n := net.Nodes[0]
	c, _ := discovered(t, n)
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	old, err := os.ReadFile(n.CookiePath)
	if err != nil {
		t.Fatal(err)
	}
	n.Restart(t)
	if now, err := os.ReadFile(n.CookiePath); err != nil || string(now) == string(old) {
		t.Fatalf("the cookie did not change, %v", err)
	}
	tip := n.Generate(t, 1)[0]
	got := <-out // a template if the restart was too short to be noticed
	if got.err != nil {
		asError(t, got.err)
		got.template = untilTemplate(t, c, prev)
	}
	if got.template.PreviousBlock.String() != tip {
		t.Errorf("template on %v, want %s", got.template.PreviousBlock, tip)
	}
}

func TestLitecoindKilledAndStarted(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 1)
	n := net.Nodes[0]
	c, _ := discovered(t, n)
	prev := first(t, c)
	out := nextTemplate(testContext(t), c, prev)
	n.Kill(t)
	got := <-out
	if e := asError(t, got.err); !e.Temporary || errors.Is(got.err, solo.ErrTipMoved) {
		t.Errorf("error %+v, want a temporary one that leaves the template in use", e)
	}
	n.Start(t)
	net.SyncTips(t) // it may have lost its last block, and gets it back from its peer
	tip := n.Generate(t, 1)[0]
	if got := untilTemplate(t, c, prev); got.PreviousBlock.String() != tip {
		t.Errorf("template on %v, want %v", got.PreviousBlock, tip)
	}
}

// TestLitecoind431 does exactly what the remedy says.
func TestLitecoind431(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 431)
	n := net.Nodes[0]
	c, _ := discovered(t, n)
	_, err := c.NextTemplate(testContext(t), nil)
	e := asError(t, err)
	if !strings.Contains(e.Reason, "bad-txns-vin-empty") {
		t.Fatalf("error %q, want bad-txns-vin-empty", e.Reason)
	}
	_, command, ok := strings.Cut(e.Remedy, ": ")
	if !ok || !strings.HasPrefix(command, "litecoin-cli -regtest sendtoaddress") {
		t.Fatalf("remedy %q, want a command after a colon", e.Remedy)
	}
	command = strings.ReplaceAll(command, "litecoin-cli -regtest", "litecoin-cli -regtest -datadir="+n.DataDir)
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	if got := first(t, c); got.Height != 433 || !got.MWEBActive || len(got.MWEB) == 0 {
		t.Errorf("template of height %d, MWEB %v, want 433 with an extension block", got.Height, got.MWEBActive)
	}
}

// TestLitecoindAbandonedWaits: a node has four RPC threads, and a caller that gives up does not free a waiting one.
func TestLitecoindAbandonedWaits(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 1)
	n := net.Nodes[0]
	c, _ := discovered(t, n)
	prev := first(t, c)
	for range 10 {
		ctx, cancel := context.WithTimeout(testContext(t), 20*time.Millisecond)
		if got := <-nextTemplate(ctx, c, prev); !errors.Is(got.err, context.DeadlineExceeded) {
			t.Errorf("NextTemplate = %+v, want that it ended with its context", got)
		}
		cancel()
	}
	began := time.Now()
	regtest.Get[int](t, n, "getblockcount")
	if took := time.Since(began); took > 5*time.Second { // abandoned waits would block the threads for 20 s
		t.Errorf("getblockcount took %v after ten waits that were given up", took)
	}
}

// BenchmarkLitecoindNewTip measures from the node's log line about a new tip to NextTemplate's return.
func BenchmarkLitecoindNewTip(b *testing.B) {
	net := regtest.Start(b, regtest.Config{})
	net.ToMWEB(b)
	n := net.Nodes[0]
	c, _ := discovered(b, n)
	prev := first(b, c)
	var sum, worst time.Duration
	for b.Loop() {
		out := nextTemplate(b.Context(), c, prev)
		tip := net.Nodes[1].Generate(b, 1)[0]
		got := <-out
		at := time.Now()
		if got.err != nil {
			b.Fatal(got.err)
		}
		took := at.Sub(n.WaitTip(b, tip).Time)
		sum += took
		worst = max(worst, took)
		prev = got.template
	}
	b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms/mean")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms/worst")
	b.ReportMetric(0, "ns/op") // the loop's own time means nothing
}
