package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/solo/regtest"
)

// A service is ready, and alive, while it waits for its node: the boot of a machine and the upgrade of a package must not
// wait with it. What it waits for is told to the service manager and to status, whose exit code says that nothing is
// searched yet.
func TestServiceIsReadyBeforeItsNode(t *testing.T) {
	t.Parallel()
	node, args := unsolvable(t)
	node.Down()
	dir := t.TempDir()
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	state := filepath.Join(dir, "state")
	binary := buildProgram(t)
	var log bytes.Buffer
	cmd := exec.Command(binary, append([]string{"mine", "--threads", "1", "--nice", "0", "--state", state, "--wait", "1h"}, args...)...)
	// A ping is due each third of these 6 s.
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+manager.LocalAddr().String(), "WATCHDOG_USEC=6000000")
	cmd.Stderr = &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	hear := func(what string, heard func(message string) bool) {
		t.Helper()
		regtest.Wait(t, "the service manager to hear "+what, func() error {
			message := make([]byte, 4096)
			n, err := manager.Read(message)
			if err != nil {
				return err
			}
			if text := string(message[:n]); !heard(text) {
				return fmt.Errorf("the last message is %q", text)
			}
			return nil
		})
	}
	status := func() (code int, text string) {
		t.Helper()
		out, err := exec.Command(binary, "status", "--state", state).Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode(), string(out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return 0, string(out)
	}

	first := true
	hear("that it is ready, first of all", func(m string) bool {
		if first && !strings.Contains(m, "READY=1\n") {
			t.Errorf("the first message is %q", m)
		}
		first = false
		return strings.Contains(m, "READY=1\n")
	})
	hear("why it waits, and that it is alive", func(m string) bool {
		return strings.Contains(m, "STATUS=waiting for the node: ") && strings.Contains(m, "connection refused") && strings.Contains(m, "WATCHDOG=1")
	})
	if code, text := status(); code != terminal.ExitIdle || !strings.Contains(text, "waiting for the node: ") {
		t.Errorf("status while it waits: exit code %d, want %d\n%s", code, terminal.ExitIdle, text)
	}
	node.Up(t)
	hear("that it searches", func(m string) bool { return strings.Contains(m, "H/s | height 1") })
	if code, text := status(); code != 0 {
		t.Errorf("status while it searches: exit code %d\n%s", code, text)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	hear("that it stops", func(m string) bool { return strings.Contains(m, "STOPPING=1") })
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if t.Failed() {
		t.Log(log.String())
	}
}

// unsolvable starts a scripted node on which no block is found, and returns the flags with which to mine on it.
func unsolvable(t *testing.T) (node *nodetest.Server, args []string) {
	t.Helper()
	node = nodetest.Start(t)
	node.Update(func(st *nodetest.State) { st.Bits = 0x1d00ffff })
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return node, []string{
		"--network", "regtest", "--rpc", node.URL, "--rpc-user", "user", "--rpc-password-file", password,
		"--address", "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs",
	}
}
