package solo

import (
	"time"

	"ltcsolo/template"
)

// Stats is a snapshot of the engine.
type Stats struct {
	Started      time.Time
	Job          *template.Job // the newest, nil before the first template
	JobSince     time.Time
	Searching    bool   // the newest job is offered to searchers
	Idle         string // why it is not, if the node is the reason
	Shares       uint64 // accepted ones below the network target
	Accepted     int    // blocks of this run that a node accepted; of several on one parent, one
	Found        []Found
	TemplateFail string // why the node gives no new template; empty if it does
}

// Stats takes a snapshot.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := Stats{
		Started: e.started, Job: e.latest, JobSince: e.since, Idle: e.idle, Shares: e.shares.Load(),
		Accepted: e.accepted, TemplateFail: e.warned,
	}
	s.Searching = e.searchable() && !e.enough()
	s.Found = make([]Found, 0, len(e.found))
	for _, f := range e.found {
		if f.fresh {
			s.Found = append(s.Found, Found{f.c, f.verdict, f.verdict.Outcome == Inconclusive && e.won[f.parent]})
		}
	}
	return s
}
