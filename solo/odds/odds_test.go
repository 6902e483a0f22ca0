package odds_test

import (
	"math"
	"testing"

	"ltcsolo/solo/odds"
	"ltcsolo/template"
)

func TestExpectedSeconds(t *testing.T) {
	// The network target of difficulty 1: 2^256 / (0xffff * 2^208 + 1) hashes, a little more than 2^32.
	one, err := template.TargetFromBits(0x1d00ffff)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		rate, want float64
	}{
		{4295032833, 1}, {1, 4295032833}, {50_000, 85900.65666}, {0, math.Inf(1)}, {-1, math.Inf(1)}, {math.NaN(), math.Inf(1)},
	} {
		got := odds.ExpectedSeconds(one, tt.rate)
		if got != tt.want && !(math.Abs(got/tt.want-1) < 1e-9) {
			t.Errorf("ExpectedSeconds(%v) = %v, want %v", tt.rate, got, tt.want)
		}
	}
}

func TestChance(t *testing.T) {
	for _, tt := range []struct {
		expected, seconds, want float64
	}{
		{100, 100, 0.6321205588285577}, // 1 - 1/e
		{100, 0, 0}, {100, -1, 0}, {100, 1e9, 1},
		{1e13, 86400, 8.63999996267520e-09}, // tiny without loss of digits
		{math.Inf(1), 86400, 0}, {0, 1, 1},
	} {
		got := odds.Chance(tt.expected, tt.seconds)
		if got != tt.want && !(math.Abs(got/tt.want-1) < 1e-9) {
			t.Errorf("Chance(%v, %v) = %v, want %v", tt.expected, tt.seconds, got, tt.want)
		}
	}
}

// TestHashesForDifficulty: a target's difficulty and its expected hashes agree.
func TestHashesForDifficulty(t *testing.T) {
	target, err := template.TargetFromBits(0x1a2b3c4d)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := odds.HashesForDifficulty(target.Difficulty()), target.ExpectedHashes(); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("%v hashes, want %v", got, want)
	}
	if got := odds.HashesForDifficulty(1); math.Abs(got-4295032833.000015) > 1e-5 { // 2^48 / 65535
		t.Errorf("%v hashes at difficulty 1", got)
	}
}
