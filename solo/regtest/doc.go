// Package regtest runs a private litecoind or dogecoind regtest network for
// integration tests: real nodes in a temporary directory, on free loopback ports, that end
// with the test however it ends.
//
//	func TestSomething(t *testing.T) {
//		net := regtest.Start(t, regtest.Config{}) // two connected nodes, height 0
//		net.ToMWEB(t)                             // height 432, MWEB active
//		node := net.Nodes[0]
//		mixed := net.MixedMempool(t)              // payments, parent and child, peg-in, peg-out
//		reply := node.Template(t)                 // getblocktemplate
//		...
//		node.Restart(t)                           // a new cookie
//		height := regtest.Get[int](t, node, "getblockcount")
//	}
//
// Only tests import it, and scripts/regtest, the network for newcomers, which
// has no testing.T and uses [Open], [Attach], [Node.Call] and
// [Network.Advance]. It imports no other package of this module and talks to
// litecoind by net/http, so that tests of solo/node do not rely on solo/node.
//
// litecoind is the file named by the environment variable LITECOIND, else the
// one in PATH. Without one a test skips; with SOLO_REQUIRE_LITECOIND=1 it
// fails. [StartDoge] does the same with dogecoind, DOGECOIND and
// SOLO_REQUIRE_DOGECOIND; of the helpers, those for transactions and MWEB are
// for litecoind only.
//
// Two nodes are the default because up to litecoind 0.21.4 a node without a
// peer answers getblocktemplate with error -9, even on regtest. Each node has
// one wallet loaded, "miner". A second wallet on the first node, "mweb", holds
// MWEB coins and is loaded only while a helper uses it.
//
// One file for each concept: program.go (which program), network.go (Start,
// Open), node.go (start, stop and kill a node), process.go, port.go, rpc.go
// (Call), wait.go, chain.go (heights, MWEB), mempool.go (transactions of every
// kind), peers.go, log.go (debug.log).
package regtest
