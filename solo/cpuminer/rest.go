package cpuminer

import (
	"context"
	"time"
)

// The system rounds up a sleep shorter than shortestRest, so a thread saves it up. A batch during which the machine was
// suspended would cost a rest longer than longestRest.
const (
	shortestRest = 5 * time.Millisecond
	longestRest  = 10 * time.Second
)

// rest keeps the part of the time that is spent hashing at the limit, after a batch that took worked. It goes on over a
// new job, on which the thread would have to rest just as long.
func (t *thread) rest(ctx context.Context, worked time.Duration) {
	limit := time.Duration(t.m.cfg.CPU)
	if limit == 100 {
		return
	}
	if t.owed = min(t.owed+worked*(100-limit)/limit, longestRest); t.owed < shortestRest {
		return
	}
	began := time.Now()
	timer := time.NewTimer(t.owed)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	t.owed -= time.Since(began)
}
