package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Number returns v with two decimals from 1 on, and with three significant digits below.
func Number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 1e15:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 1:
		cents := math.Round(a * 100)
		sign := ""
		if v < 0 {
			sign = "-"
		}
		return fmt.Sprintf("%s%s.%02d", sign, Thousands(int64(cents/100)), int64(math.Mod(cents, 100)))
	case a == 0:
		return "0"
	case a < 1e-12:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	decimals := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Money formats an amount of a currency, whose name may be empty: "-21.79 EUR".
func Money(v float64, currency string) string { return strings.TrimSpace(Number(v) + " " + currency) }

// Watts formats a power with three digits: "3.40 kW".
func Watts(w float64) string { return prefixed(w) + "W" }
