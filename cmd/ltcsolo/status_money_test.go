package main

import (
	"strings"
	"testing"

	"ltcsolo/solo/dashboard"
)

// earning is a report of a run that costs and earns.
func earning() *dashboard.Report {
	r := serving("")
	r.Money = &dashboard.Money{
		Currency: "EUR", Electricity: new(0.28), Power: new(3400.0), PowerFrom: "miners", PowerTold: 1, PowerMiners: 2,
		CostDay: new(22.848), Cost: new(1.4), IncomeDay: new(6.32), Income: new(0.4), ProfitDay: new(-16.53), Profit: new(-1.0), Found: new(0.0),
		Chains: []dashboard.Earnings{
			{Chain: "litecoin", Unit: "1e-8 LTC", Price: new(84.5), AmountDay: new(1.26e6), Amount: 8e4, IncomeDay: new(1.06), Income: new(0.07), FoundValue: new(0.0)},
			{Chain: "dogecoin", Unit: "1e-8 DOGE", Price: new(0.11), AmountDay: new(47.78e8), Amount: 3e8, IncomeDay: new(5.26), Income: new(0.33), FoundValue: new(0.0)},
		},
	}
	return r
}

func TestStatusTellsMoney(t *testing.T) {
	r := earning()
	text := strings.Join(strings.Fields(statusText(r, 200)), " ")
	for _, want := range []string{
		"money power (3.40 kW, what 1 of 2 miners tell): 22.85 EUR a day; 1.40 EUR since the start",
		"expected from Litecoin: 0.0126 LTC = 1.06 EUR a day; 0.000800 LTC = 0.0700 EUR since the start",
		"expected from Dogecoin: 47.78 DOGE = 5.26 EUR a day; 3.00 DOGE = 0.330 EUR since the start",
		"expected income: 6.32 EUR a day; 0.400 EUR since the start", "expected profit: -16.53 EUR a day; -1.00 EUR since the start", "really found: nothing in this run",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("status lacks %q: %s", want, text)
		}
	}
	r.Money.Chains[1].FoundBlocks, r.Money.Chains[1].FoundAmount, r.Money.Chains[1].FoundValue = 1, 10_000_00000000, new(1100.0)
	r.Money.Power, r.Money.CostDay, r.Money.Cost, r.Money.ProfitDay, r.Money.Profit = nil, nil, nil, nil, nil
	text = strings.Join(strings.Fields(statusText(r, 200)), " ")
	for _, want := range []string{
		"really found: 1 block, 10000.00000000 DOGE = 1,100.00 EUR", "The cost of the power is not known: no miner tells what it takes, and --power is not given.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("status lacks %q: %s", want, text)
		}
	}
	if strings.Contains(text, "profit") {
		t.Errorf("status tells a profit without the cost: %s", text)
	}
	if text := statusText(serving(""), 200); strings.Contains(text, "money") {
		t.Errorf("status speaks of money though nobody has: %s", text)
	}
}
