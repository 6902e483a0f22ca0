package main

import (
	"math"
	"runtime"

	"go.uber.org/automaxprocs/maxprocs"
)

// availableProcessors is how many the process may use: those of its affinity, no more than GOMAXPROCS of the
// environment, and no more than a container's limit of processor time allows, rounded up. Go reads that limit by
// itself, but as no less than two: two threads on the time of one processor would stand still for half of each
// period, and submission of a block with them.
func availableProcessors() int {
	undo, err := maxprocs.Set(maxprocs.RoundQuotaFunc(func(limit float64) int { return int(math.Ceil(limit)) }))
	n := min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
	if err == nil {
		undo()
	}
	return n
}
