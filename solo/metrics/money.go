package metrics

import (
	"ltcsolo/solo"
	"ltcsolo/template"
)

// addMoney describes what the run costs and what its hashes can be expected to earn, as far as prices are known.
func (x scrape) addMoney(m *solo.Money) {
	if m.Power.Watts >= 0 {
		x.add(power, m.Power.Watts)
		if m.Electricity >= 0 {
			x.add(powerCost, m.Cost, m.Currency)
		}
	}
	for _, c := range m.Coins {
		if c.Price < 0 {
			continue
		}
		chain := c.Chain.Name
		if chain == template.Litecoin.Name {
			chain = ""
		}
		const coin = 1e8 // in its smallest unit
		x.of(chain).add(expectedIncome, c.Expected/coin*c.Price, m.Currency)
	}
}
