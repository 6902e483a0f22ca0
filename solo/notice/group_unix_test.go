//go:build unix

package notice

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// pidIn waits for a helper to write a process ID.
func pidIn(t *testing.T, file string) int {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if text, err := os.ReadFile(file); err == nil {
			pid, err := strconv.Atoi(string(text))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
		if time.Now().After(deadline) {
			t.Fatal("the helper has not started another process")
		}
	}
}

// end kills the process that a helper left running.
func end(t *testing.T, file string) {
	t.Helper()
	if err := syscall.Kill(pidIn(t, file), syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// The processes that a command started are killed with it.
func TestWholeGroupIsKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := command(t, "family", file).run(ctx, os.Environ())
		ended <- err
	}()
	pid := pidIn(t, file)
	cancel(errLimit)
	if err := <-ended; !errors.Is(err, errLimit) {
		t.Errorf("run() = %v, want %v", err, errLimit)
	}
	gone := func() bool {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
		state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat") // possibly nothing reaps it here
		return err == nil && len(state) > 0 && containsZombie(string(state))
	}
	for deadline := time.Now().Add(time.Minute); !gone(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d, which the command started, still runs", pid)
		}
	}
}

// containsZombie reads the state, which follows the name in parentheses.
func containsZombie(stat string) bool {
	for i := len(stat) - 1; i >= 0; i-- {
		if stat[i] == ')' {
			return i+2 < len(stat) && stat[i+2] == 'Z'
		}
	}
	return false
}
