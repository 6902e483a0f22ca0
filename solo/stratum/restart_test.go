package stratum_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
)

// keptFiles is what a server has kept.
type keptFiles struct{ workers, sessions []byte }

func (k *keptFiles) keep(c *stratum.Config) {
	c.KeepWorkers = func(_ context.Context, data []byte) error { k.workers = data; return nil }
	c.KeepSessions = func(_ context.Context, data []byte) error { k.sessions = data; return nil }
}

// past reads it as the next run does.
func (k *keptFiles) past(t *testing.T) (p stratum.Past) {
	t.Helper()
	for _, data := range [][]byte{k.workers, k.sessions} {
		if data == nil {
			continue
		}
		if err := p.Add(data, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// sessionOf reads what the answer to mining.subscribe gives: the session's id and its extranonce1, in hex.
func sessionOf(t *testing.T, answer string) (id, extranonce1 string) {
	t.Helper()
	fields := strings.Split(answer, `"`)
	if len(fields) < 14 {
		t.Fatalf("answer %s", answer)
	}
	return fields[7], fields[13]
}

// A miner that comes back after a restart gets its session again, and its shares for jobs from before the restart fit:
// with the extranonce1 and the difficulty that they were found with. It does not matter whether the run before has ended
// or was killed.
func TestSessionGoesOnAfterRestart(t *testing.T) {
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprintf("killed=%v", killed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var files keptFiles
				h := serve(t, files.keep)
				before := h.connect("192.168.1.31")
				before.send(subscribe + `{"id":2,"method":"mining.authorize","params":["rig","sd=64"]}` + "\n")
				id, e1 := sessionOf(t, before.next())
				time.Sleep(3 * time.Second)
				synctest.Wait()
				if !killed {
					h.stop()
				}
				past := files.past(t) // of a run that was killed: what it wrote 2 s after the session began
				h.stop()
				if got := past.Extranonce1s(); len(got) != 1 || fmt.Sprintf("%x", got[0]) != e1 {
					t.Fatalf("Extranonce1s() = %x, want %s", got, e1)
				}

				h = serve(t, func(c *stratum.Config) { c.Past = past })
				h.up.offer(newJob(t, "b7", '2', hard, small))
				h.up.mu.Lock()
				h.up.known["a1"] = newJob(t, "a1", '1', hard, small)
				h.up.mu.Unlock()
				m := h.connect("192.168.1.31")
				m.send(`{"id":1,"method":"mining.subscribe","params":["test/1","` + id + `"]}` + "\n")
				if again, againE1 := sessionOf(t, m.next()); again != id || againE1 != e1 {
					t.Fatalf("session %s with extranonce1 %s, want %s with %s", again, againE1, id, e1)
				}
				m.send(submitLine(3, 7)) // before it authorizes, as its queue has it
				m.all()
				m.send(authorize)
				if lines := m.all(); len(lines) != 3 || !strings.Contains(lines[2], `"b701"`) {
					t.Fatalf("the server sent %q", lines)
				}
				m.send(submitLine(4, 8))
				if got := m.next(); got != `{"id":4,"result":true,"error":null}` {
					t.Errorf("answer %s", got)
				}
				shares := h.up.submitted()
				if len(shares) != 2 {
					t.Fatalf("%d shares were judged, want 2", len(shares))
				}
				for i, s := range shares {
					if got := fmt.Sprintf("%x", s.Solution.Extranonce); s.JobID != "a1" || got != e1+"00000000" || s.Solution.Nonce != uint32(7+i) {
						t.Errorf("share %d: job %s, extranonce %s, nonce %d", i, s.JobID, got, s.Solution.Nonce)
					}
				}
				if w := h.Workers(); len(w) != 1 || w[0].Name != "rig" || w[0].Sessions != 1 {
					t.Errorf("workers: %+v", w)
				}
			})
		})
	}
}

// A block that a miner found while the program restarted is taken, even if the session is not known any more.
func TestBlockOfAnUnknownSessionsJobIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t)
		h.up.verdict = func(solo.Share) solo.Judged { return solo.Judged{Result: solo.Result{Candidate: true}} }
		m := h.connect("192.168.1.31")
		m.send(`{"id":1,"method":"mining.subscribe","params":["test/1","000102030405060708090a0b0c0d0e0f"]}` + "\n" + submitLine(2, 1))
		if lines := m.all(); len(lines) != 2 || lines[1] != `{"id":2,"result":true,"error":null}` {
			t.Errorf("the server sent %q", lines)
		}
	})
}
