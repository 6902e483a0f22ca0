package dashboard

import (
	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/odds"
	"ltcsolo/template"
)

// Money is what the run costs and what it can be expected to earn, in Currency, which may be empty. What is expected is an
// average and never mixed with what was found. A day's figures hold if it goes on as it does now. What cannot be said, for
// want of a price or of the power, is null; so is all income on networks whose coins are worth nothing.
type Money struct {
	Currency    string     `json:"currency"`
	Electricity *float64   `json:"electricity"` // a kilowatt hour
	Power       *float64   `json:"power_watts"`
	PowerFrom   string     `json:"power_from"`   // flag, or miners: their own sensors; empty if nobody tells
	PowerTold   int        `json:"power_told"`   // miners that tell their power
	PowerMiners int        `json:"power_miners"` // of so many
	CostDay     *float64   `json:"cost_per_day"`
	Cost        *float64   `json:"cost_since_start"`
	IncomeDay   *float64   `json:"expected_income_per_day"` // of all chains; null unless the price of each coin is known
	Income      *float64   `json:"expected_income_since_start"`
	ProfitDay   *float64   `json:"expected_profit_per_day"`
	Profit      *float64   `json:"expected_profit_since_start"`
	Found       *float64   `json:"found_value"` // of this run's blocks in the best chains
	Chains      []Earnings `json:"chains"`      // Litecoin first
}

// Earnings is what a chain's blocks can be expected to pay, and what those of this run do pay. Amounts are in Unit.
type Earnings struct {
	Chain       string   `json:"chain"`
	Unit        string   `json:"unit"` // a hundred-millionth of a coin: 1e-8 LTC
	Price       *float64 `json:"price"`
	AmountDay   *float64 `json:"expected_amount_per_day"` // null without a template
	Amount      float64  `json:"expected_amount_since_start"`
	IncomeDay   *float64 `json:"expected_income_per_day"`
	Income      *float64 `json:"expected_income_since_start"`
	FoundBlocks int      `json:"found_blocks"` // of this run, in the best chain
	FoundAmount int64    `json:"found_amount"`
	FoundValue  *float64 `json:"found_value"`
}

const (
	powerByFlag   = "flag"
	powerByMiners = "miners"

	smallestInCoin = 1e8
)

// takeMoney describes what is known of money.
func (r *Report) takeMoney(s *solo.Stats) {
	if s.Money == nil {
		return
	}
	m := &Money{Currency: line(s.Money.Currency), Electricity: known(s.Money.Electricity), Power: known(s.Money.Power.Watts)}
	switch {
	case s.Money.Power.Given:
		m.PowerFrom = powerByFlag
	case m.Power != nil:
		m.PowerFrom = powerByMiners
	}
	m.PowerTold, m.PowerMiners = s.Money.Power.Told, s.Money.Power.Miners
	if m.Power != nil && m.Electricity != nil {
		m.CostDay, m.Cost = new(odds.Cost(*m.Power, day, *m.Electricity)), new(s.Money.Cost)
	}
	for _, c := range s.Money.Coins {
		m.Chains = append(m.Chains, newEarnings(&c, s))
	}
	m.IncomeDay = m.sum(func(e *Earnings) *float64 { return e.IncomeDay })
	m.Income = m.sum(func(e *Earnings) *float64 { return e.Income })
	m.Found = m.sum(func(e *Earnings) *float64 { return e.FoundValue })
	m.ProfitDay, m.Profit = difference(m.IncomeDay, m.CostDay), difference(m.Income, m.Cost)
	r.Money = m
}

func newEarnings(c *solo.Coin, s *solo.Stats) Earnings {
	e := Earnings{Chain: c.Chain.Name, Unit: unitOf(c.Chain), Amount: c.Expected, Price: known(c.Price)}
	tip, blocks, searched := sideOf(s, c.Chain)
	if tip != nil {
		rate := 0.0
		if searched {
			rate = solo.AverageRate(s.Workers) // over seconds it flickers
		}
		e.AmountDay = new(odds.ExpectedReward(tip.Target, rate*day, float64(tip.CoinbaseValue)))
	}
	for i := range blocks {
		if b := &blocks[i]; b.ThisRun && (b.State == delivery.StateImmature || b.State == delivery.StateMature) {
			e.FoundBlocks++
			e.FoundAmount += b.Value
		}
	}
	if e.Price == nil {
		return e
	}
	worth := func(amount float64) *float64 { return new(amount / smallestInCoin * *e.Price) }
	if e.AmountDay != nil {
		e.IncomeDay = worth(*e.AmountDay)
	}
	e.Income, e.FoundValue = worth(e.Amount), worth(float64(e.FoundAmount))
	return e
}

// sideOf returns the newest template of a chain, nil before the first, its found blocks, and whether it is searched now.
func sideOf(s *solo.Stats, chain *template.Chain) (tip *template.Template, blocks []delivery.Block, searched bool) {
	for i := range s.Merged {
		if m := &s.Merged[i]; m.Chain == chain {
			return m.Template, m.Blocks, s.Searching && m.Committed
		}
	}
	if s.Job != nil {
		tip = s.Job.Template
	}
	return tip, s.Blocks, s.Searching && s.Idle == ""
}

// sum adds up a figure of all chains; nil unless each has it.
func (m *Money) sum(of func(*Earnings) *float64) *float64 {
	total := 0.0
	for i := range m.Chains {
		v := of(&m.Chains[i])
		if v == nil {
			return nil
		}
		total += *v
	}
	return &total
}

func difference(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return new(*a - *b)
}

// known returns nil for a negative number.
func known(v float64) *float64 {
	if v < 0 {
		return nil
	}
	return &v
}
