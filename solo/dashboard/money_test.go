package dashboard_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// moneySnapshot is a run that is expected to find a block of Litecoin a day, and two of Dogecoin. The user gave all prices.
func moneySnapshot(t testing.TB) solo.Stats {
	t.Helper()
	s := mergedSnapshot(t)
	s.Network, s.Merged = "main", s.Merged[:1]
	litecoin, doge := *s.Job.Template, *s.Merged[0].Template
	litecoin.CoinbaseValue, doge.CoinbaseValue = 6_25000000, 10_000_00000000
	litecoin.Target, doge.Target = template.Target{4: 1}, template.Target{4: 2}
	s.Job.Template, s.Merged[0].Template = &litecoin, &doge
	rate := litecoin.Target.ExpectedHashes() / 86400
	s.Workers = []solo.Worker{{Name: "a", Sessions: 1, HashRate: [3]float64{9, rate / 4, 9}}, {Name: "b", Sessions: 1, HashRate: [3]float64{9, rate * 3 / 4, 9}}}
	s.Money = &solo.Money{
		Currency: "EUR", Electricity: 0.25, Power: solo.Power{Watts: 1500, Told: 2, Miners: 2}, Cost: 0.5,
		Coins: []solo.Coin{{Chain: template.Litecoin, Price: 80, Expected: 5000_0000}, {Chain: template.Dogecoin, Price: 0.125, Expected: 1000_00000000}},
	}
	s.Blocks = []delivery.Block{
		{ThisRun: true, State: delivery.StateImmature, Value: 6_00000000},
		{ThisRun: true, State: delivery.StateOrphaned, Value: 7_00000000},
		{ThisRun: true, State: delivery.StateUnsettled, Value: 8_00000000},
		{State: delivery.StateMature, Value: 9_00000000}, // of an earlier run
	}
	s.Merged[0].Blocks = []delivery.Block{{ThisRun: true, State: delivery.StateMature, Value: 10_000_00000000}, {ThisRun: true, State: delivery.StateRejected, Value: 1}}
	return s
}

