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

// rateText writes a hash rate with its error, if it has one.
func rateText(rate, part float64) string {
	return strings.TrimSpace(units.HashRate(rate) + " " + errorText(part))
}

// errorText writes a relative error as "±4 %"; empty for 0.
func errorText(part float64) string {
	if part == 0 {
		return ""
	}
	return fmt.Sprintf("±%.2g %%", 100*part)
}

// addMiners lists the miners of a server, one a line.
func addMiners(s *terminal.Sheet, r *dashboard.Report) {
	t, miners := r.Stratum, r.Miners()
	if t == nil {
		return
	}
	connected := 0
	for i := range miners {
		if miners[i].Connected() {
			connected++
		}
	}
	s.Line("miners", "%s", minersText(connected, t))
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

// minersText says how the server does.
func minersText(connected int, t *dashboard.Stratum) string {
	text := fmt.Sprintf("%s connected", units.Thousands(int64(connected)))
	if t.Connections != connected {
		text += fmt.Sprintf(" by %s %s", units.Thousands(int64(t.Connections)), terminal.Plural(t.Connections, "connection"))
	}
	if refused := refusedText(t.Stale, t.Duplicate, t.Low, t.Unknown, t.Malformed); t.Accepted > 0 || refused != "" {
		text += fmt.Sprintf("; %s %s accepted", units.Thousands(int64(t.Accepted)), terminal.Plural(int(t.Accepted), "share"))
		if refused != "" {
			text += ", refused " + refused
		}
	}
	if t.NotifyP99 > 0 {
		text += "; new work in " + milliseconds(t.NotifyP50) + ", for the slowest hundredth in " + milliseconds(t.NotifyP99)
	}
	if t.Refused > 0 {
		text += fmt.Sprintf("; %s %s refused", units.Thousands(int64(t.Refused)), terminal.Plural(int(t.Refused), "connection"))
	}
	if t.SlowReaders > 0 {
		text += fmt.Sprintf("; %s closed that took no more work", units.Thousands(int64(t.SlowReaders)))
	}
	return text
}

// milliseconds writes seconds as milliseconds.
func milliseconds(seconds float64) string { return fmt.Sprintf("%.2g ms", seconds*1e3) }

// refusedText lists refused shares by verdict; empty if there is none.
func refusedText(stale, duplicate, low, unknown, malformed uint64) string {
	var parts []string
	for _, v := range []struct {
		n    uint64
		name string
	}{{stale, "stale"}, {duplicate, "duplicate"}, {low, "low"}, {unknown, "of unknown jobs"}, {malformed, "malformed"}} {
		if v.n > 0 {
			parts = append(parts, units.Thousands(int64(v.n))+" "+v.name)
		}
	}
	return strings.Join(parts, ", ")
}

func minerRow(w *dashboard.Worker) []string {
	rate, refused, last := "not connected", "", "none yet"
	if w.Connected() {
		rate = rateText(w.Rate, w.RateError)
	}
	if w.Accepted+w.Refused() > 0 {
		refused = partText(w.RefusedPart)
	}
	if w.Silent != nil {
		last = units.Age(*w.Silent)
	}
	return []string{w.Name, rate, units.Difficulty(w.Difficulty), refused, last}
}

// partText writes a part in percent.
func partText(part float64) string {
	switch {
	case part == 0:
		return "none"
	case part < 0.0005:
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*part)
}

// addMiner explains a miner: what it needs always, what else is known of it in full.
func addMiner(s *terminal.Sheet, w *dashboard.Worker, full bool) {
	if w.Warning != "" {
		s.Detail("warning: %s", w.Warning)
	}
	if full {
		s.Detail("%s", clientText(w))
	}
	if full && w.Accepted+w.Refused() > 0 {
		s.Detail("%s in 15 minutes, %s in an hour; a block in a year: %s", rateText(w.HashRate.M15, w.HashRateError.M15),
			rateText(w.HashRate.M60, w.HashRateError.M60), yearText(w))
	}
	refused := refusedText(w.Stale, w.Duplicate, w.Low, w.Unknown, w.Malformed)
	if full && (w.Accepted > 0 || refused != "") || refused != "" && w.RefusedPart > 0.01 {
		text := units.Thousands(int64(w.Accepted)) + " accepted"
		if refused != "" {
			text += ", refused " + refused
		}
		s.Detail("%s%s", text, bestText(w))
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
