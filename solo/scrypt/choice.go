package scrypt

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// choice says which kernel to take for how many waiting headers: element i is for i+1 of them, the last for more too.
type choice []*Kernel

// batchTimes holds how long a batch of a kernel takes, however full it is.
type batchTimes map[*Kernel]time.Duration

// choose takes for each number of headers the kernel that has hashed all of them the soonest; of several, the narrowest,
// and then the first in kernels.
func choose(kernels []*Kernel, times batchTimes) choice {
	widest := 0
	for _, k := range kernels {
		widest = max(widest, k.lanes)
	}
	c := make(choice, widest)
	for i := range c {
		var best time.Duration = math.MaxInt64
		for _, k := range kernels {
			batches := i/k.lanes + 1
			took := time.Duration(batches) * times[k]
			if took < best || took == best && k.lanes < c[i].lanes {
				c[i], best = k, took
			}
		}
	}
	return c
}

// kernelFor returns the kernel for that many waiting headers, at least one. Without kernels it is the reference.
func (c choice) kernelFor(waiting int) *Kernel {
	if len(c) == 0 {
		return xcrypto
	}
	return c[min(waiting, len(c))-1]
}

// String lists the kernels and the numbers of headers for which they are taken.
func (c choice) String() string {
	var s []string
	for i := 0; i < len(c); {
		first := i + 1
		for i < len(c) && c[i] == c[first-1] {
			i++
		}
		s = append(s, fmt.Sprintf("%d-%d: %s", first, i, c[first-1]))
	}
	return strings.Join(s, ", ")
}

// assumeTimes returns batch times to do with until they are measured: a batch of several lanes takes as long as two and a
// half headers in plain Go. So one or two headers are hashed in plain Go, more by the narrowest kernel that holds them.
func assumeTimes(kernels []*Kernel) batchTimes {
	times := batchTimes{}
	for _, k := range kernels {
		if times[k] = 2; k.lanes > 1 {
			times[k] = 5
		}
	}
	return times
}

// measureTimes runs batches of the kernels in turn for about d, at least two of each, and returns the shortest time of each:
// whatever else the machine does only adds to it.
func measureTimes(kernels []*Kernel, d time.Duration) batchTimes {
	const inARow = 2 // the first brings back memory that other kernels have evicted from the caches
	times := batchTimes{}
	var batches []*Batch
	for _, k := range kernels {
		b := k.NewBatch()
		defer b.Close()
		batches = append(batches, b)
		times[k] = math.MaxInt64
	}
	headers, pow := make([][HeaderSize]byte, 1), make([][hashSize]byte, 1)
	for began := time.Now(); ; {
		for i, k := range kernels {
			for range inARow {
				start := time.Now()
				batches[i].Sum(headers, pow)
				times[k] = min(times[k], time.Since(start))
			}
		}
		if time.Since(began) >= d {
			return times
		}
	}
}
