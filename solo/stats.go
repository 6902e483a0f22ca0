package solo

import (
	"time"

	"ltcsolo/template"
)

// Stats is the one snapshot of a run that metrics, dashboard and status show. The engine fills what it knows; Network,
// Address, Search and what concerns the machine are filled where the parts are put together. A slice is the caller's.
type Stats struct {
	Network      string // main, test or regtest
	Address      string // whom a block found now would pay
	Started      time.Time
	Job          *template.Job // the newest, nil before the first template
	JobSince     time.Time
	Searching    bool   // the newest job is offered to searchers
	Idle         string // why it is not, if the node is the reason
	Shares       uint64 // accepted ones below the network target
	Accepted     int    // blocks of this run in the best chain
	Found        []Found
	TemplateFail string // why the node gives no new template; empty if it does

	Search Search
	Nodes  []NodeHealth // in the order in which they were given
	Alerts []Alert      // in force now, the longest first
	Blocks []Block      // every block of the journal, of earlier runs too, oldest first
}

// Search is what this machine does.
type Search struct {
	Kernel      string
	Threads     int
	Nice        int           // scheduling priority of the threads
	Hashes      uint64        // headers hashed in this run
	HashRate    float64       // H/s over the last seconds
	Best        template.Hash // lowest PoW hash of this run; zero before the first
	Temperature float64       // degrees Celsius of the hottest processor sensor; 0: none known
	Limits      []Limit       // those that were asked for
}

// Limit is something that the user asked for and that holds the search back at times.
type Limit struct {
	Name    string // the flag's, without dashes: max-temp
	Setting string // as it was given
	Holding bool   // the search is paused or slowed by it now
	Why     string // one line, while Holding: "81 °C, resumes at 75 °C"
}

// NodeHealth is how a node does.
type NodeHealth struct {
	Name    string // URL without secrets
	Serving bool   // templates come from it now
	Up      bool   // it answered last
	Height  int32
	Peers   int
	Version int       // 210505 is 0.21.5.5
	Fault   string    // why it cannot be mined with, one line; empty if it can
	Since   time.Time // since when Up, Serving and Fault are as they are
}

// Alert is something that a person should know and may have to mend. It is shown once when it starts and once when it
// ends.
type Alert struct {
	Key    string // what kind it is, kebab-case: "stale-tip"; with Node it tells an alert from others
	Node   string // the node it is about; empty if none
	Text   string // one line
	Remedy string // one line
	Grave  bool   // blocks can be lost, or nothing is searched
	Since  time.Time
}

// Stats takes a snapshot.
func (e *Engine) Stats() Stats {
	alerts := e.cfg.Alerts.List()
	var nodes []NodeHealth
	if e.cfg.Health != nil {
		nodes = e.cfg.Health()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s := Stats{
		Alerts: alerts, Nodes: nodes,
		Started: e.started, Job: e.latest, JobSince: e.since, Idle: e.idle, Shares: e.shares.Load(),
		Accepted: len(e.wonFresh), TemplateFail: e.warned, Blocks: make([]Block, 0, len(e.found)),
	}
	s.Searching = e.searchable() && !e.enough()
	for _, f := range e.found {
		s.Blocks = append(s.Blocks, f.block)
		if f.fresh {
			known := f.block.Verdict.Outcome == Accepted || f.block.Verdict.Outcome == Inconclusive
			s.Found = append(s.Found, Found{f.c, f.block.Verdict, f.block.State, known && !f.counted && e.won[f.parent] > 0})
		}
	}
	return s
}
