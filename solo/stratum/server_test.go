package stratum_test

import (
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

const (
	subscribe = `{"id":1,"method":"mining.subscribe","params":["test/1"]}` + "\n"
	authorize = `{"id":2,"method":"mining.authorize","params":["rig","d=64"]}` + "\n"
)

// submitLine is a share of the session's first job.
func submitLine(id, nonce int) string {
	return fmt.Sprintf(`{"id":%d,"method":"mining.submit","params":["rig","a101","00000000","65000000","%08x"]}`+"\n", id, nonce)
}

// works returns a miner that has subscribed and authorized, with a difficulty that stays, and has got its first job.
func (h *house) works(address string) *miner {
	h.t.Helper()
	m := h.connect(address)
	m.send(subscribe + authorize)
	if lines := m.all(); len(lines) != 4 || !strings.Contains(lines[3], `"mining.notify"`) {
		h.t.Fatalf("the server sent %q", lines)
	}
	return m
}

func TestAnswersKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("192.168.1.31")
		var all strings.Builder
		for i := range 100 {
			all.WriteString(submitLine(100+i, i))
			if i == 50 {
				all.WriteString(`{"id":"between","method":"mining.ping"}` + "\n")
			}
		}
		m.send(all.String())
		lines := m.all()
		if len(lines) != 101 {
			t.Fatalf("%d answers", len(lines))
		}
		for i, line := range lines {
			want := fmt.Sprintf(`{"id":%d,"result":true,"error":null}`, 100+i)
			switch {
			case i == 51:
				want = `{"id":"between","result":"pong","error":null}`
			case i > 51:
				want = fmt.Sprintf(`{"id":%d,"result":true,"error":null}`, 100+i-1)
			}
			if line != want {
				t.Fatalf("answer %d is %s, want %s", i, line, want)
			}
		}
	})
}

// What waits is judged together, but never more than 32 shares of a session.
func TestSharesAreJudgedInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("192.168.1.31")
		var all strings.Builder
		for i := range 2000 {
			all.WriteString(submitLine(4, i))
		}
		m.send(all.String())
		if got := len(m.all()); got != 2000 {
			t.Errorf("%d answers", got)
		}
		most, sum := 0, 0
		for _, n := range h.up.calls {
			most, sum = max(most, n), sum+n
		}
		if most != 32 || sum != 2000 {
			t.Errorf("the largest batch has %d shares, and all have %d", most, sum)
		}
	})
}

// A share that arrives with the end of its connection may be a block.
func TestH13ShareOnAClosingConnectionIsJudged(t *testing.T) {
	for _, end := range []string{"\n", ""} {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t)
			m := h.works("192.168.1.31")
			m.conn.Write([]byte(submitLine(4, 1) + strings.TrimSuffix(submitLine(5, 2), "\n") + end))
			m.conn.Close()
			synctest.Wait()
			if n := len(h.up.submitted()); n != 2 {
				t.Errorf("%d shares were judged, want 2", n)
			}
		})
	}
}

// While the server ends, what has been sent is judged and answered.
func TestShutdownJudgesWhatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("192.168.1.31")
		begun := time.Now()
		h.cancel()
		time.Sleep(100 * time.Millisecond)
		m.send(submitLine(4, 1))
		if got := m.next(); got != `{"id":4,"result":true,"error":null}` {
			t.Errorf("answer %q", got)
		}
		h.stop()
		if !m.isClosed() || time.Since(begun) > time.Second {
			t.Errorf("closed %v after %v", m.isClosed(), time.Since(begun))
		}
	})
}

// Shutdown takes a second at most, even if miners take nothing or never stop talking.
func TestShutdownEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		deaf := h.l.dial("192.168.1.32")
		go deaf.Write([]byte(subscribe))
		talker := h.works("192.168.1.31")
		go func() {
			for {
				if _, err := talker.conn.Write([]byte(submitLine(4, 1))); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		time.Sleep(time.Second)
		begun := time.Now()
		h.stop()
		if passed := time.Since(begun); passed > time.Second+time.Millisecond {
			t.Errorf("the end took %v", passed)
		}
	})
}

