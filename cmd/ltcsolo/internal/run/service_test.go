package run

import (
	"testing"
	"time"
)

func TestPulse(t *testing.T) {
	const limit = time.Minute
	var p pulse
	now := time.Unix(1_000_000, 0)
	for i, step := range []struct {
		after     time.Duration
		searching bool
		hashes    uint64
		want      bool
	}{
		{0, true, 0, true},
		{20 * time.Second, true, 500, true},
		{20 * time.Second, true, 500, true},
		{20 * time.Second, true, 500, false}, // 40 s without a hash
		{20 * time.Second, true, 501, true},
		{2 * time.Hour, false, 501, true}, // mining is paused
		{30 * time.Second, true, 501, true},
		{31 * time.Second, true, 501, false},
	} {
		now = now.Add(step.after)
		if got := p.beats(now, step.searching, step.hashes, limit); got != step.want {
			t.Errorf("step %d: beats is %v, want %v", i, got, step.want)
		}
	}
}
