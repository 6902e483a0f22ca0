package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/template"
)

// Environment variables of TestH21KilledAtAnyInstant: the number of kills, and the seed of their times.
const (
	envCrashes   = "SOLO_CRASHES"
	envCrashSeed = "SOLO_CRASH_SEED"
)

const (
	crashes     = 140 // kills, unless the environment says otherwise: each way ten times with mine and with serve
	crashesEach = 70  // of them on one state directory, whose blocks each start reads
)

// TestH21KilledAtAnyInstant lets the program find blocks on real nodes and kills it with SIGKILL at random instants, again
// and again on the same state directory; at times a node is killed too. It mines or serves a miner, in turn, and merges
// Dogecoin: with real dogecoinds where there are some, else with a scripted one. A block counts as found if the program has
// announced it, or a node was sent it, or a journal has it. In the end its chain's node must have every such block.
//
// A kill within the few hundred microseconds between a block's last hash and the first of these leaves no trace of the
// block, and no program can change that.
func TestH21KilledAtAnyInstant(t *testing.T) {
	t.Parallel() // it waits for nodes most of the time
	c := newCrash(t)
	count := crashes
	if text := os.Getenv(envCrashes); text != "" {
		var err error
		if count, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for i := range count {
		command := []string{"mine", "serve"}[i/len(crashWays)%2]
		c.kill(t, command, crashWays[i%len(crashWays)])
		if i%crashesEach == crashesEach-1 {
			c.settle(t)
			c.report(t, i+1, began)
			c.state = t.TempDir()
		}
	}
	c.settle(t)
	t.Logf("%d found by the Stratum miner, which sent %d again that were taken", len(c.served), c.resent)
	for _, s := range c.sides {
		inChain, beside, gone := s.sort(t)
		t.Logf("%s: %d in the best chain, %d beside it, %d that the node had, and forgot when it was killed", s.chain.Name, inChain, beside, gone)
		for hash, how := range s.missing {
			t.Errorf("lost: %s block %s, %s", s.chain.Name, hash, how)
		}
		few := count / 2
		if s.chain.AuxPoW { // it gets a job a second at most
			few = count / 4
		}
		if len(s.found) < few || count >= crashes && s.recovered == 0 {
			t.Errorf("too few blocks of %s were found, or none had to be recovered: the test has shown nothing", s.chain.Name)
		}
	}
	c.report(t, count, began)
	if len(c.served) < count/6 {
		t.Error("the Stratum miner found too few blocks: the test has shown nothing of it")
	}
}

// crash is the state of a series of kills.
type crash struct {
	binary string
	state  string
	random *rand.Rand
	sides  []*crashSide // Litecoin's first

	served map[string]bool // Litecoin blocks that were found by the miner of serve
	miner  crashMiner      // it goes on over restarts of serve
	resent int             // blocks that it sent again and that were taken
}

// crashSide is a chain of a crash.
type crashSide struct {
	chain *template.Chain
	node  *regtest.Node // that the program mines with; nil: a scripted one
	peer  *regtest.Node // that it is connected to; nil likewise
	proxy *nodetest.Proxy
	args  []string // the payee, and how to log in
	has   func(t *testing.T, hash string) (confirmations int, known bool)

	offered   int               // submissions that awaitSubmission has seen
	found     map[string]string // block hash to how it became known
	missing   map[string]string // those of them that the node does not have yet
	atOnce    int               // the node had it when the program was dead
	recovered int               // a later start submitted it
}

func newCrashSide(t *testing.T, chain *template.Chain, url string) *crashSide {
	return &crashSide{chain: chain, proxy: nodetest.StartProxy(t, url), found: map[string]string{}, missing: map[string]string{}}
}

// real has the side's blocks on a real node, the network's first.
func (s *crashSide) real(net *regtest.Network) {
	n := net.Nodes[0]
	s.node, s.peer = n, net.Nodes[1]
	s.has = func(t *testing.T, hash string) (int, bool) { return confirmations(t, n, hash) }
}

// crashLitecoin starts litecoinds.
func crashLitecoin(t *testing.T) *crashSide {
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	n := net.Nodes[0]
	s := newCrashSide(t, template.Litecoin, n.URL)
	s.real(net)
	s.args = []string{"--rpc-cookie", n.CookiePath, "--address", n.Address(t, regtest.Bech32)}
	return s
}

// crashDogecoin starts dogecoinds, or a scripted one.
func crashDogecoin(t *testing.T) *crashSide {
	payee := []string{"--doge-address", "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8"}
	if _, err := regtest.Dogecoind(); err != nil && os.Getenv("SOLO_REQUIRE_DOGECOIND") != "1" {
		t.Log("there is no dogecoind: Dogecoin's node is a scripted one")
		scripted := nodetest.StartChain(t, template.Dogecoin)
		s := newCrashSide(t, template.Dogecoin, scripted.URL)
		s.args = append(payee, "--doge-rpc-user", "user")
		s.has = func(t *testing.T, hash string) (int, bool) {
			h, err := template.ParseHash(hash)
			if err != nil {
				t.Fatal(err)
			}
			return 0, scripted.Block(h) != nil
		}
		return s
	}
	net := regtest.StartDoge(t, regtest.Config{})
	net.ToHeight(t, regtest.AuxPoWHeight)
	s := newCrashSide(t, template.Dogecoin, net.Nodes[0].URL)
	s.real(net)
	s.args = append(payee, "--doge-rpc-cookie", net.Nodes[0].CookiePath)
	return s
}

func newCrash(t *testing.T) *crash {
	regtest.Require(t)
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(envCrashSeed); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", envCrashSeed, seed)
	c := &crash{
		binary: filepath.Join(t.TempDir(), "ltcsolo"), state: t.TempDir(), random: rand.New(rand.NewPCG(seed, 0)),
		served: map[string]bool{},
	}
	build := exec.Command("go", "build", "-o", c.binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c.sides = []*crashSide{crashLitecoin(t), crashDogecoin(t)}
	return c
}

// program is one run of ltcsolo.
type program struct {
	cmd       *exec.Cmd
	searching chan struct{} // closed when it logs that it searches or that miners may connect, or has ended
	ended     chan struct{} // closed when it has ended and its log is read
	announced []announced   // read it after ended
	miner     crashMiner    // as it is then; likewise
	log       bytes.Buffer  // likewise
}

// announced is a found block in the program's log.
type announced struct{ chain, hash string }

// start runs mine, or serve with a miner.
func (c *crash) start(t *testing.T, command string, args ...string) *program {
	t.Helper()
	p := &program{searching: make(chan struct{}), ended: make(chan struct{})}
	source := []string{"--kernel", "generic", "--threads", "1"}
	if command == "serve" {
		source = []string{"--listen", "127.0.0.1:0"}
	}
	for _, s := range c.sides {
		source = append(source, s.args...)
	}
	p.cmd = exec.Command(c.binary, slices.Concat([]string{command, "--network", "regtest", "--state", c.state, "--log-format", "json"}, source, args)...)
	p.cmd.Env = append(os.Environ(), "LTCSOLO_NICE=0") // beside everything else that tests run, it would find nothing for seconds
	if c.sides[1].node == nil {
		p.cmd.Env = append(p.cmd.Env, settings.EnvDogePassword+"=password")
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.miner = crashMiner{session: c.miner.session, extranonce1: c.miner.extranonce1, unanswered: c.miner.unanswered}
	go func() {
		defer close(p.ended)
		var miner sync.WaitGroup
		defer miner.Wait()
		searching := sync.OnceFunc(func() { close(p.searching) })
		defer searching()
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.log.Write(append(lines.Bytes(), '\n'))
			var line struct{ Msg, Event, Block, Chain, URL string }
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				continue // the program's last words, or a torn last line
			}
			if line.Event == delivery.EventFound {
				p.announced = append(p.announced, announced{cmp.Or(line.Chain, template.Litecoin.Name), line.Block})
			}
			switch line.Msg {
			case "searching":
				searching()
			case "miners may connect":
				searching()
				miner.Go(func() { p.miner.solveBlocks(line.URL) })
			}
		}
		p.cmd.Wait()
	}()
	return p
}

// crashWay chooses the instant of the kill: it returns at that instant. after, which may be nil, runs when the program is
// dead.
type crashWay func(t *testing.T, c *crash, p *program) (after func())

var crashWays = []crashWay{
	// During the start, in which blocks of earlier runs are sent.
	func(t *testing.T, c *crash, p *program) func() {
		c.pause(p, 300*time.Millisecond)
		return nil
	},
	// During the search.
	func(t *testing.T, c *crash, p *program) func() {
		<-p.searching
		c.pause(p, 300*time.Millisecond)
		return nil
	},
	// Soon after a block has been sent.
	func(t *testing.T, c *crash, p *program) func() {
		for range 1 + c.random.IntN(3) {
			c.awaitSubmission(p)
		}
		c.pause(p, 3*time.Millisecond)
		return nil
	},
	// While a node's process is stopped: the block is on its way, and nobody answers.
	func(t *testing.T, c *crash, p *program) func() {
		<-p.searching
		c.pause(p, 50*time.Millisecond)
		thaw := c.freeze(t)
		c.pause(p, 50*time.Millisecond)
		return thaw
	},
	// While submissions are delayed: the node reads them when the program is dead.
	func(t *testing.T, c *crash, p *program) func() {
		release := make(chan struct{})
		c.always("submitblock", nodetest.Fault{Hold: release, Effect: true, Reset: true})
		c.awaitSubmission(p)
		c.pause(p, 10*time.Millisecond)
		return func() {
			c.always("submitblock", nodetest.Fault{})
			close(release)
		}
	},
	// While connections break before the node reads the submissions: only the journal has the block.
	func(t *testing.T, c *crash, p *program) func() {
		c.always("submitblock", nodetest.ResetBeforeRead)
		c.awaitSubmission(p)
		c.pause(p, 30*time.Millisecond)
		return func() { c.always("submitblock", nodetest.Fault{}) }
	},
	// After one of the nodes was killed, while the program searches on for the other chain, or sends a block in vain. Once in
	// a few times, since a node takes seconds to start.
	func(t *testing.T, c *crash, p *program) func() {
		<-p.searching
		c.pause(p, 100*time.Millisecond)
		var revive func()
		if n := c.anyNode(); n != nil && c.random.IntN(4) == 0 {
			n.Kill(t)
			revive = func() { n.Start(t) }
		}
		c.pause(p, 200*time.Millisecond)
		return revive
	},
}

// anyNode returns the node of one of the chains, nil if that is a scripted one.
func (c *crash) anyNode() *regtest.Node { return c.sides[c.random.IntN(len(c.sides))].node }

// freeze stops the process of a node, until thaw.
func (c *crash) freeze(t *testing.T) (thaw func()) {
	n := c.anyNode()
	if n == nil {
		n = c.sides[0].node
	}
	n.Freeze(t)
	return func() { n.Thaw(t) }
}

// always has all nodes answer the method by a fault.
func (c *crash) always(method string, f nodetest.Fault) {
	for _, s := range c.sides {
		s.proxy.Always(method, f)
	}
}

// pause waits for a random time of at most most, or until the program ends by itself.
func (c *crash) pause(p *program, most time.Duration) {
	select {
	case <-time.After(time.Duration(c.random.Int64N(int64(most)))):
	case <-p.ended:
	}
}

// awaitSubmission waits for the submission of a block of one of the chains that its node does not have yet: a new one, or
// one of an earlier run. While that one is unanswered, the program does not search that chain.
func (c *crash) awaitSubmission(p *program) {
	s := c.sides[c.random.IntN(len(c.sides))]
	for {
		offered := s.proxy.Offered()
		fresh := false
		for _, hash := range offered[s.offered:] {
			_, known := s.found[hash.String()]
			_, missing := s.missing[hash.String()]
			fresh = fresh || !known || missing
		}
		s.offered = len(offered)
		if fresh {
			return
		}
		select {
		case <-s.proxy.Watch("submitblock"):
		case <-p.ended:
			return
		}
	}
}

// kill runs the program, kills it, and collects the blocks that it found.
func (c *crash) kill(t *testing.T, command string, way crashWay) {
	t.Helper()
	args := []string{"--rpc", c.sides[0].proxy.URL, "--doge-rpc", c.sides[1].proxy.URL, "--wait", "1m"}
	if c.random.IntN(2) == 0 {
		args = append(args, "--no-proposal")
	}
	p := c.start(t, command, args...)
	after := way(t, c, p)
	err := p.cmd.Process.Kill()
	<-p.ended
	awaitWriter(t, p.cmd.Process.Pid)
	if after != nil {
		after()
	}
	if err != nil || !p.cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
		t.Fatalf("the program ended before it was killed (%v):\n%s", p.cmd.ProcessState, p.log.String())
	}
	for _, s := range c.sides {
		s.gather(t, p, run.BlocksDir(c.state, s.chain))
	}
	c.miner = p.miner
	c.resent += p.miner.resent
	for _, hash := range p.miner.sent {
		if _, known := c.sides[0].found[hash]; known {
			c.served[hash] = true
		}
	}
}

