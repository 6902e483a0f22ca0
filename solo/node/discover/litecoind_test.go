package discover_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/regtest"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestFindAsLitecoind starts litecoind on random files: what Find returns reaches every node that runs. SOLO_CONF_TRIALS
// sets how many; otherwise there are as many as a busy machine starts in 25 s, 40 at most. SOLO_CONF_SEED is the first one's
// seed.
func TestFindAsLitecoind(t *testing.T) {
	binary := regtest.Require(t)
	trials, seed := 40, uint64(1)
	until := time.Now().Add(25 * time.Second)
	if n, err := strconv.Atoi(os.Getenv("SOLO_CONF_TRIALS")); err == nil {
		trials, until = n, time.Now().Add(time.Hour)
	}
	if n, err := strconv.ParseUint(os.Getenv("SOLO_CONF_SEED"), 10, 64); err == nil {
		seed = n
	}
	var next, tried, ran atomic.Int64
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(trials) || time.Now().After(until) || t.Failed() {
					return
				}
				tried.Add(1)
				if newTrial(t, seed+uint64(i)).run(t, binary) {
					ran.Add(1)
				}
			}
		})
	}
	workers.Wait()
	if !t.Failed() && ran.Load() < tried.Load()/3 {
		t.Errorf("litecoind ran on %d of %d files only: the test shows little", ran.Load(), tried.Load())
	}
}

// trial is a random configuration.
type trial struct {
	seed    uint64
	rng     *rand.Rand
	home    string
	network string
	ports   [2]int
	args    []string         // of litecoind
	options discover.Options // the same for Find
	files   map[string]string
}

