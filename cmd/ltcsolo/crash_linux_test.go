package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
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

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// Environment variables of TestH21KilledAtAnyInstant: the number of kills, and the seed of their times.
const (
	envCrashes   = "SOLO_CRASHES"
	envCrashSeed = "SOLO_CRASH_SEED"
)

const (
	crashes     = 200 // kills, unless the environment says otherwise
	crashesEach = 100 // of them on one state directory, whose blocks each start reads
)

// TestH21KilledAtAnyInstant lets the program find blocks on a real node and kills it with SIGKILL at random instants, again
// and again on the same state directory. It mines or serves a miner, in turn. A block counts as found if the program has announced it, or the node was sent it, or
// the journal has it. In the end the node must have every such block.
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
	c.sort(t)
	c.report(t, count, began)
	t.Logf("%d of them in the best chain, %d beside it; %d found by the Stratum miner, which sent %d again that were taken", c.inChain, c.beside, len(c.served), c.resent)
	for hash, how := range c.missing {
		t.Errorf("lost: block %s, %s", hash, how)
	}
	if len(c.found) < count/2 || len(c.served) < count/6 || count >= crashes && c.recovered == 0 {
		t.Error("too few blocks were found, or none had to be recovered: the test has shown nothing")
	}
}

// crash is the state of a series of kills.
type crash struct {
	net     *regtest.Network
	proxy   *nodetest.Proxy
	binary  string
	state   string
	address string
	random  *rand.Rand
	offered int // submissions that awaitSubmission has seen

	found     map[string]string // block hash to how it became known
	served    map[string]bool   // those of them that were found by the miner of serve
	miner     crashMiner        // it goes on over restarts of serve
	resent    int               // blocks that it sent again and that were taken
	missing   map[string]string // those of them that the node does not have yet
	atOnce    int               // the node had it when the program was dead
	recovered int               // a later start submitted it
	inChain   int
	beside    int
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
		found: map[string]string{}, served: map[string]bool{}, missing: map[string]string{},
	}
	build := exec.Command("go", "build", "-o", c.binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	c.net = regtest.Start(t, regtest.Config{})
	c.net.ToMWEB(t)
	c.address = c.net.Nodes[0].Address(t, regtest.Bech32)
	c.proxy = nodetest.StartProxy(t, c.net.Nodes[0].URL)
	return c
}

// program is one run of ltcsolo.
type program struct {
	cmd       *exec.Cmd
	searching chan struct{} // closed when it logs that it searches or that miners may connect, or has ended
	ended     chan struct{} // closed when it has ended and its log is read
	announced []string      // block hashes; read it after ended
	miner     crashMiner    // as it is then; likewise
	log       bytes.Buffer  // likewise
}

// start runs mine, or serve with a miner.
func (c *crash) start(t *testing.T, command string, args ...string) *program {
	t.Helper()
	p := &program{searching: make(chan struct{}), ended: make(chan struct{})}
	source := []string{"--kernel", "generic", "--threads", "1"}
	if command == "serve" {
		source = []string{"--listen", "127.0.0.1:0"}
	}
	p.cmd = exec.Command(c.binary, slices.Concat([]string{command, "--network", "regtest", "--rpc-cookie", c.net.Nodes[0].CookiePath,
		"--address", c.address, "--state", c.state, "--log-format", "json"}, source, args)...)
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
			var line struct{ Msg, Event, Block, URL string }
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				continue // the program's last words, or a torn last line
			}
			if line.Event == delivery.EventFound {
				p.announced = append(p.announced, line.Block)
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

// crashMiner is a miner that comes back with its session and, as cgminer does, sends again what was not answered, if its
// extranonce1 is the same again.
type crashMiner struct {
	session     string
	extranonce1 []byte
	unanswered  []stratumtest.Share

	sent   []string // block hashes, in this run of the server
	resent int      // blocks that were sent again, and taken
}

// solveBlocks mines on a Stratum server until it is gone.
func (c *crashMiner) solveBlocks(url string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "stratum+tcp://"))
	if err != nil {
		return // it was killed
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Agent: "cpuminer/2.5.1", Session: c.session})
	if err != nil {
		return
	}
	defer m.Close()
	again := c.unanswered
	if c.unanswered = nil; !bytes.Equal(m.Extranonce1, c.extranonce1) {
		again = nil
	}
	c.session, c.extranonce1 = m.Session, m.Extranonce1
	for i, s := range again {
		taken, err := c.submit(m, s)
		if err != nil {
			c.unanswered = append(c.unanswered, again[i+1:]...)
			return
		}
		if taken {
			c.resent++
		}
	}
	for w := (*stratumtest.Work)(nil); ; {
		if w, err = m.Next(w); err != nil {
			return
		}
		s := w.Share()
		if !s.Solve(w.Target(), 1000) {
			continue
		}
		if _, err := c.submit(m, s); err != nil {
			return
		}
	}
}

