package solo

import (
	"slices"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Stats is the snapshot of a run that metrics, dashboard and status show. The engine fills in what it knows; whoever runs
// it adds Network and Address, of merged chains too, Search, Workers, Stratum, Money and Events. Slices are the caller's. All
// but Merged, Money and what searches is about the main chain.
type Stats struct {
	Network      string // main, test or regtest
	Address      string // that a block found now would pay
	Started      time.Time
	Job          *template.Job // the newest; nil before the first template
	JobSince     time.Time
	Searching    bool   // searchers are offered the newest job
	Idle         string // why the main chain is not searched; with Searching, a merged chain is. Empty if a node is not the reason
	Shares       uint64 // that were accepted and are no blocks
	Accepted     int    // blocks of this run in the best chain
	TemplateFail string // why the node gives no new template; empty if it does

	Search  Search
	Workers []Worker         // of all sources of shares
	Stratum *Stratum         // the server for other miners; nil if there is none
	Nodes   []NodeHealth     // in the order in which they were given
	Alerts  []Alert          // active now, the oldest first
	Blocks  []delivery.Block // every block of the journal, of earlier runs too, oldest first
	Merged  []SideStats      // of each merged chain, in the order of Config
	Money   *Money           // nil if the user has given neither a price nor what electricity costs
	Events  []Event          // the last ones, of earlier runs too, newest first
}

// SideStats describes a merged chain. The fields are like those of Stats.
type SideStats struct {
	Chain        *template.Chain
	Network      string
	Address      string
	Template     *template.Template // the newest; nil before the first
	Committed    bool               // the newest job commits to a block of the chain that could win
	Idle         string             // why no job commits to it, if the node is the reason
	TemplateFail string
	Accepted     int
	Nodes        []NodeHealth
	Blocks       []delivery.Block
}

// Search describes what searches, and how well. Kernel, Threads, Nice, Temperature and Limits are of this machine's CPU.
type Search struct {
	Kernel        string // empty: the CPU does not search
	Threads       int
	Nice          int           // scheduling priority of the threads
	Hashes        uint64        // headers hashed in this run
	HashRate      float64       // H/s of all sources of shares
	HashRateError float64       // its standard error as a part of it; 0 of a CPU alone, whose hashes are counted
	Best          template.Hash // lowest PoW hash of this run; zero before the first
	BestEver      float64       // difficulty of the best share of any run, in pool units; 0 if it is not known
	Temperature   float64       // of the hottest processor sensor, in degrees Celsius; 0: no sensor known
	Limits        []Limit       // that were asked for
}

// Stratum describes the server for other miners. Counts are of this run.
type Stratum struct {
	Connections int    // now, whether a worker is logged in or not
	Refused     uint64 // connections that were closed when they were accepted
	SlowReaders uint64 // connections that were closed because the miner took nothing any more

	// NotifyP50 and NotifyP99 are how long it took from a job on a new previous block until it was written to a connection:
	// the median and the 99th percentile of the newest such job. Both are 0 before the first.
	NotifyP50, NotifyP99 time.Duration

	// Shares by verdict, as in Worker, of all workers together.
	Accepted, Stale, Duplicate, Low, Unknown, Malformed uint64

	Hashes uint64  // that the good shares stand for, of workers too that are forgotten
	Checks float64 // headers checked a second, over the last seconds
}

// Limit is something that the user asked for and that slows or pauses the search at times.
type Limit struct {
	Name    string // the flag's, without dashes: max-temp
	Setting string // as it was given
	Holding bool   // it slows or pauses the search now
	Why     string // one line, while Holding: "81 °C, resumes at 75 °C"
}

// NodeHealth is the state of a node.
type NodeHealth struct {
	Name    string // URL without secrets
	Serving bool   // it gives the templates now
	Up      bool   // it answered its last request
	Height  int32
	Peers   int
	Version int       // 210505 is 0.21.5.5
	TipTime time.Time // of the tip's block by its header or, if it came during the run, when it was first seen; zero: not known
	Fault   string    // why it cannot be mined with, one line; empty if it can
	Since   time.Time // since when Up, Serving and Fault are as they are
}

// Alert is something that a person should know and may have to fix.
type Alert struct {
	Key    string // its kind, kebab-case: "stale-tip"; Key, Chain, Node and Worker identify an alert
	Chain  string // the merged chain it is about, whose blocks alone are concerned; empty if none
	Node   string // the node it is about; empty if none
	Worker string // the miner it is about; empty if none
	Text   string // one line
	Remedy string // one line
	Grave  bool   // blocks can be lost, or mining is paused
	Kind   string // an active alert is told again at each kind that it has not had; empty: it is told once
	Since  time.Time
}

// Stats takes a snapshot.
func (e *Engine) Stats() Stats {
	s := Stats{
		Started: e.started, Shares: e.shares.Load(), Alerts: e.cfg.Alerts.List(), Blocks: e.main().Courier.Blocks(),
	}
	s.Search.Best = e.Best()
	main := e.main()
	s.Nodes = main.health()
	for _, x := range e.sides[1:] { // nothing is asked for with mu held
		s.Merged = append(s.Merged, SideStats{Chain: x.Chain, Nodes: x.health(), Blocks: x.Courier.Blocks()})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s.Job, s.JobSince, s.Idle, s.TemplateFail, s.Accepted = e.latest, e.since, main.idle, main.fails(s.Nodes), len(main.thisRun)
	s.Searching = e.searching()
	if s.Searching && s.Idle == "" && !main.searchable() {
		s.Idle = "its block is solved, and the next template has not arrived yet"
	}
	for i, x := range e.sides[1:] {
		m := &s.Merged[i]
		m.Template, m.Idle, m.TemplateFail, m.Accepted = x.template, x.idle, x.fails(m.Nodes), len(x.thisRun)
		m.Committed = s.Job != nil && slices.ContainsFunc(s.Job.Aux, func(a *template.Aux) bool { return a.Template.Chain == x.Chain && e.commits(a) })
	}
	return s
}

func (s *side) health() []NodeHealth {
	if s.Health == nil {
		return nil
	}
	return s.Health()
}

// fails says why the node gives no template, unless it is well again, and its template is the one that is searched. The
// caller holds mu.
func (s *side) fails(nodes []NodeHealth) string {
	if s.searchable() && slices.ContainsFunc(nodes, NodeHealth.serves) {
		return ""
	}
	return s.failing
}

func (n NodeHealth) serves() bool { return n.Serving && n.Up && n.Fault == "" }

// Outdated says why the newest template may be out of date, in a few words; empty if nothing speaks against it.
func (s Stats) Outdated() string {
	for _, n := range s.Nodes {
		switch {
		case n.Serving && !n.Up:
			return "the node does not answer"
		case n.Serving && n.Fault != "":
			return "the node gives no new template"
		}
	}
	if s.TemplateFail != "" {
		return "the node gives no new template"
	}
	return ""
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
