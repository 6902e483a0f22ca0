package settings

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
)

// Quantities as people write them: a number, a unit prefix, and a unit that may be left out.
var (
	hashRateForm   = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKmMgGtTpPeE]?)(?:[hH](?:/[sS]|[pP][sS])?)?$`)
	powerForm      = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKM]?)(?:[wW])?$`)
	difficultyForm = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKMGTPE]?) ?(node|pool|)$`)
)

var prefixes = map[string]float64{"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}

// quantity reads text by its form. It is ok if the value is positive and finite.
func quantity(form *regexp.Regexp, text string) (v float64, parts []string, ok bool) {
	parts = form.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return 0, nil, false
	}
	v, err := strconv.ParseFloat(parts[1], 64)
	v *= prefixes[strings.ToLower(parts[2])] // the m of 500 mh is mega: nobody hashes a thousandth
	return v, parts, err == nil && v > 0 && !math.IsInf(v, 0)
}

// ParseHashRate reads --hashrate in H/s: "9.5GH/s", "504 MH", "20kh", "1.2e6".
func ParseHashRate(text string) (float64, error) {
	v, _, ok := quantity(hashRateForm, text)
	if !ok {
		return 0, terminal.Usage("hashrate", "give a number with a unit, such as 67kH/s, 504MH/s or 9.5GH/s", "--hashrate is not a hash rate")
	}
	return v, nil
}

// ParsePower reads --power in watts: "3400W", "3.4kW", "65".
func ParsePower(text string) (float64, error) {
	v, _, ok := quantity(powerForm, text)
	if !ok {
		return 0, terminal.Usage("power", "give watts, such as 3400W or 3.4kW", "--power is not a number of watts")
	}
	return v, nil
}

// ParseDifficulty reads --difficulty, a network difficulty, in the node's units: "9.5e7", "95M", "6.2Tpool".
func ParseDifficulty(flag, text string) (float64, error) {
	v, parts, ok := quantity(difficultyForm, text)
	if !ok {
		return 0, terminal.Usage(flag, "give a number as getmininginfo shows it, such as 9.5e7 or 95M, one in pool units, such as 6.2Tpool, or node",
			"--%s is not a difficulty", flag)
	}
	if parts[3] == "pool" {
		v /= template.PoolDifficultyFactor
	}
	return v, nil
}

// ParseMoney reads an amount of the user's currency, 0 or more, from a flag's value.
func ParseMoney(flag, text, example string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return 0, terminal.Usage(flag, "give a number, such as "+example, "--%s is not an amount of money", flag)
	}
	return v, nil
}

// ParseSince reads --since: a date, a time, or how long ago: 2026-03-01, 2026-03-01T12:00:00Z, 90d, 36h.
func ParseSince(text string, now time.Time) (time.Time, error) {
	const remedy = "give a date such as 2026-03-01, or how long ago, such as 90d or 36h"
	t, err := time.ParseInLocation(time.DateOnly, text, time.Local)
	if err != nil {
		t, err = time.Parse(time.RFC3339, text)
	}
	if err != nil {
		span := text
		var days float64
		if n, ok := strings.CutSuffix(text, "d"); ok {
			if days, err = strconv.ParseFloat(n, 64); err != nil || !(days >= 0 && days < 1e5) {
				return t, terminal.Usage("since", remedy, "--since is not a date, a time or how long ago")
			}
			span = "0s"
		}
		d, err := time.ParseDuration(span)
		if err != nil {
			return t, terminal.Usage("since", remedy, "--since is not a date, a time or how long ago")
		}
		t = now.Add(-d - time.Duration(days*24*float64(time.Hour)))
	}
	if t.After(now) || now.Sub(t).Hours() > 100*365*24 {
		return t, terminal.Usage("since", remedy, "--since is in the future, or more than 100 years ago")
	}
	return t, nil
}
