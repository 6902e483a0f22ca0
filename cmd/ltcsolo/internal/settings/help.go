package settings

import (
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// Columns of a flag's help: where its text begins, and where it ends.
const (
	helpIndent = 28
	helpWidth  = 100
)

// FlagText returns the name of a flag's value, empty if it has none, and its help with the default. In the flag's
// usage the name stands between backquotes, or before the text as `NAME`: if the text does not use it.
func FlagText(f cli.Flag) (value, text string) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	text = d.GetUsage()
	if before, rest, found := strings.Cut(text, "`"); found {
		value, rest, _ = strings.Cut(rest, "`")
		text = strings.TrimPrefix(before+value+rest, value+": ")
	} else if d.TakesValue() {
		value = "VALUE"
	}
	if def := strings.TrimSpace(d.GetDefaultText()); d.TakesValue() && def != "" && !strings.Contains(text, defaultMark) {
		text += " " + defaultMark + def + ")"
	}
	return value, text
}

const defaultMark = "(default: " // begins what a flag's help says of its default

// defaultText returns what a flag's help says of its default, empty if it says nothing.
func defaultText(f cli.Flag) string {
	_, text := FlagText(f)
	_, text, _ = strings.Cut(text, defaultMark)
	text, _, _ = strings.Cut(text, ")")
	return text
}

// FlagHelp returns the help of a flag: its name, the name of its value, and the text with the default.
func FlagHelp(f cli.Flag) string {
	value, text := FlagText(f)
	head := "  " + strings.TrimSpace("--"+f.Names()[0]+" "+value)
	indent := strings.Repeat(" ", helpIndent)
	return head + strings.Repeat(" ", max(2, helpIndent-len(head))) + terminal.Hang(indent, text, helpWidth)
}
