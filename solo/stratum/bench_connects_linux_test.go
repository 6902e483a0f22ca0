package stratum_test

import (
	"bufio"
	"io"
	"net"
	"sync"
	"testing"
)

// BenchmarkConnects has a hundred thousand clients come and go, eight at a time, each of which subscribes. It reports how many a
// second, and by how much the heap has grown when all are gone. One iteration is all of them.
func BenchmarkConnects(b *testing.B) {
	const clients, atOnce = 100_000, 8
	s := serveOn(b, nil, accepting())
	s.templates <- newTemplate(b, 1, hard, small)
	benchMiner(b, s)
	before := heap()
	for b.Loop() {
		var all sync.WaitGroup
		for range atOnce {
			all.Go(func() {
				for range clients / atOnce {
					if err := subscribeAndLeave(s.address); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if _, err := benchMiner(b, s).Next(nil); err != nil {
			b.Errorf("a miner that comes after them: %v", err)
		}
	}
	b.ReportMetric(float64(b.N*clients)/b.Elapsed().Seconds(), "connects/s")
	b.ReportMetric((heap()-before)/1e6, "MB-grown")
	b.ReportMetric(0, "ns/op")
	if most := 1 + b.N; s.Stats().Connections > most+atOnce {
		b.Errorf("%d connections are left, want %d", s.Stats().Connections, most)
	}
}

// subscribeAndLeave resets its connection, so that its port is free at once.
func subscribeAndLeave(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.(*net.TCPConn).SetLinger(0)
	if _, err := io.WriteString(conn, `{"id":1,"method":"mining.subscribe","params":[]}`+"\n"); err != nil {
		return err
	}
	_, err = bufio.NewReaderSize(conn, 256).ReadSlice('\n')
	return err
}
