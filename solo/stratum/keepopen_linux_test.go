package stratum

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// connected returns both ends of a connection on the loopback interface.
func connected(t *testing.T) (here, there *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		dialled.Close()
		accepted.Close()
	})
	return accepted.(*net.TCPConn), dialled.(*net.TCPConn)
}

func control(t *testing.T, conn *net.TCPConn, f func(fd int)) {
	t.Helper()
	raw, err := conn.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { f(int(fd)) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A miner is gone while something is under way to it: its end takes no packet any more.
func TestUnacknowledgedEndsTheConnection(t *testing.T) {
	server, miner := connected(t)
	boundUnacknowledged(server, 200*time.Millisecond)
	control(t, miner, func(fd int) {
		takeNothing := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K}}
		if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &takeNothing[0]}); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := server.Write([]byte("work")); err != nil {
		t.Fatal(err)
	}
	server.SetReadDeadline(time.Now().Add(time.Minute)) // by itself, Linux tries for a quarter of an hour
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("the connection ended with %v, want %v", err, syscall.ETIMEDOUT)
	}
}

// A connection has the system look for the other end, whether something is under way or not.
func TestKeepOpen(t *testing.T) {
	conn, _ := connected(t)
	keepOpen(conn)
	control(t, conn, func(fd int) {
		for _, tt := range []struct {
			name                string
			level, option, want int
		}{
			{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
			{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 30},
			{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 10},
			{"TCP_KEEPCNT", unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 6},
			{"TCP_USER_TIMEOUT", unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 90_000},
		} {
			if got, err := unix.GetsockoptInt(fd, tt.level, tt.option); err != nil || got != tt.want {
				t.Errorf("%s is %d, %v, want %d", tt.name, got, err, tt.want)
			}
		}
	})
}
