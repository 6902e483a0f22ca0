package stratum

import (
	"encoding/binary"
	"testing"
	"time"

	"ltcsolo/solo"
)

// counter gives extranonce1 values in turn, the first one given twice.
func counter() func() [solo.Extranonce1Size]byte {
	n := uint32(0)
	return func() (e1 [solo.Extranonce1Size]byte) {
		binary.BigEndian.PutUint32(e1[:], max(n, 1))
		n++
		return e1
	}
}

// TestResume: a session of this run or an earlier one gets its extranonce1 and difficulty back, once.
func TestResume(t *testing.T) {
	fresh := counter()
	m := newMemory(nil)
	id, e1, difficulty := m.claim("", fresh, at(0))
	if !isSessionID(id) || difficulty != 0 {
		t.Errorf("a new session: %q, difficulty %v", id, difficulty)
	}
	if other, otherE1, difficulty := m.claim(id, fresh, at(0)); other == id || otherE1 == e1 || difficulty != 0 {
		t.Errorf("an open session was resumed: %q, %x, %v", other, otherE1, difficulty)
	}
	m.keep(id, "worker", 1024)
	m.release(id, at(time.Minute))
	for name, m := range map[string]*memory{
		"this run": m, "next run": newMemory(decoded(t, encoded(t, kept{Sessions: m.kept(at(time.Hour))}), at(time.Hour)).Sessions),
	} {
		again, againE1, difficulty := m.claim(id, fresh, at(23*time.Hour))
		if again != id || againE1 != e1 || difficulty != 1024 {
			t.Errorf("%s: %q, %x, %v; want %q, %x, 1024", name, again, againE1, difficulty, id, e1)
		}
		if second, secondE1, _ := m.claim(id, fresh, at(23*time.Hour)); second == id || secondE1 == e1 {
			t.Errorf("%s: resumed twice", name)
		}
	}
}

// TestResumeAfterKill: what was open when the file was written last can be resumed.
func TestResumeAfterKill(t *testing.T) {
	m := newMemory(nil)
	id, e1, _ := m.claim("", counter(), at(0))
	m.keep(id, "worker", 1024)
	next := newMemory(m.kept(at(100 * time.Hour)))
	if again, againE1, _ := next.claim(id, counter(), at(101*time.Hour)); again != id || againE1 != e1 {
		t.Errorf("got %q, %x", again, againE1)
	}
}

// TestResumeNot: too late, an extranonce1 that somebody else has now, a session without a worker, ids that are none.
func TestResumeNot(t *testing.T) {
	fresh := counter()
	m := newMemory([]keptSession{
		{ID: "000102030405060708090a0b0c0d0e0f", Extranonce1: "00000001", Worker: "a", Difficulty: 1, LastSeen: at(0)},
		{ID: "ff0102030405060708090a0b0c0d0e0f", Extranonce1: "000000ff", Worker: "a", Difficulty: 1, LastSeen: at(0)},
	})
	taken, e1, _ := m.claim("", fresh, at(0))
	if e1 != [4]byte{0, 0, 0, 1} {
		t.Fatalf("extranonce1 is %x", e1)
	}
	if id, _, _ := m.claim("000102030405060708090a0b0c0d0e0f", fresh, at(0)); id == "000102030405060708090a0b0c0d0e0f" {
		t.Error("resumed with an extranonce1 that is taken")
	}
	if id, _, _ := m.claim("ff0102030405060708090a0b0c0d0e0f", fresh, at(sessionTime+time.Second)); id == "ff0102030405060708090a0b0c0d0e0f" {
		t.Error("resumed after a day")
	}
	m.release(taken, at(0)) // it never had a worker
	for _, id := range []string{taken, "", "x", "null"} {
		if got, _, _ := m.claim(id, fresh, at(0)); got == id {
			t.Errorf("%q was resumed", id)
		}
	}
}

// TestMemoryIsBounded: a crowd that connects and leaves does not fill it, and takes nobody's extranonce1.
func TestMemoryIsBounded(t *testing.T) {
	m, fresh := newMemory(nil), counter()
	open, openE1, _ := m.claim("", fresh, at(0))
	m.keep(open, "open", 1)
	seen := map[[solo.Extranonce1Size]byte]bool{openE1: true}
	for i := range 3 * maxSessions {
		now := at(time.Duration(i) * time.Second / 10)
		id, e1, _ := m.claim("", fresh, now)
		if seen[e1] {
			t.Fatalf("extranonce1 %x was given twice", e1)
		}
		seen[e1] = true
		m.keep(id, "w", 1)
		m.release(id, now)
		if len(m.byID) > maxSessions*6/5 {
			t.Fatalf("%d sessions are remembered", len(m.byID))
		}
	}
	end := at(3 * maxSessions * time.Second / 10)
	if kept := m.kept(end); len(kept) != maxSessions || kept[0].ID != open {
		t.Errorf("%d sessions are kept; the first is %s, the open one is %s", len(kept), kept[0].ID, open)
	}
	if m.kept(end.Add(2 * sessionTime)); len(m.byID) != 1 {
		t.Errorf("two days later %d sessions are remembered", len(m.byID))
	}
}
