package main

import (
	"fmt"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/units"
)

// statusMiners is how many miners a status lists, and statusDetailed up to how many it explains.
const (
	statusMiners   = 50
	statusDetailed = 8
)

// addMiners lists the miners of a server, one a line.
func addMiners(s *terminal.Sheet, r *dashboard.Report) {
	if r.Stratum == nil {
		return
	}
	miners := append(r.Miners(), r.RigsOnly()...)
	s.Line("miners", "%s", r.MinersText())
	if len(miners) == 0 {
		return
	}
	shown := miners[:min(len(miners), statusMiners)]
	rows := [][]string{{"worker", "hash rate", "difficulty", "refused", "last share"}}
	for i := range shown {
		rows = append(rows, minerRow(&shown[i]))
	}
	s.Table("miners", rows, func(i int) { addMiner(s, &shown[i], len(miners) <= statusDetailed) })
	if more := len(miners) - len(shown); more > 0 {
		s.Line("miners", "and %s more: ltcsolo status --json", units.Thousands(int64(more)))
	}
}

func minerRow(w *dashboard.Worker) []string {
	rate, refused, last := "not connected", "", "none yet"
	switch {
	case w.RigOnly():
		return []string{w.Name, "sensors only", "", "", ""}
	case w.Connected():
		rate = units.MeasuredRate(w.Rate, w.RateError)
	}
	if w.Accepted+w.Refused() > 0 {
		refused = units.Part(w.RefusedPart)
	}
	if w.Silent != nil {
		last = units.Age(*w.Silent)
	}
	return []string{w.Name, rate, units.Difficulty(w.Difficulty), refused, last}
}

// addMiner explains a miner: what it needs always, what else is known of it in full.
func addMiner(s *terminal.Sheet, w *dashboard.Worker, full bool) {
	if w.Warning != "" {
		s.Detail("warning: %s", w.Warning)
	}
	if text := w.Rig.Text(); full && text != "" {
		s.Detail("%s", strings.TrimPrefix(w.Rig.Model+": "+text, ": "))
	}
	if full && !w.RigOnly() {
		s.Detail("%s", clientText(w))
	}
	if full && w.Accepted > 0 {
		s.Detail("%s in 15 minutes, %s in an hour; a block in a year: %s", units.MeasuredRate(w.HashRate.M15, w.HashRateError.M15),
			units.MeasuredRate(w.HashRate.M60, w.HashRateError.M60), yearText(w))
	}
	if full && w.Accepted+w.Refused() > 0 || w.RefusedPart > 0.01 {
		s.Detail("%s%s", w.SharesText(), bestText(w))
	}
}

func clientText(w *dashboard.Worker) string {
	text := w.Client
	switch {
	case text == "":
		text = w.Kind
	case w.Kind != "" && w.Kind != "unknown":
		text += " (" + w.Kind + ")"
	}
	if len(w.Addresses) > 0 {
		text += " at " + strings.Join(w.Addresses, ", ")
	}
	if w.Since != nil {
		format := ", connected since %s"
		if !w.Connected() {
			format = ", left %s"
		}
		text += fmt.Sprintf(format, w.Since.Format("2006-01-02 15:04 UTC"))
	}
	if w.Sessions > 1 {
		text += fmt.Sprintf(" by %d connections", w.Sessions)
	}
	if w.Because != "" {
		text += "; reason for its difficulty: " + w.Because
	}
	return text
}

func yearText(w *dashboard.Worker) string {
	if w.ChanceYear == nil {
		return "not known yet"
	}
	return units.Chance(*w.ChanceYear)
}

// bestText tells of the best shares, in the miner's unit.
func bestText(w *dashboard.Worker) string {
	text := ""
	if w.Best > 0 {
		text = "; best share " + units.Difficulty(w.Best)
	}
	if w.BestEver > w.Best {
		text += "; best ever " + units.Difficulty(w.BestEver)
	}
	return text
}
