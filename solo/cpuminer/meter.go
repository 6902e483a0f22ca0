package cpuminer

import (
	"context"
	"math"
	"time"
)

const measureEvery = time.Second

// measure keeps the hash rates current until ctx ends.
func (m *Miner) measure(ctx context.Context) {
	meters := [len(m.hashRates)]meter{ // as solo.Worker.HashRate wants them
		{window: 9 * time.Second, step: measureEvery},
		{window: 15 * time.Minute, step: 15 * time.Second},
		{window: time.Hour, step: time.Minute},
	}
	tick := time.NewTicker(measureEvery)
	defer tick.Stop()
	for {
		now, hashes := time.Now(), m.Hashes()
		for i := range meters {
			m.hashRates[i].Store(math.Float64bits(meters[i].rate(now, hashes)))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// meter turns readings of a counter of hashes into a hash rate. It belongs to one goroutine.
type meter struct {
	window time.Duration // over which the rate is averaged
	step   time.Duration // between readings that are kept

	at     []time.Time
	hashes []uint64
}

// rate takes a reading and returns the average rate in H/s over the window, or since the first reading if that is
// younger; 0 for the first.
func (m *meter) rate(now time.Time, hashes uint64) float64 {
	if n := len(m.at); n == 0 || now.Sub(m.at[n-1]) >= m.step {
		m.at, m.hashes = append(m.at, now), append(m.hashes, hashes)
	}
	for len(m.at) > 1 && now.Sub(m.at[0]) > m.window {
		m.at, m.hashes = m.at[1:], m.hashes[1:]
	}
	passed := now.Sub(m.at[0]).Seconds()
	if passed <= 0 {
		return 0
	}
	return float64(hashes-m.hashes[0]) / passed
}
