package scrypt

import (
	"cmp"
	"slices"
	"time"
)

// Measured is a kernel's hash rate on this machine.
type Measured struct {
	Kernel   *Kernel
	HashRate float64 // H/s, all threads together
	// Noise is by which part the median batch took longer than those that HashRate is from.
	Noise float64
}

// rounds is how often Best measures each kernel, so that a disturbance affects several of them.
const rounds = 9

// Best returns the kernel that is the fastest here, and what it measured, the fastest first. It measures each kernel of
// Kernels, except xcrypto, for about each in total, on that many threads at once, since threads share caches and clock. If
// there is one such kernel, Best returns it at once and measures nothing; if there is none, it returns xcrypto, or nil if
// that is broken too. It counts what HashRate counts, and is safe for concurrent use.
//
// A kernel's hash rate is that of its batches at the lower quartile. Whatever else the machine does makes batches longer:
// it takes the caches between two of them, and on a processor that runs two threads at once, time. With eight busy programs
// for each processor, such rates differed by a twentieth between measurements, where averages differed by a third.
func Best(threads int, each time.Duration) (*Kernel, []Measured) {
	return best(Kernels(), max(threads, 1), each, systemClocks())
}

func best(kernels []*Kernel, threads int, each time.Duration, c clocks) (*Kernel, []Measured) {
	candidates := slices.DeleteFunc(slices.Clone(kernels), func(k *Kernel) bool { return k.reference })
	switch {
	case len(candidates) == 1:
		return candidates[0], nil
	case len(candidates) == 0 && len(kernels) == 0:
		return nil, nil
	case len(candidates) == 0:
		return kernels[0], nil
	}
	samples := make([][]sample, len(candidates))
	for range rounds {
		for i, k := range candidates {
			samples[i] = append(samples[i], k.samples(threads, each/rounds, c)...)
		}
	}
	measured := make([]Measured, len(candidates))
	for i, k := range candidates {
		s := samples[i]
		slices.SortFunc(s, func(a, b sample) int { return cmp.Compare(a.perBatch(), b.perBatch()) })
		quartile, median := s[len(s)/4], s[len(s)/2]
		measured[i] = Measured{Kernel: k, HashRate: k.rate(threads, quartile), Noise: median.perBatch()/quartile.perBatch() - 1}
	}
	slices.SortStableFunc(measured, func(a, b Measured) int { return cmp.Compare(b.HashRate, a.HashRate) })
	return measured[0].Kernel, measured
}
