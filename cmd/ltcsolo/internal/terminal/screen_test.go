package terminal_test

import (
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

func TestScreen(t *testing.T) {
	section := func(least int, name string, lines ...string) terminal.Section {
		s := &terminal.Sheet{Width: 14, Label: 4}
		for _, line := range lines {
			s.Line(name, "%s", line)
		}
		return terminal.Section{Sheet: s, Least: least}
	}
	all := func() []terminal.Section {
		return []terminal.Section{section(1, "a", "1"), section(2, "b", "1", "2", "3", "4"), section(0, "c"), section(1, "d", "1", "2", "3")}
	}
	for lines, want := range map[int]string{
		0: "",
		1: "a   1\n",
		2: "a   1\nb   1 …\n",
		3: "a   1\nb   1\n    and 3 more\n",
		4: "a   1\nb   1\n    and 3 more\nd   1 …\n",
		5: "a   1\nb   1\n    2\n    and 2 more\nd   1 …\n",
		6: "a   1\nb   1\n    2\n    3\n    4\nd   1 …\n",
		7: "a   1\nb   1\n    2\n    3\n    4\nd   1\n    and 2 more\n",
		8: "a   1\nb   1\n    2\n    3\n    4\nd   1\n    2\n    3\n",
		9: "a   1\nb   1\n    2\n    3\n    4\nd   1\n    2\n    3\n",
	} {
		if got := terminal.Screen(lines, all()...); got != want {
			t.Errorf("%d lines:\n%s\nwant\n%s", lines, got, want)
		}
	}
	// An entry of several lines is shown whole, or cut if it is the first.
	long := func() terminal.Section {
		return section(2, "e", "1", "one and two and three and four and five", "3")
	}
	for lines, want := range map[int]string{
		2: "e   1\n    and 2 more\n", 3: "e   1\n    and 2 more\n",
	} {
		if got := terminal.Screen(lines, long()); got != want {
			t.Errorf("%d lines:\n%s\nwant\n%s", lines, got, want)
		}
	}
	if got, want := terminal.Screen(2, section(2, "f", "one and two and three and four and five", "2")), "f   one and two and…\n    and 1 more\n"; got != want {
		t.Errorf("a long first entry:\n%s\nwant\n%s", got, want)
	}
	if got := terminal.Screen(3, section(1, "g", "one two three four five six seven eight nine ten")); strings.Count(got, "\n") != 3 || !strings.HasSuffix(got, "…\n") {
		t.Errorf("a long only entry:\n%s", got)
	}
}

// A line can be cut in place of being wrapped.
func TestSheetCut(t *testing.T) {
	s := &terminal.Sheet{Width: 21, Label: 4}
	s.Cut("a", "one two\nthree four five")
	s.Cut("a", "six")
	if got, want := s.String(), "a   one two three f…\n    six\n"; got != want {
		t.Errorf("lines:\n%s\nwant\n%s", got, want)
	}
}

// The heads of a table's columns stay with its first row, and do not count as an entry.
func TestScreenOfATable(t *testing.T) {
	s := &terminal.Sheet{Width: 60, Label: 8}
	s.Table("miners", [][]string{{"worker", "rate"}, {"a", "1"}, {"b", "2"}, {"c", "3"}}, func(int) {})
	if got, want := terminal.Screen(3, terminal.Section{Sheet: s, Least: 3}), "miners  worker  rate\n        a          1\n        and 2 more\n"; got != want {
		t.Errorf("three lines of a table:\n%s\nwant\n%s", got, want)
	}
}
