package regtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are taken below the range from which Linux (32768 on) and the others
// (49152 on) lend ports to outgoing connections, so that a stopped node finds
// its own again when it restarts.
const (
	firstPort = 12000
	lastPort  = 32000
)

// freePorts returns n different TCP ports on which nothing listens at
// 127.0.0.1. Another process may take one before litecoind does; Node.start
// then asks again.
func freePorts(n int) ([]int, error) {
	const tries = 1000
	var ports []int
	for range tries {
		port := firstPort + rand.IntN(lastPort-firstPort)
		l, err := net.Listen("tcp", loopback(port))
		if err != nil {
			continue
		}
		defer l.Close() // held until return, so that no port is given twice
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("find %d free ports between %d and %d on 127.0.0.1", n, firstPort, lastPort)
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
