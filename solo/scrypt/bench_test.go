package scrypt_test

import (
	"slices"
	"testing"
	"time"

	"ltcsolo/solo/scrypt"
)

// BenchmarkScan times the complete hash on one thread, per batch of the kernel's lanes.
func BenchmarkScan(b *testing.B) {
	for _, k := range scrypt.Kernels() {
		b.Run(k.Name(), func(b *testing.B) {
			s, nonce := searching(b, k), uint32(0)
			b.ReportAllocs()
			for b.Loop() {
				s.Scan(nonce, k.Lanes(), nil)
				nonce += uint32(k.Lanes())
			}
			b.ReportMetric(float64(b.N)*float64(k.Lanes())/b.Elapsed().Seconds(), "H/s")
		})
	}
}

// BenchmarkRatio sets each kernel against x/crypto/scrypt in alternating slices of a few milliseconds, so that
// whatever else the machine does falls on both. The metric x/xcrypto is the ratio of the medians.
func BenchmarkRatio(b *testing.B) {
	oracle, err := scrypt.ByName("xcrypto")
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range scrypt.Kernels() {
		if k == oracle {
			continue
		}
		b.Run(k.Name(), func(b *testing.B) {
			mine, theirs := searching(b, k), searching(b, oracle)
			var fast, slow []float64
			for b.Loop() {
				fast = append(fast, perHash(mine, k.Lanes()))
				slow = append(slow, perHash(theirs, 1))
			}
			b.ReportMetric(1/median(fast), "H/s")
			b.ReportMetric(median(slow)/median(fast), "x/xcrypto")
		})
	}
}

func searching(b *testing.B, k *scrypt.Kernel) *scrypt.Scanner {
	s := open(b, k)
	header, target := random(source(b)), zero
	s.Set(&header, &target)
	s.Scan(0, k.Lanes(), nil)
	return s
}

// perHash returns the seconds of a hash over a slice of at least 4 ms.
func perHash(s *scrypt.Scanner, lanes int) float64 {
	hashed, began := 0, time.Now()
	for time.Since(began) < 4*time.Millisecond {
		n, _ := s.Scan(uint32(hashed), lanes, nil)
		hashed += n
	}
	return time.Since(began).Seconds() / float64(hashed)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
