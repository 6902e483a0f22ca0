package solo

import (
	"math"

	"ltcsolo/template"
)

// ExpectedSeconds is how long a block takes on average at a hash rate in H/s; infinite without one.
func ExpectedSeconds(t template.Target, rate float64) float64 {
	if !(rate > 0) {
		return math.Inf(1)
	}
	return t.ExpectedHashes() / rate
}

// Chance is the probability of at least one block within so many seconds, if one takes expected seconds on average.
// Blocks come as a Poisson process: what has passed without one changes nothing for what follows.
func Chance(expected, seconds float64) float64 {
	if !(seconds > 0) {
		return 0
	}
	return -math.Expm1(-seconds / expected)
}
