package main

import (
	"fmt"
	"ltcsolo/solo/odds"
	"math"
	"strconv"
	"strings"
	"time"
)

// Spans of time in seconds. A year is Julian, a month its twelfth.
const (
	hour  = 3600.0
	day   = 24 * hour
	week  = 7 * day
	month = year / 12
	year  = 365.25 * day
)

// suspicion is the chance of a drought at which a fault is likelier than bad luck.
const suspicion = 0.01

// oddsAnswer is what odds --json prints. What was not given, or does not follow from it, is nil.
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

	question *oddsQuestion
}

// answer is the arithmetic.
func (q *oddsQuestion) answer() *oddsAnswer {
	hashes := odds.HashesForDifficulty(q.difficulty)
	expected := hashes / q.hashRate
	o := &oddsAnswer{
		HashRate: q.hashRate, NetworkDifficulty: q.difficulty, NetworkHashRate: q.networkHashRate, ExpectedSeconds: expected,
		ChanceHour: odds.Chance(expected, hour), ChanceDay: odds.Chance(expected, day), ChanceWeek: odds.Chance(expected, week),
		ChanceMonth: odds.Chance(expected, month), ChanceYear: odds.Chance(expected, year),
		Currency: q.currency, SuspectSeconds: -math.Log(suspicion) * expected, question: q,
	}
	if q.networkHashRate < 0 {
		o.NetworkHashRate = hashes / odds.BlockSpacing
	}
	if q.waited >= 0 {
		o.DroughtSeconds, o.DroughtChance = &q.waited, new(math.Exp(-q.waited/expected))
	}
	kilowattHours := -1.0
	if q.watts >= 0 {
		kilowattHours = q.watts / 1000 * day / hour
	}
	if kilowattHours >= 0 && q.electricity >= 0 {
		o.PowerCost = new(kilowattHours * q.electricity)
	}
	if q.height < 0 {
		return o
	}
	subsidy := odds.Subsidy(q.height, q.interval)
	litecoins := float64(subsidy) / 1e8 * day / expected // a day
	o.Subsidy, o.IncomeLitoshi = &subsidy, new(litecoins*1e8)
	if !q.assumed {
		o.BlocksToHalving = new(q.interval - q.height%q.interval)
	}
	if q.price >= 0 {
		o.Income = new(litecoins * q.price)
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

// oddsLabel is the width of the answer's names.
const oddsLabel = 21

// text is for people, on a terminal of so many columns.
func (o *oddsAnswer) text(width int) string {
	q := o.question
	s := &sheet{width: width, label: oddsLabel}
	line := func(name, format string, a ...any) {
		s.last = "" // two lines of one name say it twice
		s.line(name, format, a...)
	}
	rate := hashRate(o.HashRate)
	if q.measured != "" {
		rate += ", measured here: " + q.measured
	}
	line("hash rate", "%s", rate)
	line("network", "%s, difficulty %s (%s in the units of pools)", hashRate(o.NetworkHashRate), difficulty(o.NetworkDifficulty),
		difficulty(o.NetworkDifficulty*poolDifficulty))
	line("a block comes every", "%s on average", duration(o.ExpectedSeconds))
	for _, c := range []struct {
		span   string
		chance float64
	}{
		{"an hour", o.ChanceHour}, {"a day", o.ChanceDay}, {"a week", o.ChanceWeek}, {"a month", o.ChanceMonth}, {"a year", o.ChanceYear},
	} {
		line("chance in "+c.span, "%s", chanceText(c.chance))
	}
	if o.Subsidy != nil {
		o.printMoney(line)
	}
	o.printDrought(line)
	return s.b.String()
}

func (o *oddsAnswer) printMoney(line func(name, format string, a ...any)) {
	q := o.question
	switch left := q.interval - q.height%q.interval; {
	case q.assumed:
		line("a block pays", "%s and fees, as on main in 2026", litecoins(*o.Subsidy))
	case *o.Subsidy == 0:
		line("a block pays", "its fees alone")
	default:
		line("a block pays", "%s and fees", litecoins(*o.Subsidy))
		line("next halving", "in %s %s, about %s", thousands(int64(left)), plural(int(left), "block"), duration(float64(left)*odds.BlockSpacing))
	}
	income := number(*o.IncomeLitoshi/1e8) + " LTC"
	if o.Income != nil {
		income += " = " + o.money(*o.Income)
	}
	line("income in a day", "%s on average, fees not counted", income)
	if o.PowerCost != nil {
		line("power in a day", "%s for %s kWh", o.money(*o.PowerCost), number(q.watts/1000*24))
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
		}
		line("no block for", "%s, %s: the chance of so long a wait is %s; %s", duration(*o.DroughtSeconds), o.question.waitedFrom,
			chanceText(*o.DroughtChance), verdict)
	}
	line("suspect a fault", "after %s without a block: the chance of that is 1 %%", duration(o.SuspectSeconds))
}

// money writes an amount of the user's currency.
func (o *oddsAnswer) money(v float64) string {
	return strings.TrimSpace(number(v) + " " + o.Currency)
}

// number writes v so that a person can read it: with two decimals from 1 on, with three digits below.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 1e15:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 1:
		cents := math.Round(a * 100)
		sign := ""
		if v < 0 {
			sign = "-"
		}
		return fmt.Sprintf("%s%s.%02d", sign, thousands(int64(cents/100)), int64(math.Mod(cents, 100)))
	case a == 0:
		return "0"
	case a < 1e-12:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	decimals := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}
