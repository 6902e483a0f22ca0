package main

import (
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// measureEach is how long a kernel is measured at the start.
const measureEach = 300 * time.Millisecond

// expectedSeconds is how long a block takes on average at a hash rate in H/s.
func expectedSeconds(t template.Target, rate float64) float64 { return t.ExpectedHashes() / rate }

// measure is the hash rate of a kernel on that many threads, in H/s.
func measure(k *scrypt.Kernel, threads int, d time.Duration) float64 {
	var hashes atomic.Uint64
	var wg sync.WaitGroup
	began := time.Now()
	for range threads {
		wg.Go(func() {
			s := k.NewScanner()
			defer s.Close()
			s.Set(new([scrypt.HeaderSize]byte), new([template.HashSize]byte))
			for nonce := uint32(0); time.Since(began) < d; nonce += uint32(k.Lanes()) {
				n, _ := s.Scan(nonce, k.Lanes(), nil)
				hashes.Add(uint64(n))
			}
		})
	}
	wg.Wait()
	return float64(hashes.Load()) / time.Since(began).Seconds()
}

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
