package terminal

import (
	"fmt"
	"slices"
	"strings"
)

// Wrap breaks text into lines of at most width characters: between words, and within a word that is longer than a
// line. A width below 1 means one line.
func Wrap(text string, width int) []string {
	if width < 1 {
		return []string{text}
	}
	var lines []string
	line := []rune{}
	for _, word := range strings.Fields(text) {
		w := []rune(word)
		if len(line) > 0 && len(line)+1+len(w) > width && len(w) <= width {
			lines, line = append(lines, string(line)), nil
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		for line = append(line, w...); len(line) > width; line = line[width:] {
			lines = append(lines, string(line[:width]))
		}
	}
	return append(lines, string(line))
}

// Hang wraps text to lines that end before column width, where the first one begins at the column of the indent and the
// others begin with the indent itself.
func Hang(indent, text string, width int) string {
	return strings.Join(Wrap(text, width-len(indent)), "\n"+indent)
}

// leastText is the least number of characters that a Sheet has for its text, however narrow the terminal is.
const leastText = 16

// Sheet is a list of named lines, wrapped to the width of a terminal.
type Sheet struct {
	Width int // columns of the terminal
	Label int // columns of them for names

	entries [][]string // lines of the terminal that belong together: a named line and its details, or a row of a table
	last    string
}

// Line adds a line. It leaves the name out if the line before has the same.
func (s *Sheet) Line(name, format string, a ...any) {
	label := name
	if name == s.last {
		label = ""
	}
	s.add(label, format, a...)
	s.last = name
}

// Named adds a line with its name, whatever the name of the line before.
func (s *Sheet) Named(name, format string, a ...any) {
	s.add(name, format, a...)
	s.last = name
}

// Cut adds a line that is cut at the terminal's edge in place of being wrapped.
func (s *Sheet) Cut(name, format string, a ...any) {
	label := name
	if name == s.last {
		label = ""
	}
	line := fmt.Sprintf("%-*s%s", s.Label, label, cut(OneLine(fmt.Sprintf(format, a...)), s.room()))
	s.entries = append(s.entries, []string{line})
	s.last = name
}

// detailIndent is how much further in details begin.
const detailIndent = 2

// Detail adds a line that explains the one before, under the same name and further in.
func (s *Sheet) Detail(format string, a ...any) {
	indent := strings.Repeat(" ", detailIndent)
	text := OneLine(fmt.Sprintf(format, a...))
	for _, part := range Wrap(text, s.room()-detailIndent) {
		s.extend(fmt.Sprintf("%-*s%s%s", s.Label, "", indent, part))
	}
}

// extend adds a line to the last entry.
func (s *Sheet) extend(line string) {
	if len(s.entries) == 0 {
		s.entries = append(s.entries, nil)
	}
	last := &s.entries[len(s.entries)-1]
	*last = append(*last, line)
}

func (s *Sheet) add(label, format string, a ...any) {
	text := OneLine(fmt.Sprintf(format, a...))
	var lines []string
	for _, part := range Wrap(text, s.room()) {
		lines = append(lines, fmt.Sprintf("%-*s%s", s.Label, label, part))
		label = ""
	}
	s.entries = append(s.entries, lines)
}

// room returns how many characters a line has for its text. The last column stays free: some terminals wrap there.
func (s *Sheet) room() int { return max(s.Width-1-s.Label, leastText) }

// String returns the lines so far.
func (s *Sheet) String() string { return text(slices.Concat(s.entries...)) }

// text joins lines.
func text(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}
