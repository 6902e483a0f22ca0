package cpuminer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// However long a batch of hashes takes, the thread hashes for no more of its time than the limit.
func TestRestKeepsTheLimit(t *testing.T) {
	for _, percent := range []int{1, 10, 50, 99, 100} {
		for _, batch := range []time.Duration{100 * time.Microsecond, 5 * time.Millisecond, 80 * time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				h := &thread{m: &Miner{cfg: Config{CPU: percent}}}
				const batches = 1000
				began := time.Now()
				for range batches {
					time.Sleep(batch) // the hashing
					h.rest(t.Context(), batch)
				}
				got := 100 * float64(batches*batch) / float64(time.Since(began))
				if want := float64(percent); got < 0.9*want || got > 1.1*want {
					t.Errorf("limit of %d %%, batches of %v: %.1f %% of the time is spent hashing", percent, batch, got)
				}
			})
		}
	}
}

// A machine that was suspended in the middle of a batch does not rest for hours afterwards.
func TestRestIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &thread{m: &Miner{cfg: Config{CPU: 1}}}
		began := time.Now()
		h.rest(context.Background(), time.Hour)
		if d := time.Since(began); d > longestRest {
			t.Errorf("rest of %v, want at most %v", d, longestRest)
		}
	})
}
