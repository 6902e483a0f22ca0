package stratum_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltcsolo/solo/stratum"
)

// envFewFiles has TestOutOfRealFileDescriptors be a server that can open so many files.
const envFewFiles = "SOLO_STRATUM_FEW_FILES"

// A server on a real socket runs out of file descriptors. Those that wait are served as soon as others leave.
func TestOutOfRealFileDescriptors(t *testing.T) {
	const limit, clients = 40, 60
	if os.Getenv(envFewFiles) != "" {
		serveWithFewFiles(t, limit)
		return
	}
	address, log := startWithFewFiles(t)
	served := make(chan net.Conn, clients)
	for range clients {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(time.Minute))
		io.WriteString(conn, subscribe+authorize)
		go func() {
			if line, err := bufio.NewReader(conn).ReadString('\n'); strings.Contains(line, "mining.notify") {
				served <- conn
			} else {
				t.Logf("the answer is %q, %v", line, err)
				served <- nil
			}
		}()
	}
	out := false
	for !out {
		line, ok := <-log
		if !ok {
			t.Fatal("the server has ended")
		}
		out = strings.Contains(line, "no miner can connect") && strings.Contains(line, syscall.EMFILE.Error())
	}
	for n := range clients {
		conn := <-served
		if conn == nil {
			t.Fatalf("%d of %d clients were served", n, clients)
		}
		conn.Close()
	}
}

// startWithFewFiles starts the server in a process of its own, and returns where it listens, and its log.
func startWithFewFiles(t *testing.T) (address string, log <-chan string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), envFewFiles+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	end, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		end.Close()
		var rest strings.Builder
		for line := range lines {
			rest.WriteString(line + "\n")
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server: %v\n%s", err, rest.String())
		}
	})
	return <-lines, lines
}

// serveWithFewFiles prints where it listens, and serves until its input ends.
func serveWithFewFiles(t *testing.T, limit uint64) {
	up := newUpstream()
	up.offer(newJob(t, "a1", '1', hard, small))
	s, err := stratum.New(stratum.Config{Upstream: up, Log: slog.New(slog.NewTextHandler(os.Stdout, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(l.Addr())
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := s.Serve(ctx, l); err != nil {
		t.Error(err)
	}
}
