package main

import "time"

// meter is a hash rate over the last seconds. It belongs to one goroutine.
type meter struct {
	at     []time.Time
	hashes []uint64
}

// meterSpan is how many readings are kept: at one a second, the rate is over that many seconds.
const meterSpan = 10

// rate takes a reading of a counter and returns the rate in H/s; 0 at the first.
func (m *meter) rate(now time.Time, hashes uint64) float64 {
	m.at, m.hashes = append(m.at, now), append(m.hashes, hashes)
	if len(m.at) > meterSpan {
		m.at, m.hashes = m.at[1:], m.hashes[1:]
	}
	passed := now.Sub(m.at[0]).Seconds()
	if passed <= 0 {
		return 0
	}
	return float64(hashes-m.hashes[0]) / passed
}
