package units_test

import (
	"math"
	"testing"

	"ltcsolo/solo/units"
)

func TestDuration(t *testing.T) {
	const year = 365.25 * 86400
	for _, tt := range []struct {
		seconds float64
		want    string
	}{
		{0.0001, "less than 0.01 seconds"}, {0.9, "0.90 seconds"}, {90, "90.0 seconds"}, {600, "10.0 minutes"},
		{7200, "2.00 hours"}, {86400 * 3.2, "3.20 days"}, {2 * year, "2.00 years"}, {999 * year, "999 years"},
		{285_142 * year, "285,000 years"}, {4.2e6 * year, "4.20 million years"}, {1.3e9 * year, "1.30 billion years"},
		{math.Inf(1), "forever"}, {math.NaN(), "forever"},
	} {
		if got := units.Duration(tt.seconds); got != tt.want {
			t.Errorf("Duration(%v) = %q, want %q", tt.seconds, got, tt.want)
		}
	}
}

func TestHashRate(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.00 H/s", 9.5: "9.50 H/s", 999.4: "999 H/s", 999.6: "1.00 kH/s", 67000.1: "67.0 kH/s", 9.5e9: "9.50 GH/s", 1e21: "1000 EH/s",
	} {
		if got := units.HashRate(v); got != want {
			t.Errorf("HashRate(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestDifficulty(t *testing.T) {
	for v, want := range map[float64]string{4.6565423739069247e-10: "4.657e-10", 1: "1", 999: "999", 53_200_000: "53.2 M"} {
		if got := units.Difficulty(v); got != want {
			t.Errorf("Difficulty(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestThousandsAndLitecoin(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := units.Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0.00000000 LTC", 1: "0.00000001 LTC", 625_000_000: "6.25000000 LTC", -1: "-0.00000001 LTC"} {
		if got := units.Litecoin(n); got != want {
			t.Errorf("Litecoin(%d) = %q, want %q", n, got, want)
		}
	}
	if got, want := units.Coins(250_024_00000000, "DOGE"), "250024.00000000 DOGE"; got != want {
		t.Errorf("Coins() = %q, want %q", got, want)
	}
}

func TestChance(t *testing.T) {
	for p, want := range map[float64]string{
		0: "next to nothing", 1e-20: "1 in 1e+20", 1.0 / 11910: "1 in 11,900", 0.014: "1.40 %", 0.5204: "52.04 %", 1: "over 99.99 %",
	} {
		if got := units.Chance(p); got != want {
			t.Errorf("Chance(%v) = %q, want %q", p, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for seconds, want := range map[float64]string{
		-3: "0 s", 0: "0 s", 59.9: "59 s", 60: "1 min", 3599: "59 min", 5400: "1 h 30 min", 172799: "47 h 59 min", 172800: "2 days", 1e8: "1,157 days",
	} {
		if got := units.Age(seconds); got != want {
			t.Errorf("Age(%v) = %q, want %q", seconds, got, want)
		}
	}
}

func TestMeasuredRate(t *testing.T) {
	for part, want := range map[float64]string{0: "16.5 GH/s", 0.004: "16.5 GH/s ±0.4 %", 0.105: "16.5 GH/s ±10 %", 1: "16.5 GH/s ±100 %"} {
		if got := units.MeasuredRate(16.5e9, part); got != want {
			t.Errorf("MeasuredRate(16.5e9, %v) = %q, want %q", part, got, want)
		}
	}
}

func TestPart(t *testing.T) {
	for p, want := range map[float64]string{0: "none", 0.0004: "<0.1 %", 0.0015: "0.1 %", 0.05: "5.0 %", 1: "100.0 %"} {
		if got := units.Part(p); got != want {
			t.Errorf("Part(%v) = %q, want %q", p, got, want)
		}
	}
}
