package regtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/regtest"
)

func height(t *testing.T, n *regtest.Node) int {
	t.Helper()
	return regtest.Get[int](t, n, "getblockcount")
}

func bestBlock(t *testing.T, n *regtest.Node) string {
	t.Helper()
	return regtest.Get[string](t, n, "getbestblockhash")
}

func TestStart(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	if got := len(net.Nodes); got != 2 {
		t.Fatalf("Start gave %d nodes, want 2", got)
	}
	for i, n := range net.Nodes {
		info := regtest.Get[struct {
			Chain  string
			Blocks int
		}](t, n, "getblockchaininfo")
		if info.Chain != "regtest" || info.Blocks != 0 {
			t.Errorf("node %d: getblockchaininfo = %+v, want regtest at 0", i+1, info)
		}
		if got := regtest.Get[int](t, n, "getconnectioncount"); got != 1 {
			t.Errorf("node %d has %d connections, want 1", i+1, got)
		}
		if got := regtest.Get[[]string](t, n, "listwallets"); len(got) != 1 {
			t.Errorf("node %d has wallets %q, want one", i+1, got)
		}
	}
}

// A test's network must not interfere with the user's own regtest node or with
// another test's network.
func TestTwoNetworks(t *testing.T) {
	t.Parallel()
	a, b := regtest.Start(t, regtest.Config{}), regtest.Start(t, regtest.Config{})
	a.ToHeight(t, 3)
	if got := height(t, b.Nodes[0]); got != 0 {
		t.Errorf("the other network is at height %d, want 0", got)
	}
	for _, n := range append(a.Nodes, b.Nodes...) {
		log, err := os.ReadFile(n.LogPath)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(log), ":19444") || strings.Contains(string(log), ":19443") {
			t.Errorf("%s names a default port of regtest", n.LogPath)
		}
	}
}

