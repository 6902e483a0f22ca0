package odds

import "math"

// PoissonAtLeast returns the probability of n or more events where mean are expected.
func PoissonAtLeast(n int, mean float64) float64 {
	switch {
	case n <= 0:
		return 1
	case !(mean > 0):
		return 0
	case float64(n) <= mean:
		return 1 - PoissonAtMost(n-1, mean)
	}
	// The terms from n on fall faster than a geometric series.
	term := poissonTerm(n, mean)
	sum := term
	for k := float64(n + 1); term > sum*1e-12; k++ {
		term *= mean / k
		sum += term
	}
	return min(sum, 1)
}

// PoissonAtMost returns the probability of n or fewer events where mean are expected.
func PoissonAtMost(n int, mean float64) float64 {
	switch {
	case n < 0:
		return 0
	case !(mean > 0):
		return 1
	case float64(n) >= mean:
		return 1 - PoissonAtLeast(n+1, mean)
	}
	// The terms from n down fall faster than a geometric series.
	term := poissonTerm(n, mean)
	sum := term
	for k := float64(n); k > 0 && term > sum*1e-12; k-- {
		term *= k / mean
		sum += term
	}
	return min(sum, 1)
}

// poissonTerm returns the probability of exactly n events where mean are expected. Logarithms keep it from overflow.
func poissonTerm(n int, mean float64) float64 {
	if math.IsInf(mean, 1) {
		return 0
	}
	factorial, _ := math.Lgamma(float64(n) + 1)
	return math.Exp(float64(n)*math.Log(mean) - mean - factorial)
}
