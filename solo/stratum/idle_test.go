package stratum_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"ltcsolo/solo/stratum"
)

// An idle session holds a few KiB, and its reader's stack of as much: ten thousand of them fit a small machine.
func TestIdleSessionsAreSmall(t *testing.T) {
	const sessions, most = 1000, 6 << 10 // bytes of heap, with the pipe's 1.5 KiB
	up, l := newUpstream(), newListener()
	s, err := stratum.New(stratum.Config{Upstream: up})
	if err != nil {
		t.Fatal(err)
	}
	up.offer(newJob(t, "a1", '1', hard, mixed))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range sessions {
		conn := l.dial(fmt.Sprintf("10.0.%d.%d", i/200, i%200))
		t.Cleanup(func() { conn.Close() })
		io.WriteString(conn, subscribe+authorize)
		for r := bufio.NewReaderSize(conn, 16); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, `"mining.notify","params"`) || strings.Contains(line, `"method":"mining.notify"`) {
				break
			}
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	heap, stacks := (after.HeapAlloc-before.HeapAlloc)/sessions, (after.StackInuse-before.StackInuse)/sessions
	if t.Logf("%d bytes of heap and %d of stack a session", heap, stacks); heap > most {
		t.Errorf("a session holds %d bytes, want at most %d", heap, most)
	}
}
