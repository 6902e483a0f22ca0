//go:build container

package container

import (
	"strconv"
	"strings"
	"testing"

	"ltcsolo/solo/regtest"
)

// node is a litecoind in a container, on the chain regtest.
type node struct {
	*engine
	name string // of the container
}

// nodeArgs are arguments of every node.
var nodeArgs = []string{"-regtest", "-datadir=/litecoin", "-printtoconsole", "-fallbackfee=0.001", "-keypool=1", "-rpccookiefile=/cookie/cookie"}

// startNodes starts a node with MWEB active whose cookie is in the volume "cookie", and the peer without which litecoind up
// to 0.21.4 gives no templates. auth is a line of its litecoin.conf.
func (e *engine) startNodes(t *testing.T, auth string) *node {
	t.Helper()
	run := func(name string, options, args []string) {
		e.podman(t, append(append(append([]string{"run", "--detach", "--name", name, "--network", network}, options...), litecoindImage), append(nodeArgs, args...)...)...)
		e.showLogs(t, name)
	}
	run("litecoind", []string{"--volume", "cookie:/cookie"}, []string{"-rpcbind=0.0.0.0", "-rpcallowip=0.0.0.0/0", "-" + auth})
	run("peer", nil, []string{"-connect=litecoind"})
	n := &node{e, "litecoind"}
	n.prepare(t)
	return n
}

// prepare takes the chain to the height from which on MWEB is active.
func (n *node) prepare(t *testing.T) {
	t.Helper()
	n.await(t)
	n.cli(t, "createwallet", "miner")
	n.cli(t, "generatetoaddress", strconv.Itoa(regtest.MWEBHeight-1), n.cli(t, "getnewaddress"))
	n.cli(t, "sendtoaddress", n.cli(t, "getnewaddress", "", "mweb"), "10") // the first block with MWEB must have a peg-in
	n.cli(t, "generatetoaddress", "1", n.cli(t, "getnewaddress"))
	n.awaitPeer(t)
}

// await waits until the node answers.
func (n *node) await(t *testing.T) {
	t.Helper()
	await(t, "litecoind", func() string {
		if out, code := n.tryCLI("getblockcount"); code != 0 {
			return out
		}
		return ""
	})
}

// awaitPeer waits until the node has a peer.
func (n *node) awaitPeer(t *testing.T) {
	t.Helper()
	await(t, "a peer", func() string {
		if count := n.cli(t, "getconnectioncount"); count == "0" {
			return "there is none"
		}
		return ""
	})
}

func (n *node) tryCLI(args ...string) (out string, code int) {
	return n.try(append([]string{"exec", n.name, "litecoin-cli", "-regtest", "-datadir=/litecoin", "-rpccookiefile=/cookie/cookie"}, args...)...)
}

// cli runs litecoin-cli in the node's container, which must succeed.
func (n *node) cli(t *testing.T, args ...string) string {
	t.Helper()
	out, code := n.tryCLI(args...)
	if code != 0 {
		t.Fatalf("litecoin-cli %s: %s", strings.Join(args, " "), out)
	}
	return strings.TrimSpace(out)
}

// height returns the height of the chain.
func (n *node) height(t *testing.T) int {
	t.Helper()
	h, err := strconv.Atoi(n.cli(t, "getblockcount"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}
