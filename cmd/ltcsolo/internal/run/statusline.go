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
	parts := append(rateParts(st), "height "+units.Thousands(int64(st.Job.Template.Height)), blocksPart("block", st.Accepted, len(st.Found())))
	var away []string
	for _, m := range st.Merged {
		parts = append(parts, blocksPart(m.Chain.Name+" block", m.Accepted, len(chainBlocks{blocks: m.Blocks}.found())))
		if why := notMined(&m); why != "" {
			away = append(away, m.Chain.Name+": "+why)
		}
	}
	if st.Searching && st.Idle == "" && (rate > 0 || st.Stratum == nil) {
		parts = append(parts, "a block in "+units.Duration(odds.ExpectedSeconds(target, rate)))
	}
	parts = append(parts, "difficulty "+units.Difficulty(target.Difficulty()))
	parts = slices.Insert(parts, 1, away...)
	switch old := outdated(st, time.Now()); {
	case why != "" && st.Idle != "":
		return slices.Insert(parts, 0, why) // first, so that the narrowest terminal shows it
	case old != "":
		return slices.Insert(parts, 0, old)
	case why != "":
		return slices.Insert(parts, 1, why)
	}
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

// heldBack says why mining is paused, slowed or without Litecoin, empty if it is none of these.
func heldBack(st solo.Stats) string {
	switch {
	case !st.Searching && st.Idle != "":
		return "idle: " + terminal.OneLine(st.Idle)
	case st.Idle != "":
		return "only merged chains are searched: " + terminal.OneLine(st.Idle)
	}
	for _, l := range st.Search.Limits {
		if l.Name == "cpu" {
			return "cpu " + l.Setting
		}
	}
	return ""
}
