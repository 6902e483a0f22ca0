package scrypt_test

import (
	"slices"
	"sync"
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

// BenchmarkKernels compares the kernels with x/crypto/scrypt, and two threads with one, in rounds: each round runs every
// kernel for a few milliseconds, so that whatever else the machine does affects all. One iteration is a round; 100 are
// enough. The metrics are ratios of medians.
func BenchmarkKernels(b *testing.B) {
	const xcrypto = "xcrypto"
	type result struct {
		kernel   *scrypt.Kernel
		scanners [2]*scrypt.Scanner
		one, two []float64 // seconds per hash
	}
	var results []*result
	var reference *result
	for _, k := range scrypt.Kernels() {
		r := &result{kernel: k, scanners: [2]*scrypt.Scanner{searching(b, k), searching(b, k)}}
		results = append(results, r)
		if k.Name() == xcrypto {
			reference = r
		}
	}
	for b.Loop() {
		for _, r := range results {
			r.one = append(r.one, perHash(r.scanners[0], r.kernel.Lanes()))
			r.two = append(r.two, perHashOfTwo(r.scanners, r.kernel.Lanes()))
		}
	}
	slow := median(reference.one)
	for _, r := range results {
		b.ReportMetric(1/median(r.one), r.kernel.Name()+":H/s")
		if r != reference {
			b.ReportMetric(slow/median(r.one), r.kernel.Name()+":x/xcrypto")
		}
		b.ReportMetric(median(r.one)/median(r.two), r.kernel.Name()+":two/one")
	}
}

// perHashOfTwo returns the seconds per hash of two threads together.
func perHashOfTwo(scanners [2]*scrypt.Scanner, lanes int) float64 {
	var (
		threads sync.WaitGroup
		each    [2]float64
	)
	for i, s := range scanners {
		threads.Go(func() { each[i] = perHash(s, lanes) })
	}
	threads.Wait()
	return 1 / (1/each[0] + 1/each[1])
}

func searching(b *testing.B, k *scrypt.Kernel) *scrypt.Scanner {
	s := open(b, k)
	header, target := random(source(b)), zero
	s.Set(&header, &target)
	s.Scan(0, k.Lanes(), nil)
	return s
}

// perHash returns the seconds per hash, over at least 2 ms. A batch before that brings back memory that others have
// evicted from the caches.
func perHash(s *scrypt.Scanner, lanes int) float64 {
	s.Scan(0, lanes, nil)
	hashed, began := 0, time.Now()
	for time.Since(began) < 2*time.Millisecond {
		n, _ := s.Scan(uint32(hashed), lanes, nil)
		hashed += n
	}
	return time.Since(began).Seconds() / float64(hashed)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
