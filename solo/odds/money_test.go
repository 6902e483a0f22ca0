package odds_test

import (
	"math"
	"testing"

	"ltcsolo/solo/odds"
	"ltcsolo/template"
)

func TestCost(t *testing.T) {
	for _, tt := range []struct{ watts, seconds, kilowattHour, want float64 }{
		{1500, 86400, 0.25, 9}, {3400, 86400, 0.28, 22.848}, {65, 0, 0.28, 0}, {0, 86400, 0.28, 0}, {65, 3600, 0, 0},
	} {
		if got := odds.Cost(tt.watts, tt.seconds, tt.kilowattHour); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("Cost(%v, %v, %v) = %v, want %v", tt.watts, tt.seconds, tt.kilowattHour, got, tt.want)
		}
	}
}

func TestExpectedReward(t *testing.T) {
	one, err := template.TargetFromBits(0x1d00ffff) // difficulty 1: a little more than 2^32 hashes a block
	if err != nil {
		t.Fatal(err)
	}
	if got := odds.ExpectedReward(one, 2*4295032833, 625_000_000); math.Abs(got/1_250_000_000-1) > 1e-9 {
		t.Errorf("twice the hashes of a block can be expected to win %v", got)
	}
	if got := odds.ExpectedReward(one, 0, 625_000_000); got != 0 {
		t.Errorf("no hashes can be expected to win %v", got)
	}
}
