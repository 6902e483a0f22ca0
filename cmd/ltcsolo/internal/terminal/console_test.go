package terminal

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func testTerminal(width int) (*Console, *bytes.Buffer) {
	var out bytes.Buffer
	return New(&out, func() int { return width }, false), &out
}

func TestFit(t *testing.T) {
	parts := []string{"67.0 kH/s", "height 3,000,000", "0 blocks"}
	for width, want := range map[int]string{
		80: "67.0 kH/s | height 3,000,000 | 0 blocks", 39: "67.0 kH/s | height 3,000,000 | 0 blocks",
		38: "67.0 kH/s | height 3,000,000", 20: "67.0 kH/s", 5: "67.0…", 1: "…", 0: "", -1: "",
	} {
		if got := fit(width, parts); got != want {
			t.Errorf("fit(%d) = %q, want %q", width, got, want)
		}
	}
	if got, want := fit(8, []string{"91 °C", "…"}), "91 °C"; got != want {
		t.Errorf("fit = %q, want %q: columns count, not bytes", got, want)
	}
	if got, want := fit(9, []string{"91 °C", "…"}), "91 °C | …"; got != want {
		t.Errorf("fit = %q, want %q: columns count, not bytes", got, want)
	}
}

func TestLogLineDoesNotTearTheStatusLine(t *testing.T) {
	c, out := testTerminal(21)
	c.Update([]string{"one", "two"})
	c.Write([]byte("log line\n"))
	c.Update(nil)
	const gone = "\r\x1b[K"
	if got, want := out.String(), "one | two"+gone+"log line\n"+"one | two"+gone; got != want {
		t.Errorf("written %q, want %q", got, want)
	}
}

// TestStatusMayWaitForWhoLogs repeats a deadlock that once was: the status line asked the engine, which logged while it
// held its lock.
func TestStatusMayWaitForWhoLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := testTerminal(80)
		var engine sync.Mutex
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			c.Show(ctx, func() []string {
				engine.Lock()
				defer engine.Unlock()
				return []string{"status"}
			})
		})
		for range 100 {
			engine.Lock()
			c.Write([]byte("line\n"))
			engine.Unlock()
			time.Sleep(redraw / 3) // by the bubble's clock
		}
		cancel()
		wg.Wait()
	})
}

func TestNoStatusLineWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	c := New(&out, nil, false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.Show(ctx, func() []string { return []string{"status"} })
	if out.Len() != 0 {
		t.Errorf("written %q, want nothing", out.String())
	}
}
