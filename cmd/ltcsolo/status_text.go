package main

import (
	"fmt"
	"slices"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
	"ltcsolo/solo/units"
)

// statusLabel is the number of columns for the names of a status' lines.
const statusLabel = 12

// statusBlocks is how many found blocks a status shows.
const statusBlocks = 5

// statusEvents is how many events a status shows.
const statusEvents = 5

// statusText returns a report for people, on a terminal of width columns.
func statusText(r *dashboard.Report, width int) string {
	s := &terminal.Sheet{Width: width, Label: statusLabel}
	s.Line("ltcsolo", "%s on %s, for %s", r.Version, r.Network, units.Age(r.Seconds))
	s.Line("state", "%s", stateText(r))
	for i := range r.Alerts {
		a := &r.Alerts[i]
		what, text := alertText(a)
		s.Line(what, "%s", text)
		s.Line(what, "what to do: %s", a.Remedy)
	}
	if r.TemplateFail != "" && !told(r, r.TemplateFail) {
		s.Line("template", "none new: %s", r.TemplateFail)
	}
	addSearch(s, r)
	for _, l := range r.Limits {
		how := "does not pause the search now"
		if l.Holding {
			how = "pauses the search: " + l.Why
		}
		if l.Name == "cpu" || l.Name == "threads" { // they always hold
			how = l.Why
		}
		s.Line("limits", "%s %s: %s", l.Name, l.Setting, how)
	}
	addMiners(s, r)
	addChain(s, r)
	addNodes(s, "nodes", r.Nodes, r)
	addBlocks(s, "blocks", r.BlockStates, litecoinBlocks(r))
	for i := range r.Merged {
		addMerged(s, &r.Merged[i], r)
	}
	addMoney(s, r)
	for i := range r.Events[:min(statusEvents, len(r.Events))] {
		s.Line("events", "%s", eventText(&r.Events[i]))
	}
	return s.String()
}

// stateText says what is searched, or why nothing is.
func stateText(r *dashboard.Report) string {
	switch why := outdated(r.Nodes, r.TemplateFail); {
	case !r.Searching && r.Idle != "":
		return "not searching: " + r.Idle
	case !r.Searching:
		return "not searching"
	case r.Idle != "":
		return "searching merged chains alone: " + r.Idle
	case why != "" && r.Template != nil:
		return fmt.Sprintf("searching the last template, %s old: %s", units.Age(r.Template.Age), why)
	}
	return "searching"
}

// alertText returns how loud an alert is, and what it says about whom.
func alertText(a *dashboard.Alert) (what, text string) {
	what, text = "alert", a.Text
	if a.Grave {
		what = "ALERT"
	}
	switch {
	case a.Worker != "":
		text = a.Worker + ": " + text
	case a.Node != "" && !strings.Contains(a.Text, a.Node):
		text = a.Node + ": " + text
	case a.Node == "" && a.Chain != "":
		text = a.Chain + ": " + text
	}
	return what, text
}

// eventText says what happened when (UTC), as far as its text does not name it, to which chain, worker and node.
func eventText(e *dashboard.Event) string {
	text := e.Time.Format("2006-01-02 15:04 ") + strings.ReplaceAll(e.Kind, "-", " ") + ": " + e.Text
	for _, about := range []string{e.Chain, e.Worker, e.Node} {
		if about != "" && !strings.Contains(e.Text, about) {
			text += ", " + about
		}
	}
	return text
}

// addSearch says how fast all sources of shares search, and what this machine's CPU has to do with it.
func addSearch(s *terminal.Sheet, r *dashboard.Report) {
	k := &r.Search
	byCPU := ""
	if k.Kernel != "" {
		byCPU = fmt.Sprintf("by kernel %s on %d %s", k.Kernel, k.Threads, terminal.Plural(k.Threads, "thread"))
		if k.Nice != 0 {
			byCPU += fmt.Sprintf(", nice %d", k.Nice)
		}
		if k.Temperature != nil {
			byCPU += fmt.Sprintf(", %.0f °C", *k.Temperature)
		}
	}
	switch {
	case r.Stratum != nil:
		s.Line("hash rate", "%s", units.MeasuredRate(k.HashRate, k.HashRateError))
		for _, w := range r.Workers {
			if w.Kind == solo.KindCPU {
				s.Line("this CPU", "%s %s", units.HashRate(w.HashRate.M1), byCPU)
			}
		}
	case byCPU != "":
		s.Line("hash rate", "%s %s", units.HashRate(k.HashRate), byCPU)
	default:
		return
	}
	s.Line("hashes", "%s", units.Thousands(int64(k.Hashes)))
}