// awaitWriter waits for the end of the process that wrote files for a killed one: it finishes what it was given.
func awaitWriter(t *testing.T, pid int) {
	t.Helper()
	title := fmt.Sprintf("for process %d\x00", pid)
	regtest.Wait(t, "the writer of the killed program to end", func() error {
		all, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			return err
		}
		for _, path := range all {
			if line, err := os.ReadFile(path); err == nil && strings.HasSuffix(string(line), title) {
				return fmt.Errorf("%s is %q", path, line)
			}
		}
		return nil
	})
}

// gather collects the blocks of the chain that a killed run found, and looks which of them the node has.
func (s *crashSide) gather(t *testing.T, p *program, journal string) {
	t.Helper()
	for _, a := range p.announced {
		if a.chain == s.chain.Name {
			s.note(a.hash, "announced")
		}
	}
	s.offered = len(s.proxy.Offered())
	regtest.Wait(t, "the node to take what it was sent", func() error {
		if n := s.proxy.Busy(); n > 0 {
			return fmt.Errorf("%d requests are on their way", n)
		}
		return nil
	})
	for _, hash := range s.proxy.Blocks() {
		s.note(hash.String(), "sent to the node")
	}
	files, err := os.ReadDir(journal)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".block"); ok && !strings.HasPrefix(name, ".") {
			_, hash, _ := strings.Cut(name, "-")
			s.note(hash, "in the journal")
		}
	}
	s.observe(t)
}

