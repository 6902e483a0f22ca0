package terminal

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitingForASyncingNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		c, out := testTerminal(80)
		w := NewWaiting(slog.New(slog.NewTextHandler(&log, nil)), c)
		const seconds = 100
		for i := range seconds {
			w.Tell(fmt.Errorf("litecoind is in initial sync: block %d of 3000000", 999_950+i), time.Hour)
			time.Sleep(time.Second)
		}
		w.Tell(fmt.Errorf("litecoind has no peers"), time.Hour)
		w.End()
		if got := strings.Count(log.String(), "\n"); got != 3 {
			t.Errorf("%d lines are logged, want 3:\n%s", got, log.String())
		}
		for _, want := range []string{"waiting: litecoind is in initial sync: block 1000049 of 3000000 | 1m39s", "has no peers | 1m40s\r\x1b[K"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the terminal never showed %q", want)
			}
		}
	})
}
