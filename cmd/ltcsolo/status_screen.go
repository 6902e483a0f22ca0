package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
)

// statusFor returns a report for a terminal of so many columns and lines: everything if it fits, else statusScreen. The
// last line stays free for what follows.
func statusFor(r *dashboard.Report, width, height int) string {
	if all := statusText(r, width); strings.Count(all, "\n") < height {
		return all
	}
	return statusScreen(r, width, height-1)
}

// statusScreen returns what matters most of a report in at most so many lines.
func statusScreen(r *dashboard.Report, width, lines int) string {
	section := func(least int, fill func(*terminal.Sheet)) terminal.Section {
		s := &terminal.Sheet{Width: width, Label: statusLabel}
		fill(s)
		return terminal.Section{Sheet: s, Least: least}
	}
	return terminal.Screen(lines,
		section(1, func(s *terminal.Sheet) {
			s.Line("ltcsolo", "%s; on %s, for %s", standingText(r), r.Network, units.Age(r.Seconds))
		}),
		section(3, func(s *terminal.Sheet) { addBriefAlerts(s, r) }),
		section(1, func(s *terminal.Sheet) { addBriefRate(s, r) }),
		section(4, func(s *terminal.Sheet) { addBriefMiners(s, r) }),
		section(1+len(r.Merged), func(s *terminal.Sheet) { addBriefChains(s, r) }),
		section(3, func(s *terminal.Sheet) { addBriefBlocks(s, r) }),
		section(1+len(r.Merged), func(s *terminal.Sheet) { addBriefNodes(s, r) }),
		section(2, func(s *terminal.Sheet) { addBriefMoney(s, r) }),
		section(1, func(s *terminal.Sheet) { s.Cut("pays", "%s", r.Address) }),
		section(0, func(s *terminal.Sheet) { addBriefEvents(s, r) }),
	)
}

// standingText says how the run stands; of a run of an older version, only what it searches.
func standingText(r *dashboard.Report) string {
	if r.Standing.Text == "" {
		return stateText(r)
	}
	return r.Standing.Text
}

func addBriefAlerts(s *terminal.Sheet, r *dashboard.Report) {
	for i := range r.Alerts {
		what, text := alertText(&r.Alerts[i])
		if remedy := r.Alerts[i].Remedy; remedy != "" {
			text += ". What to do: " + remedy
		}
		s.Line(what, "%s", text)
	}
}

func addBriefRate(s *terminal.Sheet, r *dashboard.Report) {
	k := &r.Search
	text := units.MeasuredRate(k.HashRate, k.HashRateError)
	if k.Kernel != "" {
		cpu := fmt.Sprintf("%d %s", k.Threads, terminal.Plural(k.Threads, "thread"))
		if r.Stratum != nil {
			for _, w := range r.Workers {
				if w.Kind == solo.KindCPU {
					cpu = "this CPU " + units.HashRate(w.HashRate.M1) + " by " + cpu
				}
			}
		}
		if k.Temperature != nil {
			cpu += fmt.Sprintf(", %.0f °C", *k.Temperature)
		}
		text += "; " + cpu
	}
	if best := r.BestText(); best != "" {
		text += "; best share " + best
	}
	s.Cut("hash rate", "%s", text)
}

// addBriefMiners lists the miners that need a look first, then the fastest.
func addBriefMiners(s *terminal.Sheet, r *dashboard.Report) {
	miners := append(r.Miners(), r.RigsOnly()...)
	switch {
	case r.Stratum == nil:
		return
	case len(miners) == 0:
		s.Cut("miners", "none has connected yet")
		return
	}
	alerts := map[string]int{}
	for _, a := range r.Alerts {
		if a.Worker != "" {
			alerts[a.Worker]++
		}
	}
	connected := 0
	for i := range miners {
		if miners[i].Connected() {
			connected++
		}
	}
	slices.SortStableFunc(miners, func(a, b dashboard.Worker) int {
		return cmp.Compare(trouble(&b, alerts), trouble(&a, alerts)) // else they stay as they are: connected ones first, by hash rate
	})
	rows := [][]string{{units.Thousands(int64(connected)) + " connected", "hash rate", "refused", "last share", "hottest"}}
	hot := false
	for i := range miners {
		row := minerRow(&miners[i])
		row = slices.Delete(row, 2, 3) // its difficulty
		if celsius := miners[i].Rig.Hottest(); celsius != nil {
			row, hot = append(row, fmt.Sprintf("%.0f °C", *celsius)), true
		} else {
			row = append(row, "")
		}
		rows = append(rows, row)
	}
	if !hot {
		for i := range rows {
			rows[i] = rows[i][:len(rows[i])-1]
		}
	}
	s.Table("miners", rows, func(int) {})
}

// refusedMuch is the part of refused shares from which on a miner needs a look.
const refusedMuch = 0.05

