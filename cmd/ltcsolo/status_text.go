package main

import (
	"fmt"
	"strings"

	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/node"
)

// statusLabel is the width of a status' names.
const statusLabel = 12

// statusBlocks is how many found blocks are shown.
const statusBlocks = 5

// sheet writes named lines, broken to a width.
type sheet struct {
	b     strings.Builder
	width int    // columns
	label int    // of them for names
	last  string // the name before: it is written once
}

func (s *sheet) line(name, format string, a ...any) {
	text := oneLine(fmt.Sprintf(format, a...))
	label := name
	if name == s.last {
		label = ""
	}
	s.last = name
	for i, part := range breakLines(text, max(s.width-1-s.label, 16)) {
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(&s.b, "%-*s%s\n", s.label, label, part)
	}
}

// breakLines breaks a text between words, and within those that are too long.
func breakLines(text string, width int) []string {
	var lines []string
	line := []rune{}
	for _, word := range strings.Fields(text) {
		w := []rune(word)
		if len(line) > 0 && len(line)+1+len(w) > width && len(w) <= width {
			lines, line = append(lines, string(line)), nil
		}
		if len(line) > 0 {
			line = append(line, ' ')
		}
		for line = append(line, w...); len(line) > width; line = line[width:] {
			lines = append(lines, string(line[:width]))
		}
	}
	return append(lines, string(line))
}

// statusText is a report for people.
func statusText(r *dashboard.Report, width int) string {
	s := &sheet{width: width, label: statusLabel}
	state := "searching"
	switch {
	case !r.Searching && r.Idle != "":
		state = "not searching: " + r.Idle
	case !r.Searching:
		state = "not searching"
	}
	s.line("ltcsolo", "%s on %s, for %s", r.Version, r.Network, age(r.Seconds))
	s.line("state", "%s", state)
	for _, a := range r.Alerts {
		what := "alert"
		if a.Grave {
			what = "ALERT"
		}
		about := ""
		if a.Node != "" {
			about = a.Node + ": "
		}
		s.line(what, "%s%s", about, a.Text)
		s.line(what, "what to do: %s", a.Remedy)
	}
	if r.TemplateFail != "" {
		s.line("template", "none new: %s", r.TemplateFail)
	}
	if k := &r.Search; k.Kernel != "" {
		nice, hot := "", ""
		if k.Nice != 0 {
			nice = fmt.Sprintf(", nice %d", k.Nice)
		}
		if k.Temperature != nil {
			hot = fmt.Sprintf(", %.0f °C", *k.Temperature)
		}
		s.line("hash rate", "%s by kernel %s on %d %s%s%s", hashRate(k.HashRate), k.Kernel, k.Threads, plural(k.Threads, "thread"), nice, hot)
		s.line("hashes", "%s", thousands(int64(k.Hashes)))
	}
	for _, l := range r.Limits {
		how := "free"
		if l.Holding {
			how = "holding: " + l.Why
		}
		s.line("limits", "%s %s: %s", l.Name, l.Setting, how)
	}
	s.chain(r)
	for _, n := range r.Nodes {
		s.line("nodes", "%s", nodeText(&n))
	}
	s.blocks(r)
	return s.b.String()
}

// chain is what is searched, for whom, and with what hope.
func (s *sheet) chain(r *dashboard.Report) {
	if o := r.Odds; o != nil && o.Expected != nil {
		s.line("a block in", "%s; chance in a day %s, in a year %s", duration(*o.Expected), chanceText(o.ChanceDay), chanceText(o.ChanceYear))
	}
	if r.Search.Best != nil {
		s.line("best so far", "difficulty %s; %s", difficulty(r.Search.BestDifficulty), r.BestText())
	}
	if t := r.Template; t != nil {
		s.line("network", "difficulty %s, %s", difficulty(t.NetworkDifficulty), hashRate(t.NetworkHashRate))
		mweb := ""
		if t.MWEB {
			mweb = ", with MWEB"
		}
		s.line("template", "height %s, %s old, %d %s%s", thousands(int64(t.Height)), age(t.Age), t.Transactions, plural(t.Transactions, "transaction"), mweb)
		if t.Empty {
			s.line("template", "an empty block, made here: the node makes none")
		}
		s.line("reward", "%s, of it fees %s", litecoins(t.Value), litecoins(t.Fees))
	}
	s.line("pays", "%s", r.Address)
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
		text += fmt.Sprintf(", height %s, %d %s, version %s", thousands(int64(n.Height)), n.Peers, plural(n.Peers, "peer"), node.FormatVersion(n.Version))
	}
	if n.Fault != "" {
		text += ": " + n.Fault
	}
	return text
}

func (s *sheet) blocks(r *dashboard.Report) {
	found := r.BlocksFound()
	if found == 0 {
		s.line("blocks", "none found yet")
		return
	}
	var states []string
	for _, state := range []delivery.BlockState{delivery.StateMature, delivery.StateImmature, delivery.StateUnsettled, delivery.StateOrphaned, delivery.StateRejected} {
		if n := r.BlockStates[string(state)]; n > 0 {
			states = append(states, fmt.Sprintf("%s %s", thousands(int64(n)), state))
		}
	}
	s.line("blocks", "%s found: %s", thousands(int64(found)), strings.Join(states, ", "))
	for _, b := range r.Blocks[:min(statusBlocks, len(r.Blocks))] {
		note := ""
		switch {
		case b.State == string(delivery.StateImmature) && b.Confirmations == 0: // no word yet
		case b.State == string(delivery.StateImmature):
			note = fmt.Sprintf(", %d of 100", b.Confirmations)
		case b.State != string(delivery.StateMature) && b.Verdict != b.State:
			note = " (" + b.Verdict + ")"
		}
		s.line("blocks", "%d %s, %s: %s%s", b.Height, b.Found.Format("2006-01-02 15:04"), litecoins(b.Value), b.State, note)
		s.line("blocks", "%s", b.BlockHash)
	}
}
