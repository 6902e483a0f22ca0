package main

import (
	"fmt"
	"slices"

	"ltcsolo/solo"
	"ltcsolo/solo/odds"
)

// statusLine is what the run does, in parts, most important first.
func (r *miningRun) statusLine() []string {
	st := r.stats()
	why := heldBack(st)
	if st.Job == nil {
		if why == "" {
			why = "waiting for a template"
		}
		return []string{why, hashRate(st.Search.HashRate)}
	}
	target := st.Job.Template.Target
	rate := st.Search.HashRate
	if rate == 0 {
		rate = r.rate
	}
	blocks := fmt.Sprintf("%d %s", st.Accepted, plural(st.Accepted, "block"))
	if other := len(st.Found()) - st.Accepted; other > 0 {
		blocks += fmt.Sprintf(" (+%d)", other)
	}
	parts := []string{hashRate(st.Search.HashRate), "height " + thousands(int64(st.Job.Template.Height)), blocks,
		"a block in " + duration(odds.ExpectedSeconds(target, rate)), "difficulty " + difficulty(target.Difficulty())}
	switch {
	case why != "" && !st.Searching:
		return slices.Insert(parts, 0, why) // first, so that it is there on the narrowest terminal
	case why != "":
		return slices.Insert(parts, 1, why)
	}
	return parts
}

// heldBack says why nothing is searched, or that less is searched than could be; empty if nothing holds the search.
func heldBack(st solo.Stats) string {
	if !st.Searching && st.Idle != "" {
		return "idle: " + oneLine(st.Idle)
	}
	for _, l := range st.Search.Limits {
		if l.Name == "cpu" {
			return "cpu " + l.Setting
		}
	}
	return ""
}
