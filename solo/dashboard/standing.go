package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
)

// Standing is how a run stands, for a first glance: what is worst, in a few words.
type Standing struct {
	Text string `json:"text"` // one line: "mining", "paused until 22:00", "2 of 5 miners silent"
	Tone Tone   `json:"tone"`
}

// Tone is how good a Standing is.
type Tone string

// The tones, the best first.
const (
	Good Tone = "good" // everything works
	Warn Tone = "warn" // something is not as it should be, or the search is starting or paused
	Bad  Tone = "bad"  // blocks can be lost, or nothing is mined that should be
)

// NewStanding judges a snapshot. Of what is equally bad it says what comes first here.
func NewStanding(s *solo.Stats, now time.Time) Standing {
	worst := Standing{"mining", Good}
	for _, look := range []func(*solo.Stats, time.Time) Standing{
		lookUndelivered, lookNode, lookAlerts, lookPaused, lookIdle, lookMiners, lookRate, lookAge, lookMerged,
	} {
		if found := look(s, now); found.Tone == Bad && worst.Tone != Bad || found.Tone == Warn && worst.Tone == Good {
			worst = found
		}
	}
	worst.Text = line(worst.Text)
	return worst
}

func lookUndelivered(s *solo.Stats, _ time.Time) Standing {
	if slices.ContainsFunc(s.Alerts, func(a solo.Alert) bool { return a.Key == solo.AlertUndelivered }) {
		return Standing{"no node has taken a found block yet", Bad}
	}
	return Standing{}
}

// lookNode finds that Litecoin's node gives no templates, and says what is mined all the same.
func lookNode(s *solo.Stats, now time.Time) Standing {
	trouble := nodeTrouble(s)
	if trouble == "" {
		return Standing{}
	}
	text := trouble + ", last template " + inMinutes(now.Sub(s.JobSince)) + " old"
	switch {
	case s.Job == nil:
		text = trouble + ", no template yet"
	case !s.Searching:
		text = trouble + ", not mining"
	case s.Idle != "":
		text = trouble + ", only merged chains are mined"
	}
	return Standing{text, Bad}
}

// inMinutes writes an age that changes once a minute, since a screen reader tells each change.
func inMinutes(age time.Duration) string {
	if age < time.Minute {
		return "less than 1 min"
	}
	return units.Age(age.Seconds())
}

// nodeTrouble says why Litecoin's node gives no new template, in a few words; empty if it does.
func nodeTrouble(s *solo.Stats) string {
	for _, n := range s.Nodes {
		if n.Serving && !n.Up {
			return "node down"
		}
	}
	if s.Outdated() == "" {
		return ""
	}
	for _, a := range s.Alerts {
		if a.Key == solo.AlertInitialSync && a.Chain == "" {
			return "node syncing"
		}
	}
	return "no new template"
}

// ofMiners are the keys of alerts that lookMiners counts, or says better.
var ofMiners = []string{solo.AlertWorkers, solo.AlertNoMiners}

// lookAlerts names the alerts that are not about miners: "mining, but: no peers".
func lookAlerts(s *solo.Stats, _ time.Time) Standing {
	var names []string
	tone := Warn
	for _, grave := range []bool{true, false} {
		for _, a := range s.Alerts {
			if a.Grave != grave || a.Worker != "" || slices.Contains(ofMiners, a.Key) {
				continue
			}
			if name := alertName(&a, s); !slices.Contains(names, name) {
				names = append(names, name)
			}
			if grave {
				tone = Bad
			}
		}
	}
	if len(names) == 0 {
		return Standing{}
	}
	text := names[0]
	if more := len(names) - 1; more > 0 {
		text += " and " + counted(uint64(more), "more alert")
	}
	if s.Searching && s.Idle == "" {
		text = "mining, but: " + text
	}
	return Standing{text, tone}
}

// alertName names an alert in a few words: "no peers", "dogecoin: node down", "1 of 2 nodes down".
func alertName(a *solo.Alert, s *solo.Stats) string {
	name := strings.ReplaceAll(a.Key, "-", " ")
	switch down := downNodes(s); {
	case a.Chain != "":
		return a.Chain + ": " + name
	case a.Key == solo.AlertNodeDown && down != "":
		return down
	}
	return name
}

// downNodes counts Litecoin's nodes that do not answer; empty if there is only one node.
func downNodes(s *solo.Stats) string {
	down := 0
	for _, n := range s.Nodes {
		if !n.Up {
			down++
		}
	}
	if down == 0 || len(s.Nodes) == 1 {
		return ""
	}
	return fmt.Sprintf("%d of %d nodes down", down, len(s.Nodes))
}

// lookPaused finds that the user's limits pause all that searches.
func lookPaused(s *solo.Stats, _ time.Time) Standing {
	why := pausing(s)
	miners := solo.ConnectedMiners(s.Workers)
	if why == "" || miners > 0 || s.Searching && s.Stratum == nil {
		return Standing{}
	}
	if s.Stratum != nil {
		why += ", and no miner is connected"
	}
	return Standing{why, Warn}
}

