package main

import (
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
)

// statusLine makes the parts of the status line, most important first.
func (r *miningRun) statusLine() func() []string {
	var m meter
	return func() []string {
		st := r.engine.Stats()
		rate := m.rate(time.Now(), r.miner.Hashes())
		parts := []string{hashRate(rate)}
		if st.Job == nil {
			return append(parts, "waiting for a template")
		}
		target := st.Job.Template.Target
		if rate == 0 {
			rate = r.rate
		}
		blocks := fmt.Sprintf("%d %s", st.Accepted, plural(st.Accepted, "block"))
		if other := len(st.Found) - st.Accepted; other > 0 {
			blocks += fmt.Sprintf(" (+%d)", other)
		}
		parts = append(parts, "height "+thousands(int64(st.Job.Template.Height)), blocks,
			"a block in "+duration(solo.ExpectedSeconds(target, rate)), "difficulty "+difficulty(target.Difficulty()))
		if why := r.held(st); why != "" {
			parts = slices.Insert(parts, 1, why)
		}
		return parts
	}
}

// held says why nothing is searched, or that less is searched than could be; empty if there is no reason.
func (r *miningRun) held(st solo.Stats) string {
	slowed := ""
	for _, l := range r.limits() {
		switch {
		case l.Name == "cpu":
			slowed = "cpu " + l.Setting
		case l.Name != "threads" && l.Holding:
			return "paused: " + l.Name + ": " + oneLine(l.Why)
		}
	}
	if !st.Searching && st.Idle != "" {
		return "idle: " + oneLine(st.Idle)
	}
	return slowed
}
