package run

import (
	"fmt"
	"slices"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// statusLine says what the run does, in parts, most important first.
func (r *run) statusLine() []string {
	expected := 0.0
	if r.cpu != nil {
		expected = r.cpu.expected
	}
	return statusParts(r.stats(), expected)
}

// statusParts returns the parts of the status line. expected is the hash rate of a CPU that has not searched yet.
func statusParts(st solo.Stats, expected float64) []string {
	why := heldBack(st)
	if st.Job == nil {
		if why == "" {
			why = "waiting for a template"
		}
		return append([]string{why}, rateParts(st)...)
	}
	target := st.Job.Template.Target
	rate := st.Search.HashRate
	if rate == 0 {
		rate = expected
	}
	blocks := fmt.Sprintf("%d %s", st.Accepted, terminal.Plural(st.Accepted, "block"))
	if other := len(st.Found()) - st.Accepted; other > 0 {
		blocks += fmt.Sprintf(" (+%d)", other)
	}
	parts := append(rateParts(st), "height "+units.Thousands(int64(st.Job.Template.Height)), blocks)
	if st.Searching && (rate > 0 || st.Stratum == nil) {
		parts = append(parts, "a block in "+units.Duration(odds.ExpectedSeconds(target, rate)))
	}
	parts = append(parts, "difficulty "+units.Difficulty(target.Difficulty()))
	switch old := outdated(st, time.Now()); {
	case why != "" && !st.Searching:
		return slices.Insert(parts, 0, why) // first, so that the narrowest terminal shows it
	case old != "":
		return slices.Insert(parts, 0, old)
	case why != "":
		return slices.Insert(parts, 1, why)
	}
	return parts
}

// rateParts returns the hash rate of all sources and, if other miners are served, how many are connected.
func rateParts(st solo.Stats) []string {
	parts := []string{units.MeasuredRate(st.Search.HashRate, st.Search.HashRateError)}
	if st.Stratum == nil {
		return parts
	}
	n := 0
	for _, w := range st.Workers {
		if w.Kind != solo.KindCPU && w.Sessions > 0 {
			n++
		}
	}
	return append(parts, units.Thousands(int64(n))+" "+terminal.Plural(n, "miner"))
}

// oldTemplate is an age at which a template of main is probably out of date: transactions and blocks come all the time.
const oldTemplate = 10 * time.Minute

// outdated says that the template that is searched may be out of date, and how old it is; empty if nothing speaks against
// it.
func outdated(st solo.Stats, now time.Time) string {
	age := now.Sub(st.JobSince)
	text := "template of " + units.Age(age.Seconds()) + " ago"
	switch why := st.Outdated(); {
	case why != "":
		return why + ": " + text
	case st.Network == "main" && age >= oldTemplate:
		return text
	}
	return ""
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
