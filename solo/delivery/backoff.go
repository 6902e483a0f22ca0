package delivery

import (
	"context"
	"time"
)

// backoff is a growing pause: steady times wait, then twice as long each time, up to max.
type backoff struct {
	wait, max time.Duration
	steady    int
}

// next returns the pause to make now.
func (b *backoff) next() time.Duration {
	d := b.wait
	if b.steady--; b.steady < 0 {
		b.wait = min(2*b.wait, b.max)
	}
	return d
}

func (b *backoff) sleep(ctx context.Context) { pause(ctx, b.next()) }

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// isPowerOfTwo picks which of n equal failures is logged: the 1st, 2nd, 4th, 8th ...
func isPowerOfTwo(n int) bool { return n&(n-1) == 0 }

// wake signals a channel of one place without waiting.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
