package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/regtest"
	"ltcsolo/solo/stratum/stratumtest"
)

// TestH17H21BlockFoundDuringARestart restarts the server while a miner has work, in both ways that a program ends. The
// miner comes back with its session and the blocks that it found meanwhile: one of the newest job, one of the job before,
// whose parent is not the tip any more. The node gets both, and they pay what the run before was told to pay.
func TestH17H21BlockFoundDuringARestart(t *testing.T) {
	t.Parallel()
	regtest.Require(t)
	net := regtest.Start(t, regtest.Config{})
	net.ToMWEB(t)
	node := net.Nodes[0]
	binary := buildProgram(t)
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			state := t.TempDir()
			start := func(address string) *server {
				return startServer(t, binary, "--network", "regtest", "--rpc", node.URL, "--rpc-cookie", node.CookiePath, "--address", address, "--state", state)
			}
			var s *server
			connect := func(session string) *stratumtest.Miner {
				return connectMiner(t, s.address, stratumtest.Config{User: "shed.rig", Agent: "rig/1", Session: session})
			}
			paid, other := node.Address(t, regtest.Bech32), node.Address(t, regtest.Bech32)
			s = start(paid)
			before := connect("")
			tip := regtest.Get[string](t, node, "getbestblockhash")
			first := solveBlock(t, workOn(t, before, tip))
			newest := solveBlock(t, workOn(t, before, node.Generate(t, 1)[0]))
			regtest.Wait(t, "the server to keep session and jobs", func() error {
				return kept(state, before.Session, first.Work.ID, newest.Work.ID)
			})
			if code := s.end(t, signal); signal == syscall.SIGTERM && code != terminal.ExitDone {
				t.Errorf("the server ended with %d", code)
			}

			s = start(other)
			after := connect(before.Session)
			if after.Session != before.Session || !bytes.Equal(after.Extranonce1, before.Extranonce1) {
				t.Errorf("the session is %s with extranonce1 %x, and was %s with %x", after.Session, after.Extranonce1, before.Session, before.Extranonce1)
			}
			if fresh := connect(""); bytes.Equal(fresh.Extranonce1, before.Extranonce1) {
				t.Error("another session has the same extranonce1")
			}
			submitBlock(t, after, first)
			submitBlock(t, after, newest)
			for name, block := range map[string]stratumtest.Share{"job before": first, "newest job": newest} {
				hash := block.BlockHash().String()
				regtest.Wait(t, "the node to have the block", func() error {
					n, known := confirmations(t, node, hash)
					if !known || name == "newest job" && n < 1 {
						return fmt.Errorf("block %s of the %s: known %v, %d confirmations", hash, name, known, n)
					}
					return nil
				})
				if block := string(regtest.Get[json.RawMessage](t, node, "getblock", hash, 2)); !strings.Contains(block, paid) || strings.Contains(block, other) {
					t.Errorf("the block of the %s does not pay %s: %s", name, paid, block)
				}
			}
			submitBlock(t, after, solveBlock(t, workOn(t, after, newest.BlockHash().String()))) // the search goes on
			s.end(t, syscall.SIGTERM)
			checkModes(t, state)
		})
	}
}

// workOn waits for work on a block.
func workOn(t *testing.T, m *stratumtest.Miner, parent string) *stratumtest.Work {
	t.Helper()
	for w := (*stratumtest.Work)(nil); ; {
		var err error
		if w, err = m.Next(w); err != nil {
			t.Fatal(err)
		}
		if w.Previous.String() == parent {
			return w
		}
	}
}

func solveBlock(t *testing.T, w *stratumtest.Work) stratumtest.Share {
	t.Helper()
	s := w.Share()
	if !s.Solve(w.Target(), 1000) {
		t.Fatal("a thousand hashes are no block: this is no test network")
	}
	return s
}

func submitBlock(t *testing.T, m *stratumtest.Miner, s stratumtest.Share) {
	t.Helper()
	if refusal, err := m.Submit(s); refusal != "" || err != nil {
		t.Fatalf("the block of work %s is answered by %q, %v", s.Work.ID, refusal, err)
	}
}

// kept reports whether the state directory has the session and the jobs, which are given by their ids in Stratum.
func kept(state, session string, jobs ...string) error {
	text, err := os.ReadFile(filepath.Join(state, "sessions.json"))
	if err != nil || !bytes.Contains(text, []byte(session)) {
		return fmt.Errorf("session %s is not in %s (%v)", session, text, err)
	}
	for _, id := range jobs {
		const count = 2 // digits
		if _, err := os.Stat(filepath.Join(state, "jobs", id[:len(id)-count]+".json")); err != nil {
			return err
		}
	}
	return nil
}

// checkModes fails the test if somebody else could read a file of the state directory, or if a temporary file is left.
func checkModes(t *testing.T, state string) {
	t.Helper()
	filepath.WalkDir(state, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if path != state && info.Mode().Perm()&0o077 != 0 || strings.Contains(path, "writing") {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
}

// server is one run of ltcsolo serve.
type server struct {
	cmd     *exec.Cmd
	address string // where miners connect
	log     *os.File
}

func startServer(t *testing.T, binary string, args ...string) *server {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), log: log}
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		log.Close()
		if t.Failed() {
			t.Logf("%v:\n%s", s.cmd.Args, s.read(t))
		}
	})
	ready := regexp.MustCompile(`url=stratum\+tcp://(\S+)`)
	regtest.Wait(t, "the server to serve", func() error {
		m := ready.FindStringSubmatch(s.read(t))
		if m == nil {
			return fmt.Errorf("it has logged %s", s.read(t))
		}
		s.address = m[1]
		return nil
	})
	return s
}

func (s *server) read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// end ends the server by a signal and returns its exit code.
func (s *server) end(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait() // its error is the exit code
	return s.cmd.ProcessState.ExitCode()
}

// buildProgram builds the program and returns its path.
func buildProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "ltcsolo")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}
