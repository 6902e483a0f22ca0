package main

import (
	"ltcsolo/template"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Quantities as people write them: a number, a prefix of the thousands, a unit that may be left out.
var (
	hashRateForm   = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKmMgGtTpPeE]?)(?:[hH](?:/[sS]|[pP][sS])?)?$`)
	powerForm      = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKM]?)(?:[wW])?$`)
	difficultyForm = regexp.MustCompile(`^([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?) ?([kKMGTPE]?) ?(node|pool|)$`)
)

var prefixes = map[string]float64{"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15, "e": 1e18}

// quantity reads what form has taken apart: positive and finite, or not ok.
func quantity(form *regexp.Regexp, text string) (v float64, parts []string, ok bool) {
	parts = form.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return 0, nil, false
	}
	v, err := strconv.ParseFloat(parts[1], 64)
	v *= prefixes[strings.ToLower(parts[2])] // m of 500 mh is mega: nobody hashes a thousandth
	return v, parts, err == nil && v > 0 && !math.IsInf(v, 0)
}

// parseHashRate reads H/s: "9.5GH/s", "504 MH", "20kh", "1.2e6".
func parseHashRate(text string) (float64, error) {
	v, _, ok := quantity(hashRateForm, text)
	if !ok {
		return 0, usage("give a number with a unit, such as 67kH/s, 504MH/s or 9.5GH/s", "--hashrate is no hash rate")
	}
	return v, nil
}

// parsePower reads watts: "3400W", "3.4kW", "65".
func parsePower(text string) (float64, error) {
	v, _, ok := quantity(powerForm, text)
	if !ok {
		return 0, usage("give watts, such as 3400W or 3.4kW", "--power is no power")
	}
	return v, nil
}

// parseDifficulty reads a network difficulty and gives it in the node's units: "9.5e7", "95M", "6.2Tpool".
func parseDifficulty(text string) (float64, error) {
	v, parts, ok := quantity(difficultyForm, text)
	if !ok {
		return 0, usage("give a number as getmininginfo shows it, such as 9.5e7 or 95M, one in the units of pools, such as 6.2Tpool, or node",
			"--difficulty is no difficulty")
	}
	if parts[3] == "pool" {
		v /= template.PoolDifficultyFactor
	}
	return v, nil
}

// parseMoney reads an amount of the user's currency, 0 or more.
func parseMoney(flag, text, example string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return 0, usage("give a number, such as "+example, "--%s is no amount of money", flag)
	}
	return v, nil
}
