package realminers

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"ltcsolo/solo/regtest"
)

// server is ltcsolo serve, over its restarts.
type server struct {
	binary, state, listen string
	payout                string // address
	node                  *regtest.Node
	log                   string // file
	cmd                   *exec.Cmd
	before                shares // of the runs that have ended
}

// shares counts by verdict, under the names of ltcsolo status --json.
type shares struct {
	Accepted, Stale, Duplicate, Low, Unknown, Malformed uint64
}

func (s shares) refused() uint64 { return s.Stale + s.Duplicate + s.Low + s.Unknown + s.Malformed }

func (s shares) plus(o shares) shares {
	return shares{s.Accepted + o.Accepted, s.Stale + o.Stale, s.Duplicate + o.Duplicate, s.Low + o.Low, s.Unknown + o.Unknown, s.Malformed + o.Malformed}
}

// build builds ltcsolo, unless LTCSOLO names one.
func build(t *testing.T) string {
	t.Helper()
	if binary := os.Getenv("LTCSOLO"); binary != "" {
		return binary
	}
	binary := filepath.Join(t.TempDir(), "ltcsolo")
	cmd := exec.Command("go", "build", "-o", binary, "../../cmd/ltcsolo")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// newServer returns a server that has a port and a state directory, and does not run.
func newServer(t *testing.T, binary string, node *regtest.Node, payout regtest.Kind) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &server{
		binary: binary, state: filepath.Join(dir, "state"), listen: l.Addr().String(), payout: node.Address(t, payout), node: node,
		log: filepath.Join(dir, "log"),
	}
	t.Cleanup(func() {
		if s.cmd != nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
		if text, err := os.ReadFile(s.log); err == nil && t.Failed() {
			t.Logf("end of the server's log:\n%s", tail(text))
		}
	})
	return s
}

func (s *server) url() string { return "stratum+tcp://" + s.listen }

// flags are those of every command: an empty file in place of the user's configuration among them.
func (s *server) flags() []string {
	return []string{"--network", "regtest", "--state", s.state, "--config", filepath.Join(filepath.Dir(s.state), "config.toml")}
}

func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command(s.binary, append([]string{"serve", "--listen", s.listen, "--address", s.payout, "--rpc", s.node.URL,
		"--rpc-cookie", s.node.CookiePath, "--share-every", "1s", "--wait", "1m", "--log-file", s.log}, s.flags()...)...)
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// end ends the run by a signal, adds what it counted to before, and returns the exit code, -1 if the signal ended it.
func (s *server) end(t *testing.T, user string, signal syscall.Signal) int {
	t.Helper()
	s.before = s.worker(t, user).shares
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait() // its error is the exit code
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// worker is a user as ltcsolo status --json shows it.
type worker struct {
	Name, Client string
	shares
}

// worker returns the user, with the shares of all runs.
func (s *server) worker(t *testing.T, user string) worker {
	t.Helper()
	var report struct{ Workers []worker }
	s.ask(t, &report, "status")
	for _, w := range report.Workers {
		if w.Name == user {
			w.shares = w.shares.plus(s.before)
			return w
		}
	}
	return worker{Name: user, shares: s.before}
}

// accepted returns the hashes of the user's blocks that the node has accepted, as the server's journal has it.
func (s *server) accepted(t *testing.T, user string) (hashes []string) {
	t.Helper()
	var report struct {
		Blocks []struct{ Hash, Verdict, Worker string }
	}
	s.ask(t, &report, "blocks")
	for _, b := range report.Blocks {
		if b.Worker == user && b.Verdict == "accepted" {
			hashes = append(hashes, b.Hash)
		}
	}
	return hashes
}

// inChain counts those of the blocks that are in the node's best chain. All of them must pay the server's address.
func (s *server) inChain(t *testing.T, hashes []string) (n int) {
	t.Helper()
	for _, hash := range hashes {
		raw, err := s.node.Call(t.Context(), "getblock", hash, 2)
		if err != nil {
			continue // the node is being restarted
		}
		var block struct {
			Confirmations int
			Tx            []struct {
				Vout []struct {
					Value        float64
					ScriptPubKey struct{ Addresses []string }
				}
			}
		}
		if err := json.Unmarshal(raw, &block); err != nil {
			t.Fatal(err)
		}
		for _, out := range block.Tx[0].Vout {
			if out.Value > 0 && !slices.Equal(out.ScriptPubKey.Addresses, []string{s.payout}) {
				t.Fatalf("block %s pays %v, want %s", hash, out.ScriptPubKey.Addresses, s.payout)
			}
		}
		if block.Confirmations > 0 {
			n++
		}
	}
	return n
}

// ask decodes what a command of ltcsolo prints as JSON.
func (s *server) ask(t *testing.T, into any, command string) {
	t.Helper()
	out, err := exec.Command(s.binary, append([]string{command, "--json"}, s.flags()...)...).Output()
	if err == nil {
		err = json.Unmarshal(out, into)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("ltcsolo %s: %w\n%s", command, err, out))
	}
}
