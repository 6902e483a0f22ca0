package stratum

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// boundUnacknowledged ends the connection if something that was sent is not acknowledged within d (RFC 5482).
func boundUnacknowledged(conn *net.TCPConn, d time.Duration) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return // it is closed
	}
	raw.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
	})
}
