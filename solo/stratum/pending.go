package stratum

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

type kind struct {
	Name         string
	Start, Floor float64
	Fractions    bool
	Bfgminer     bool
}

func classify(userAgent string) kind {
	ua := strings.ToLower(userAgent)
	for _, c := range []struct {
		prefix string
		kind
	}{
		{"godminer/", kind{"Antminer", 262144, 2048, false, false}},
		{"ckbminer", kind{"Antminer", 262144, 2048, false, false}},
		{"cpuminer", kind{"CPU", 4, 1. / 64, true, false}},
		{"bfgminer", kind{"bfgminer", 256, 1. / 64, true, true}},
		{"cgminer/3.", kind{"GPU", 256, 1. / 64, true, false}},
		{"sgminer/", kind{"GPU", 256, 1. / 64, true, false}},
	} {
		if strings.HasPrefix(ua, c.prefix) {
			return c.kind
		}
	}
	return kind{"unknown", 32768, 32, false, false}
}

func (k kind) least() float64 {
	if k.Fractions {
		return minDifficulty
	}
	return 1
}

func (k kind) wire(difficulty float64) string {
	if k.Bfgminer && difficulty < 16 {
		difficulty /= 65536
	}
	return strconv.FormatFloat(difficulty, 'f', -1, 64)
}

func (k kind) target(difficulty float64) template.Target {
	t, err := template.TargetFromDifficulty(difficulty)
	if err != nil {
		panic(err)
	}
	return t
}

func difficultyOf(pow template.Hash) float64 {
	if pow == (template.Hash{}) {
		return 0
	}
	return template.Target(pow).Difficulty() * template.PoolDifficultyFactor
}

const (
	minDifficulty = 1.0 / 65536
	maxDifficulty = 1 << 60
)

type passwordOptions struct{ Fixed, Start float64 }

func parsePassword(p string) passwordOptions {
	var o passwordOptions
	for _, word := range strings.FieldsFunc(p, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if text, ok := strings.CutPrefix(word, "d="); ok {
			o.Fixed, _ = parseDifficulty(text)
		}
		if text, ok := strings.CutPrefix(word, "sd="); ok {
			o.Start, _ = parseDifficulty(text)
		}
	}
	return o
}

func parseDifficulty(text string) (float64, bool) {
	d, err := strconv.ParseFloat(text, 64)
	return d, err == nil && d >= minDifficulty && d <= maxDifficulty
}

const (
	becausePassword   = "password"
	becauseFlag       = "--difficulty"
	becauseSuggested  = "suggested by the miner"
	becauseRemembered = "what it had last"
	becauseKind       = "kind of miner"
	becauseRate       = "hash rate"
)

type startingPoint struct {
	Password                    passwordOptions
	Flag, Suggested, Remembered float64
	Kind                        kind
}

func (p startingPoint) difficulty() (start float64, fixed bool, because string) {
	switch {
	case p.Password.Fixed > 0:
		return p.Password.Fixed, true, becausePassword
	case p.Password.Start > 0:
		return p.Password.Start, false, becausePassword
	case p.Flag > 0:
		return p.Flag, true, becauseFlag
	case p.Suggested > 0:
		return p.Suggested, false, becauseSuggested
	case p.Remembered > 0:
		return p.Remembered, false, becauseRemembered
	}
	return p.Kind.Start, false, becauseKind
}

type vardiffConfig struct {
	Aim                    time.Duration
	Min, Max, Floor, Least float64
	Fixed                  bool
}

type vardiff struct {
	cfg           vardiffConfig
	start, wanted float64
	current       float64
	since         time.Time
	shares        int
}

func newVardiff(cfg vardiffConfig, start float64, now time.Time) *vardiff {
	start = max(math.Exp2(math.Round(math.Log2(start))), cfg.Least)
	return &vardiff{cfg: cfg, wanted: start, since: now}
}

func (v *vardiff) share(at time.Time, met float64) {
	if met >= v.current {
		v.shares++
	}
}

func (v *vardiff) next(now time.Time, network float64) (difficulty float64, change bool) {
	d := v.wanted
	switch passed := now.Sub(v.since); {
	case v.cfg.Fixed || v.current == 0:
	case v.shares >= 8 && passed < v.cfg.Aim:
		d *= 8
	case v.shares == 0 && passed >= 5*time.Second && d/8 >= v.cfg.Floor:
		d /= 8
	}
	return d, d != v.current
}

func (v *vardiff) sent(difficulty float64, now time.Time) {
	if difficulty != v.current {
		v.current, v.wanted, v.since, v.shares = difficulty, difficulty, now, 0
	}
}

type verdict uint8

const (
	shareAccepted verdict = iota
	shareStale
	shareDuplicate
	shareLow
	shareUnknown
	shareMalformed
	verdicts
)

type sessionInfo struct {
	Client, Address, Warning string
	At                       time.Time
}

type keptWorker struct{}

type workers struct {
	mu     sync.Mutex
	byName map[string]*worker
}

func newWorkers(kept []keptWorker) *workers { return &workers{byName: make(map[string]*worker)} }

type worker struct {
	name     string
	sessions int
	because  string
	totals   [verdicts]uint64
}

type member struct {
	workers *workers
	worker  *worker
}

func (w *workers) join(name string, s sessionInfo) *member {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byName[name] == nil {
		w.byName[name] = &worker{name: name}
	}
	w.byName[name].sessions++
	return &member{w, w.byName[name]}
}

func (w *workers) remembered(name, client string) float64 { return 0 }

func (m *member) sent(difficulty float64, because string) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	m.worker.because = because
}

func (m *member) share(v verdict, difficulty float64, pow template.Hash, at time.Time) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	m.worker.totals[v]++
}

func (m *member) leave(at time.Time) {
	m.workers.mu.Lock()
	defer m.workers.mu.Unlock()
	m.worker.sessions--
}

func (w *workers) snapshot(now time.Time) []solo.Worker {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []solo.Worker
	for _, x := range w.byName {
		all = append(all, solo.Worker{
			Name: x.name, Sessions: x.sessions, Because: x.because,
			Accepted: x.totals[shareAccepted], Stale: x.totals[shareStale], Duplicate: x.totals[shareDuplicate],
			Low: x.totals[shareLow], Unknown: x.totals[shareUnknown], Malformed: x.totals[shareMalformed],
		})
	}
	slices.SortFunc(all, func(a, b solo.Worker) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

type memory struct {
	mu       sync.Mutex
	sessions map[string]remembered
}

type remembered struct {
	extranonce1 [solo.Extranonce1Size]byte
	worker      string
	difficulty  float64
}

func newMemory() *memory { return &memory{sessions: make(map[string]remembered)} }

func (m *memory) resume(id string) (e1 [solo.Extranonce1Size]byte, difficulty float64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.sessions[id]
	return r.extranonce1, r.difficulty, ok
}

func (m *memory) keep(id string, r remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[id] = r
}
