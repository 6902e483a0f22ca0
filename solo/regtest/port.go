package regtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are below the ranges from which Linux (32768 and up) and other systems
// (49152 and up) choose ports for outgoing connections, so that a stopped node
// can bind the same ports again.
const (
	firstPort = 12000
	lastPort  = 32000
)

// freePorts returns n different TCP ports of 127.0.0.1 on which nobody listens.
// Another process may take one before litecoind does; Node.launch then chooses
// again.
func freePorts(n int) ([]int, error) {
	const tries = 1000
	var ports []int
	for range tries {
		port := firstPort + rand.IntN(lastPort-firstPort)
		l, err := net.Listen("tcp", loopback(port))
		if err != nil {
			continue
		}
		defer l.Close() // held until return, so that no port is chosen twice
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("find %d free ports between %d and %d on 127.0.0.1", n, firstPort, lastPort)
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