// note adds a block to those found.
func (s *crashSide) note(hash, how string) {
	if _, known := s.found[hash]; !known {
		s.found[hash] = how
		s.missing[hash] = how + ", by the run that has just been killed"
	}
}

// observe asks the node for the blocks that it did not have.
func (s *crashSide) observe(t *testing.T) {
	t.Helper()
	for hash, how := range s.missing {
		_, known := s.has(t, hash)
		fresh := strings.HasSuffix(how, "killed")
		switch {
		case known && fresh:
			s.atOnce++
			delete(s.missing, hash)
		case known:
			s.recovered++
			delete(s.missing, hash)
		case fresh:
			s.missing[hash] = s.found[hash]
		}
	}
}

// settle runs the program once more until a block of its own is accepted; the earlier ones are submitted with it.
func (c *crash) settle(t *testing.T) {
	t.Helper()
	for _, s := range c.sides {
		s.awaitPeer(t)
	}
	p := c.start(t, "mine", "--rpc", c.sides[0].proxy.URL, "--doge-rpc", c.sides[1].proxy.URL, "--blocks", "1", "--require-merged", "--wait", "30s")
	<-p.ended
	if !p.cmd.ProcessState.Success() {
		t.Errorf("the last run: %v\n%s", p.cmd.ProcessState, p.log.String())
	}
	for _, s := range c.sides {
		s.observe(t)
	}
}

