package cpuminer

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
)

func TestMeter(t *testing.T) {
	m := meter{window: 9 * time.Second, step: time.Second}
	at := time.Unix(0, 0)
	if got := m.rate(at, 5000); got != 0 {
		t.Errorf("first rate = %v, want 0", got)
	}
	var got float64
	for i := range uint64(30) {
		rate := uint64(100) // H/s
		if i >= 15 {
			rate = 200
		}
		at = at.Add(time.Second)
		got = m.rate(at, m.hashes[len(m.hashes)-1]+rate)
	}
	if got != 200 {
		t.Errorf("rate = %v H/s, want 200: old readings must be dropped", got)
	}
}

// Readings between two steps count, and are not kept.
func TestMeterOfAnHour(t *testing.T) {
	m := meter{window: time.Hour, step: time.Minute}
	at, hashes := time.Unix(0, 0), uint64(0)
	for second := range 2 * 3600 {
		rate := uint64(100) // H/s
		if second >= 3600 {
			rate = 200
		}
		at, hashes = at.Add(time.Second), hashes+rate
		got := m.rate(at, hashes)
		if second == 30 && got != 100 || second == 3600+1800-1 && (got < 149 || got > 151) {
			t.Errorf("rate after %d s = %v H/s", second+1, got)
		}
	}
	if got := m.rate(at, hashes); got != 200 || len(m.at) > 62 {
		t.Errorf("rate = %v H/s of %d readings, want 200 of at most 62", got, len(m.at))
	}
}

// The threads together are one worker, whose hash rate is that of the last seconds.
func TestWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Miner{threads: []*thread{{}, {}}}
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go m.measure(ctx)
		want := solo.Worker{Name: "cpu", Kind: "cpu"}
		for i := range 40 {
			if synctest.Wait(); i == 1 || i == 20 || i == 39 {
				want.HashRate = map[int][3]float64{1: {}, 20: {300, 285, 285}, 39: {0, 7200. / 39, 7200. / 39}}[i]
				if got := m.Workers(); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
					t.Errorf("after %d s: Workers() = %+v, want %+v", i, got, want)
				}
			}
			if i >= 1 && i < 25 { // then the search pauses
				m.threads[0].hashes.Add(100)
				m.threads[1].hashes.Add(200)
				want.Hashes += 300
			}
			time.Sleep(time.Second) // of the test's own clock
		}
	})
}
