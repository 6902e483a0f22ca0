package history

import (
	"fmt"
	"testing"
	"time"
	"unique"

	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

// BenchmarkTake records a snapshot of 10,000 miners.
func BenchmarkTake(b *testing.B) {
	r, err := New(Config{Dir: b.TempDir(), Disk: disk.Local(), Stats: func() solo.Stats { return solo.Stats{} }})
	if err != nil {
		b.Fatal(err)
	}
	r.Load()
	var s solo.Stats
	for i := range 10_000 {
		s.Workers = append(s.Workers, solo.Worker{Name: fmt.Sprintf("rig%d", i), Sessions: 1, HashRate: [3]float64{1, 1, float64(i)}})
	}
	r.cfg.Stats = func() solo.Stats { return s }
	now := begin
	r.cfg.Now = func() time.Time { now = now.Add(sampleEvery / 4); return now }
	for b.Loop() {
		r.take(false)
		for len(r.keeper.waiting) > 0 {
			<-r.keeper.waiting
		}
	}
}

// BenchmarkLoad reads a year of 64 miners.
func BenchmarkLoad(b *testing.B) {
	dir, w := b.TempDir(), disk.Local()
	b.Cleanup(w.Close)
	k := newKeeper(w, dir, nil)
	one := row{samples: 12, rate: 1e12, hottest: 71.4}
	for i := range maxWorkers {
		one.workers = append(one.workers, sample{name: unique.Make(fmt.Sprintf("garage.l9-%02d", i)), rate: 16.51e9 + float32(i), hottest: 61})
	}
	for l := range levels {
		s := segments{keeper: k, level: &levels[l]}
		for i := range levels[l].rows {
			one.at = begin.Add(time.Duration(i-levels[l].rows) * levels[l].every).Unix()
			if err := s.append([]row{one}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		r, err := New(Config{Dir: dir, Disk: w, Stats: func() solo.Stats { return solo.Stats{} }, Now: func() time.Time { return begin }})
		if err != nil {
			b.Fatal(err)
		}
		r.Load()
		if n := len(r.series.rows[2]); n < levels[2].rows*9/10 {
			b.Fatalf("%d hours", n)
		}
	}
}
