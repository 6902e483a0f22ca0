package terminal

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	columnGap = 2
	leastName = 8 // characters of a row's first cell; where there is less room, a row is a line of text
)

// Table adds rows under a name, each with as many cells as the first, and calls below after each but for the first: it
// may add details. The first cell of a row is flush left, and cut if the terminal is too narrow for it; the others are
// flush right. Every row is one line unless the terminal is very narrow.
func (s *Sheet) Table(name string, rows [][]string, below func(row int)) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = OneLine(cell)
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	first := s.room()
	for _, w := range widths[1:] {
		first -= columnGap + w
	}
	widths[0] = min(widths[0], first)
	for n, row := range rows {
		if first < leastName {
			s.Line(name, "%s", strings.Join(row, " "))
		} else {
			s.row(name, row, widths)
		}
		switch n {
		case 0:
		case 1: // the heads of the columns stay with the first row
			last := len(s.entries) - 1
			s.entries = append(s.entries[:last-1], slices.Concat(s.entries[last-1], s.entries[last]))
			fallthrough
		default:
			below(n - 1)
		}
	}
}

func (s *Sheet) row(name string, row []string, widths []int) {
	label := name
	if name == s.last {
		label = ""
	}
	s.last = name
	line := fmt.Sprintf("%-*s%-*s", s.Label, label, widths[0], cut(row[0], widths[0]))
	for i, cell := range row[1:] {
		line += fmt.Sprintf("%*s", columnGap+widths[1+i], cell)
	}
	s.entries = append(s.entries, []string{line})
}

// cut shortens text to at most so many characters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
