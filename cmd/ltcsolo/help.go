package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

const appHelp = `ltcsolo: {{.Usage}}

Usage: {{.UsageText}}

Commands:{{range .VisibleCommands}}
  {{.Name}}{{"\t"}}{{.Usage}}{{end}}

ltcsolo COMMAND --help tells the flags of a command, with examples.

Every flag can also be set by environment (LTCSOLO_ADDRESS for --address) and in a TOML file (address = "...";
--config, by default ltcsolo/config.toml in your configuration directory). Flag beats environment beats file
beats what is found in litecoin.conf.
`

const commandHelp = `{{.HelpName}}: {{.Usage}}

Usage: {{.HelpName}}{{if .ArgsUsage}} {{.ArgsUsage}}{{end}} [--flag value ...]

{{.Description}}

Flags:
{{range .VisibleFlags}}{{.}}
{{end}}`

// Columns of a flag's help: where its text begins, and where it ends.
const (
	helpIndent = 28
	helpWidth  = 100
)

// flagText is what a flag's value is called, empty if it has none, and its help with the default. The value's name
// stands in the help between backquotes, or before it as `NAME`: if the help does not speak of it.
func flagText(f cli.Flag) (value, text string) {
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
	if def := strings.TrimSpace(d.GetDefaultText()); d.TakesValue() && def != "" && !strings.Contains(text, "(default:") {
		text += " (default: " + def + ")"
	}
	return value, text
}

// defaultText is what a flag's help says of its default; empty if it says nothing.
func defaultText(f cli.Flag) string {
	_, text := flagText(f)
	_, text, _ = strings.Cut(text, "(default: ")
	text, _, _ = strings.Cut(text, ")")
	return text
}

// flagHelp is a flag's help: its name, what its value is called, and the text with the default.
func flagHelp(f cli.Flag) string {
	value, text := flagText(f)
	head := "  " + strings.TrimSpace("--"+f.Names()[0]+" "+value)
	indent := strings.Repeat(" ", helpIndent)
	return hang(head+strings.Repeat(" ", max(2, helpIndent-len(head))), indent, text)
}

// hang writes text behind head, broken into lines of which all but the first begin with indent.
func hang(head, indent, text string) string {
	line := head
	var b strings.Builder
	fresh := true
	for _, word := range strings.Fields(text) {
		if !fresh && len(line)+1+len(word) > helpWidth {
			b.WriteString(line + "\n")
			line, fresh = indent, true
		}
		if !fresh {
			line += " "
		}
		line, fresh = line+word, false
	}
	return b.String() + line
}