// told reports whether an alert says this already.
func told(r *dashboard.Report, what string) bool {
	return slices.ContainsFunc(r.Alerts, func(a dashboard.Alert) bool { return strings.Contains(a.Text, what) })
}

// outdated says why a chain's template that is searched may be out of date; empty if nothing speaks against it.
func outdated(nodes []dashboard.Node, templateFail string) string {
	s := solo.Stats{TemplateFail: templateFail}
	for _, n := range nodes {
		s.Nodes = append(s.Nodes, solo.NodeHealth{Serving: n.Serving, Up: n.Up, Fault: n.Fault})
	}
	return s.Outdated()
}

// addChain says what is searched, for whom, and what to expect.
func addChain(s *terminal.Sheet, r *dashboard.Report) {
	if o := r.Odds; o != nil && o.Expected != nil && r.Searching && r.Idle == "" {
		s.Line("a block in", "%s", oddsText(o))
	}
	if best := r.BestText(); best != "" {
		if needed := r.BlockText(); needed != "" {
			best += "; " + needed
		}
		s.Line("best share", "%s", best)
	}
	if t := r.Template; t != nil {
		s.Line("network", "difficulty %s, %s", units.Difficulty(t.NetworkDifficulty), units.HashRate(t.NetworkHashRate))
		mweb := ""
		if t.MWEB {
			mweb = ", with MWEB"
		}
		s.Line("template", "height %s, %s old, %d %s%s", units.Thousands(int64(t.Height)), units.Age(t.Age), t.Transactions, terminal.Plural(t.Transactions, "transaction"), mweb)
		if t.Empty {
			s.Line("template", "an empty block, made here: the node cannot make one")
		}
		s.Line("reward", "%s, of which fees %s", units.Litecoin(t.Value), units.Litecoin(t.Fees))
	}
	s.Line("pays", "%s", r.Address)
}

func oddsText(o *dashboard.Odds) string {
	return fmt.Sprintf("%s; chance in a day %s, in a year %s", units.Duration(*o.Expected), units.Chance(o.ChanceDay), units.Chance(o.ChanceYear))
}

// addNodes lists nodes, each with its fault unless an alert says it already.
func addNodes(s *terminal.Sheet, label string, nodes []dashboard.Node, r *dashboard.Report) {
	for _, n := range nodes {
		text := nodeText(&n)
		if n.Fault != "" && !told(r, n.Fault) {
			text += ": " + n.Fault
		}
		s.Line(label, "%s", text)
	}
}

func nodeText(n *dashboard.Node) string {
	state := "ready"
	switch {
	case !n.Up:
		state = "down"
	case n.Fault != "":
		state = "unfit"
	case n.Serving:
		state = "serving"
	}
	text := n.Name + ": " + state
	if n.Up && n.Version > 0 {
		text += fmt.Sprintf(", height %s, %d %s, version %s", units.Thousands(int64(n.Height)), n.Peers, terminal.Plural(n.Peers, "peer"), node.FormatVersion(n.Version))
	}
	return text
}

// statusBlock is a found block as a status shows it.
type statusBlock struct {
	dashboard.Block
	reward   string
	maturity int
}

func litecoinBlocks(r *dashboard.Report) (all []statusBlock) {
	for _, b := range r.Blocks {
		all = append(all, statusBlock{b, units.Litecoin(b.Value), litecoinNetwork(r.Network).Maturity})
	}
	return all
}

// addBlocks counts a chain's found blocks by their state and lists the last ones.
func addBlocks(s *terminal.Sheet, label string, states map[string]int, blocks []statusBlock) {
	found := 0
	for _, n := range states {
		found += n
	}
	if found == 0 {
		s.Line(label, "none found yet")
		return
	}
	s.Line(label, "%s found: %s", units.Thousands(int64(found)), tally(states))
	for i := range blocks[:min(statusBlocks, len(blocks))] {
		s.Line(label, "%s", blockText(&blocks[i]))
		s.Line(label, "%s", blocks[i].BlockHash)
	}
}

// blockText says when a block was found, what it pays, and how it stands.
func blockText(b *statusBlock) string {
	note := ""
	switch {
	case b.State == string(delivery.StateImmature) && b.Confirmations == 0: // no node has said yet
	case b.State == string(delivery.StateImmature):
		note = fmt.Sprintf(", %d of %d", b.Confirmations, b.maturity)
	case b.State != string(delivery.StateMature) && b.Verdict != b.State:
		note = " (" + b.Verdict + ")"
	}
	return fmt.Sprintf("%d %s, %s: %s%s", b.Height, b.Found.Format("2006-01-02 15:04"), b.reward, b.State, note)
}
