package scrypt

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Measured is a kernel's hash rate on this machine.
type Measured struct {
	Kernel   *Kernel
	HashRate float64 // H/s, all threads together
}

// rounds is how often Best measures each kernel. A disturbance then affects one measurement in three, and the median
// drops it.
const rounds = 3

// Best returns the kernel that is the fastest here, and what it measured, the fastest first. It measures each kernel of
// Kernels, except xcrypto, for about each in total, on that many threads at once, since threads share caches and clock. If
// there is one such kernel, Best returns it at once and measures nothing; if there is none, it returns xcrypto, or nil if
// that is broken too. It is safe for concurrent use, but whatever runs at the same time affects the measurement.
func Best(threads int, each time.Duration) (*Kernel, []Measured) {
	return best(Kernels(), max(threads, 1), each)
}

func best(kernels []*Kernel, threads int, each time.Duration) (*Kernel, []Measured) {
	candidates := slices.DeleteFunc(slices.Clone(kernels), func(k *Kernel) bool { return k.reference })
	switch {
	case len(candidates) == 1:
		return candidates[0], nil
	case len(candidates) == 0 && len(kernels) == 0:
		return nil, nil
	case len(candidates) == 0:
		return kernels[0], nil
	}
	rates := make([][]float64, len(candidates))
	for range rounds {
		for i, k := range candidates {
			rates[i] = append(rates[i], k.HashRate(threads, each/rounds))
		}
	}
	measured := make([]Measured, len(candidates))
	for i, k := range candidates {
		slices.Sort(rates[i])
		measured[i] = Measured{Kernel: k, HashRate: rates[i][rounds/2]}
	}
	slices.SortStableFunc(measured, func(a, b Measured) int { return cmp.Compare(b.HashRate, a.HashRate) })
	return measured[0].Kernel, measured
}

// HashRate returns the H/s of that many threads together, each of which hashes for at least d and at least one batch.
// Memory is touched and caches are filled before the clock starts. It is safe for concurrent use, but whatever runs at
// the same time affects the measurement.
func (k *Kernel) HashRate(threads int, d time.Duration) float64 {
	var (
		ready, done sync.WaitGroup
		start       = make(chan struct{}) // closed below, once every thread is ready
		perThread   = make([]float64, threads)
	)
	ready.Add(threads)
	for i := range perThread {
		done.Go(func() {
			s := k.NewScanner()
			defer s.Close()
			s.Set(new([HeaderSize]byte), new([hashSize]byte))
			s.Scan(0, k.lanes, nil)
			ready.Done()
			<-start

			hashed, began := 0, time.Now()
			for {
				n, _ := s.Scan(uint32(hashed), k.lanes, nil)
				hashed += n
				if spent := time.Since(began); spent >= d && spent > 0 {
					perThread[i] = float64(hashed) / spent.Seconds()
					return
				}
			}
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	sum := 0.0
	for _, r := range perThread {
		sum += r
	}
	return sum
}
