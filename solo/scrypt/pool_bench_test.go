package scrypt_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo/scrypt"
)

// BenchmarkBatch measures each kernel with all lanes filled by unrelated headers, on one thread. x-xcrypto is the ratio to
// x/crypto/scrypt, which is measured in turn with it; both are medians of the rounds. One iteration is a round.
func BenchmarkBatch(b *testing.B) {
	for _, k := range scrypt.Kernels() {
		if k.Name() == scrypt.Reference {
			continue
		}
		b.Run(k.Name(), func(b *testing.B) {
			batch, headers := openBatch(b, k), make([][scrypt.HeaderSize]byte, k.Lanes())
			r := source(b)
			for i := range headers {
				headers[i] = random(r)
			}
			pow := make([][32]byte, len(headers))
			var ours, reference []float64
			for b.Loop() {
				batch.Sum(headers, pow) // brings back memory that the reference has evicted from the caches
				ours = append(ours, perHeader(len(headers), func() { batch.Sum(headers, pow) }))
				reference = append(reference, perReferenceHash())
			}
			reportRate(b, ours, reference)
			b.ReportMetric(batchGoal(k), "x-xcrypto-goal")
		})
	}
}

// batchGoal returns how many times as fast as x/crypto/scrypt a kernel should be with its lanes full.
func batchGoal(k *scrypt.Kernel) float64 {
	switch name := k.Name(); {
	case strings.HasPrefix(name, "avx512"):
		return 10
	case strings.HasPrefix(name, "avx2"):
		return 6
	case k.Lanes() > 1: // SSE2, NEON
		return 3.3
	}
	return 1.3
}

// BenchmarkPool measures one worker. In 256-callers each caller comes with one header after another; one iteration is a round
// of several headers of each. In lone-caller nobody else hashes; one iteration is a header. The times are those of a call.
func BenchmarkPool(b *testing.B) {
	const callers, each, workers = 256, 8, 1
	b.Run("256-callers", func(b *testing.B) {
		p := servedPool(b, workers)
		var took [callers][]time.Duration
		var ours, reference []float64
		before := p.Stats()
		for b.Loop() {
			began := time.Now()
			var all sync.WaitGroup
			for i := range took {
				all.Go(func() { took[i] = sumEach(p, took[i], each, byte(i)) })
			}
			all.Wait()
			ours = append(ours, time.Since(began).Seconds()/(callers*each))
			reference = append(reference, perReferenceHash())
		}
		reportRate(b, ours, reference)
		reportTimes(b, slices.Concat(took[:]...))
		after := p.Stats()
		b.ReportMetric(float64(after.Hashed-before.Hashed)/float64(after.Batches-before.Batches), "headers/batch")
	})
	b.Run("lone-caller", func(b *testing.B) {
		p := servedPool(b, workers)
		var took []time.Duration
		for b.Loop() {
			took = sumEach(p, took, 1, 0)
		}
		reportTimes(b, took)
	})
}

// servedPool returns a pool that is running, on as many processors as it should have.
func servedPool(b *testing.B, workers int) *scrypt.Pool {
	before := runtime.GOMAXPROCS(workers + 2)
	const measure = 50 * time.Millisecond
	p := scrypt.NewPool(scrypt.PoolConfig{Workers: workers, Measure: measure, Distrusted: func(k *scrypt.Kernel) {
		b.Errorf("kernel %v is distrusted", k)
	}})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	b.Cleanup(func() {
		cancel()
		running.Wait()
		runtime.GOMAXPROCS(before)
	})
	for began := time.Now(); time.Since(began) < 4*measure; {
		sumEach(p, nil, 1, 0)
	}
	return p
}

// sumEach hashes n headers, one after the other, and appends how long each took to took.
func sumEach(p *scrypt.Pool, took []time.Duration, n int, caller byte) []time.Duration {
	headers, pow := make([][scrypt.HeaderSize]byte, 1), make([][32]byte, 1)
	headers[0][0] = caller
	for i := range n {
		headers[0][1] = byte(i)
		began := time.Now()
		p.Sum(headers, pow)
		took = append(took, time.Since(began))
	}
	return took
}

// perHeader returns the seconds per header of sum, which hashes n headers. Rounds are as short as that, a millisecond, so
// that on a busy machine most of them are not interrupted.
func perHeader(n int, sum func()) float64 {
	began := time.Now()
	sum()
	return time.Since(began).Seconds() / float64(n)
}

// perReferenceHash returns the seconds that x/crypto/scrypt takes for a header, over about a millisecond.
func perReferenceHash() float64 {
	const n = 4
	return perHeader(n, func() {
		for range n {
			scrypt.Sum(new([scrypt.HeaderSize]byte))
		}
	})
}

// reportRate reports the rate of ours and its ratio to the reference's, both given as seconds per header.
func reportRate(b *testing.B, ours, reference []float64) {
	b.ReportMetric(1/median(ours), "headers/s")
	b.ReportMetric(median(reference)/median(ours), "x-xcrypto")
	b.ReportMetric(0, "ns/op")
}

func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}
