package odds_test

import (
	"math"
	"testing"

	"ltcsolo/solo/odds"
)

// TestPoisson compares both tails with plain sums.
func TestPoisson(t *testing.T) {
	for _, mean := range []float64{0.001, 0.5, 3, 17.3, 120, 600} {
		term, below := math.Exp(-mean), 0.0 // of n
		for n := range 1000 {
			if got := odds.PoissonAtLeast(n, mean); math.Abs(got-(1-below)) > 1e-9 {
				t.Fatalf("P(%d or more of %v) = %v, want %v", n, mean, got, 1-below)
			}
			below += term
			if got := odds.PoissonAtMost(n, mean); math.Abs(got-below) > 1e-9 {
				t.Fatalf("P(%d or fewer of %v) = %v, want %v", n, mean, got, below)
			}
			term *= mean / float64(n+1)
		}
	}
}

// TestPoissonExtremes: whatever it is asked, the answer is a probability, and small ones are not zero.
func TestPoissonExtremes(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 1000, 1e6, 1e9, math.MaxInt} {
		for _, mean := range []float64{0, math.SmallestNonzeroFloat64, 1e-9, 1, 1e6, 1e12, math.MaxFloat64, math.Inf(1), -1, math.NaN()} {
			for _, p := range []float64{odds.PoissonAtLeast(n, mean), odds.PoissonAtMost(n, mean)} {
				if !(p >= 0 && p <= 1) {
					t.Errorf("%d of %v: probability %v", n, mean, p)
				}
			}
		}
	}
	if p := odds.PoissonAtLeast(50, 1); !(p > 1e-66 && p < 1e-64) {
		t.Errorf("P(50 or more of 1) = %v", p)
	}
}
