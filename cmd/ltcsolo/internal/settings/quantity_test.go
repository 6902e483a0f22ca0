package settings

import (
	"math"
	"testing"
	"time"
)

func parseDifficulty(text string) (float64, error) { return ParseDifficulty("difficulty", text) }

func TestUnits(t *testing.T) {
	for _, tt := range []struct {
		parse func(string) (float64, error)
		in    string
		want  float64 // 0: refused
	}{
		{ParseHashRate, "9.5GH/s", 9.5e9}, {ParseHashRate, "504 MH", 504e6}, {ParseHashRate, "20kh", 20e3},
		{ParseHashRate, "1.2e6", 1.2e6}, {ParseHashRate, "1.2e6 H/s", 1.2e6}, {ParseHashRate, ".5 Th/s", 5e11},
		{ParseHashRate, "16.5GHps", 16.5e9}, {ParseHashRate, "2EH/s", 2e18}, {ParseHashRate, "2E", 2e18},
		{ParseHashRate, " 67kH/s ", 67e3}, {ParseHashRate, "67", 67}, {ParseHashRate, "504m", 504e6},
		{ParseHashRate, "0", 0}, {ParseHashRate, "-1kH/s", 0}, {ParseHashRate, "", 0}, {ParseHashRate, "kH/s", 0},
		{ParseHashRate, "1,200 kH/s", 0}, {ParseHashRate, "1e400", 0}, {ParseHashRate, "NaN", 0}, {ParseHashRate, "Inf", 0},
		{ParseHashRate, "5 XH/s", 0}, {ParseHashRate, "5 kW", 0}, {ParseHashRate, "0x10", 0}, {ParseHashRate, "5 kH/s;", 0},
		{ParsePower, "3400W", 3400}, {ParsePower, "3.4kW", 3400}, {ParsePower, "65", 65}, {ParsePower, "1.2 MW", 1.2e6},
		{ParsePower, "5mW", 0}, {ParsePower, "-5W", 0}, {ParsePower, "5 kWh", 0},
		{parseDifficulty, "9.5e7", 9.5e7}, {parseDifficulty, "95M", 95e6}, {parseDifficulty, "95M node", 95e6},
		{parseDifficulty, "65536pool", 1}, {parseDifficulty, "6.5536T pool", 1e8}, {parseDifficulty, "0", 0}, {parseDifficulty, "5m", 0},
	} {
		got, err := tt.parse(tt.in)
		if tt.want == 0 && err == nil || tt.want != 0 && (err != nil || math.Abs(got-tt.want) > 1e-12*tt.want) {
			t.Errorf("%q is %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.Local)
	for in, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "1.5d": 36 * time.Hour, "36h": 36 * time.Hour, "2026-11-24": 12 * time.Hour, "0d": 0} {
		if got, err := ParseSince(in, now); err != nil || now.Sub(got) != want {
			t.Errorf("ParseSince(%q) = %v, %v, want %v ago", in, got, err, want)
		}
	}
	for _, in := range []string{"", "d", "-1d", "-5h", "2027-01-01", "1800-01-01", "NaNd", "yesterday", "99999d"} {
		if got, err := ParseSince(in, now); err == nil {
			t.Errorf("ParseSince(%q) = %v is taken", in, got)
		}
	}
}
