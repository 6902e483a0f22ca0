package realminers

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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
func newServer(t *testing.T, binary string, node *regtest.Node) *server {
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
		binary: binary, state: filepath.Join(dir, "state"), listen: l.Addr().String(), payout: node.Address(t, regtest.Bech32), node: node,
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
	s.before = s.shares(t, user)
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait() // its error is the exit code
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// shares returns the user's shares of all runs.
func (s *server) shares(t *testing.T, user string) shares {
	t.Helper()
	var report struct {
		Workers []struct {
			Name string `json:"name"`
			shares
		} `json:"workers"`
	}
	s.ask(t, &report, "status")
	for _, w := range report.Workers {
		if w.Name == user {
			return s.before.plus(w.shares)
		}
	}
	return s.before
}

// blocks returns how many blocks of the user the server has found that are in the node's best chain and pay the server's
// address.
func (s *server) blocks(t *testing.T, user string) (n int) {
	t.Helper()
	var report struct {
		Blocks []struct {
			Hash, Address, Verdict, Worker, State string
		} `json:"blocks"`
	}
	s.ask(t, &report, "blocks")
	for _, b := range report.Blocks {
		if b.Worker != user || b.Address != s.payout || b.Verdict != "accepted" {
			continue
		}
		var header struct{ Confirmations int }
		raw, err := s.node.Call(t.Context(), "getblockheader", b.Hash)
		if err == nil && json.Unmarshal(raw, &header) == nil && header.Confirmations > 0 {
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
