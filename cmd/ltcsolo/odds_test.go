package main

import (
	"math"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/settings"
)

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

// TestOddsByHand checks one case that was calculated by hand.
//
// Difficulty 65535 is 65535 * 2^48/65535 = 2^48 hashes a block: 281474976710656. At 2^48/86400 H/s a block takes a day.
func TestOddsByHand(t *testing.T) {
	q := &oddsQuestion{
		oddsChain: oddsChain{difficulty: 65535, networkHashRate: -1, height: 2_519_999, network: litecoinNetwork("main")},
		hashRate:  281474976710656.0 / 86400, money: settings.Money{Watts: 1500, Electricity: 0.25, Price: 2}, waited: 2 * 86400,
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

// Results that need what was not given are left out.
func TestOddsWithoutMoney(t *testing.T) {
	q := &oddsQuestion{
		oddsChain: oddsChain{difficulty: 1, networkHashRate: -1, height: -1, network: litecoinNetwork("main")},
		hashRate:  1, money: settings.Money{Watts: 100, Electricity: -1, Price: 3}, waited: -1,
	}
	o := q.answer()
	if o.Subsidy != nil || o.IncomeLitoshi != nil || o.PowerCost != nil || o.Income != nil || o.Profit != nil ||
		o.BreakEvenPrice != nil || o.BreakEvenPower != nil || o.BlocksToHalving != nil || o.DroughtChance != nil {
		t.Errorf("answer() = %+v", o)
	}
}

// What tells of money on main says nothing where coins are worth nothing, nor does a wait there tell of a fault.
func TestOddsOfATestNetwork(t *testing.T) {
	for network, want := range map[string][]string{
		"main":    {"LTC = ", "profit in a day", "is next to nothing; look for a fault: is the miner searching"},
		"test":    {"none: the coins of test are worth nothing", "is next to nothing; either nothing was searched meanwhile"},
		"regtest": {"none: the coins of regtest are worth nothing", "is next to nothing; either nothing was searched meanwhile"},
	} {
		q := &oddsQuestion{
			oddsChain: oddsChain{difficulty: 4.657e-10, networkHashRate: -1, height: 433, network: litecoinNetwork(network)},
			hashRate:  67000, money: settings.Money{Watts: 100, Electricity: 0.3, Price: 80}, waited: 3600, waitedFrom: "since block 432",
		}
		text := strings.Join(strings.Fields(q.answer().text(200)), " ")
		for _, want := range want {
			if !strings.Contains(text, want) {
				t.Errorf("odds on %s lack %q: %s", network, want, text)
			}
		}
		if network != "main" && (strings.Contains(text, "profit") || strings.Contains(text, "LTC on average") || strings.Contains(text, "look for a fault")) {
			t.Errorf("odds on %s: %s", network, text)
		}
	}
}

// On a terminal the answer is wrapped between words.
func TestOddsFitsTheTerminal(t *testing.T) {
	q := &oddsQuestion{
		oddsChain: oddsChain{difficulty: 95e6, networkHashRate: -1, height: 3_100_000, network: litecoinNetwork("main")},
		hashRate:  9.5e9, money: settings.Money{Watts: 3400, Electricity: 0.28, Price: 84.5, Currency: "EUR"}, waited: 90 * day, waitedFrom: "since 2026-08-27",
	}
	for _, width := range []int{40, 80, 200} {
		for line := range strings.Lines(q.answer().text(width)) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("%d columns: a line of %d: %q", width, n, line)
			}
		}
	}
}
