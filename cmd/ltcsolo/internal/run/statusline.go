package run

import (
	"cmp"
	"fmt"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// statusLine says what the run does, in parts, most important first.
func (r *run) statusLine() []string {
	expected := 0.0
	if r.cpu != nil {
		expected = r.cpu.expected
	}
	return statusParts(r.stats(), expected, time.Now())
}

// statusParts returns the parts of the status line. expected is the hash rate of a CPU that has not searched yet. What is
// wrong comes first, so that the narrowest terminal shows it.
func statusParts(st solo.Stats, expected float64, now time.Time) (parts []string) {
	add := func(part string) { parts = append(parts, part) }
	judged := st
	if st.Idle == "" {
		judged.Searching = true // else its block was found, and the next template is a moment away: that is no trouble
	}
	if standing := dashboard.NewStanding(&judged, now); standing.Tone != dashboard.Good {
		add(standing.Text)
	}
	add(units.MeasuredRate(st.Search.HashRate, st.Search.HashRateError))
	for i := range st.Merged {
		if why := notMined(&st.Merged[i]); why != "" && st.Job != nil {
			add(st.Merged[i].Chain.Name + ": " + why)
		}
	}
	for _, l := range st.Search.Limits {
		if l.Name == "cpu" {
			add("cpu " + l.Setting)
		}
	}
	if st.Stratum != nil {
		n := solo.ConnectedMiners(st.Workers)
		add(units.Thousands(int64(n)) + " " + terminal.Plural(n, "miner"))
	}
	if st.Job == nil {
		return parts
	}
	add("height " + units.Thousands(int64(st.Job.Template.Height)))
	add(blocksPart("block", st.Accepted, len(st.Found())))
	for _, m := range st.Merged {
		add(blocksPart(m.Chain.Name+" block", m.Accepted, len(chainBlocks{blocks: m.Blocks}.found())))
	}
	target := st.Job.Template.Target
	rate := cmp.Or(solo.AverageRate(st.Workers), st.Search.HashRate, expected)
	if st.Searching && st.Idle == "" && (rate > 0 || st.Stratum == nil) {
		add("a block in " + units.Duration(odds.ExpectedSeconds(target, rate)))
	}
	add("difficulty " + units.Difficulty(target.Difficulty()))
	return parts
}

// blocksPart counts the found blocks of a chain: "2 blocks (+1)", where one is not in the best chain.
func blocksPart(word string, accepted, found int) string {
	text := fmt.Sprintf("%d %s", accepted, terminal.Plural(accepted, word))
	if other := found - accepted; other > 0 {
		text += fmt.Sprintf(" (+%d)", other)
	}
	return text
}

// notMined says why a merged chain is not mined, or on an old template; empty if nothing is wrong.
func notMined(m *solo.SideStats) string {
	why := solo.Stats{Nodes: m.Nodes, TemplateFail: m.TemplateFail}.Outdated()
	switch {
	case why != "":
		return why
	case !m.Committed && m.Idle != "":
		return terminal.OneLine(m.Idle)
	case m.Template == nil:
		return "waiting for a template"
	}
	return ""
}
