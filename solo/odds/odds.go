package odds

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

// HashesForDifficulty is how many hashes a block takes on average at a difficulty in node units: difficulty 1 is the
// target 00000000ffff0000... (rpc/blockchain.cpp, GetDifficulty).
func HashesForDifficulty(difficulty float64) float64 {
	const diff1 = 0xffff << 16 // 2^256 / (0xffff * 2^208) = 2^48 / 0xffff
	return difficulty * (1 << 64) / diff1
}
