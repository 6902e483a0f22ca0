package run

import (
	"fmt"
	"slices"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// statusLine says what the run does, in parts, most important first.
func (r *run) statusLine() []string {
	st := r.stats()
	why := heldBack(st)
	if st.Job == nil {
		if why == "" {
			why = "waiting for a template"
		}
		return []string{why, units.HashRate(st.Search.HashRate)}
	}
	target := st.Job.Template.Target
	rate := st.Search.HashRate
	if rate == 0 && r.cpu != nil {
		rate = r.cpu.expected
	}
	blocks := fmt.Sprintf("%d %s", st.Accepted, terminal.Plural(st.Accepted, "block"))
	if other := len(st.Found()) - st.Accepted; other > 0 {
		blocks += fmt.Sprintf(" (+%d)", other)
	}
	parts := []string{units.HashRate(st.Search.HashRate), "height " + units.Thousands(int64(st.Job.Template.Height)), blocks,
		"a block in " + units.Duration(odds.ExpectedSeconds(target, rate)), "difficulty " + units.Difficulty(target.Difficulty())}
	switch {
	case why != "" && !st.Searching:
		return slices.Insert(parts, 0, why) // first, so that the narrowest terminal shows it
	case why != "":
		return slices.Insert(parts, 1, why)
	}
	return parts
}

// heldBack says why mining is paused or slowed, empty if it is neither.
func heldBack(st solo.Stats) string {
	if !st.Searching && st.Idle != "" {
		return "idle: " + terminal.OneLine(st.Idle)
	}
	for _, l := range st.Search.Limits {
		if l.Name == "cpu" {
			return "cpu " + l.Setting
		}
	}
	return ""
}
