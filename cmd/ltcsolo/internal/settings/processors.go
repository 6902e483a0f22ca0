package settings

import (
	"math"
	"runtime"

	"go.uber.org/automaxprocs/maxprocs"
)

// AvailableProcessors returns how many processors the process may use: those of its affinity, at most GOMAXPROCS of the
// environment, and at most a container's limit of processor time, rounded up. Go itself reads that limit as at least
// two. Two threads on the time of one processor would stand still for half of each period, and with them the submission
// of a block.
func AvailableProcessors() int {
	undo, err := maxprocs.Set(maxprocs.RoundQuotaFunc(func(limit float64) int { return int(math.Ceil(limit)) }))
	n := min(runtime.NumCPU(), runtime.GOMAXPROCS(0))
	if err == nil {
		undo()
	}
	return n
}
