// Package odds computes how long solo mining takes to find a block, and how probable it is that chance alone explains what
// was seen.
package odds

import (
	"math"

	"ltcsolo/template"
)

// ExpectedSeconds returns the mean time to a block in seconds at a hash rate in H/s: +Inf unless the rate is positive.
func ExpectedSeconds(t template.Target, rate float64) float64 {
	if !(rate > 0) {
		return math.Inf(1)
	}
	return t.ExpectedHashes() / rate
}

// Chance returns the probability of at least one block within seconds, if a block takes expected seconds on average.
// Blocks are a Poisson process: time without one does not bring the next one nearer.
func Chance(expected, seconds float64) float64 {
	if !(seconds > 0) {
		return 0
	}
	return -math.Expm1(-seconds / expected)
}

// HashesForDifficulty returns the mean number of hashes to a block at a difficulty in node units, where difficulty 1 is
// the target 00000000ffff0000... (rpc/blockchain.cpp, GetDifficulty).
func HashesForDifficulty(difficulty float64) float64 {
	const diff1 = 0xffff << 16 // 2^256 / (0xffff * 2^208) = 2^48 / 0xffff
	return difficulty * (1 << 64) / diff1
}
