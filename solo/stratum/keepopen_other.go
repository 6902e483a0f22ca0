//go:build !linux

package stratum

import (
	"net"
	"time"
)

// boundUnacknowledged does nothing: how long something is sent again is left to the system.
func boundUnacknowledged(*net.TCPConn, time.Duration) {}
