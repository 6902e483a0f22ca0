package terminal_test

import (
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

func TestTable(t *testing.T) {
	rows := func() [][]string {
		return [][]string{{"worker", "hash rate", "refused"}, {"garage.antminer-l9", "16.8 GH/s", "0.1 %"}, {"evil\x1b[2J\nname", "0", "none"}}
	}
	for _, tt := range []struct {
		width int
		want  string
	}{
		{80, "" +
			"miners      worker              hash rate  refused\n" +
			"            garage.antminer-l9  16.8 GH/s    0.1 %\n" +
			"              a detail of 0\n" +
			"            evil [2J name               0     none\n" +
			"              a detail of 1\n"},
		{44, "" +
			"miners      worker       hash rate  refused\n" +
			"            garage.ant…  16.8 GH/s    0.1 %\n"},
		{30, "miners      worker hash rate\n            refused\n            garage.antminer-l\n"},
	} {
		s := &terminal.Sheet{Width: tt.width, Label: 12}
		s.Table("miners", rows(), func(row int) { s.Detail("a detail of %d", row) })
		if got := s.String(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%d columns:\n%s\nwant\n%s", tt.width, got, tt.want)
		}
		for line := range strings.Lines(s.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= tt.width {
				t.Errorf("%d columns: a line of %d: %q", tt.width, n, line)
			}
		}
	}
}
