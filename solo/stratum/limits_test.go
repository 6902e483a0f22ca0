package stratum_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
)

// The system is out of file descriptors for a while, and miners connect again afterwards.
func TestOutOfFileDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for range 100 {
			h.l.fails <- fmt.Errorf("accept tcp: %w", syscall.EMFILE)
		}
		h.works("192.168.1.31")
		if n := strings.Count(h.log.String(), "no miner can connect"); n < 1 || n > 3 {
			t.Errorf("%d lines in the log, want about one a minute", n)
		}
	})
}

func TestConnectionLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, func(c *stratum.Config) { c.MaxConnections, c.MaxPerAddress = 5, 3 })
		open := 0
		for i, address := range []string{"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"} {
			m := h.connect(address)
			if closed := m.isClosed(); closed != (i == 3 || i == 6) {
				t.Errorf("connection %d from %s: closed %v", i, address, closed)
			} else if !closed {
				open++
			}
		}
		if s := h.Stats(); s.Connections != open || s.Refused != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// Ten thousand connections from one address are held to its limit, which the log names once, and others can connect.
func TestTenThousandConnectionsFromOneAddress(t *testing.T) {
	const dialled, most = 10_000, 1000
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		open := make([]bool, dialled)
		for i := range open {
			conn := h.l.dial("10.0.0.1")
			defer conn.Close()
			go func() {
				if _, err := io.WriteString(conn, subscribe); err == nil {
					open[i] = true
					io.Copy(io.Discard, conn)
				}
			}()
		}
		h.works("10.0.0.2")
		for i := range open {
			if open[i] != (i < most) {
				t.Fatalf("connection %d from the address is open: %v", i, open[i])
			}
		}
		if s := h.Stats(); s.Connections != most+1 || s.Refused != dialled-most {
			t.Errorf("%+v", s)
		}
		if log := h.log.String(); strings.Count(log, "connection refused") != 1 || !strings.Contains(log, "max_per_address=1000") {
			t.Errorf("the log:\n%.1000s", log)
		}
	})
}

// An address whose connections fail time and again waits; others do not, and nobody is banned.
func TestFailingAddressWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for range 10 {
			m := h.connect("10.0.0.1")
			m.conn.Close()
			synctest.Wait()
		}
		waiting := h.l.dial("10.0.0.1")
		go io.WriteString(waiting, subscribe)
		h.works("10.0.0.2")
		begun := time.Now()
		if n, err := waiting.Read(make([]byte, 1000)); n == 0 || err != nil || time.Since(begun) != 10*time.Second {
			t.Errorf("the answer came after %v: %v", time.Since(begun), err)
		}
		time.Sleep(time.Minute)
		begun = time.Now()
		h.works("10.0.0.1")
		if passed := time.Since(begun); passed != 0 {
			t.Errorf("after a minute the address waited %v", passed)
		}
	})
}

// TLS hellos are not held against an address: bfgminer sends one with every connection.
func TestTLSHelloIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for range 30 {
			m := h.connect("10.0.0.1")
			m.send("\x16\x03\x01\x02\x00")
			if !m.isClosed() {
				t.Fatal("the connection is open")
			}
		}
		begun := time.Now()
		h.works("10.0.0.1")
		if passed := time.Since(begun); passed != 0 {
			t.Errorf("it waited %v", passed)
		}
	})
}

func TestTimeToSubscribeAndAuthorize(t *testing.T) {
	for _, tt := range []struct {
		lines  string
		closed time.Duration // 0: never
	}{
		{"", 30 * time.Second},
		{`{"id":1,"method":"mining.ping"}` + "\n", 30 * time.Second},
		{authorize, 30 * time.Second},
		{subscribe, time.Minute},
		{subscribe + authorize, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t)
			m := h.connect("10.0.0.1")
			m.send(tt.lines)
			if tt.closed == 0 {
				time.Sleep(3 * time.Hour) // without a share: no limit counts those
				if m.isClosed() {
					t.Error("closed")
				}
				return
			}
			time.Sleep(tt.closed - time.Second)
			if m.isClosed() {
				t.Errorf("%q: closed before %v", tt.lines, tt.closed)
			}
			time.Sleep(2 * time.Second)
			if !m.isClosed() {
				t.Errorf("%q: open after %v", tt.lines, tt.closed)
			}
		})
	}
}

// A miner whose shares are nearly all refused gets a clean job and a higher difficulty, is closed if it goes on, and may
// come back at once.
func TestSustainedRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		h.up.verdict = func(solo.Share) (j solo.Judged) {
			j.Err = solo.ErrLowDifficulty
			return j
		}
		m := h.connect("10.0.0.1")
		m.send(subscribe + `{"id":2,"method":"mining.authorize","params":["rig","sd=64"]}` + "\n")
		m.all()
		var clean, closed time.Duration
		for begun, i := time.Now(), 0; closed == 0 && i < 4000; i++ {
			m.send(submitLine(4, i))
			time.Sleep(50 * time.Millisecond)
			for _, line := range m.all() {
				if strings.Contains(line, `"mining.notify"`) && strings.HasSuffix(line, "true]}") && clean == 0 {
					clean = time.Since(begun)
				}
			}
			if m.isClosed() {
				closed = time.Since(begun)
			}
		}
		if clean < time.Minute || clean > 80*time.Second || closed < 2*time.Minute || closed > 160*time.Second {
			t.Errorf("clean job after %v, closed after %v", clean, closed)
		}
		h.works("10.0.0.1")
	})
}

// Sessions without end cost no memory once they are gone, however fast they come.
func TestManyConnections(t *testing.T) {
	const connections, most = 3000, 2 << 10 // bytes of heap a connection: a pipe whose deadline has not passed has 1.5 KiB
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, func(c *stratum.Config) { c.Log = nil })
		h.works("10.0.0.1")
		began, before := time.Now(), heap()
		for i := range connections {
			conn := h.l.dial(fmt.Sprintf("10.0.%d.%d", i/200, i%200))
			io.WriteString(conn, subscribe)
			io.ReadFull(conn, make([]byte, 10))
			conn.Close()
		}
		synctest.Wait()
		if grown := (heap() - before) / connections; grown > most || time.Since(began) != 0 {
			t.Errorf("the heap has grown by %.0f bytes a connection in %v, want at most %d in no time", grown, time.Since(began), most)
		}
		if s := h.Stats(); s.Connections != 1 {
			t.Errorf("%d connections", s.Connections)
		}
		h.works("10.0.0.1")
	})
}

// heap returns the bytes of the heap that are reachable.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
