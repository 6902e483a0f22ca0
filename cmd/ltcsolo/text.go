package main

import (
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo"
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

func litecoins(litoshi int64) string    { return solo.LitecoinText(litoshi) }
func hashRate(perSecond float64) string { return solo.HashRateText(perSecond) }
func difficulty(d float64) string       { return solo.DifficultyText(d) }
func duration(seconds float64) string   { return solo.DurationText(seconds) }
func thousands(n int64) string          { return solo.ThousandsText(n) }
func chanceText(p float64) string       { return solo.ChanceText(p) }
func age(seconds float64) string        { return solo.AgeText(seconds) }
