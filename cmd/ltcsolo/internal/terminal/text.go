package terminal

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"ltcsolo/solo/units"
)

// PrintJSON writes v as one line.
func PrintJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// OneLine replaces what is not printable with spaces, so that text from elsewhere cannot move the cursor, make a second
// line or run backwards.
func OneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text))
}

// ISOTime returns t as results have it: RFC 3339, UTC, whole seconds.
func ISOTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Short returns a duration below a second in milliseconds with three digits, a longer one as units.Duration does.
func Short(d time.Duration) string {
	if d >= time.Second {
		return units.Duration(d.Seconds())
	}
	return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
}

// Plural returns word, with an s unless n is 1.
func Plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// YesNo returns "yes" or "no".
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