// A client that never reads is closed, and holds up nobody.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		slow := h.works("192.168.1.31")
		slow.stopReading()
		fast := h.works("192.168.1.32")
		h.up.offer(newJob(t, "a2", 2, hard, small))
		synctest.Wait()
		if line := fast.next(); !strings.Contains(line, `"a202"`) {
			t.Errorf("the other miner got %q", line)
		}
		time.Sleep(9 * time.Second)
		if n := h.Stats().SlowReaders; n != 0 {
			t.Errorf("%d slow readers after 9 s", n)
		}
		time.Sleep(2 * time.Second)
		if s := h.Stats(); s.SlowReaders != 1 || s.Connections != 1 {
			t.Errorf("%+v, want a slow reader and one connection", s)
		}
	})
}

// Many that never read do not hold up those after them.
func TestManySlowReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for i := range 50 {
			h.works(fmt.Sprintf("192.168.2.%d", i)).stopReading()
		}
		fast := h.works("192.168.1.32")
		begun := time.Now()
		h.up.offer(newJob(t, "a2", 2, hard, small))
		for len(fast.peek()) == 0 {
			time.Sleep(time.Millisecond)
		}
		if passed := time.Since(begun); passed > 100*time.Millisecond {
			t.Errorf("the work took %v", passed)
		}
	})
}

// Work that came while a client did not read is replaced by the newest.
func TestLatestWorkWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("192.168.1.31")
		resume := m.stopReading()
		for i, id := range []string{"a2", "a3", "a4"} {
			h.up.offer(newJob(t, id, byte(2+i), hard, small))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		resume()
		lines := m.all()
		if len(lines) != 2 || !strings.Contains(lines[0], `"a202"`) || !strings.Contains(lines[1], `"a403"`) {
			t.Errorf("the miner got %q", lines)
		}
	})
}

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

// Spiral-Pool#18: a miner on a slow line sends nothing but stale shares. Its connection stays, and its difficulty moves.
func TestRow1EveryShareIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		h.up.verdict = func(solo.Share) (j solo.Judged) {
			j.Err = solo.ErrStale
			j.PoWHash[24] = 1 // difficulty 16,776,960
			return j
		}
		m := h.connect("10.0.0.1")
		m.send(subscribe + `{"id":2,"method":"mining.authorize","params":["rig",""]}` + "\n")
		if line := m.all()[2]; !strings.Contains(line, "[32768]") {
			t.Fatalf("the first difficulty is in %s", line)
		}
		for i := range 3000 {
			m.send(submitLine(4, i))
			time.Sleep(100 * time.Millisecond)
		}
		if m.isClosed() {
			t.Error("closed")
		}
		moved := false
		for _, line := range m.all() {
			moved = moved || strings.Contains(line, "set_difficulty")
		}
		if !moved {
			t.Error("the difficulty did not move")
		}
	})
}

// Spiral-Pool#10, public-pool#114: a share is judged by the easiest difficulty that was sent for its job or since.
func TestRow2DifficultyChangesInMidJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.connect("10.0.0.1")
		m.send(subscribe + `{"id":2,"method":"mining.suggest_difficulty","params":[1024]}` + "\n" +
			`{"id":2,"method":"mining.authorize","params":["rig",""]}` + "\n")
		for _, suggested := range []int{4096, 512, 2048} {
			time.Sleep(time.Second)
			m.send(fmt.Sprintf(`{"id":3,"method":"mining.suggest_difficulty","params":[%d]}`+"\n", suggested))
			time.Sleep(time.Second)
		}
		var sent []string
		for _, line := range m.all() {
			if difficulty, ok := strings.CutPrefix(line, `{"id":null,"method":"mining.set_difficulty","params":`); ok {
				sent = append(sent, difficulty)
			}
		}
		if got := strings.Join(sent, ""); got != "[1024]}[4096]}[512]}[2048]}" {
			t.Fatalf("difficulties %s", got)
		}
		for _, tt := range []struct {
			job    string
			easier float64
		}{{"a101", 512}, {"a102", 512}, {"a103", 512}, {"a104", 2048}, {"a1ff", 512}} {
			m.send(fmt.Sprintf(`{"id":4,"method":"mining.submit","params":["rig",%q,"00000000","65000000","00000001"]}`+"\n", tt.job))
			shares := h.up.submitted()
			want, err := template.TargetFromDifficulty(tt.easier)
			if got := shares[len(shares)-1].Target; err != nil || got != want {
				t.Errorf("job %s is judged by %v, want %v", tt.job, got, want)
			}
		}
	})
}

