//go:build unix

package terminal

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// A signal that comes again within a second is the same one: were it taken for another, this process would end.
func TestH31SignalThatComesTwice(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		ctx, release := StopBySignal(t.Context(), []os.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT}, func() int { return ExitFailed })
		for range 3 {
			syscall.Kill(os.Getpid(), s)
			<-ctx.Done()
			time.Sleep(10 * time.Millisecond) // two signals at once would arrive as one
		}
		if !StoppedBySignal(ctx) {
			t.Errorf("%v: the context ended with another cause", s)
		}
		release()
	}
}
