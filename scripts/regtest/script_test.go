//go:build unix

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltcsolo/solo/regtest"
)

// script returns scripts/regtest.sh, with the real ltcsolo, started as by a
// terminal: as the leader of a process group.
func script(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	regtest.Require(t)
	path, err := filepath.Abs(filepath.Join("..", "regtest.sh"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir // must not matter
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "LTCSOLO_RPC=http://127.0.0.1:1",
		"LTCSOLO_REGTEST_DIR="+filepath.Join(dir, "net"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// The command of the README, twice in a row: ltcsolo finds ten blocks, the node
// shows them, and nothing is left behind.
func TestScript(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		out, code := execute(t, script(t, dir))
		if code != 0 {
			t.Fatalf("exit code %d, want 0:\n%s", code, out)
		}
		for _, want := range []string{"\n433 ", "\n442 ", " 12.5", "LTC immature"} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
	}
	wantEmpty(t, dir)
}

// Ctrl-C ends mining: ltcsolo exits cleanly and the network stays up.
func TestScriptInterrupt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, code := execute(t, script(t, dir, "up")); code != 0 {
		t.Fatalf("up: exit code %d:\n%s", code, out)
	}
	t.Cleanup(func() {
		if out, code := execute(t, script(t, dir, "down")); code != 0 {
			t.Errorf("down: exit code %d:\n%s", code, out)
		}
		wantEmpty(t, dir)
	})
	net, err := regtest.Attach(filepath.Join(dir, "net"))
	if err != nil {
		t.Fatal(err)
	}

	cmd := script(t, dir, "mine")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	interrupted := make(chan error, 1)
	go func() {
		// Stop the miner whatever fails: otherwise the test would hang.
		defer func() { interrupted <- syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }()
		for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
			height, err := net.Nodes[0].Call(t.Context(), "getblockcount")
			if err != nil || string(height) != "432" {
				return
			}
		}
	}()
	var lines []string
	for scan := bufio.NewScanner(log); scan.Scan(); {
		lines = append(lines, scan.Text())
	}
	_ = cmd.Wait() // the exit code tells
	if err := <-interrupted; err != nil {
		t.Fatal(err)
	}
	lines = lines[max(0, len(lines)-20):]
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d after Ctrl-C, want ltcsolo's 0:\n%s", code, strings.Join(lines, "\n"))
	}
	if slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "panic") }) {
		t.Errorf("ltcsolo panicked:\n%s", strings.Join(lines, "\n"))
	}
	if got := regtest.Get[int](t, net.Nodes[0], "getblockcount"); got <= 432 {
		t.Errorf("height %d, want more than 432", got)
	}
}
