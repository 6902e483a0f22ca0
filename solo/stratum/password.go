package stratum

import (
	"strconv"
	"strings"
)

// passwordOptions is what a miner's password asks for. Zero: nothing.
type passwordOptions struct {
	Fixed float64 // d=, diff= or difficulty=: this difficulty, always
	Start float64 // sd=: this difficulty at first
}

// parsePassword looks for difficulties among the words of a password, in the forms that pools have made common:
// "x,d=512", "D:512; sd=64". What makes no sense is ignored, since firmware demands a password and people type anything.
// Of several words that mean the same, the first one counts.
func parsePassword(password string) passwordOptions {
	var o passwordOptions
	for word := range strings.FieldsFuncSeq(password, isSeparator) {
		at := strings.IndexAny(word, "=:")
		if at < 0 {
			continue
		}
		d, ok := parseDifficulty(word[at+1:])
		if !ok {
			continue
		}
		switch strings.ToLower(word[:at]) {
		case "d", "diff", "difficulty":
			if o.Fixed == 0 {
				o.Fixed = d
			}
		case "sd":
			if o.Start == 0 {
				o.Start = d
			}
		}
	}
	return o
}

func isSeparator(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }

// parseDifficulty parses a difficulty that a client gave: a decimal number within minDifficulty and maxDifficulty.
func parseDifficulty(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "0123456789.eE+-") != "" { // no hexadecimal, no inf, no nan
		return 0, false
	}
	d, err := strconv.ParseFloat(text, 64)
	return d, err == nil && d >= minDifficulty && d <= maxDifficulty
}