func newTrial(t *testing.T, seed uint64) *trial {
	rng := rand.New(rand.NewPCG(seed, 0))
	tr := &trial{seed: seed, rng: rng, home: t.TempDir(), files: map[string]string{}}
	tr.network = pick(rng, "main", "test", "regtest", "regtest")
	for i := range tr.ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		tr.ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	first, moved := filepath.Join(tr.home, ".litecoin"), filepath.Join(tr.home, "moved")
	for _, dir := range []string{first, moved, filepath.Join(tr.home, "etc")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	conf := filepath.Join(first, "litecoin.conf")
	switch rng.IntN(4) {
	case 0: // the default
	case 1:
		tr.options.DataDir = first
		tr.args = append(tr.args, "-datadir="+first)
	case 2:
		conf = filepath.Join(tr.home, "etc", "my.conf")
		tr.options.Conf = conf
		tr.args = append(tr.args, "-conf="+conf)
	case 3:
		conf = filepath.Join(first, "other.conf")
		tr.options.Conf, tr.options.DataDir = "other.conf", first
		tr.args = append(tr.args, "-conf=other.conf", "-datadir="+first)
	}
	tr.options.Getenv = func(name string) string { return map[string]string{"HOME": tr.home}[name] }
	head := map[string]string{"main": "", "test": "testnet=1\n", "regtest": "regtest=1\n"}[tr.network]
	if rng.IntN(3) == 0 {
		head += "datadir=" + moved + "\n"
	}
	if rng.IntN(3) == 0 {
		head += "includeconf=more.conf\n"
		for _, dir := range []string{first, moved} { // different ones
			tr.files[filepath.Join(dir, "more.conf")] = tr.lines(3) + "[" + tr.network + "]\n" + tr.lines(2)
		}
	}
	// The last line keeps every node off the ports of others.
	tr.files[conf] = head + tr.lines(4) + "[" + pick(rng, "main", "test", "regtest") + "]\n" + tr.lines(1) +
		"[" + tr.network + "]\n" + tr.lines(4) + fmt.Sprintf("rpcport=%d\n", tr.ports[0])
	return tr
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

// lines returns at most most lines that say where the node is and how to log in.
func (tr *trial) lines(most int) string {
	port := strconv.Itoa(tr.ports[1])
	var b strings.Builder
	for range tr.rng.IntN(most + 1) {
		bind := pick(tr.rng, "127.0.0.1", "127.0.0.1:"+port, ":"+port, "0", "0:"+port, "*", "*:"+port, "127.1", "127.0.0.2", "127.3.2.1:"+port,
			"[::1]", "::1", "[::1]:"+port, "[::]", "::", "localhost", "localhost:"+port, "0x7f000001", "2130706433:"+port, "127.0.0.1:x",
			"127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:+"+port, "127.0.0.1:0"+port, "192.0.2.7", "203.0.113.1:"+port, "[127.0.0.1]", "", ":")
		line := pick(tr.rng, "rpcbind="+bind, "rpcbind="+bind, "rpcbind="+bind, "rpcallowip=127.0.0.1", "rpcallowip=0.0.0.0/0", "rpcallowip=::/0",
			"norpcallowip=1", "norpcallowip=0", "norpcbind=1", "rpcuser=alice", "rpcuser=bob # x", "norpcuser=1", "rpcpassword=secret", "rpcpassword=a=b c",
			"rpcpassword=", "norpcpassword=1", "norpcpassword=0", "rpccookiefile=my.cookie", "rpccookiefile="+filepath.Join(tr.home, "abs.cookie"),
			"norpccookiefile=1", "rpcport="+port, "rpcport="+port+"x", "rpcport=+"+port, "rpcport=0", "norpcport=1", "rpcauth=x:1$2", "server=1",
			"rpcconnect=127.0.0.1", "rpcconnect=127.0.0.1:"+port, "# rpcport=1", "nonsense=1")
		b.WriteString(line + "\n")
	}
	return b.String()
}

// run reports whether litecoind took the files. The test fails if it runs and Find does not lead to it.
func (tr *trial) run(t *testing.T, binary string) bool {
	defer os.RemoveAll(tr.home) // 16 MiB each
	for path, text := range tr.files {
		write(t, path, text)
	}
	cmd := exec.Command(binary, append([]string{"-connect=0", "-listen=0", "-disablewallet", "-dbcache=4", "-par=1", "-maxsigcachesize=1", "-printtoconsole=1", "-debuglogfile=0"}, tr.args...)...)
	cmd.Env = append(os.Environ(), "HOME="+tr.home)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return false
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return false
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	const patience = 30 * time.Second
	defer time.AfterFunc(patience, func() { cmd.Process.Kill() }).Stop()
	serves := false
	scanner := bufio.NewScanner(out)
	for !serves && scanner.Scan() {
		serves = strings.Contains(scanner.Text(), "HTTP: starting")
	}
	if !serves {
		return false // it refuses the file
	}
	go io.Copy(io.Discard, out)
	if problem := tr.reach(); problem != "" {
		t.Errorf("seed %d: %s", tr.seed, problem)
		for path, text := range tr.files {
			t.Errorf("litecoind %v, network %s, %s:\n%s", tr.args, tr.network, path, text)
		}
	}
	return true
}

// reach says what is wrong with what Find returns for a node that runs, empty if nothing is.
func (tr *trial) reach() string {
	d, err := discover.Find(tr.options)
	if err != nil {
		if strings.Contains(err.Error(), "rpcport: port") {
			return "" // litecoind has chosen a port that nobody knows
		}
		return fmt.Sprintf("Find: %v", err)
	}
	c, err := node.New(d.Nodes[0])
	if err != nil {
		return fmt.Sprintf("node.New: %v", err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	status, err := c.Status(ctx)
	switch {
	case err == nil && status.Chain != tr.network:
		return fmt.Sprintf("network %s, want %s", status.Chain, tr.network)
	case err == nil, strings.Contains(err.Error(), "litecoind is starting"), tr.cliFails():
		return ""
	}
	return fmt.Sprintf("%s, else %v, credentials from %s: %v", d.Nodes[0].URL, d.Nodes[0].Also, d.CredentialsFrom, err)
}

// cliFails reports whether rpcconnect leads litecoin-cli nowhere either.
func (tr *trial) cliFails() bool {
	for _, text := range tr.files {
		if !strings.Contains(text, "rpcconnect") {
			continue
		}
		cmd := exec.Command("litecoin-cli", append(tr.args, "getblockcount")...)
		cmd.Env = append(os.Environ(), "HOME="+tr.home)
		out, err := cmd.CombinedOutput()
		return err != nil && !strings.Contains(string(out), "error code: -28") // the node is starting
	}
	return false
}
