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

// flagHelp is a flag's help: its name, what its value is called, and the text with the default. The
// value's name stands in the text between backquotes, or before it as `NAME`: if the text does not speak of it.
func flagHelp(f cli.Flag) string {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return ""
	}
	text, value := d.GetUsage(), ""
	if before, rest, found := strings.Cut(text, "`"); found {
		value, rest, _ = strings.Cut(rest, "`")
		text = strings.TrimPrefix(before+value+rest, value+": ")
	} else if d.TakesValue() {
		value = "VALUE"
	}
	if def := strings.TrimSpace(d.GetDefaultText()); d.TakesValue() && def != "" && !strings.Contains(text, "(default:") {
		text += " (default: " + def + ")"
	}
	head := strings.TrimSpace("--" + f.Names()[0] + " " + value)
	return hang("  "+head, text)
}

// hang writes text beside head, broken into lines.
func hang(head, text string) string {
	indent := strings.Repeat(" ", helpIndent)
	line := head + strings.Repeat(" ", max(2, helpIndent-len(head)))
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