// pausing says which limits pause this machine's CPU: "paused until 22:00"; empty if none does.
func pausing(s *solo.Stats) string {
	var all []string
	for _, l := range s.Search.Limits {
		if l.Holding && l.Name != "cpu" && l.Name != "threads" { // those only slow it
			all = append(all, l.Why)
		}
	}
	if len(all) == 0 {
		return ""
	}
	if _, until, ok := strings.Cut(all[0], "scheduled hours until "); ok && len(all) == 1 {
		return "paused until " + until
	}
	return "paused: " + strings.Join(all, "; ")
}

// lookIdle finds that searchers are offered no job of Litecoin's.
func lookIdle(s *solo.Stats, now time.Time) Standing {
	switch {
	case s.Job != nil && justFound(s, now): // the next template is on its way, on a private network many times a minute
		return Standing{}
	case s.Job == nil && strings.HasPrefix(s.Idle, "starting"):
		return Standing{"starting", Warn}
	case s.Job == nil && s.Idle != "": // what it waits for
		return Standing{s.Idle, Warn}
	case s.Job == nil:
		return Standing{"waiting for the first template", Warn}
	case s.Searching && s.Idle != "":
		return Standing{"only merged chains are mined: " + s.Idle, Warn}
	case !s.Searching && s.Idle != "" && pausing(s) == "":
		return Standing{"not mining: " + s.Idle, Bad}
	case !s.Searching:
		return Standing{"waiting for the next template: the block is solved", Warn}
	}
	return Standing{}
}

// solvedFor is how long there may be nothing to search after a found block.
const solvedFor = 10 * time.Second

// justFound reports whether a block of any chain was found a moment ago.
func justFound(s *solo.Stats, now time.Time) bool {
	just := func(all []delivery.Block) bool {
		return len(all) > 0 && all[len(all)-1].ThisRun && now.Sub(all[len(all)-1].Found) < solvedFor
	}
	return just(s.Blocks) || slices.ContainsFunc(s.Merged, func(m solo.SideStats) bool { return just(m.Blocks) })
}

// lookMiners tells of miners that need looking after.
func lookMiners(s *solo.Stats, _ time.Time) Standing {
	silent, others, atLeast, all := map[string]bool{}, map[string]bool{}, "", 0
	var last *solo.Alert // of others
	for i := range s.Alerts {
		switch a := &s.Alerts[i]; {
		case a.Key == solo.AlertWorkers:
			atLeast = "at least "
		case a.Key == solo.AlertNoMiners && !cpuSearches(s):
			return Standing{"no miner is connected", Bad}
		case a.Key == solo.AlertNoMiners:
			return Standing{"mining, but no miner is connected", Warn}
		case a.Key == solo.AlertWorkerSilent:
			silent[a.Worker] = true
		case a.Worker != "":
			others[a.Worker], last = true, a
		}
	}
	for i := range s.Workers {
		if w := &s.Workers[i]; w.Kind != solo.KindCPU && w.Kind != solo.KindRig {
			all++
		}
	}
	switch n := len(silent); {
	case n > 0 && n >= all:
		return Standing{"all miners silent", Bad}
	case n > 0:
		return Standing{fmt.Sprintf("%s%d of %d miners silent", atLeast, n, all), Warn}
	case len(others) > 1:
		return Standing{fmt.Sprintf("mining, but %s%d miners need looking after", atLeast, len(others)), Warn}
	case last != nil:
		return Standing{"mining, but " + last.Worker + ": " + minerTrouble(last), Warn}
	}
	return Standing{}
}

// minerTrouble names an alert about a miner in a few words: "slow", "hot".
func minerTrouble(a *solo.Alert) string {
	_, what, _ := strings.Cut(a.Key, "-") // after worker- or rig-
	return strings.ReplaceAll(what, "-", " ")
}

// cpuSearches reports whether this machine's CPU searches when it is offered a job.
func cpuSearches(s *solo.Stats) bool { return s.Search.Kernel != "" && pausing(s) == "" }

// lookRate finds that nothing has been hashed yet.
func lookRate(s *solo.Stats, _ time.Time) Standing {
	switch {
	case s.Search.HashRate > 0:
		return Standing{}
	case cpuSearches(s) || s.Stratum == nil:
		return Standing{"starting", Warn}
	case solo.ConnectedMiners(s.Workers) > 0:
		return Standing{"waiting for the first share", Warn}
	}
	return Standing{"waiting for miners", Warn}
}

// oldTemplate is an age at which a template of the main network is probably out of date: transactions and blocks come all
// the time.
const oldTemplate = 10 * time.Minute

func lookAge(s *solo.Stats, now time.Time) Standing {
	if age := now.Sub(s.JobSince); s.Job != nil && s.Network == "main" && age >= oldTemplate {
		return Standing{"last template " + inMinutes(age) + " old", Warn}
	}
	return Standing{}
}

func lookMerged(s *solo.Stats, _ time.Time) Standing {
	var without []string
	for i := range s.Merged {
		if m := &s.Merged[i]; !m.Committed {
			without = append(without, m.Chain.Name)
		}
	}
	if len(without) == 0 {
		return Standing{}
	}
	return Standing{"mining, but without " + strings.Join(without, " and "), Warn}
}
