package terminal

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, out := testTerminal(80)
		p := StartProgress(c, 4)
		synctest.Wait()
		if out.Len() != 0 {
			t.Errorf("before the first step it shows %q", out)
		}
		p.Step("weighing %s", "a")
		time.Sleep(10*time.Second + time.Millisecond)
		p.Step("weighing b")
		time.Sleep(5 * time.Second)
		// One step took 10 seconds, so four take 40, of which 15 are over.
		if got, want := p.parts(time.Now()), []string{"weighing b", "2 of 4", "25s left"}; !slices.Equal(got, want) {
			t.Errorf("parts = %q, want %q", got, want)
		}
		time.Sleep(time.Minute)
		if got, want := p.parts(time.Now()), []string{"weighing b", "2 of 4", "1m15s"}; !slices.Equal(got, want) {
			t.Errorf("parts when it takes longer = %q, want %q", got, want)
		}
		p.End()
		if text := out.String(); !strings.Contains(text, "weighing a | 1 of 4 | 9s") || !strings.HasSuffix(text, "\r\x1b[K") {
			t.Errorf("written %q", text)
		}
	})
}

func TestProgressOfUnknownLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := StartProgress(New(&out, nil, false), 0)
		p.Step("waiting")
		time.Sleep(3 * time.Second)
		if got, want := p.parts(time.Now()), []string{"waiting", "3s"}; !slices.Equal(got, want) {
			t.Errorf("parts = %q, want %q", got, want)
		}
		p.End()
		if out.Len() != 0 {
			t.Errorf("without a terminal it shows %q", out.String())
		}
	})
}
