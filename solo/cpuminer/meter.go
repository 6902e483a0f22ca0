package cpuminer

import (
	"context"
	"math"
	"time"
)

const (
	measureEvery  = time.Second
	meterReadings = 10 // the hash rate is the average over the time between as many readings
)

// measure keeps the hash rate current until ctx ends.
func (m *Miner) measure(ctx context.Context) {
	var r meter
	tick := time.NewTicker(measureEvery)
	defer tick.Stop()
	for {
		m.hashRate.Store(math.Float64bits(r.rate(time.Now(), m.Hashes())))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// meter turns readings of a counter of hashes into a hash rate. It belongs to one goroutine.
type meter struct {
	at     []time.Time
	hashes []uint64
}

// rate takes a reading and returns the average rate in H/s since the oldest reading that is kept; 0 for the first.
func (m *meter) rate(now time.Time, hashes uint64) float64 {
	m.at, m.hashes = append(m.at, now), append(m.hashes, hashes)
	if len(m.at) > meterReadings {
		m.at, m.hashes = m.at[1:], m.hashes[1:]
	}
	passed := now.Sub(m.at[0]).Seconds()
	if passed <= 0 {
		return 0
	}
	return float64(hashes-m.hashes[0]) / passed
}
