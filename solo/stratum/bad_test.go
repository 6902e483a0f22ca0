package stratum_test

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
