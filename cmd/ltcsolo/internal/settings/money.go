package settings

import (
	"regexp"
	"slices"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
)

// Money is what the user says of power and prices: nothing of it is ever fetched. A number that was not given is negative.
type Money struct {
	Watts       float64 // that all miners together take
	Electricity float64 // a kilowatt hour, in Currency
	Price       float64 // of a litecoin
	DogePrice   float64 // of a dogecoin
	Currency    string  // empty: without a name
}

// PriceOf returns what a coin of a chain is worth; negative if that was not given.
func (m *Money) PriceOf(chain *template.Chain) float64 {
	switch chain {
	case template.Litecoin:
		return m.Price
	case template.Dogecoin:
		return m.DogePrice
	}
	return -1
}

const dogePrice = dogePrefix + "price"

// MoneyFlags say what power and coins cost.
func MoneyFlags() []cli.Flag {
	return inGroup(groupMoney,
		&cli.StringFlag{Name: "power", Usage: "`WATTS` that the miners take together, such as 3400W or 3.4kW"},
		&cli.StringFlag{Name: "electricity", Usage: "what a kilowatt hour costs, a `NUMBER` of your currency"},
		&cli.StringFlag{Name: "price", Usage: "what a litecoin is worth, a `NUMBER` of your currency"},
		&cli.StringFlag{Name: dogePrice, Usage: "what a dogecoin is worth, a `NUMBER` of your currency"},
		&cli.StringFlag{Name: "currency", Usage: "`NAME` of your currency, such as EUR"},
	)
}

// runMoneyFlags are MoneyFlags for a run, which may know the power by itself.
func runMoneyFlags() []cli.Flag {
	flags := MoneyFlags()
	power := FlagNamed(flags, "power").(*cli.StringFlag)
	power.Usage += " (default: what miners tell of themselves)"
	return flags
}

var currencyForm = regexp.MustCompile(`^\pL{1,8}$|^\p{Sc}$`)

// ReadMoney reads the flags of MoneyFlags.
func ReadMoney(ctx *cli.Context) (m Money, err error) {
	m = Money{Watts: -1, Electricity: -1, Price: -1, DogePrice: -1, Currency: ctx.String("currency")}
	if ctx.IsSet("power") {
		if m.Watts, err = ParsePower(ctx.String("power")); err != nil {
			return m, err
		}
	}
	for _, amount := range []struct {
		flag, example string
		into          *float64
	}{{"electricity", "0.28", &m.Electricity}, {"price", "84.5", &m.Price}, {dogePrice, "0.11", &m.DogePrice}} {
		if !ctx.IsSet(amount.flag) {
			continue
		}
		if *amount.into, err = ParseMoney(amount.flag, ctx.String(amount.flag), amount.example); err != nil {
			return m, err
		}
	}
	if m.Currency != "" && !currencyForm.MatchString(m.Currency) {
		return m, terminal.Usage("currency", "give one word such as EUR", "--currency is not the name of a currency")
	}
	return m, nil
}

// CheckMerged refuses the price of a coin that is not mined. The remedy names what would have it mined.
func (m *Money) CheckMerged(chains []*template.Chain, remedy string) error {
	if m.DogePrice >= 0 && !slices.Contains(chains, template.Dogecoin) {
		return terminal.Usage(dogePrice, remedy, "--%s is given, and Dogecoin is not merged", dogePrice)
	}
	return nil
}
