package run

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/units"
)

// workerWork is what a worker did in a run. Best is in the miners' unit, 65536 times the node's.
type workerWork struct {
	Name     string  `json:"name"`
	Hashes   uint64  `json:"hashes"` // of a miner those that its shares stand for
	Accepted uint64  `json:"accepted"`
	Refused  uint64  `json:"refused"`
	Best     float64 `json:"best_difficulty"`
}

// mostWorkers is how many workers the summary for people lists.
const mostWorkers = 20

// workOf returns what the miners did of which a share was accepted, those with the most work first. It is not nil.
func workOf(all []solo.Worker) []workerWork {
	work := []workerWork{}
	for _, w := range all {
		if w.Kind != solo.KindCPU && w.Accepted > 0 {
			work = append(work, workerWork{w.Name, w.Hashes, w.Accepted, w.Stale + w.Duplicate + w.Low + w.Unknown + w.Malformed, w.Best})
		}
	}
	slices.SortStableFunc(work, func(a, b workerWork) int { return cmp.Compare(b.Hashes, a.Hashes) })
	return work
}

// by says who hashed, for people; empty if nobody did.
func (s *summary) by() string {
	var by []string
	if n := len(s.Workers); n > 0 {
		by = append(by, units.Thousands(int64(n))+" "+terminal.Plural(n, "miner"))
	}
	if s.Kernel != "" {
		by = append(by, fmt.Sprintf("kernel %s on %d %s", s.Kernel, s.Threads, terminal.Plural(s.Threads, "thread")))
	}
	if len(by) == 0 {
		return ""
	}
	return " by " + strings.Join(by, " and ")
}

// printWorkers lists what the miners did, for people.
func (s *summary) printWorkers(out io.Writer) error {
	for i, w := range s.Workers {
		if i == mostWorkers {
			_, err := fmt.Fprintf(out, "and %s more miners\n", units.Thousands(int64(len(s.Workers)-i)))
			return err
		}
		rate := 0.0
		if s.Seconds > 0 {
			rate = float64(w.Hashes) / s.Seconds
		}
		_, err := fmt.Fprintf(out, "miner %s: %s on average, %s %s accepted, %s refused, best %s\n", terminal.OneLine(w.Name), units.HashRate(rate),
			units.Thousands(int64(w.Accepted)), terminal.Plural(int(w.Accepted), "share"), units.Thousands(int64(w.Refused)), units.Difficulty(w.Best))
		if err != nil {
			return err
		}
	}
	return nil
}
