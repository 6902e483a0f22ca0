package stratum_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
