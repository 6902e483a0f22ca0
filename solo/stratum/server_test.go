package stratum_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
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

// What a miner found while the server was restarted fits, since its session goes on with the same extranonce1, which
// nobody else has meanwhile. Its worker stays listed.
func TestH41SessionsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var files keptFiles
		before := serve(t, files.keep)
		m := before.connect("10.0.0.1")
		m.send(subscribe + authorize)
		id, extranonce1 := sessionOf(t, m.next())
		m.send(submitLine(4, 1))
		before.stop()

		past := files.past(t)
		after := serve(t, func(c *stratum.Config) { c.Past = past })
		if w := after.Workers(); len(w) != 1 || w[0].Name != "rig" || w[0].Sessions != 0 {
			t.Errorf("workers %+v", w)
		}
		for _, first := range []bool{true, false} { // while the session is open, nobody else can resume it
			m := after.connect("10.0.0.1")
			m.send(fmt.Sprintf(`{"id":1,"method":"mining.subscribe","params":["test/1",%q]}`+"\n", id))
			if gotID, got := sessionOf(t, m.next()); (got == extranonce1) != first || (gotID == id) != first {
				t.Errorf("session %s with extranonce1 %s; the one before was %s with %s", gotID, got, id, extranonce1)
			}
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

// The log tells the difficulty that a miner is really sent, which the network's may bound, and no hash rate before a share has
// told it.
func TestLogOfDifficulties(t *testing.T) {
	for _, tt := range []struct {
		password string
		bits     uint32
		want     float64
	}{
		{"x", hard, 32768}, {"d=5000", hard, 4096}, {"x", 0x1d03fffc, 16384}, {"x", 0x1e00ffff, 4096}, {"d=100000", 0x1e00ffff, 16384},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t)
			h.up.offer(newJob(t, "b2", '2', tt.bits, small))
			synctest.Wait()
			m := h.connect("192.168.1.31")
			m.send(subscribe + fmt.Sprintf(`{"id":2,"method":"mining.authorize","params":["rig",%q]}`+"\n", tt.password))
			if lines := m.all(); len(lines) != 4 || lines[2] != fmt.Sprintf(`{"id":null,"method":"mining.set_difficulty","params":[%.0f]}`, tt.want) {
				t.Errorf("%+v: the server sent %q", tt, lines)
			}
			if log := h.log.String(); !strings.Contains(log, fmt.Sprintf("difficulty=%.0f because=", tt.want)) {
				t.Errorf("%+v: the log:\n%s", tt, log)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		m := h.connect("192.168.1.31")
		m.send(subscribe + `{"id":2,"method":"mining.authorize","params":["rig","x"]}` + "\n")
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if log := h.log.String(); !strings.Contains(log, "msg=difficulty worker=rig from=32768 to=4096\n") {
			t.Errorf("the log:\n%s", log)
		}
	})
}
