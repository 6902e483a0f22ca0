// Package units formats numbers, amounts and times for people.
package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Litecoin formats an amount in litoshi: "6.25000000 LTC".
func Litecoin(litoshi int64) string { return Coins(litoshi, "LTC") }

// Coins formats an amount of a coin of 100,000,000 units: "10000.00000000 DOGE".
func Coins(amount int64, ticker string) string {
	const coin = 100_000_000
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	return fmt.Sprintf("%s%d.%08d %s", sign, amount/coin, amount%coin, ticker)
}

// HashRate formats a rate in H/s with three digits: "67.0 kH/s".
func HashRate(perSecond float64) string { return prefixed(perSecond) + "H/s" }

// prefixed formats a number with three digits and a unit prefix.
func prefixed(v float64) string {
	for _, p := range []struct {
		unit float64
		name string
	}{{1e18, " E"}, {1e15, " P"}, {1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if v >= p.unit*0.9995 {
			return digits(v/p.unit) + p.name
		}
	}
	return digits(v) + " "
}

// Difficulty formats a difficulty with three digits and a prefix from 1000 on, else with four digits.
func Difficulty(d float64) string {
	if d >= 1000 {
		return strings.TrimSuffix(prefixed(d), " ")
	}
	return strconv.FormatFloat(d, 'g', 4, 64)
}

// digits formats v with three digits, or more if it has more before the point.
func digits(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Duration formats seconds in one unit, with three digits: "0.90 seconds", "3.20 days", "285,000 years". Infinity and NaN
// are "forever".
func Duration(seconds float64) string {
	const minute, hour, day, year = 60, 3600, 86400, 365.25 * 86400
	switch {
	case math.IsNaN(seconds) || math.IsInf(seconds, 0):
		return "forever"
	case seconds < 0.01:
		return "less than 0.01 seconds"
	case seconds < 2*minute:
		return digits(seconds) + " seconds"
	case seconds < 2*hour:
		return digits(seconds/minute) + " minutes"
	case seconds < 2*day:
		return digits(seconds/hour) + " hours"
	case seconds < 2*year:
		return digits(seconds/day) + " days"
	}
	years := seconds / year
	switch {
	case years >= 1e9:
		return digits(years/1e9) + " billion years"
	case years >= 1e6:
		return digits(years/1e6) + " million years"
	case years >= 1000:
		size := math.Pow(10, math.Floor(math.Log10(years))-2)
		return Thousands(int64(math.Round(years/size)*size)) + " years"
	}
	return digits(years) + " years"
}

// Thousands formats n with commas.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Age formats elapsed seconds in whole units: "42 s", "1 h 30 min".
func Age(seconds float64) string {
	const minute, hour, day = 60, 3600, 86400
	switch s := int64(seconds); {
	case s < minute:
		return fmt.Sprintf("%d s", max(s, 0))
	case s < hour:
		return fmt.Sprintf("%d min", s/minute)
	case s < 2*day:
		return fmt.Sprintf("%d h %d min", s/hour, s%hour/minute)
	default:
		return Thousands(s/day) + " days"
	}
}

// Chance formats a probability: in percent, or below one percent as "1 in 11,900". It calls nothing certain or
// impossible.
func Chance(p float64) string {
	switch {
	case p < 1e-300:
		return "next to nothing"
	case p < 1e-15:
		return fmt.Sprintf("1 in %.3g", 1/p)
	case p < 0.01:
		one := 1 / p
		digits := math.Pow(10, math.Floor(math.Log10(one))-2)
		return "1 in " + Thousands(int64(math.Round(one/digits)*digits))
	case p > 0.9999:
		return "over 99.99 %"
	}
	return strconv.FormatFloat(100*p, 'f', 2, 64) + " %"
}

// MeasuredRate formats a hash rate with its relative standard error, if it has one: "16.5 GH/s ±10 %".
func MeasuredRate(perSecond, relativeError float64) string {
	if relativeError == 0 {
		return HashRate(perSecond)
	}
	decimals := 0
	if relativeError < 0.01 {
		decimals = 1
	}
	return fmt.Sprintf("%s ±%.*f %%", HashRate(perSecond), decimals, 100*relativeError)
}

// Part formats a part of a whole in percent: "0.2 %", "none".
func Part(p float64) string {
	switch {
	case p == 0:
		return "none"
	case p < 0.0005:
		return "<0.1 %"
	}
	return strconv.FormatFloat(100*p, 'f', 1, 64) + " %"
}
