package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

// TestOddsByHand goes through one case on paper.
//
// Difficulty 65535 is 65535 * 2^48/65535 = 2^48 hashes a block: 281474976710656. At 2^48/86400 H/s a block takes a day.
func TestOddsByHand(t *testing.T) {
	q := &oddsQuestion{
		difficulty: 65535, networkHashRate: -1, hashRate: 281474976710656.0 / 86400, height: 2_519_999, interval: 840_000,
		watts: 1500, electricity: 0.25, price: 2, waited: 2 * 86400,
	}
	o := q.answer()
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"network hash rate: 2^48/150", o.NetworkHashRate, 1876499844737.7066},
		{"expected", o.ExpectedSeconds, 86400},
		{"hour: 1-exp(-1/24)", o.ChanceHour, 0.040810542890861834},
		{"day: 1-exp(-1)", o.ChanceDay, 0.6321205588285577},
		{"week: 1-exp(-7)", o.ChanceWeek, 0.9990881180344455},
		{"litoshi a day: 12.5 LTC, the last before the halving at 2520000", *o.IncomeLitoshi, 1_250_000_000},
		{"power: 1.5 kW * 24 h * 0.25", *o.PowerCost, 9},
		{"income: 12.5 * 2", *o.Income, 25},
		{"profit", *o.Profit, 16},
		{"price: 9 / 12.5", *o.BreakEvenPrice, 0.72},
		{"electricity: 25 / 36 kWh", *o.BreakEvenPower, 25.0 / 36},
		{"to the halving", float64(*o.BlocksToHalving), 1},
		{"two days without a block: exp(-2)", *o.DroughtChance, 0.1353352832366127},
		{"suspect: -ln 0.01 days", o.SuspectSeconds, 4.605170185988091 * 86400},
	} {
		if !near(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// What was not given does not come out.
func TestOddsWithoutMoney(t *testing.T) {
	q := &oddsQuestion{difficulty: 1, networkHashRate: -1, hashRate: 1, height: -1, interval: 840_000, watts: 100, electricity: -1, price: 3, waited: -1}
	o := q.answer()
	if o.Subsidy != nil || o.IncomeLitoshi != nil || o.PowerCost != nil || o.Income != nil || o.Profit != nil ||
		o.BreakEvenPrice != nil || o.BreakEvenPower != nil || o.BlocksToHalving != nil || o.DroughtChance != nil {
		t.Errorf("answer() = %+v", o)
	}
}

func TestUnits(t *testing.T) {
	for _, tt := range []struct {
		parse func(string) (float64, error)
		in    string
		want  float64 // 0: refused
	}{
		{parseHashRate, "9.5GH/s", 9.5e9}, {parseHashRate, "504 MH", 504e6}, {parseHashRate, "20kh", 20e3},
		{parseHashRate, "1.2e6", 1.2e6}, {parseHashRate, "1.2e6 H/s", 1.2e6}, {parseHashRate, ".5 Th/s", 5e11},
		{parseHashRate, "16.5GHps", 16.5e9}, {parseHashRate, "2EH/s", 2e18}, {parseHashRate, "2E", 2e18},
		{parseHashRate, " 67kH/s ", 67e3}, {parseHashRate, "67", 67}, {parseHashRate, "504m", 504e6},
		{parseHashRate, "0", 0}, {parseHashRate, "-1kH/s", 0}, {parseHashRate, "", 0}, {parseHashRate, "kH/s", 0},
		{parseHashRate, "1,200 kH/s", 0}, {parseHashRate, "1e400", 0}, {parseHashRate, "NaN", 0}, {parseHashRate, "Inf", 0},
		{parseHashRate, "5 XH/s", 0}, {parseHashRate, "5 kW", 0}, {parseHashRate, "0x10", 0}, {parseHashRate, "5 kH/s;", 0},
		{parsePower, "3400W", 3400}, {parsePower, "3.4kW", 3400}, {parsePower, "65", 65}, {parsePower, "1.2 MW", 1.2e6},
		{parsePower, "5mW", 0}, {parsePower, "-5W", 0}, {parsePower, "5 kWh", 0},
		{parseDifficulty, "9.5e7", 9.5e7}, {parseDifficulty, "95M", 95e6}, {parseDifficulty, "95M node", 95e6},
		{parseDifficulty, "65536pool", 1}, {parseDifficulty, "6.5536T pool", 1e8}, {parseDifficulty, "0", 0}, {parseDifficulty, "5m", 0},
	} {
		got, err := tt.parse(tt.in)
		if tt.want == 0 && err == nil || tt.want != 0 && (err != nil || !near(got, tt.want)) {
			t.Errorf("%q is %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.Local)
	for in, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "1.5d": 36 * time.Hour, "36h": 36 * time.Hour, "2026-11-24": 12 * time.Hour, "0d": 0} {
		if got, err := parseSince(in, now); err != nil || now.Sub(got) != want {
			t.Errorf("parseSince(%q) = %v, %v, want %v ago", in, got, err, want)
		}
	}
	for _, in := range []string{"", "d", "-1d", "-5h", "2027-01-01", "1800-01-01", "NaNd", "yesterday", "99999d"} {
		if got, err := parseSince(in, now); err == nil {
			t.Errorf("parseSince(%q) = %v is taken", in, got)
		}
	}
}

// On a terminal the answer breaks between words, not where the line ends.
func TestOddsFitsTheTerminal(t *testing.T) {
	q := &oddsQuestion{difficulty: 95e6, networkHashRate: -1, hashRate: 9.5e9, height: 3_100_000, interval: 840_000, watts: 3400, electricity: 0.28,
		price: 84.5, currency: "EUR", waited: 90 * day, waitedFrom: "since 2026-08-27"}
	for _, width := range []int{40, 80, 200} {
		for line := range strings.Lines(q.answer().text(width)) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("%d columns: a line of %d: %q", width, n, line)
			}
		}
	}
}
