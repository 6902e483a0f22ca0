package realminers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ltcsolo/solo/regtest"
)

// client is a mining program as users have it.
type client struct {
	name    string
	program string       // on the PATH
	payout  regtest.Kind // of the address that blocks pay
	args    func(url, user string) []string
	faults  []string // what it prints if it does not like its work
	slow    bool     // it needs a GPU, and may have only OpenCL on the CPU: a share in minutes
}

// shares returns how many the client must find.
func (c client) shares() uint64 {
	if c.slow {
		return 20
	}
	return 200 // of which one refused is 0.5 %
}

// patience returns how long the client may take for a block: it may wait half a minute before it connects again.
func (c client) patience() time.Duration {
	if c.slow {
		return 30 * time.Minute
	}
	return 5 * time.Minute
}

// plain are the arguments that all descendants of cpuminer take.
func plain(url, user string) []string {
	return []string{"-a", "scrypt", "-t", "1", "-o", url, "-u", user, "-p", "x"}
}

var clients = []client{
	{name: "minerd", program: "minerd", payout: regtest.Bech32, args: plain},
	{name: "cpuminer-opt", program: "cpuminer", payout: regtest.Bech32, args: plain},
	{name: "cpuminer-multi", program: "cpuminer-multi", payout: regtest.P2SHSegwit, args: plain},
	// bfgminer reads the coinbase, and checks that the block's transactions are shown. Its --coinbase-check-addr fails with
	// every server: since 2014 it looks scripts up by the address of a pointer. Who is paid is read from the chain instead.
	{name: "bfgminer", program: "bfgminer", payout: regtest.Legacy, args: func(url, user string) []string {
		return []string{"--scrypt", "-S", "cpu:auto", "--text-only", "-o", url, "-u", user, "-p", "x", "--coinbase-check-total", "1"}
	}, faults: []string{"misbehaving", "hiding block contents", "mismatched block contents"}},
	{name: "cgminer", program: "cgminer", payout: regtest.Bech32, slow: true, args: func(url, user string) []string {
		return []string{"--scrypt", "--text-only", "-o", url, "-u", user, "-p", "x"}
	}},
}

// miner is a client that runs.
type miner struct {
	client
	output string        // file
	ended  chan struct{} // closed when it has ended
}

// start runs the program until the test ends. What it prints is shown if the test fails.
func (c client) start(t *testing.T, url, user string) *miner {
	t.Helper()
	m := &miner{c, filepath.Join(t.TempDir(), "output"), make(chan struct{})}
	out, err := os.Create(m.output)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(c.program, c.args(url, user)...)
	cmd.Dir = filepath.Dir(m.output) // cgminer leaves its compiled kernel there
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait() // its error is what the test asks about
		close(m.ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-m.ended
		out.Close()
		if text, err := os.ReadFile(m.output); err == nil && t.Failed() {
			t.Logf("%v:\n%s", cmd.Args, tail(text))
		}
	})
	return m
}

// check fails the test if the miner has ended, or found fault with its work.
func (m *miner) check(t *testing.T) {
	t.Helper()
	select {
	case <-m.ended:
		t.Error("the miner has ended")
	default:
	}
	text, err := os.ReadFile(m.output)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range m.faults {
		if bytes.Contains(text, []byte(fault)) {
			t.Errorf("the miner said %q", fault)
		}
	}
}

// tail returns the end of a long text.
func tail(text []byte) []byte {
	const most = 4000
	return text[max(0, len(text)-most):]
}
