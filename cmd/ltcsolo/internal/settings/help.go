package settings

import (
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// Columns of a flag's help: where its text begins, and where it ends.
const (
	helpIndent = 28
	helpWidth  = 100
	leastHelp  = 60 // columns of a terminal; narrower ones break lines themselves
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
	return head + strings.Repeat(" ", max(2, helpIndent-len(head))) + terminal.Hang(indent, text, min(helpWidth, columns()))
}

// PrintHelp is a cli.HelpPrinter. It fits the help to the terminal.
func PrintHelp(w io.Writer, templ string, data any) {
	var b strings.Builder
	cli.HelpPrinterCustom(&b, templ, data, map[string]any{"groups": groupedFlags})
	io.WriteString(w, fitHelp(b.String(), columns()))
}

// columns returns the width for help: the terminal's, else that of the environment, else as much as is wanted.
func columns() int {
	if c := terminal.Open(os.Stdout); c.Terminal() {
		return max(c.Width(), leastHelp)
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(n, leastHelp)
	}
	return math.MaxInt
}

// groupedFlags returns the help of flags, each group under its name, in the order in which the groups begin.
func groupedFlags(flags []cli.Flag) string {
	const without = "Flags"
	var names []string
	groups := map[string][]string{}
	for _, f := range flags {
		name := without
		if c, ok := f.(cli.CategorizableFlag); ok && c.GetCategory() != "" {
			name = c.GetCategory()
		}
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], f.String())
	}
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:\n%s\n", name, strings.Join(groups[name], "\n"))
	}
	return b.String()
}

// inGroup puts flags into a group of the help.
func inGroup(name string, flags ...cli.Flag) []cli.Flag {
	for _, f := range flags {
		switch f := f.(type) {
		case *cli.StringFlag:
			f.Category = name
		case *cli.StringSliceFlag:
			f.Category = name
		case *cli.BoolFlag:
			f.Category = name
		case *cli.IntFlag:
			f.Category = name
		case *cli.Float64Flag:
			f.Category = name
		case *cli.DurationFlag:
			f.Category = name
		}
	}
	return flags
}

// fitHelp wraps help to a width. Lines that are not indented are prose. An indented one with a gap in it is a word and what
// it means; another one is a command, which can still be pasted.
func fitHelp(text string, width int) string {
	var b strings.Builder
	var prose []string
	end := func() {
		if len(prose) > 0 {
			longest := 0
			for _, line := range prose {
				longest = max(longest, utf8.RuneCountInString(line))
			}
			if longest <= width {
				b.WriteString(strings.Join(prose, "\n") + "\n")
			} else {
				b.WriteString(strings.Join(terminal.Wrap(strings.Join(prose, " "), width), "\n") + "\n")
			}
		}
		prose = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && line[0] != ' ' {
			prose = append(prose, line)
			if strings.HasSuffix(line, ":") { // a heading
				end()
			}
			continue
		}
		end()
		b.WriteString(fitLine(line, width) + "\n")
	}
	end()
	return b.String()
}

// wordAndMeaning splits an indented line of two columns.
var wordAndMeaning = regexp.MustCompile(`^( +[^ ](?:[^ ]| [^ ])*  +)([^ ].*)$`)

func fitLine(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	if m := wordAndMeaning.FindStringSubmatch(line); m != nil {
		if head := len(m[1]); head <= width/2 {
			return m[1] + terminal.Hang(strings.Repeat(" ", head), m[2], width)
		}
		const below = "      "
		return strings.TrimRight(m[1], " ") + "\n" + below + terminal.Hang(below, m[2], width)
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	words := shellWords(strings.TrimSpace(line))
	out, at := indent, len(indent)
	for i, word := range words {
		switch n := utf8.RuneCountInString(word); {
		case i == 0:
			at += n
		case at+1+n+len(` \`) > width:
			out, at = out+" \\\n"+indent+"    ", len(indent)+4+n
		default:
			out, at = out+" ", at+1+n
		}
		out += word
	}
	return out
}

// shellWords splits a command at the spaces that are not quoted.
func shellWords(command string) []string {
	var words []string
	quote, start := rune(0), 0
	for i, c := range command {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ' ':
			words, start = append(words, command[start:i]), i+1
		}
	}
	return append(words, command[start:])
}