// NMMiner#91: a miner that is silent, or gone, stays listed.
func TestRow11SilentWorkersStayListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		time.Sleep(time.Hour)
		if w := h.Workers(); len(w) != 1 || w[0].Name != "rig" || w[0].Sessions != 1 {
			t.Errorf("workers %+v", w)
		}
		m.conn.Close()
		time.Sleep(time.Hour)
		if w := h.Workers(); len(w) != 1 || w[0].Name != "rig" || w[0].Sessions != 0 {
			t.Errorf("workers %+v after it has left", w)
		}
	})
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

// Work goes to the miners with the highest hash rate first.
func TestFastestMinersGetWorkFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		const n = 40
		var miners []*miner
		for i := range n {
			m := h.connect(fmt.Sprintf("10.0.0.%d", i))
			m.send(subscribe + fmt.Sprintf(`{"id":2,"method":"mining.authorize","params":["rig","d=%d"]}`+"\n", 1<<i))
			miners = append(miners, m)
		}
		for range 25 { // until the sessions have been sorted by what they found
			for i, m := range miners {
				m.send(submitLine(4, i))
			}
			time.Sleep(time.Second)
		}
		// Nobody reads: four senders wait for the first four, until newer work has come for all others.
		var resume []func()
		for _, m := range miners {
			m.all()
			resume = append(resume, m.stopReading())
		}
		h.up.offer(newJob(t, "a2", 2, hard, small))
		time.Sleep(time.Millisecond)
		h.up.offer(newJob(t, "a3", 3, hard, small))
		synctest.Wait()
		for _, r := range resume {
			r()
		}
		for i, m := range miners {
			if first := m.next(); strings.Contains(first, `"a2`) != (i >= n-4) {
				t.Errorf("miner %d of %d got %.80s first", i, n, first)
			}
		}
	})
}

// What a miner found while the server was restarted fits, since its session goes on with the same extranonce1.
func TestH41SessionsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var file []byte
		keep := func(c *stratum.Config) {
			c.Kept, c.Keep = file, func(data []byte) error {
				file = data
				return nil
			}
		}
		before := serve(t, keep)
		m := before.works("10.0.0.1")
		m.send(submitLine(4, 1))
		m.all()
		id := sessionOf(t, before, "10.0.0.2")
		before.stop()

		after := serve(t, keep)
		for i, want := range []string{`"00000002"`, `"00000001"`} { // while the first is open, the second is another one
			m := after.connect("10.0.0.2")
			m.send(fmt.Sprintf(`{"id":1,"method":"mining.subscribe","params":["test/1",%q]}`+"\n", id))
			if line := m.next(); !strings.Contains(line, want) || strings.Contains(line, id) != (i == 0) {
				t.Errorf("the answer is %s, want extranonce1 %s", line, want)
			}
		}
		if w := after.Workers(); len(w) != 1 || w[0].Name != "rig" || w[0].Sessions != 0 {
			t.Errorf("workers %+v", w)
		}
	})
}

// sessionOf returns the id of a new session that has got work.
func sessionOf(t *testing.T, h *house, address string) string {
	t.Helper()
	m := h.connect(address)
	m.send(subscribe + authorize)
	return sidForm.FindString(m.next())
}

// Damaged memory costs no start.
func TestKeptDataAreDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, func(c *stratum.Config) { c.Kept = []byte("nonsense") })
		h.works("10.0.0.1")
		if !strings.Contains(h.log.String(), "cannot be read") {
			t.Errorf("the log is %s", h.log)
		}
	})
}

