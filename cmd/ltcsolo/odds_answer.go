package main

import (
	"math"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// Spans of time in seconds. A year is Julian, a month its twelfth.
const (
	hour  = 3600.0
	day   = 24 * hour
	week  = 7 * day
	month = year / 12
	year  = 365.25 * day
)

// suspicion is the chance of a drought below which a fault is likelier than bad luck.
const suspicion = 0.01

// oddsAnswer is the output of odds --json. What was not given, or does not follow from it, is nil.
type oddsAnswer struct {
	HashRate          float64  `json:"hash_rate"` // H/s
	NetworkDifficulty float64  `json:"network_difficulty"`
	NetworkHashRate   float64  `json:"network_hash_rate"`
	ExpectedSeconds   float64  `json:"expected_seconds"`
	ChanceHour        float64  `json:"chance_hour"`
	ChanceDay         float64  `json:"chance_day"`
	ChanceWeek        float64  `json:"chance_week"`
	ChanceMonth       float64  `json:"chance_month"`
	ChanceYear        float64  `json:"chance_year"`
	Subsidy           *int64   `json:"subsidy_litoshi,omitempty"`
	IncomeLitoshi     *float64 `json:"income_litoshi_per_day,omitempty"` // on average, fees not counted
	PowerCost         *float64 `json:"power_cost_per_day,omitempty"`
	Income            *float64 `json:"income_per_day,omitempty"`
	Profit            *float64 `json:"profit_per_day,omitempty"`
	BreakEvenPrice    *float64 `json:"break_even_price,omitempty"`       // of a litecoin
	BreakEvenPower    *float64 `json:"break_even_electricity,omitempty"` // of a kilowatt hour
	Currency          string   `json:"currency,omitempty"`
	BlocksToHalving   *int32   `json:"blocks_to_halving,omitempty"`
	DroughtSeconds    *float64 `json:"drought_seconds,omitempty"`
	DroughtChance     *float64 `json:"drought_chance,omitempty"` // of so long a time without a block
	SuspectSeconds    float64  `json:"suspect_after_seconds"`    // a time without a block whose chance is 1 %

	Merged   []mergedOdds  `json:"merged,omitempty"`
	Together *togetherOdds `json:"together,omitempty"` // with merged chains

	question *oddsQuestion
}

// answer calculates the answer.
func (q *oddsQuestion) answer() *oddsAnswer {
	o := q.mainAnswer()
	o.addMerged()
	return o
}

// mainAnswer is the answer about Litecoin alone.
func (q *oddsQuestion) mainAnswer() *oddsAnswer {
	hashes := odds.HashesForDifficulty(q.difficulty)
	expected := hashes / q.hashRate
	o := &oddsAnswer{
		HashRate: q.hashRate, NetworkDifficulty: q.difficulty, NetworkHashRate: q.networkHashRate, ExpectedSeconds: expected,
		ChanceHour: odds.Chance(expected, hour), ChanceDay: odds.Chance(expected, day), ChanceWeek: odds.Chance(expected, week),
		ChanceMonth: odds.Chance(expected, month), ChanceYear: odds.Chance(expected, year),
		Currency: q.money.Currency, SuspectSeconds: -math.Log(suspicion) * expected, question: q,
	}
	if q.networkHashRate < 0 {
		o.NetworkHashRate = hashes / q.network.Chain.Spacing.Seconds()
	}
	if q.waited >= 0 {
		o.DroughtSeconds, o.DroughtChance = &q.waited, new(math.Exp(-q.waited/expected))
	}
	kilowattHours := -1.0
	if q.money.Watts >= 0 {
		kilowattHours = q.money.Watts / 1000 * day / hour
	}
	if kilowattHours >= 0 && q.money.Electricity >= 0 {
		o.PowerCost = new(odds.Cost(q.money.Watts, day, q.money.Electricity))
	}
	if q.height < 0 {
		return o
	}
	subsidy := q.network.Subsidy(q.height)
	litecoins := float64(subsidy) / 1e8 * day / expected // a day
	o.Subsidy, o.IncomeLitoshi = &subsidy, new(litecoins*1e8)
	if !q.assumed {
		o.BlocksToHalving = new(q.network.Halving - q.height%q.network.Halving)
	}
	if q.money.Price >= 0 {
		o.Income = new(litecoins * q.money.Price)
		if kilowattHours > 0 {
			o.BreakEvenPower = new(*o.Income / kilowattHours)
		}
	}
	if o.PowerCost != nil && litecoins > 0 {
		o.BreakEvenPrice = new(*o.PowerCost / litecoins)
	}
	if o.PowerCost != nil && o.Income != nil {
		o.Profit = new(*o.Income - *o.PowerCost)
	}
	return o
}

// oddsLabel is the number of columns for the names of the answer's lines.
const oddsLabel = 21

// text returns the answer for people, on a terminal of width columns.
func (o *oddsAnswer) text(width int) string {
	q := o.question
	s := &terminal.Sheet{Width: width, Label: oddsLabel}
	line := s.Named
	rate := units.MeasuredRate(o.HashRate, q.rateError)
	if q.source != "" {
		rate += ", " + q.source
	}
	line("hash rate", "%s", rate)
	line("network", "%s, difficulty %s (%s in pool units)", units.HashRate(o.NetworkHashRate), units.Difficulty(o.NetworkDifficulty),
		units.Difficulty(o.NetworkDifficulty*template.PoolDifficultyFactor))
	line("a block comes every", "%s on average", units.Duration(o.ExpectedSeconds))
	for _, c := range []struct {
		span   string
		chance float64
	}{
		{"an hour", o.ChanceHour}, {"a day", o.ChanceDay}, {"a week", o.ChanceWeek}, {"a month", o.ChanceMonth}, {"a year", o.ChanceYear},
	} {
		line("chance in "+c.span, "%s", units.Chance(c.chance))
	}
	if o.Subsidy != nil {
		o.printMoney(line)
	}
	o.printDrought(line)
	o.printMerged(line)
	return s.String()
}

func (o *oddsAnswer) printMoney(line func(name, format string, a ...any)) {
	q := o.question
	switch left := q.network.Halving - q.height%q.network.Halving; {
	case q.assumed:
		line("a block pays", "%s and fees, as on main in 2026", units.Litecoin(*o.Subsidy))
	case *o.Subsidy == 0:
		line("a block pays", "its fees alone")
	default:
		line("a block pays", "%s and fees", units.Litecoin(*o.Subsidy))
		line("next halving", "in %s %s, about %s", units.Thousands(int64(left)), terminal.Plural(int(left), "block"), units.Duration(float64(left)*q.network.Chain.Spacing.Seconds()))
	}
	income := units.Number(*o.IncomeLitoshi/1e8) + " LTC"
	if o.Income != nil {
		income += " = " + o.money(*o.Income)
	}
	if q.network.Name == "main" {
		line("income in a day", "%s on average, fees not counted", income)
	} else {
		line("income in a day", "none: the coins of %s are worth nothing", q.network.Name)
	}
	if o.PowerCost != nil {
		line("power in a day", "%s for %s kWh", o.money(*o.PowerCost), units.Number(q.money.Watts/1000*24))
	}
	if q.network.Name != "main" || o.Together != nil { // then the power is for all chains
		return
	}
	if o.Profit != nil {
		line("profit in a day", "%s on average", o.money(*o.Profit))
	}
	if o.BreakEvenPrice != nil {
		line("pays for its power", "if a litecoin is worth %s or more", o.money(*o.BreakEvenPrice))
	}
	if o.BreakEvenPower != nil {
		line("pays for its power", "if a kilowatt hour costs %s or less", o.money(*o.BreakEvenPower))
	}
}

func (o *oddsAnswer) printDrought(line func(name, format string, a ...any)) {
	if o.DroughtChance != nil {
		verdict := "that is chance"
		if *o.DroughtChance < suspicion {
			verdict = "look for a fault: is the miner searching, and on the right chain? (ltcsolo doctor)"
			if o.question.network.Name != "main" {
				verdict = "either nothing was searched meanwhile, or there is a fault (ltcsolo doctor)"
			}
		}
		line("no block for", "%s, %s: the chance of so long a wait is %s; %s", units.Duration(*o.DroughtSeconds), o.question.waitedFrom,
			units.Chance(*o.DroughtChance), verdict)
	}
	line("suspect a fault", "after %s without a block: the chance of that is 1 %%", units.Duration(o.SuspectSeconds))
}

// money writes an amount of the user's currency.
func (o *oddsAnswer) money(v float64) string { return units.Money(v, o.Currency) }