func moneyOf(t *testing.T, s solo.Stats) *dashboard.Money {
	t.Helper()
	var r dashboard.Report
	if err := json.Unmarshal(ask(t, showing(t, s), "/api/stats", nil).Body.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r.Money
}

// TestMoneyByHand checks a case that was calculated by hand.
func TestMoneyByHand(t *testing.T) {
	m := moneyOf(t, moneySnapshot(t))
	litecoin, doge := &m.Chains[0], &m.Chains[1]
	for _, tt := range []struct {
		name string
		got  *float64
		want float64
	}{
		{"1.5 kW * 24 h * 0.25", m.CostDay, 9}, {"cost", m.Cost, 0.5},
		{"a litecoin block a day", litecoin.AmountDay, 6_25000000}, {"6.25 * 80", litecoin.IncomeDay, 500}, {"0.5 * 80", litecoin.Income, 40},
		{"two dogecoin blocks a day", doge.AmountDay, 20_000_00000000}, {"20000 * 0.125", doge.IncomeDay, 2500}, {"1000 * 0.125", doge.Income, 125},
		{"500 + 2500", m.IncomeDay, 3000}, {"40 + 125", m.Income, 165}, {"3000 - 9", m.ProfitDay, 2991}, {"165 - 0.5", m.Profit, 164.5},
		{"one litecoin block in the best chain: 6 * 80", litecoin.FoundValue, 480}, {"10000 * 0.125", doge.FoundValue, 1250}, {"480 + 1250", m.Found, 1730},
	} {
		if tt.got == nil || math.Abs(*tt.got/tt.want-1) > 1e-6 {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if litecoin.FoundBlocks != 1 || litecoin.FoundAmount != 6_00000000 || doge.FoundBlocks != 1 {
		t.Errorf("found: %+v, %+v", litecoin, doge)
	}
	if m.PowerFrom != "miners" || m.PowerTold != 2 || m.PowerMiners != 2 || m.Currency != "EUR" {
		t.Errorf("money: %+v", m)
	}
}

// What cannot be said is null, and the page says why.
func TestMoneyThatIsNotKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*solo.Stats)
		want   [4]bool // known: cost, income of Litecoin, income of all, profit
		page   []string
	}{
		"nothing was said": {func(s *solo.Stats) { s.Money = nil }, [4]bool{}, []string{`<section id="money"></section>`}},
		"no electricity":   {func(s *solo.Stats) { s.Money.Electricity = -1 }, [4]bool{false, true, true, false}, []string{"--electricity is not given", "3,000.00 EUR", "expected income in a day"}},
		"no power": {func(s *solo.Stats) { s.Money.Power = solo.Power{Watts: -1, Miners: 3} }, [4]bool{false, true, true, false},
			[]string{"no miner tells what it takes, and --power is not given"}},
		"no price of dogecoin": {func(s *solo.Stats) { s.Money.Coins[1].Price = -1 }, [4]bool{true, true, false, false},
			[]string{"The value of dogecoin is not known", "9.00 EUR", "cost of the power in a day", "<td>20,000.00 DOGE</td>"}},
		"regtest": {func(s *solo.Stats) { s.Network, s.Money.Coins[0].Price, s.Money.Coins[1].Price = "regtest", -1, -1 }, [4]bool{true, false, false, false}, []string{"The coins of regtest are worth nothing"}},
		"some miners tell": {func(s *solo.Stats) { s.Money.Power.Told, s.Search.Kernel = 1, "avx2" }, [4]bool{true, true, true, true},
			[]string{"1.50 kW, what 1 of 2 miners tell", "The power that this machine takes is not counted", "2,991.00 EUR", "expected profit in a day",
				"<td>500.00 EUR<br><span class=\"faint\">6.25 LTC</span></td>", "1 block, 6.00000000 LTC = 480.00 EUR<br>1 block, 10000.00000000 DOGE = 1,250.00 EUR<"}},
		"nothing found": {func(s *solo.Stats) { s.Blocks, s.Merged[0].Blocks, s.Money.Power.Given = nil, nil, true }, [4]bool{true, true, true, true},
			[]string{"nothing in this run", "1.50 kW<"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := moneySnapshot(t)
			tt.change(&s)
			m := moneyOf(t, s)
			if m == nil && s.Money != nil {
				t.Fatal("there is no money")
			}
			if m != nil {
				if got := [4]bool{m.CostDay != nil, m.Chains[0].IncomeDay != nil, m.IncomeDay != nil, m.Profit != nil}; got != tt.want {
					t.Errorf("cost, Litecoin's income, income and profit are known: %v, want %v", got, tt.want)
				}
			}
			html := ask(t, showing(t, s), "/", nil).Body.String()
			checkHarmless(t, html)
			for _, want := range tt.page {
				if !strings.Contains(html, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
		})
	}
}

// While nothing is searched, a day can be expected to earn nothing; what was expected so far stays.
func TestMoneyOfAPause(t *testing.T) {
	s := moneySnapshot(t)
	s.Searching, s.Money.Power = false, solo.Power{Given: true}
	if m := moneyOf(t, s); *m.IncomeDay != 0 || *m.CostDay != 0 || *m.Income == 0 || *m.Cost == 0 {
		t.Errorf("in a day %v and %v, since the start %v and %v", *m.IncomeDay, *m.CostDay, *m.Income, *m.Cost)
	}
}

// What a day costs and earns stands in the page's overview.
func TestMoneyAtAGlance(t *testing.T) {
	html := ask(t, showing(t, moneySnapshot(t)), "/", nil).Body.String()
	for _, want := range []string{`<dt>Power costs</dt><dd class="figure">9.00 EUR</dd>`, `<dt>Expected income</dt><dd class="figure">3,000.00 EUR</dd>`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