// submit submits a block. The error is the connection's: the block may have arrived, or not.
func (c *crashMiner) submit(m *stratumtest.Miner, s stratumtest.Share) (taken bool, err error) {
	c.sent = append(c.sent, s.BlockHash().String())
	refusal, err := m.Submit(s)
	switch {
	case err != nil:
		c.unanswered = append(c.unanswered, s)
	case refusal == "":
		return true, nil
	}
	return false, err
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
	// While the node's process is stopped: the block is on its way, and nobody answers.
	func(t *testing.T, c *crash, p *program) func() {
		<-p.searching
		c.pause(p, 50*time.Millisecond)
		c.net.Nodes[0].Freeze(t)
		c.pause(p, 50*time.Millisecond)
		return func() { c.net.Nodes[0].Thaw(t) }
	},
	// While submissions are delayed: the node reads them when the program is dead.
	func(t *testing.T, c *crash, p *program) func() {
		release := make(chan struct{})
		c.proxy.Always("submitblock", nodetest.Fault{Hold: release, Effect: true, Reset: true})
		c.awaitSubmission(p)
		c.pause(p, 10*time.Millisecond)
		return func() {
			c.proxy.Always("submitblock", nodetest.Fault{})
			close(release)
		}
	},
	// While connections break before the node reads the submissions: only the journal has the block.
	func(t *testing.T, c *crash, p *program) func() {
		c.proxy.Always("submitblock", nodetest.ResetBeforeRead)
		c.awaitSubmission(p)
		c.pause(p, 30*time.Millisecond)
		return func() { c.proxy.Always("submitblock", nodetest.Fault{}) }
	},
}

// pause waits for a random time of at most most, or until the program ends by itself.
func (c *crash) pause(p *program, most time.Duration) {
	select {
	case <-time.After(time.Duration(c.random.Int64N(int64(most)))):
	case <-p.ended:
	}
}

// awaitSubmission waits for the submission of a block that the node does not have yet: a new one, or one of an earlier
// run. While that one is unanswered, the program does not search.
func (c *crash) awaitSubmission(p *program) {
	for {
		offered := c.proxy.Offered()
		fresh := false
		for _, hash := range offered[c.offered:] {
			_, known := c.found[hash.String()]
			_, missing := c.missing[hash.String()]
			fresh = fresh || !known || missing
		}
		c.offered = len(offered)
		if fresh {
			return
		}
		select {
		case <-c.proxy.Watch("submitblock"):
		case <-p.ended:
			return
		}
	}
}

// kill runs the program, kills it, and collects the blocks that it found.
func (c *crash) kill(t *testing.T, command string, way crashWay) {
	t.Helper()
	args := []string{"--rpc", c.proxy.URL}
	if c.random.IntN(2) == 0 {
		args = append(args, "--no-proposal")
	}
	p := c.start(t, command, args...)
	after := way(t, c, p)
	err := p.cmd.Process.Kill()
	<-p.ended
	if after != nil {
		after()
	}
	if err != nil || !p.cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
		t.Fatalf("the program ended before it was killed (%v):\n%s", p.cmd.ProcessState, p.log.String())
	}
	for _, hash := range p.announced {
		c.note(hash, "announced")
	}
	c.offered = len(c.proxy.Offered())
	regtest.Wait(t, "the node to take what it was sent", func() error {
		if n := c.proxy.Busy(); n > 0 {
			return fmt.Errorf("%d requests are on their way", n)
		}
		return nil
	})
	for _, hash := range c.proxy.Blocks() {
		c.note(hash.String(), "sent to the node")
	}
	files, err := os.ReadDir(filepath.Join(c.state, "blocks"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".block"); ok && !strings.HasPrefix(name, ".") {
			_, hash, _ := strings.Cut(name, "-")
			c.note(hash, "in the journal")
		}
	}
	c.miner = p.miner
	c.resent += p.miner.resent
	for _, hash := range p.miner.sent {
		if _, known := c.found[hash]; known {
			c.served[hash] = true
		}
	}
	c.observe(t)
}

// note adds a block to those found.
func (c *crash) note(hash, how string) {
	if _, known := c.found[hash]; !known {
		c.found[hash] = how
		c.missing[hash] = how + ", by the run that has just been killed"
	}
}

// observe asks the node for the blocks that it did not have.
func (c *crash) observe(t *testing.T) {
	t.Helper()
	for hash, how := range c.missing {
		_, known := confirmations(t, c.net.Nodes[0], hash)
		fresh := strings.HasSuffix(how, "killed")
		switch {
		case known && fresh:
			c.atOnce++
			delete(c.missing, hash)
		case known:
			c.recovered++
			delete(c.missing, hash)
		case fresh:
			c.missing[hash] = c.found[hash]
		}
	}
}

// settle runs the program once more until a block of its own is accepted; the earlier ones are submitted with it.
func (c *crash) settle(t *testing.T) {
	t.Helper()
	p := c.start(t, "mine", "--rpc", c.net.Nodes[0].URL, "--blocks", "1")
	<-p.ended
	if !p.cmd.ProcessState.Success() {
		t.Errorf("the last run: %v\n%s", p.cmd.ProcessState, p.log.String())
	}
	c.observe(t)
}

func (c *crash) report(t *testing.T, kills int, began time.Time) {
	t.Helper()
	t.Logf("%d kills in %v: found %d, accepted at once %d, recovered %d, lost %d",
		kills, time.Since(began).Round(time.Second), len(c.found), c.atOnce, c.recovered, len(c.missing))
}

// sort counts the blocks that the node has, in the best chain and beside it.
func (c *crash) sort(t *testing.T) {
	t.Helper()
	for hash := range c.found {
		switch n, known := confirmations(t, c.net.Nodes[0], hash); {
		case known && n > 0:
			c.inChain++
		case known:
			c.beside++
		}
	}
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