// trouble ranks the miners that need a look above 0.
func trouble(w *dashboard.Worker, alerts map[string]int) int {
	n := alerts[w.Name]
	if w.Warning != "" {
		n++
	}
	if w.RefusedPart > refusedMuch {
		n++
	}
	return n
}

func addBriefChains(s *terminal.Sheet, r *dashboard.Report) {
	text := "no template yet"
	if t := r.Template; t != nil {
		text = fmt.Sprintf("height %s, %s old", units.Thousands(int64(t.Height)), units.Age(t.Age))
		if r.Searching && r.Idle == "" {
			text += briefOdds(r.Odds)
		}
	}
	s.Cut("litecoin", "%s", text)
	for i := range r.Merged {
		m := &r.Merged[i]
		text := "no template yet"
		if t := m.Template; t != nil {
			text = fmt.Sprintf("height %s, %s old", units.Thousands(int64(t.Height)), units.Age(t.Age))
		}
		switch {
		case !m.Committed && told(r, m.Idle):
			text = "not mined; " + text
		case !m.Committed:
			text = "not mined: " + m.Idle
		case r.Searching:
			text += briefOdds(m.Odds)
		}
		s.Cut(m.Chain, "%s", text)
	}
}

// briefOdds says when to expect a block; empty if nothing is searched.
func briefOdds(o *dashboard.Odds) string {
	if o == nil || o.Expected == nil {
		return ""
	}
	return "; a block in " + units.Duration(*o.Expected)
}

// addBriefBlocks counts the found blocks of all chains and lists them, the newest first.
func addBriefBlocks(s *terminal.Sheet, r *dashboard.Report) {
	type block struct {
		statusBlock
		chain string
	}
	var all []block
	var counts []string
	count := func(chain string, states map[string]int, blocks []statusBlock) {
		if text := tally(states); text != "" {
			counts = append(counts, strings.TrimSpace(chain+" "+text))
		}
		for _, b := range blocks {
			all = append(all, block{b, chain})
		}
	}
	litecoin := "" // named only if there are others
	if len(r.Merged) > 0 {
		litecoin = "litecoin"
	}
	count(litecoin, r.BlockStates, litecoinBlocks(r))
	for i := range r.Merged {
		m := &r.Merged[i]
		count(m.Chain, m.BlockStates, mergedBlocks(m))
	}
	if len(counts) == 0 {
		s.Cut("blocks", "none found yet")
		return
	}
	slices.SortStableFunc(all, func(a, b block) int { return b.Found.Compare(a.Found) })
	s.Cut("blocks", "found: %s", strings.Join(counts, "; "))
	for _, b := range all {
		s.Cut("blocks", "%s", strings.TrimSpace(b.chain+" "+briefBlock(&b.statusBlock)))
	}
}

// briefBlock is blockText with what matters most first.
func briefBlock(b *statusBlock) string {
	state := b.State
	if b.State == string(delivery.StateImmature) && b.Confirmations > 0 {
		state += fmt.Sprintf(", %d of %d", b.Confirmations, b.maturity)
	}
	return fmt.Sprintf("%s %s: %s; %s", units.Thousands(int64(b.Height)), b.Found.Format("2006-01-02 15:04"), state, b.reward)
}

// addBriefNodes lists the nodes of all chains, those first that need a look.
func addBriefNodes(s *terminal.Sheet, r *dashboard.Report) {
	all := slices.Clone(r.Nodes)
	for i := range r.Merged {
		all = append(all, r.Merged[i].Nodes...)
	}
	slices.SortStableFunc(all, func(a, b dashboard.Node) int { return cmp.Compare(fitness(&a), fitness(&b)) })
	for i := range all {
		s.Cut("nodes", "%s", nodeText(&all[i]))
	}
}

// fitness is 0 of a node that needs a look.
func fitness(n *dashboard.Node) int {
	if !n.Up || n.Fault != "" {
		return 0
	}
	return 1
}

// addBriefMoney says what a day costs and can be expected to earn, and what was found.
func addBriefMoney(s *terminal.Sheet, r *dashboard.Report) {
	m := r.Money
	if m == nil {
		return
	}
	var parts []string
	if m.CostDay != nil {
		parts = append(parts, "costs "+m.Text(*m.CostDay))
	}
	if m.IncomeDay != nil {
		parts = append(parts, "expected to earn "+m.Text(*m.IncomeDay))
	}
	if len(parts) > 0 {
		s.Cut("money", "a day %s", strings.Join(parts, ", is "))
	}
	s.Cut("money", "really found: %s", m.FoundText())
}

func addBriefEvents(s *terminal.Sheet, r *dashboard.Report) {
	for i := range r.Events {
		s.Cut("events", "%s", eventText(&r.Events[i]))
	}
}
