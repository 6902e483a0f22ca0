package stratumtest_test

import (
	"math"
	"testing"
	"time"

	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// A rig finds as many shares as its rate and difficulty say, of the hardness that chance gives, and keeps its habits.
func TestTraffic(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, r := range stratumtest.Rigs {
		t.Run(r.Name, func(t *testing.T) {
			difficulty := r.HashRate / template.PoolDifficultyFactor // a share a second
			tr := r.Start(5, start)
			tr.Job("a", difficulty, start)
			count, hard, end := 0.0, 0.0, start.Add(2*time.Hour)
			for f := tr.Next(); f.At.Before(end); f = tr.Next() {
				tr.Take()
				if f.Met < max(difficulty, r.Ticket) || f.At.Sub(start) < r.Idle {
					t.Fatalf("share %+v", f)
				}
				if count++; f.Met >= 2*max(difficulty, r.Ticket) {
					hard++
				}
				pow := template.Target(stratumtest.Luck(f.Nonce()))
				if carried := pow.Difficulty() * template.PoolDifficultyFactor; math.Abs(carried/f.Met-1) > 1e-6 {
					t.Fatalf("the nonce carries difficulty %v for %v", carried, f.Met)
				}
			}
			want := r.Hashes(0, 2*time.Hour) / template.PoolDifficultyFactor / max(difficulty, r.Ticket)
			if math.Abs(count/want-1) > 0.05 || math.Abs(hard/count-0.5) > 0.03 {
				t.Errorf("%v shares, %v of them of twice the difficulty; want %v", count, hard, want)
			}
			tr.Job("b", difficulty, end)
			old := 0
			for f := tr.Next(); f.At.Before(end.Add(10 * time.Minute)); f = tr.Next() {
				tr.Take()
				if f.Job == "a" {
					old++
					if f.At.Sub(end) > r.Latency+r.Late {
						t.Errorf("work of the job before after %v", f.At.Sub(end))
					}
				}
			}
			if r.Late >= time.Minute && old == 0 {
				t.Error("no late work")
			}
		})
	}
}
