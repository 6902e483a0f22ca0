package dashboard

import (
	"fmt"
	"strings"

	"ltcsolo/solo/units"
)

// Text writes an amount of money: "-21.79 EUR".
func (m *Money) Text(v float64) string { return units.Money(v, m.Currency) }

// PowerText says how much power is taken and who tells: "3.40 kW, as 2 of 3 miners tell"; empty if nobody does.
func (m *Money) PowerText() string {
	if m.Power == nil {
		return ""
	}
	text := units.Watts(*m.Power)
	if m.PowerFrom != powerByMiners {
		return text
	}
	if m.PowerTold < m.PowerMiners {
		return fmt.Sprintf("%s, what %d of %s tell", text, m.PowerTold, counted(uint64(m.PowerMiners), "miner"))
	}
	return text + ", as the miners tell"
}

// Headline is the figure that says most.
type Headline struct{ Amount, What string }

// Headline returns nil if no figure of a day is known.
func (m *Money) Headline() *Headline {
	switch {
	case m.ProfitDay != nil:
		return &Headline{m.Text(*m.ProfitDay), "expected profit in a day: income less power"}
	case m.CostDay != nil:
		return &Headline{m.Text(*m.CostDay), "cost of the power in a day"}
	case m.IncomeDay != nil:
		return &Headline{m.Text(*m.IncomeDay), "expected income in a day"}
	}
	return nil
}

// MoneyRow is a row of figures; those that are not known are empty.
type MoneyRow struct {
	Name, Note string
	Day, Start Figure
}

// Figure is an amount of money. Of a coin's value, Coins is the amount of the coin.
type Figure struct{ Amount, Coins string }

// String writes both: "6.25 LTC = 500.00 EUR".
func (f Figure) String() string {
	if f.Coins == "" {
		return f.Amount
	}
	return f.Coins + " = " + f.Amount
}

// Rows lists costs, expected income and what remains of it.
func (m *Money) Rows() (rows []MoneyRow) {
	rows = m.addRow(rows, "Power", m.CostDay, m.Cost)
	if len(rows) > 0 {
		rows[0].Note = m.PowerText()
	}
	for i := range m.Chains {
		e := &m.Chains[i]
		rows = append(rows, MoneyRow{Name: "Expected from " + capital(e.Chain), Day: m.expected(e, e.AmountDay, e.IncomeDay), Start: m.expected(e, &e.Amount, e.Income)})
	}
	if len(m.Chains) > 1 {
		rows = m.addRow(rows, "Expected income", m.IncomeDay, m.Income)
	}
	return m.addRow(rows, "Expected profit", m.ProfitDay, m.Profit)
}

func (m *Money) addRow(rows []MoneyRow, name string, perDay, start *float64) []MoneyRow {
	if perDay == nil || start == nil {
		return rows
	}
	return append(rows, MoneyRow{Name: name, Day: Figure{Amount: m.Text(*perDay)}, Start: Figure{Amount: m.Text(*start)}})
}

// expected writes an expected amount of a coin, and its value if that is known.
func (m *Money) expected(e *Earnings, amount, value *float64) Figure {
	if amount == nil {
		return Figure{}
	}
	coins := units.Number(*amount/smallestInCoin) + " " + e.ticker()
	if value == nil {
		return Figure{Amount: coins}
	}
	return Figure{m.Text(*value), coins}
}

// MoneyMissing says what keeps figures from being known, a sentence each.
func (r *Report) MoneyMissing() (missing []string) {
	m := r.Money
	if m == nil {
		return nil
	}
	switch {
	case m.Electricity == nil:
		missing = append(missing, "The cost of the power is not known: --electricity is not given.")
	case m.Power == nil:
		missing = append(missing, "The cost of the power is not known: no miner tells what it takes, and --power is not given.")
	case m.PowerFrom == powerByMiners && r.Search.Kernel != "":
		missing = append(missing, "The power that this machine takes is not counted.")
	}
	if r.Network != "main" {
		return append(missing, "The coins of "+r.Network+" are worth nothing.")
	}
	var unpriced []string
	for i := range m.Chains {
		if m.Chains[i].Price == nil {
			unpriced = append(unpriced, m.Chains[i].Chain)
		}
	}
	if len(unpriced) > 0 {
		missing = append(missing, "The value of "+strings.Join(unpriced, " and ")+" is not known: no price is given.")
	}
	return missing
}

// FoundTexts lists what was really found of each chain: "1 block, 12.50000000 LTC = 1,056.25 EUR".
func (m *Money) FoundTexts() (all []string) {
	for i := range m.Chains {
		e := &m.Chains[i]
		if e.FoundBlocks == 0 {
			continue
		}
		text := counted(uint64(e.FoundBlocks), "block") + ", " + units.Coins(e.FoundAmount, e.ticker())
		if e.FoundValue != nil {
			text += " = " + m.Text(*e.FoundValue)
		}
		all = append(all, text)
	}
	return all
}

// FoundText lists what was really found in a line.
func (m *Money) FoundText() string {
	if all := m.FoundTexts(); len(all) > 0 {
		return strings.Join(all, "; ")
	}
	return "nothing in this run"
}

func (e *Earnings) ticker() string { return strings.TrimPrefix(e.Unit, smallest) }