// awaitPeer waits until the node has as many blocks as its peer: one that was killed comes back with those that it had
// written, and whoever mines on these meanwhile is orphaned.
func (s *crashSide) awaitPeer(t *testing.T) {
	t.Helper()
	if s.peer == nil {
		return
	}
	regtest.Wait(t, s.chain.Daemon+" to catch up with its peer", func() error {
		has, want := regtest.Get[int](t, s.node, "getblockcount"), regtest.Get[int](t, s.peer, "getblockcount")
		if has < want {
			return fmt.Errorf("it has %d of %d blocks", has, want)
		}
		return nil
	})
}

func (c *crash) report(t *testing.T, kills int, began time.Time) {
	t.Helper()
	for _, s := range c.sides {
		t.Logf("%d kills in %v: %s found %d, accepted at once %d, recovered %d, lost %d",
			kills, time.Since(began).Round(time.Second), s.chain.Name, len(s.found), s.atOnce, s.recovered, len(s.missing))
	}
}

// sort counts the blocks that the node has, in the best chain and beside it, and those that it had. A node that is killed
// forgets what it has not written; from its peer it gets the best chain again, but no block beside it.
func (s *crashSide) sort(t *testing.T) (inChain, beside, gone int) {
	t.Helper()
	for hash := range s.found {
		switch n, known := s.has(t, hash); {
		case known && n > 0:
			inChain++
		case known:
			beside++
		case s.missing[hash] == "":
			gone++
		}
	}
	return inChain, beside, gone
}

// confirmations asks the node about a block. known is false if it has never heard of it.
func confirmations(t *testing.T, n *regtest.Node, hash string) (confirmations int, known bool) {
	t.Helper()
	if _, err := template.ParseHash(hash); err != nil {
		t.Fatal(err)
	}
	raw, err := n.Call(t.Context(), "getblockheader", hash)
	var refused *regtest.RPCError
	if errors.As(err, &refused) && refused.Code == -5 {
		return 0, false
	}
	if err != nil {
		t.Fatal(err)
	}
	var header struct{ Confirmations int }
	if err := json.Unmarshal(raw, &header); err != nil {
		t.Fatal(err)
	}
	return header.Confirmations, true
}
