//go:build unix

package main

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"
)

func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := command(t, dir, []string{"FAKE=hang"})
			keepOpen, err := cmd.StdinPipe() // the miner hangs while this is open
			if err != nil {
				t.Fatal(err)
			}
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var seen []byte
			for buf := make([]byte, 512); !bytes.Contains(seen, []byte("hanging")); {
				n, err := stderr.Read(buf)
				seen = append(seen, buf[:n]...)
				if err != nil {
					t.Fatalf("no sign of the miner: %v\n%s", err, seen)
				}
			}
			net := theNetwork(t, dir)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if signal == syscall.SIGINT {
				keepOpen.Close() // a terminal would signal the miner too
			}
			out, _ := io.ReadAll(stderr)
			_ = cmd.Wait() // the exit code tells
			if code := cmd.ProcessState.ExitCode(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			if !strings.Contains(string(out), "stopped by signal") {
				t.Errorf("standard error %q, want a message about the signal", out)
			}
			for i, n := range net.Nodes {
				if _, err := n.Call(t.Context(), "getblockcount"); err == nil {
					t.Errorf("node %d still answers", i+1)
				}
			}
			wantEmpty(t, dir)
		})
	}
}
