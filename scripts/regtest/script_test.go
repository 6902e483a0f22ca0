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
	"unicode/utf8"

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
		for _, want := range []string{"building ltcsolo (a minute the first time)\n", "\n433 ", "\n442 ", " 12.5", "LTC immature"} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
		for line := range strings.Lines(out) {
			if utf8.RuneCountInString(strings.TrimSpace(line)) > 80 && !strings.Contains(line, dir) {
				t.Errorf("this line does not fit 80 columns: %s", line)
			}
		}
		if n := strings.Count(out, "\n"); n > 40 {
			t.Errorf("%d lines:\n%s", n, out)
		}
	}
	wantEmpty(t, dir)
}

// The same with --merged: each chain has its ten blocks. Of Litecoin's there may be
// more, which the text must not deny.
func TestScriptMerged(t *testing.T) {
	t.Parallel()
	regtest.RequireDoge(t)
	dir := t.TempDir()
	out, code := execute(t, script(t, dir, "--merged"))
	if code != 0 {
		t.Fatalf("exit code %d, want 0:\n%s", code, out)
	}
	for _, want := range []string{
		"two dogecoinds /Shibetoshi:1.14.", "by the same hashes\n", "The dogecoind has the 10 blocks, paid to\n" + dogeAddress + ":\n",
		"\n20 ", "\n29 ", "500000.00000000\n", "The node has the 10 blocks", "\n433 ", "\n442 ", "these 10 among them, are immature",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	wantEmpty(t, dir)
}

// What "up" prints can be typed, from any directory, whatever the name of the network's.
func TestScriptUpCommands(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "it's mine")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { execute(t, script(t, dir, "down")) })
	out, code := execute(t, script(t, dir, "up"))
	if code != 0 {
		t.Fatalf("up: exit code %d:\n%s", code, out)
	}
	typed := 0
	for line := range strings.Lines(out) {
		command, ok := strings.CutPrefix(line, "  ")
		if !ok {
			continue
		}
		typed++
		want := 0
		if strings.Contains(command, " status ") {
			want = 1 // none runs
		}
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir, cmd.Env = dir, slices.DeleteFunc(script(t, dir).Env, func(v string) bool { return strings.HasPrefix(v, "LTCSOLO_RPC=") })
		if out, code := execute(t, cmd); code != want || want == 1 && !strings.Contains(out, "no ltcsolo runs on") {
			t.Errorf("%sexit code %d, want %d:\n%s", command, code, want, out)
		}
	}
	if typed < 5 {
		t.Errorf("%d commands, want mine, status, doctor, cli and down:\n%s", typed, out)
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