// The log shows who comes, how the difficulty moves, each share, who leaves, and why; and no password.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		h.up.verdict = func(solo.Share) (j solo.Judged) {
			j.PoWHash[20] = 1 // meets any difficulty here
			return j
		}
		m := h.connect("192.168.1.31")
		m.send(`{"id": 1, "method": "mining.subscribe", "params": ["GodMiner/2.0.0", null]}` + "\n" +
			`{"id":2,"method":"mining.authorize","params":["garage.l9","secret"]}` + "\n")
		for i := range 20 {
			m.send(submitLine(4, i))
			time.Sleep(200 * time.Millisecond)
		}
		m.conn.Close()
		synctest.Wait()
		log := h.log.String()
		for _, want := range []string{
			`level=INFO msg="miner connected" worker=garage.l9 client=GodMiner/2.0.0 address=192.168.1.31 difficulty=262144 because="kind of miner"`,
			`level=INFO msg=difficulty worker=garage.l9 from=262144 to=`,
			`level=DEBUG msg=received session=192.168.1.31:50000 line="{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"garage.l9\",\"***\"]}"`,
			`level=DEBUG msg=share session=192.168.1.31:50000 worker=garage.l9 job=a101 verdict=accepted difficulty=262144 extranonce=0000000100000000 time=65000000 nonce=00000000 version=20000000`,
			`level=INFO msg="miner disconnected" worker=garage.l9 address=192.168.1.31 reason="the miner closed the connection" shares=20 connected=4s`,
		} {
			if !strings.Contains(log, want) {
				t.Errorf("the log has no\n%s", want)
			}
		}
		if strings.Contains(log, "secret") || t.Failed() {
			t.Errorf("the log is\n%s", log)
		}
	})
}

// How fast work on a new parent reaches the miners is measured; keep-alives and first jobs don't count.
func TestNotifyLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for i := range 10 {
			h.works(fmt.Sprintf("10.0.0.%d", i))
		}
		time.Sleep(time.Minute)
		if s := h.Stats(); s.NotifyP50 != 0 || s.NotifyP99 != 0 {
			t.Errorf("%v, %v before a new parent", s.NotifyP50, s.NotifyP99)
		}
		slow := h.works("10.0.0.11")
		resume := slow.stopReading()
		h.up.offer(newJob(t, "a2", 2, hard, small))
		time.Sleep(2 * time.Second)
		resume()
		synctest.Wait()
		if s := h.Stats(); s.NotifyP50 > time.Millisecond || s.NotifyP99 < 2*time.Second || s.NotifyP99 > 3*time.Second {
			t.Errorf("median %v, 99th percentile %v", s.NotifyP50, s.NotifyP99)
		}
	})
}

// Sessions without end cost no memory once they are gone.
func TestManyConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		for i := range 3000 {
			conn := h.l.dial(fmt.Sprintf("10.0.%d.%d", i/200, i%200))
			go io.Copy(io.Discard, conn)
			io.WriteString(conn, subscribe)
			conn.Close()
		}
		time.Sleep(2 * time.Minute)
		if s := h.Stats(); s.Connections != 0 {
			t.Errorf("%d connections", s.Connections)
		}
		h.works("10.0.0.1")
	})
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []stratum.Config{
		{}, {Upstream: newUpstream(), Difficulty: -1}, {Upstream: newUpstream(), MinDifficulty: 2, MaxDifficulty: 1},
		{Upstream: newUpstream(), ShareEvery: -time.Second}, {Upstream: newUpstream(), MaxPerAddress: -1},
	} {
		if s, err := stratum.New(c); err == nil || s != nil {
			t.Errorf("New(%+v) = %v, %v", c, s, err)
		}
	}
}

// public-pool#152: a client that sends all its lines at once, a suggestion last, gets one difficulty, the suggested one.
func TestRow5OneDifficultyBeforeTheFirstJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.connect("10.0.0.1")
		m.send(`{"id":1,"method":"mining.subscribe","params":["bitaxe/BM1370"]}` + "\n" +
			`{"id":2,"method":"mining.authorize","params":["rig","x"]}` + "\n" + `{"id":3,"method":"mining.suggest_difficulty","params":[131072]}` + "\n")
		lines := m.all()
		if len(lines) != 5 || lines[3] != `{"id":null,"method":"mining.set_difficulty","params":[131072]}` {
			t.Errorf("the server sent %q", lines)
		}
	})
}

