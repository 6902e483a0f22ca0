package main

import (
	"encoding/json"
	"io"
	"ltcsolo/solo/units"
	"strings"
	"time"
	"unicode"
)

// printJSON writes v as one line.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// oneLine makes harmless what is not printable: a node's words cannot move the cursor, make a second line or run
// backwards.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text))
}

// isoTime is the form of times in results: RFC 3339, UTC, whole seconds.
func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// isoUnix is isoTime of a header time.
func isoUnix(seconds uint32) string { return isoTime(time.Unix(int64(seconds), 0)) }

// What people read is the same in the terminal and on the dashboard.

func litecoins(litoshi int64) string    { return units.Litecoin(litoshi) }
func hashRate(perSecond float64) string { return units.HashRate(perSecond) }
func difficulty(d float64) string       { return units.Difficulty(d) }
func duration(seconds float64) string   { return units.Duration(seconds) }
func thousands(n int64) string          { return units.Thousands(n) }
func chanceText(p float64) string       { return units.Chance(p) }
func age(seconds float64) string        { return units.Age(seconds) }
