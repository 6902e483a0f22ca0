package main

import (
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/units"
)

// addMerged says of a merged chain whether it is mined, what to expect, whom it pays, and how its nodes and blocks are. All
// lines have the chain's name.
func addMerged(s *terminal.Sheet, m *dashboard.Merged, r *dashboard.Report) {
	line := func(format string, a ...any) { s.Line(m.Chain, format, a...) }
	switch why := outdated(m.Nodes, m.TemplateFail); {
	case !m.Committed && told(r, m.Idle):
		line("not mined")
	case !m.Committed:
		line("not mined: %s", m.Idle)
	case why != "" && m.Template != nil:
		line("mined on its last template, %s old: %s", units.Age(m.Template.Age), why)
	default:
		line("mined with the same work")
	}
	if m.Committed && m.TemplateFail != "" && !told(r, m.TemplateFail) {
		line("no new template: %s", m.TemplateFail)
	}
	if o := m.Odds; o != nil && o.Expected != nil && m.Committed && r.Searching {
		line("a block in %s", oddsText(o))
	}
	if t := m.Template; t != nil {
		line("network difficulty %s, %s", units.Difficulty(t.NetworkDifficulty), units.HashRate(t.NetworkHashRate))
		line("template height %s, %s old, %d %s", units.Thousands(int64(t.Height)), units.Age(t.Age), t.Transactions, terminal.Plural(t.Transactions, "transaction"))
		line("reward %s, of which fees %s", m.Coins(t.Value), m.Coins(t.Fees))
	}
	line("pays %s", m.Address)
	addNodes(s, m.Chain, m.Nodes, r)
	addBlocks(s, m.Chain, m.BlockStates, mergedBlocks(m))
}

func mergedBlocks(m *dashboard.Merged) (all []statusBlock) {
	for _, b := range m.Blocks {
		all = append(all, statusBlock{dashboard.Block(b), m.Coins(b.Value), m.Maturity})
	}
	return all
}
