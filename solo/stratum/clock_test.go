package stratum_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/stratum/stratumtest"
)

// The node's clock, from which miners get the time, jumps by hours and back, with new blocks and without. No miner is dropped
// or sent more than usual, no share is refused, and a difficulty that is far too low does not wait until the clock has caught
// up.
func TestNodesClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{-5 * time.Hour, 5 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := serve(t)
				h.up.verdict = h.up.byLuck
				const length = 20 * time.Minute
				ctx, cancel := context.WithTimeout(context.Background(), length)
				defer cancel()
				began := time.Now()
				go func() {
					for n, wait := 1, 500*time.Millisecond; ; n, wait = n+1, time.Minute {
						select {
						case <-time.After(wait):
						case <-ctx.Done():
							return
						}
						tmpl := newTemplate(t, '1'+byte(n/4), hard, small)
						tmpl.CurTime += uint32(time.Since(began).Seconds())
						if tmpl.MinTime -= 6 * 3600; n%2 == 1 {
							tmpl.CurTime = uint32(int64(tmpl.CurTime) + int64(jump.Seconds()))
						}
						h.up.offer(jobOf(t, fmt.Sprintf("b%x", n), tmpl))
					}
				}()
				r := stratumtest.Rig{HashRate: 17e9, Latency: 200 * time.Millisecond}
				m, err := r.Mine(ctx, "rig", 1, func() (net.Conn, error) { return h.l.dial("10.0.0.1"), nil })
				if err != nil || m.Connections != 1 {
					t.Fatalf("%d connections: %v", m.Connections, err)
				}
				if usual := 2*int(length.Minutes()) + int(length.Minutes())/4 + len(m.Difficulties); m.Jobs > usual {
					t.Errorf("%d jobs in %v, want at most %d", m.Jobs, length, usual)
				}
				if m.Shares > 300 || len(m.Refusals) > 1 || m.Refusals["Job not found"] != m.Stale {
					t.Errorf("%d shares, %d stale, refused %v", m.Shares, m.Stale, m.Refusals)
				}
			})
		})
	}
}
