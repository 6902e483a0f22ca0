package terminal

import (
	"fmt"
	"slices"
)

// Section is a part of a screen.
type Section struct {
	*Sheet
	Least int // lines that come before what other sections have beyond their least
}

// Screen returns the sections, the most important first, in at most so many lines. Each section first gets its Least, as far
// as there is room; what is left goes to the sections in turn. A section that is cut ends with how many of its entries are
// not shown.
func Screen(lines int, sections ...Section) string {
	granted := make([]int, len(sections))
	for i, s := range sections {
		granted[i] = max(0, min(s.Least, s.lines(), lines))
		lines -= granted[i]
	}
	var shown []string
	for i, s := range sections {
		more := max(0, min(s.lines()-granted[i], lines))
		lines -= more
		shown = append(shown, s.first(granted[i]+more)...)
	}
	return text(shown)
}

func (s *Sheet) lines() int { return len(slices.Concat(s.entries...)) }

// first returns at most n lines: whole entries and how many more there are, or as much as there is room for of the first
// entry.
func (s *Sheet) first(n int) (lines []string) {
	for i, entry := range s.entries {
		rest := len(s.entries) - i
		room := n - len(lines)
		if rest > 1 {
			room-- // for how many more there are
		}
		if len(entry) <= room {
			lines = append(lines, entry...)
			continue
		}
		if i == 0 {
			part := entry[:max(0, min(n, max(room, 1)))]
			lines = append(lines, part...)
			rest--
			if k := len(part); k > 0 && (k < len(entry) || rest > 0 && k == n) {
				lines[k-1] = s.ellipsis(lines[k-1])
			}
		}
		if rest > 0 && len(lines) < n {
			lines = append(lines, cut(fmt.Sprintf("%-*sand %d more", s.Label, "", rest), s.Label+s.room()))
		}
		break
	}
	return lines
}

// ellipsis shows that a line goes on.
func (s *Sheet) ellipsis(line string) string {
	most := s.Label + s.room()
	if r := []rune(line); len(r)+2 > most {
		return string(r[:most-1]) + "…"
	}
	return line + " …"
}
