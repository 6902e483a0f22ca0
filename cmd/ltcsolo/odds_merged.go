package main

import (
	"log/slog"
	"math"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// askMerged adds the merged chains to the question: Dogecoin by its difficulty, and all that mine would merge.
func (q *oddsQuestion) askMerged(ctx *cli.Context, network string, log *slog.Logger) error {
	chains, err := settings.ReadMerged(ctx)
	if err != nil {
		return err
	}
	given := ctx.IsSet("doge-difficulty") && ctx.String("doge-difficulty") != "node"
	if given {
		doge, err := readDogeOdds(ctx, network)
		if err != nil {
			return err
		}
		q.merged = append(q.merged, doge)
	}
	for _, m := range chains {
		if given && m.Chain == template.Dogecoin {
			continue
		}
		c, err := askMergedNode(ctx, &m, network, log)
		if err != nil {
			return err
		}
		q.merged = append(q.merged, c)
	}
	var merged []*template.Chain
	for i := range q.merged {
		merged = append(merged, q.merged[i].network.Chain)
	}
	return q.money.CheckMerged(merged, "give --doge-address or --doge-difficulty too, or leave it out")
}

// readDogeOdds returns Dogecoin as the command line describes it.
func readDogeOdds(ctx *cli.Context, network string) (c oddsChain, err error) {
	n, _ := template.Dogecoin.Network(network)
	c = unasked(n)
	if c.difficulty, err = settings.ParseDifficulty("doge-difficulty", ctx.String("doge-difficulty")); err != nil {
		return c, err
	}
	if network == "main" { // its subsidy is the same for ever
		c.height, c.assumed = math.MaxInt32, true
	}
	return c, nil
}

// askMergedNode asks a node of a merged chain.
func askMergedNode(ctx *cli.Context, m *settings.Merged, network string, log *slog.Logger) (c oddsChain, err error) {
	n, _ := m.Chain.Network(network)
	c = unasked(n)
	d, err := m.Discover(wallet.Network(network), log)
	if err != nil {
		return c, err
	}
	running, stop := terminal.Interruptible(ctx.Context)
	defer stop()
	status, err := run.FirstStatus(running, d, ctx.Duration("wait"), log)
	if err != nil {
		return c, err
	}
	if err := status.CheckChain(network); err != nil {
		return c, err
	}
	if status.InitialDownload {
		log.Warn("the node is in initial sync: difficulty and height are old", "chain", m.Chain.Name, "height", status.Height)
	}
	c.difficulty, c.networkHashRate, c.height = status.Difficulty, status.NetworkHashRate, status.Height+1
	return c, nil
}

// mergedOdds is what the same hashes win on a merged chain. Amounts are in its smallest unit.
type mergedOdds struct {
	Chain             string   `json:"chain"`
	NetworkDifficulty float64  `json:"network_difficulty"`
	NetworkHashRate   float64  `json:"network_hash_rate"`
	ExpectedSeconds   float64  `json:"expected_seconds"`
	ChanceDay         float64  `json:"chance_day"`
	ChanceMonth       float64  `json:"chance_month"`
	ChanceYear        float64  `json:"chance_year"`
	Subsidy           *int64   `json:"subsidy,omitempty"`
	IncomeUnits       *float64 `json:"income_units_per_day,omitempty"` // on average, fees not counted
	Income            *float64 `json:"income_per_day,omitempty"`
}

// togetherOdds is what all chains come to. A block is one of any of them.
type togetherOdds struct {
	ExpectedSeconds float64  `json:"expected_seconds"`
	ChanceDay       float64  `json:"chance_day"`
	ChanceMonth     float64  `json:"chance_month"`
	ChanceYear      float64  `json:"chance_year"`
	Income          *float64 `json:"income_per_day,omitempty"` // if the price of each coin was given
	Profit          *float64 `json:"profit_per_day,omitempty"`
	BreakEvenPower  *float64 `json:"break_even_electricity,omitempty"` // of a kilowatt hour
}

// addMerged completes the answer by the merged chains, if there are any.
func (o *oddsAnswer) addMerged() {
	q := o.question
	if len(q.merged) == 0 {
		return
	}
	income, known := 0.0, o.Income != nil
	if known {
		income = *o.Income
	}
	rate := 1 / o.ExpectedSeconds // blocks a second
	for i := range q.merged {
		m := q.merged[i].odds(q.hashRate, &q.money)
		o.Merged = append(o.Merged, m)
		rate += 1 / m.ExpectedSeconds
		if known = known && m.Income != nil; known {
			income += *m.Income
		}
	}
	expected := 1 / rate
	t := &togetherOdds{
		ExpectedSeconds: expected, ChanceDay: odds.Chance(expected, day), ChanceMonth: odds.Chance(expected, month), ChanceYear: odds.Chance(expected, year),
	}
	if known {
		t.Income = &income
		if o.PowerCost != nil {
			t.Profit = new(income - *o.PowerCost)
		}
		if q.money.Watts > 0 {
			t.BreakEvenPower = new(income / (q.money.Watts / 1000 * day / hour))
		}
	}
	o.Together = t
}

// odds calculates what a hash rate in H/s wins on a merged chain.
func (c *oddsChain) odds(hashRate float64, money *settings.Money) mergedOdds {
	hashes := odds.HashesForDifficulty(c.difficulty)
	expected := hashes / hashRate
	m := mergedOdds{
		Chain: c.network.Chain.Name, NetworkDifficulty: c.difficulty, NetworkHashRate: c.networkHashRate, ExpectedSeconds: expected,
		ChanceDay: odds.Chance(expected, day), ChanceMonth: odds.Chance(expected, month), ChanceYear: odds.Chance(expected, year),
	}
	if c.networkHashRate < 0 {
		m.NetworkHashRate = hashes / c.network.Chain.Spacing.Seconds()
	}
	if c.height < 0 {
		return m
	}
	subsidy := c.network.Subsidy(c.height)
	perDay := float64(subsidy) * day / expected
	m.Subsidy, m.IncomeUnits = &subsidy, &perDay
	if price := money.PriceOf(c.network.Chain); price >= 0 {
		m.Income = new(perDay / 1e8 * price)
	}
	return m
}

// printMerged adds the lines of the merged chains.
func (o *oddsAnswer) printMerged(line func(name, format string, a ...any)) {
	q := o.question
	for i, m := range o.Merged {
		c := &q.merged[i]
		line(m.Chain, "%s, difficulty %s: a block every %s on average", units.HashRate(m.NetworkHashRate),
			units.Difficulty(m.NetworkDifficulty), units.Duration(m.ExpectedSeconds))
		line("  chance", "%s in a day, %s in a month, %s in a year", units.Chance(m.ChanceDay), units.Chance(m.ChanceMonth), units.Chance(m.ChanceYear))
		if m.Subsidy == nil || c.network.Name != "main" {
			continue
		}
		ticker := c.network.Chain.Ticker
		line("  a block pays", "%s and fees", units.Coins(*m.Subsidy, ticker))
		income := units.Number(*m.IncomeUnits/1e8) + " " + ticker
		if m.Income != nil {
			income += " = " + o.money(*m.Income)
		}
		line("  income in a day", "%s on average, fees not counted", income)
	}
	t := o.Together
	if t == nil {
		return
	}
	line("all chains together", "a block every %s on average", units.Duration(t.ExpectedSeconds))
	line("  chance", "%s in a day, %s in a month, %s in a year", units.Chance(t.ChanceDay), units.Chance(t.ChanceMonth), units.Chance(t.ChanceYear))
	if q.network.Name != "main" {
		return
	}
	if t.Income != nil {
		line("  income in a day", "%s on average", o.money(*t.Income))
	}
	if t.Profit != nil {
		line("  profit in a day", "%s on average", o.money(*t.Profit))
	}
	if t.BreakEvenPower != nil {
		line("  pays for its power", "if a kilowatt hour costs %s or less", o.money(*t.BreakEvenPower))
	}
}
