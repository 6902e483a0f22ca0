package stratum_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

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