func TestCallErrors(t *testing.T) {
	t.Parallel()
	n := regtest.Start(t, regtest.Config{Nodes: 1}).Nodes[0]
	_, err := n.Call(t.Context(), "getblockhash", 1)
	var refused *regtest.RPCError
	if !errors.As(err, &refused) || refused.Code != -8 {
		t.Errorf("Call = %v, want an RPCError with code -8", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.Call(ctx, "getblockcount"); !errors.Is(err, context.Canceled) {
		t.Errorf("Call with a cancelled context = %v", err)
	}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	// Debian's default: a password, no user, no cookie.
	n := regtest.Start(t, regtest.Config{Nodes: 1, RPCPassword: "secret1"}).Nodes[0]
	if got := height(t, n); got != 0 {
		t.Errorf("height = %d, want 0", got)
	}
	if _, err := os.Stat(n.CookiePath); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("cookie: %v, want none", err)
	}
}

func TestRestart(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	net.ToHeight(t, 2)
	n := net.Nodes[0]
	_, before, err := n.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	url := n.URL
	n.Restart(t)
	_, after, err := n.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	if before == after {
		t.Error("the cookie is the same after a restart")
	}
	if n.URL != url {
		t.Errorf("URL = %s, want %s as before", n.URL, url)
	}
	if got := height(t, n); got != 2 {
		t.Errorf("height after restart = %d, want 2", got)
	}
	// The connection is restored: the other node follows.
	n.Generate(t, 1)
	net.SyncTips(t)
	if got := height(t, net.Nodes[1]); got != 3 {
		t.Errorf("the other node is at %d, want 3", got)
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	n := regtest.Start(t, regtest.Config{Nodes: 1}).Nodes[0]
	n.Stop(t)
	if _, err := os.Stat(n.CookiePath); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("cookie after Stop: %v, want none", err)
	}
	n.Stop(t) // again: nothing to do
	n.Start(t)
	if got := height(t, n); got != 0 {
		t.Errorf("height = %d, want 0", got)
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	n := net.Nodes[0]
	n.Kill(t)
	if _, err := n.Call(t.Context(), "getblockcount"); err == nil {
		t.Error("the node answers after Kill")
	}
	if _, err := os.Stat(n.CookiePath); err != nil {
		t.Errorf("cookie after Kill: %v, want it left behind", err)
	}
	regtest.Wait(t, "the other node to notice", func() error {
		if got := regtest.Get[int](t, net.Nodes[1], "getconnectioncount"); got != 0 {
			return errors.New("it still has its peer")
		}
		return nil
	})
	n.Start(t)
	net.ToHeight(t, 1)
	if got := height(t, net.Nodes[1]); got != 1 {
		t.Errorf("the other node is at %d, want 1", got)
	}
}

func TestNoPeer(t *testing.T) {
	t.Parallel()
	n := regtest.Start(t, regtest.Config{Nodes: 1}).Nodes[0]
	n.Generate(t, 1)
	_, err := n.Call(t.Context(), "getblocktemplate", map[string]any{"rules": []string{"mweb", "segwit"}})
	var refused *regtest.RPCError
	old := regtest.Get[struct{ Version int }](t, n, "getnetworkinfo").Version < 210504
	switch {
	case old && (!errors.As(err, &refused) || refused.Code != -9):
		t.Errorf("getblocktemplate without a peer = %v, want error -9", err)
	case !old && err != nil:
		t.Errorf("getblocktemplate without a peer = %v, want a template from this version on", err)
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()
	n := regtest.Start(t, regtest.Config{Nodes: 1, Args: []string{"-disablewallet"}}).Nodes[0]
	_, err := n.Call(t.Context(), "getnewaddress")
	var refused *regtest.RPCError
	if !errors.As(err, &refused) || refused.Code != -32601 {
		t.Errorf("getnewaddress = %v, want error -32601", err)
	}
}

func TestBadArgs(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	_, err := regtest.Open(t.Context(), t.TempDir(), regtest.Config{Nodes: 1, Args: []string{"-nosuchoption=1"}})
	if err == nil || !strings.Contains(err.Error(), "nosuchoption") {
		t.Errorf("Open = %v, want litecoind's message about the option", err)
	}
}

// Two nodes are separated, their chains diverge, and the longer one wins.
func TestDisconnectConnect(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	a, b := net.Nodes[0], net.Nodes[1]
	net.ToHeight(t, 5)

	net.Disconnect(t, a, b)
	a.Generate(t, 1)
	b.Generate(t, 2)
	if got := height(t, a); got != 6 {
		t.Errorf("the first node is at %d, want 6: still connected?", got)
	}
	long := bestBlock(t, b)

	net.Connect(t, a, b)
	net.SyncTips(t)
	if got := bestBlock(t, a); got != long {
		t.Errorf("the first node's best block = %s, want the other's %s", got, long)
	}
}

func TestThreeNodes(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{Nodes: 3})
	net.Nodes[2].Generate(t, 1)
	net.SyncTips(t)
	for i, n := range net.Nodes {
		if got := height(t, n); got != 1 {
			t.Errorf("node %d is at %d, want 1", i+1, got)
		}
	}
}

func TestTips(t *testing.T) {
	t.Parallel()
	net := regtest.Start(t, regtest.Config{})
	before := time.Now()
	hash := net.Nodes[0].Generate(t, 1)[0]
	tip := net.Nodes[1].WaitTip(t, hash)
	if tip.Height != 1 || tip.Hash != hash {
		t.Errorf("WaitTip = %+v, want height 1 and %s", tip, hash)
	}
	// The log has microseconds, time.Now more.
	if tip.Time.Before(before.Add(-time.Microsecond)) || tip.Time.After(time.Now()) {
		t.Errorf("tip at %v, want between %v and now", tip.Time, before)
	}
	if tip.Time.Nanosecond()%int(time.Second) == 0 {
		t.Errorf("tip at %v: no fraction of a second", tip.Time)
	}
	tips, err := net.Nodes[0].Tips()
	if err != nil {
		t.Fatal(err)
	}
	if got := tips[len(tips)-1].Hash; got != hash {
		t.Errorf("last tip of Tips = %s, want %s", got, hash)
	}
	if tail := net.Nodes[0].LogTail(); !strings.Contains(tail, hash) {
		t.Errorf("LogTail lacks the block:\n%s", tail)
	}
}

// The nodes of a detached network outlive their process. Attach finds them,
// Shutdown stops them, and Open continues the same chain.
func TestDetachAttach(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	dir := filepath.Join(t.TempDir(), "net")
	first, err := regtest.Open(t.Context(), dir, regtest.Config{Detach: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.Close)
	if err := first.Advance(t.Context(), 3); err != nil {
		t.Fatal(err)
	}

	second, err := regtest.Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := height(t, second.Nodes[1]); got != 3 {
		t.Errorf("height seen by Attach = %d, want 3", got)
	}
	for range 2 { // the second time nothing is left to stop
		if err := second.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := first.Nodes[0].Call(t.Context(), "getblockcount"); err == nil {
		t.Error("a node answers after Shutdown")
	}

	third, err := regtest.Open(t.Context(), dir, regtest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if third.Nodes[0].URL != first.Nodes[0].URL {
		t.Errorf("URL = %s, want %s as before", third.Nodes[0].URL, first.Nodes[0].URL)
	}
	if got := height(t, third.Nodes[0]); got != 3 {
		t.Errorf("height = %d, want 3", got)
	}
}

func TestAttachNothing(t *testing.T) {
	t.Parallel()
	if _, err := regtest.Attach(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Attach to an empty folder = %v, want os.ErrNotExist", err)
	}
}

// decode is json.Unmarshal that fails the test.
func decode[T any](t *testing.T, text json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
