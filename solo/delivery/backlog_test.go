package delivery_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
)

// Thousands of unsettled blocks of earlier runs do not go to the node all at once: a few at a time, the newest first, and
// each has its turn, though the node refuses all of them for now.
func TestManyUnsettledBlocksAreSentAFewAtATime(t *testing.T) {
	const blocks = 1000
	for _, tt := range []struct {
		name   string
		answer func(int) (delivery.Verdict, error)
	}{
		{"accepted", deliverytest.Accept},
		{"refused for now", deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var now, most atomic.Int32
				submit := func(attempt int) (delivery.Verdict, error) {
					defer now.Add(-1)
					if n := now.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(time.Millisecond)
					return tt.answer(attempt)
				}
				r := start(t, submit, on(&deliverytest.Chain{}), func(s *setup) {
					for n := range blocks {
						s.journal.Pending = append(s.journal.Pending, newCandidate(int32(n+1), byte(n), string(rune('a'+n))))
					}
				})
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if n := most.Load(); n > 20 {
					t.Errorf("%d submissions at once, want a few", n)
				}
				tried := map[string]bool{}
				for _, b := range r.node.Submitted() {
					tried[string(b)] = true
				}
				if len(tried) != blocks {
					t.Errorf("%d of %d blocks were sent", len(tried), blocks)
				}
			})
		})
	}
}
