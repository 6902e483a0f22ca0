package solo

import (
	"time"

	"ltcsolo/solo/delivery"
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
	TemplateFail string // why the node gives no new template; empty if it does

	Search Search
	Nodes  []NodeHealth     // in the order in which they were given
	Alerts []Alert          // in force now, the longest first
	Blocks []delivery.Block // every block of the journal, of earlier runs too, oldest first
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
	s := Stats{
		Started: e.started, Shares: e.shares.Load(), Alerts: e.cfg.Alerts.List(), Blocks: e.main().Courier.Blocks(),
	}
	s.Search.Best = e.Best()
	if e.cfg.Health != nil {
		s.Nodes = e.cfg.Health()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	main := e.main()
	s.Job, s.JobSince, s.Idle, s.TemplateFail, s.Accepted = e.latest, e.since, main.idle, main.failing, len(e.thisRun)
	s.Searching = main.searchable() && !e.enough()
	return s
}

// Found returns those of Blocks that this run found. The slice is the caller's.
func (s Stats) Found() []delivery.Block {
	var found []delivery.Block
	for _, b := range s.Blocks {
		if b.ThisRun {
			found = append(found, b)
		}
	}
	return found
}
