package scrypt

import (
	"math"
	"testing"
	"time"
)

// machine is a simulated processor, whose clocks advance only when it hashes. One thread at a time uses it.
type machine struct{ thread, wall time.Duration }

func (m *machine) clocks() clocks {
	return clocks{
		thread: func() time.Duration { return m.thread },
		wall:   func() time.Duration { return m.wall },
	}
}

// batch says what a batch of a simulated kernel takes: processor time, and the time that passes meanwhile.
type batch func() (thread, wall time.Duration)

// kernel returns a kernel of ten lanes.
func (m *machine) kernel(name string, b batch) *Kernel {
	return &Kernel{name: name, lanes: 10, open: func() hasher { return &simulated{m: m, batch: b} }}
}

type simulated struct {
	idle
	m     *machine
	batch batch
}

func (s *simulated) hash(uint32, uint32) uint64 {
	thread, wall := s.batch()
	s.m.thread += thread
	s.m.wall += wall
	return 0
}

func steady(thread, wall time.Duration) batch {
	return func() (time.Duration, time.Duration) { return thread, wall }
}

// TestHashRateCountsThreadTime: the rate is that of the processor time, however long other programs had the processor.
func TestHashRateCountsThreadTime(t *testing.T) {
	tests := []struct {
		name         string
		thread, wall time.Duration // of a batch
		batches      int           // in 20 ms, after the one that fills the caches
	}{
		{"the processor for itself", time.Millisecond, time.Millisecond, 20},
		{"half of the processor", time.Millisecond, 2 * time.Millisecond, 20},
		{"a tenth of the processor: not longer than 40 ms", time.Millisecond, 10 * time.Millisecond, 4},
		{"hardly anything: one batch", time.Millisecond, time.Hour, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, batches := new(machine), 0
			k := m.kernel("simulated", func() (time.Duration, time.Duration) {
				batches++
				return tt.thread, tt.wall
			})
			if got := k.hashRate(1, 20*time.Millisecond, m.clocks()); math.Abs(got-10_000) > 1e-6 {
				t.Errorf("hash rate %v, want 10000", got)
			}
			if batches-1 != tt.batches {
				t.Errorf("%d batches, want %d", batches-1, tt.batches)
			}
		})
	}
}

// TestBestCoarseClock: a clock that advances in long steps is read until it has advanced.
func TestBestCoarseClock(t *testing.T) {
	for _, least := range []time.Duration{0, 10 * time.Millisecond} {
		m := new(machine)
		c := m.clocks()
		fine := c.thread
		c.thread, c.least = func() time.Duration { return fine().Truncate(4 * time.Millisecond) }, least
		fast := m.kernel("fast", steady(time.Millisecond, time.Millisecond))
		slow := m.kernel("slow", steady(1300*time.Microsecond, 1300*time.Microsecond))
		got, measured := best([]*Kernel{slow, fast}, 1, rounds*20*time.Millisecond, c)
		if got != fast || math.Abs(measured[0].HashRate/10_000-1) > 0.1 {
			t.Errorf("least %v: measured %v H/s of %v, want about 10000 of %v", least, measured[0].HashRate, got, fast)
		}
	}
}

// TestBestOnLoadedMachine: other programs take the processor while the fastest kernel is measured, and leave it alone while
// the others are.
func TestBestOnLoadedMachine(t *testing.T) {
	m := new(machine)
	fast := m.kernel("fast", steady(time.Millisecond, 3*time.Millisecond))
	slow := m.kernel("slow", steady(2*time.Millisecond, 2*time.Millisecond))
	got, measured := best([]*Kernel{slow, fast, xcrypto}, 1, 90*time.Millisecond, m.clocks())
	if got != fast {
		t.Errorf("best = %v, want %v", got, fast)
	}
	for _, tt := range measured {
		if tt.Noise != 0 {
			t.Errorf("noise of %v is %v, want none: its rounds were equal", tt.Kernel, tt.Noise)
		}
	}
}

// TestBestNoise: some batches of a kernel are disturbed. Its rate is that of the others, and its noise says how many and how
// much.
func TestBestNoise(t *testing.T) {
	tests := []struct {
		name        string
		rate, noise float64
		disturbed   func(batch int) bool
		longer      time.Duration
	}{
		{"none", 10_000, 0, func(int) bool { return false }, 0},
		{"a third", 10_000, 0, func(n int) bool { return n%3 == 0 }, time.Millisecond},
		{"two thirds", 10_000, 0.5, func(n int) bool { return n%3 != 0 }, time.Millisecond / 2},
		{"all", 5_000, 0, func(int) bool { return true }, time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, n := new(machine), 0
			k := m.kernel("disturbed", func() (time.Duration, time.Duration) {
				n++
				took := time.Millisecond
				if tt.disturbed(n) {
					took += tt.longer
				}
				return took, took
			})
			slow := m.kernel("slow", steady(time.Second, time.Second))
			_, measured := best([]*Kernel{slow, k}, 1, rounds*100*time.Millisecond, m.clocks())
			if got := measured[0]; got.Kernel != k || math.Abs(got.HashRate-tt.rate) > 1e-6 || math.Abs(got.Noise-tt.noise) > 1e-6 {
				t.Errorf("measured %v: %v H/s, noise %v, want %v: %v H/s, noise %v", got.Kernel, got.HashRate, got.Noise, k, tt.rate, tt.noise)
			}
		})
	}
}
