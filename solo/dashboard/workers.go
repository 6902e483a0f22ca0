package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// Worker is a source of shares: this machine's CPU, or a miner by its user name, with all its connections. Difficulties are
// in the miners' unit (pool units), 65536 times the node's.
type Worker struct {
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`      // cpu is this machine's, rig a machine that has no connection; else a miner's class, as far as Client tells
	Client        string     `json:"client"`    // what the miner's software calls itself
	Addresses     []string   `json:"addresses"` // IP addresses, the newest connection's first
	Sessions      int        `json:"sessions"`  // connections now
	Since         *time.Time `json:"since"`     // of the oldest of them, or when the last one ended; null if unknown
	Warning       string     `json:"warning"`
	Difficulty    float64    `json:"difficulty"`         // of its next job
	Because       string     `json:"difficulty_because"` // why it is what it is
	Hashes        uint64     `json:"hashes"`             // of this run; of a miner those that its shares stand for
	HashRate      Rates      `json:"hash_rate"`
	HashRateError Rates      `json:"hash_rate_error"` // standard error of each rate as a part of it, 1/sqrt(n) for n shares
	Rate          float64    `json:"hash_rate_now"`   // over the shortest of these windows in which enough shares came
	RateError     float64    `json:"hash_rate_now_error"`
	Accepted      uint64     `json:"accepted"` // shares of this run by verdict, from here on
	Stale         uint64     `json:"stale"`
	Duplicate     uint64     `json:"duplicate"`
	Low           uint64     `json:"low"`
	Unknown       uint64     `json:"unknown"`
	Malformed     uint64     `json:"malformed"`
	RefusedPart   float64    `json:"refused_part"` // of all shares, 0 to 1
	Best          float64    `json:"best_difficulty"`
	BestEver      float64    `json:"best_difficulty_ever"`
	LastShare     *time.Time `json:"last_share"`         // of any verdict; null before the first of this run
	Silent        *float64   `json:"last_share_seconds"` // since LastShare
	ChanceYear    *float64   `json:"chance_year"`        // of at least one block, at Rate; null without a template
	Rig           *Rig       `json:"rig"`                // null if its machine tells nothing of itself
}

// Rates are hash rates, or their errors, over the last 1, 15 and 60 minutes. The CPU's first is over the last seconds.
type Rates struct {
	M1  float64 `json:"m1"`
	M15 float64 `json:"m15"`
	M60 float64 `json:"m60"`
}

// Stratum is the server for other miners. Counts are of this run.
type Stratum struct {
	Connections int     `json:"connections"` // now, whether a worker is logged in or not
	Refused     uint64  `json:"connections_refused"`
	SlowReaders uint64  `json:"slow_readers"`       // connections closed because the miner took nothing any more
	NotifyP50   float64 `json:"notify_p50_seconds"` // from the newest block's first job until the median connection had it
	NotifyP99   float64 `json:"notify_p99_seconds"`
	Accepted    uint64  `json:"accepted"` // shares of all miners by verdict, from here on
	Stale       uint64  `json:"stale"`
	Duplicate   uint64  `json:"duplicate"`
	Low         uint64  `json:"low"`
	Unknown     uint64  `json:"unknown"`
	Malformed   uint64  `json:"malformed"`
	Checks      float64 `json:"checks_per_second"`
}

func (r *Report) takeWorkers(s *solo.Stats, now time.Time) {
	for i := range s.Workers {
		w := newWorker(&s.Workers[i], now)
		if s.Job != nil {
			w.ChanceYear = new(odds.Chance(odds.ExpectedSeconds(s.Job.Template.Target, w.Rate), year))
		}
		r.Workers = append(r.Workers, w)
	}
	slices.SortStableFunc(r.Workers, func(a, b Worker) int {
		return cmp.Or(boolCompare(a.Connected(), b.Connected()), cmp.Compare(b.HashRate.M60, a.HashRate.M60), strings.Compare(a.Name, b.Name))
	})
	if t := s.Stratum; t != nil {
		r.Stratum = &Stratum{
			t.Connections, t.Refused, t.SlowReaders, t.NotifyP50.Seconds(), t.NotifyP99.Seconds(),
			t.Accepted, t.Stale, t.Duplicate, t.Low, t.Unknown, t.Malformed, t.Checks,
		}
	}
}

// boolCompare puts true first.
func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func newWorker(s *solo.Worker, now time.Time) Worker {
	w := Worker{
		Name: line(s.Name), Kind: line(s.Kind), Client: line(s.Client), Addresses: []string{}, Sessions: s.Sessions, Warning: line(s.Warning),
		Difficulty: s.Difficulty, Because: line(s.Because), Hashes: s.Hashes,
		HashRate:      Rates{s.HashRate[0], s.HashRate[1], s.HashRate[2]},
		HashRateError: Rates{s.HashRateError[0], s.HashRateError[1], s.HashRateError[2]},
		Accepted:      s.Accepted, Stale: s.Stale, Duplicate: s.Duplicate, Low: s.Low, Unknown: s.Unknown, Malformed: s.Malformed,
		Best: s.Best, BestEver: s.BestEver, Rig: newRig(s.Rig),
	}
	w.Rate, w.RateError = s.Rate()
	for _, a := range s.Addresses {
		w.Addresses = append(w.Addresses, line(a))
	}
	if all := w.Accepted + w.Refused(); all > 0 {
		w.RefusedPart = float64(w.Refused()) / float64(all)
	}
	if !s.Since.IsZero() {
		w.Since = new(second(s.Since))
	}
	if !s.LastShare.IsZero() {
		w.LastShare, w.Silent = new(second(s.LastShare)), new(seconds(now.Sub(s.LastShare)))
	}
	return w
}

// SharesText lists the shares by verdict: "9,876 accepted, refused 12 stale, 3 low".
func (w *Worker) SharesText() string {
	return sharesText(w.Accepted, w.Stale, w.Duplicate, w.Low, w.Unknown, w.Malformed)
}

func sharesText(accepted, stale, duplicate, low, unknown, malformed uint64) string {
	text, before := units.Thousands(int64(accepted))+" accepted", ", refused "
	for _, v := range []struct {
		n    uint64
		name string
	}{{stale, "stale"}, {duplicate, "duplicate"}, {low, "low"}, {unknown, "of unknown jobs"}, {malformed, "malformed"}} {
		if v.n > 0 {
			text += before + units.Thousands(int64(v.n)) + " " + v.name
			before = ", "
		}
	}
	return text
}

// MinersText says how the server for other miners does; empty if there is none.
func (r *Report) MinersText() string {
	t, connected := r.Stratum, 0
	if t == nil {
		return ""
	}
	for _, w := range r.Miners() {
		if w.Connected() {
			connected++
		}
	}
	text := units.Thousands(int64(connected)) + " connected"
	if t.Connections != connected {
		text += " by " + counted(uint64(t.Connections), "connection")
	}
	if shares := t.Accepted + t.Stale + t.Duplicate + t.Low + t.Unknown + t.Malformed; shares > 0 {
		text += "; shares: " + sharesText(t.Accepted, t.Stale, t.Duplicate, t.Low, t.Unknown, t.Malformed)
	}
	if t.NotifyP99 > 0 {
		text += fmt.Sprintf("; new work in %.2g ms, for the slowest hundredth in %.2g ms", 1e3*t.NotifyP50, 1e3*t.NotifyP99)
	}
	if t.Refused > 0 {
		text += "; " + counted(t.Refused, "connection") + " refused"
	}
	if t.SlowReaders > 0 {
		text += "; " + counted(t.SlowReaders, "connection") + " closed that took no more work"
	}
	return text
}

// counted writes a number with its word, in the plural if it needs one.
func counted(n uint64, word string) string {
	if n != 1 {
		word += "s"
	}
	return units.Thousands(int64(n)) + " " + word
}

// Refused returns how many of its shares were refused in this run.
func (w *Worker) Refused() uint64 { return w.Stale + w.Duplicate + w.Low + w.Unknown + w.Malformed }

// YearText is its chance of a block in a year; empty without a template or a hash rate.
func (w *Worker) YearText() string {
	if w.ChanceYear == nil || *w.ChanceYear == 0 {
		return ""
	}
	return units.Chance(*w.ChanceYear)
}

// IsCPU reports whether it is this machine's CPU.
func (w *Worker) IsCPU() bool { return w.Kind == solo.KindCPU }

// Connected reports whether it searches here or has a connection.
func (w *Worker) Connected() bool { return w.Kind == solo.KindCPU || w.Sessions > 0 }

// RigOnly reports whether it is a machine that is asked what it tells of itself, and that has no connection: it is named with
// --rig, and mines elsewhere or not at all.
func (w *Worker) RigOnly() bool { return w.Kind == solo.KindRig }

// Miners returns the workers that connect to the server, without this machine's CPU and without machines that are only asked.
func (r *Report) Miners() []Worker {
	return slices.DeleteFunc(slices.Clone(r.Workers), func(w Worker) bool { return w.Kind == solo.KindCPU || w.RigOnly() })
}

// RigsOnly returns the machines that are only asked.
func (r *Report) RigsOnly() []Worker {
	return slices.DeleteFunc(slices.Clone(r.Workers), func(w Worker) bool { return !w.RigOnly() })
}
