package main

import (
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
)

// addMoney says what the run costs, what it can be expected to earn and, apart from that, what it has found.
func addMoney(s *terminal.Sheet, r *dashboard.Report) {
	m := r.Money
	if m == nil {
		return
	}
	for _, row := range m.Rows() {
		name := strings.ToLower(row.Name[:1]) + row.Name[1:]
		if row.Note != "" {
			name += " (" + row.Note + ")"
		}
		if day := row.Day.String(); day != "" {
			name += ": " + day + " a day"
		}
		s.Line("money", "%s; %s since the start", name, row.Start)
	}
	s.Line("money", "really found: %s", m.FoundText())
	for _, why := range r.MoneyMissing() {
		s.Line("money", "%s", why)
	}
}
