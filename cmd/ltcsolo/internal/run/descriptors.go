package run

import (
	"fmt"
	"math"
	"runtime"
)

// Mining comes first: the dashboard gets a part of what the limit on open files leaves.
const (
	minedWith      = 48  // descriptors of nodes, journal and log, with room for several blocks at once
	fewConnections = 4   // to a listener of the dashboard, at the least
	allConnections = 100 // and at the most: a browser has six
)

// connections returns how many connections each of the dashboard's two listeners may have, under a limit of so many
// descriptors; 0: unknown.
func connections(limit uint64) int {
	if limit == 0 {
		return allConnections
	}
	left := max(limit, minedWith) - minedWith
	return int(min(max(left/4, fewConnections), allConnections))
}

// minersWithin returns how many miners may be connected under a limit of so many descriptors; 0: unknown.
func minersWithin(limit uint64) int {
	if limit == 0 {
		return math.MaxInt32
	}
	rest := minedWith + 2*uint64(connections(limit))
	return int(min(max(limit, rest+1)-rest, math.MaxInt32))
}

// MostMiners returns how many of wanted miners this process's limit on open files allows, and what to do if it is fewer.
func MostMiners(wanted int) (most int, remedy string) {
	service := "LimitNOFILE= of a service"
	if runtime.GOOS == "darwin" {
		service = "SoftResourceLimits of a launchd job"
	}
	return min(wanted, minersWithin(descriptorLimit())),
		fmt.Sprintf("raise the limit of open files (ulimit -n, %s) to %d or more", service, wanted+minedWith+2*allConnections)
}
