//go:build unix

package run

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/settings"
)

// asService makes this test binary a program that a service manager has passed sockets to.
const asService = "RUN_TEST_AS_SERVICE"

// The sockets that the service manager passes take the place of --listen, are closed by neither side's end, and are not
// for the programs that a run starts.
func TestActivated(t *testing.T) {
	if os.Getenv(asService) != "" {
		listeners, err := listenForMiners(&settings.Serve{Listen: []string{"127.0.0.1:1"}}, slog.New(slog.DiscardHandler))
		fmt.Println(stratumURLs(listeners, false), err, os.Getenv("LISTEN_PID")+os.Getenv("LISTEN_FDS"))
		closeAll(listeners)
		return
	}
	start := func(file *os.File) string {
		cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -test.run '^TestActivated$'`, os.Args[0])
		cmd.Env = append(os.Environ(), asService+"=1")
		cmd.ExtraFiles = []*os.File{file}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		first, _, _ := strings.Cut(string(out), "\n")
		return first
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want := fmt.Sprintf("[stratum+tcp://%v] <nil> ", l.Addr())
	for range 2 { // a restart
		if got := start(file); got != want {
			t.Errorf("a TCP socket: %s, want %s", got, want)
		}
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatalf("the port is closed: %v", err)
	}
	conn.Close()

	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	if got, want := start(read), "[] the service manager passed a socket that is not TCP's "; got != want {
		t.Errorf("something else: %s, want %s", got, want)
	}
}
