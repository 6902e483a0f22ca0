package stratum

import (
	"net"
	"time"
)

// A miner that is gone without a word is found out within goneTime: by probes while nothing is under way to it, else by
// what it does not acknowledge. There is something under way most of the time, and no probe then: without a bound, Linux
// would send it again for a quarter of an hour.
const (
	probeIdle  = 30 * time.Second
	probeEvery = 10 * time.Second
	probes     = 6
	goneTime   = probeIdle + probes*probeEvery
)

// keepOpen has the system find out about miners that are gone.
func keepOpen(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: probeIdle, Interval: probeEvery, Count: probes})
		boundUnacknowledged(tcp, goneTime)
	}
}
