package terminal

import (
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// Amount is an amount of coins in JSON: value_litoshi of Litecoin, value and unit of another chain.
type Amount struct {
	Litoshi *int64 `json:"value_litoshi,omitempty"`
	Value   *int64 `json:"value,omitempty"`
	Unit    string `json:"unit,omitempty"` // 1e-8 DOGE

	text string
}

// AmountOf returns an amount in the smallest unit of a chain.
func AmountOf(value int64, chain *template.Chain) Amount {
	a := Amount{text: units.Coins(value, chain.Ticker)}
	if chain == template.Litecoin {
		a.Litoshi = &value
	} else {
		a.Value, a.Unit = &value, "1e-8 "+chain.Ticker
	}
	return a
}

// String returns the amount as people read it: "10000.00000000 DOGE".
func (a Amount) String() string { return a.text }