// public-pool#73: a miner that finds nothing stays; nothing counts its shares.
func TestRow8NoShareForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		begun := time.Now()
		for time.Since(begun) < 24*time.Hour {
			time.Sleep(time.Hour)
			if lines := m.all(); len(lines) < 120 || m.isClosed() {
				t.Fatalf("after %v: closed %v, %d lines in an hour", time.Since(begun), m.isClosed(), len(lines))
			}
		}
		m.send(`{"id":4,"method":"mining.submit","params":["rig","a1ff","00000000","65000000","00000001"]}` + "\n")
		if got := m.next(); got != `{"id":4,"result":true,"error":null}` {
			t.Errorf("the answer is %s", got)
		}
	})
}

// Bad lines in all sizes: what can be answered is, and the miner goes on unless it sends three that are no Stratum.
func TestBadLines(t *testing.T) {
	for _, tt := range []struct {
		name, line, answer string
	}{
		{"a megabyte", strings.Repeat("x", 1<<20) + "\n", "Malformed"},
		{"a megabyte in one field", `{"id":1,"method":"mining.ping","params":["` + strings.Repeat("x", 1<<20) + `"]}` + "\n", "Malformed"},
		{"NUL", "\x00\x00\n", "Malformed"},
		{"binary", "\xde\xad\xbe\xef\n", "Malformed"},
		{"UTF-16", "{\x00\"\x00i\x00d\x00\"\x00:\x001\x00}\x00\n", "Malformed"},
		{"deep nesting", `{"id":1,"method":"mining.ping","params":` + strings.Repeat("[", 7000) + strings.Repeat("]", 7000) + "}\n", "pong"},
		{"deeper nesting", `{"id":1,"method":"mining.ping","params":` + strings.Repeat("[", 12_000) + "\n", "Malformed"},
		{"a number of 10,000 digits", `{"id":1,"method":"mining.suggest_difficulty","params":[` + strings.Repeat("9", 10_000) + "]}\n", "true"},
		{"an id of 10,000 digits", `{"id":` + strings.Repeat("9", 10_000) + `,"method":"mining.ping"}` + "\n", "pong"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := serve(t)
				m := h.works("10.0.0.1")
				m.send(tt.line)
				if lines := m.all(); len(lines) != 1 || !strings.Contains(lines[0], tt.answer) {
					t.Errorf("the server sent %.100q", lines)
				}
				m.send(submitLine(4, 1))
				if got := m.next(); got != `{"id":4,"result":true,"error":null}` {
					t.Errorf("the answer to a share is %.100s", got)
				}
			})
		})
	}
}

// A client that sends halves of lines for ever is closed before it has subscribed, and costs a buffer after that.
func TestHalfLinesForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		early, late := h.connect("10.0.0.1"), h.works("10.0.0.2")
		for range 60 {
			early.send("{")
			late.send("{")
			time.Sleep(time.Second)
		}
		if !early.isClosed() || late.isClosed() {
			t.Errorf("closed %v and %v", early.isClosed(), late.isClosed())
		}
		if lines := late.all(); len(lines) != 2 {
			t.Errorf("the miner that has work got %q", lines)
		}
	})
}

// A client that sends requests and reads no answer is held back, and closed.
func TestRequestsWithoutReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.works("10.0.0.1")
		m.stopReading()
		begun := time.Now()
		sent := 0
		for {
			if _, err := io.WriteString(m.conn, `{"method":"a"}`+"\n"); err != nil {
				break
			}
			if sent++; sent%100 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		if passed := time.Since(begun); sent > 50_000 || passed > 11*time.Second {
			t.Errorf("%d requests were read in %v", sent, passed)
		}
		time.Sleep(time.Second)
		if n := h.Stats().SlowReaders; n != 1 {
			t.Errorf("%d slow readers", n)
		}
	})
}
