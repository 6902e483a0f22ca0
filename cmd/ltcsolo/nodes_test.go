package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// nodes are the nodes of one script.
type nodes struct {
	fake *nodetest.Server
	doge *nodetest.Server
	real *regtest.Network

	realDoge *regtest.Network
}

type nodesKey struct{}

func nodesOf(ts *testscript.TestScript) *nodes { return ts.Value(nodesKey{}).(*nodes) }

// fake start starts a scripted node and points the environment to it. fake down, up, chain NAME, subversion NAME, syncing,
// lonely, ready, hard (no block is found), easy (blocks are found again) and always METHOD FAULT change it. A FAULT is:
// error CODE MESSAGE, result JSON, or none.
func fake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fake start|down|up|...")
	}
	if args[0] == "start" {
		s := nodetest.Start(testOf(ts))
		nodesOf(ts).fake = s
		for name, value := range map[string]string{
			"LTCSOLO_NETWORK": "regtest", "LTCSOLO_RPC": s.URL, "LTCSOLO_RPC_USER": "user", "LTCSOLO_RPC_PASSWORD": "password",
		} {
			ts.Setenv(name, value)
		}
		return
	}
	change(ts, nodesOf(ts).fake, args)
}

// doge start [CHAIN] starts a scripted node of Dogecoin, or of another merged chain, and points the environment to it. The
// others are as for fake; doge mine finds a block of another miner.
func doge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: doge start|down|up|...")
	}
	if args[0] == "start" {
		chain := template.Dogecoin
		if len(args) > 1 {
			chain, _ = template.ChainNamed(args[1])
		}
		s := nodetest.StartChain(testOf(ts), chain)
		nodesOf(ts).doge = s
		ts.Setenv("DOGE_URL", s.URL)
		if chain == template.Dogecoin {
			ts.Setenv("LTCSOLO_DOGE_RPC", s.URL)
			ts.Setenv("LTCSOLO_DOGE_RPC_USER", "user")
			ts.Setenv("LTCSOLO_DOGE_RPC_PASSWORD", "password")
		}
		return
	}
	change(ts, nodesOf(ts).doge, args)
}

// change changes a scripted node.
func change(ts *testscript.TestScript, s *nodetest.Server, args []string) {
	set := func(change func(*nodetest.State)) { s.Update(change) }
	old := func(st *nodetest.State) {
		if s == nodesOf(ts).fake {
			st.Version = 210201 // a later litecoind gives templates all the same
		}
	}
	switch args[0] {
	case "down":
		s.Down()
	case "up":
		s.Up(testOf(ts))
	case "chain":
		set(func(st *nodetest.State) { st.Chain = args[1] })
	case "syncing":
		set(func(st *nodetest.State) { st.InitialDownload = true; old(st) })
	case "lonely":
		set(func(st *nodetest.State) { st.Peers = 0; old(st) })
	case "ready":
		set(func(st *nodetest.State) { st.Peers, st.InitialDownload = 1, false })
	case "subversion":
		set(func(st *nodetest.State) { st.Subversion = args[1] })
	case "hard":
		set(func(st *nodetest.State) { st.Bits = 0x1d00ffff })
	case "easy":
		set(func(st *nodetest.State) { st.Bits = 0x207fffff })
		s.Mine() // so that the miner asks for a template
	case "mine":
		s.Mine()
	case "always":
		s.Always(args[1], fault(ts, args[2:]))
	default:
		ts.Fatalf("%s?", args[0])
	}
}

func fault(ts *testscript.TestScript, args []string) nodetest.Fault {
	switch {
	case len(args) == 3 && args[0] == "error":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		return nodetest.RPCError(n, args[2])
	case len(args) == 2 && args[0] == "result":
		return nodetest.Result(args[1])
	case len(args) == 1 && args[0] == "none":
		return nodetest.Fault{}
	}
	ts.Fatalf("fault %v?", args)
	return nodetest.Fault{}
}

// regtest start HEIGHT [NODES] starts a private network of the real litecoind and points the environment to its first
// node. regtest call METHOD [PARAM...] calls that node (@FILE is a parameter read from a file); regtest stop, kill and
// start-node act on it; regtest part disconnects the last node from it; regtest peg-in brings it to height 431 with the
// peg-in that the next block needs.
//
// regtest doge starts a private network of the real dogecoind, at the height where it takes merge-mined blocks, and
// points the environment to its first node; regtest stop-doge stops that one.
func realNode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: regtest start HEIGHT [NODES]|call METHOD [PARAM...]|stop|kill|start-node|part|peg-in|doge|stop-doge")
	}
	t := testOf(ts)
	if args[0] == "start" {
		height, err := strconv.Atoi(args[1])
		ts.Check(err)
		cfg := regtest.Config{}
		if len(args) > 2 {
			cfg.Nodes, err = strconv.Atoi(args[2])
			ts.Check(err)
		}
		net := regtest.Start(t, cfg)
		nodesOf(ts).real = net
		if height > 0 {
			net.ToHeight(t, height)
		}
		ts.Setenv("LTCSOLO_NETWORK", "regtest")
		ts.Setenv("LTCSOLO_DATADIR", net.Nodes[0].DataDir)
		ts.Setenv("URL", net.Nodes[0].URL)
		ts.Setenv("LAST_DATADIR", net.Nodes[len(net.Nodes)-1].DataDir)
		ts.Setenv("ADDRESS", net.Nodes[0].Address(t, regtest.Bech32))
		return
	}
	if args[0] == "doge" {
		net := regtest.StartDoge(t, regtest.Config{})
		nodesOf(ts).realDoge = net
		net.ToHeight(t, regtest.AuxPoWHeight)
		ts.Setenv("LTCSOLO_DOGE_DATADIR", net.Nodes[0].DataDir)
		ts.Setenv("LTCSOLO_DOGE_ADDRESS", "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8")
		return
	}
	if args[0] == "stop-doge" {
		nodesOf(ts).realDoge.Nodes[0].Stop(t)
		return
	}
	net := nodesOf(ts).real
	node := net.Nodes[0]
	switch args[0] {
	case "stop":
		node.Stop(t)
	case "start-node":
		node.Start(t)
	case "kill":
		node.Kill(t)
	case "part":
		net.Disconnect(t, node, net.Nodes[len(net.Nodes)-1])
	case "peg-in":
		net.At431(t)
	case "call":
		var params []any
		for _, p := range args[2:] {
			if name, isFile := strings.CutPrefix(p, "@"); isFile {
				p = strings.TrimSpace(ts.ReadFile(name))
			}
			if n, err := strconv.Atoi(p); err == nil {
				params = append(params, n)
			} else {
				params = append(params, p)
			}
		}
		result, err := node.Call(context.Background(), args[1], params...)
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), strings.Trim(string(result), `"`))
	default:
		ts.Fatalf("regtest %s?", args[0])
	}
}
