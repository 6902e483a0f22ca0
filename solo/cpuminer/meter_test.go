package cpuminer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
)

func TestMeter(t *testing.T) {
	var m meter
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
				want.HashRate = map[int]float64{1: 0, 20: 300, 39: 0}[i]
				if got := m.Workers(); len(got) != 1 || got[0] != want {
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
