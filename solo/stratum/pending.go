package stratum

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

type judged struct {
	solo.Result
	Err error
}

type kind struct {
	Name         string
	Start, Floor float64
	Fractions    bool
	Bfgminer     bool
}

func classify(userAgent string) kind {
	for _, c := range []struct {
		prefix string
		kind
	}{
		{"GodMiner/", kind{"Antminer", 262144, 2048, false, false}},
		{"cpuminer", kind{"CPU", 4, 1. / 64, true, false}},
		{"bfgminer/", kind{"bfgminer", 256, 1. / 64, false, true}},
		{"cgminer/3.", kind{"GPU", 256, 1. / 64, false, false}},
		{"sgminer/", kind{"GPU", 256, 1. / 64, false, false}},
	} {
		if strings.HasPrefix(userAgent, c.prefix) {
			return c.kind
		}
	}
	return kind{"unknown", 32768, 32, false, false}
}

type passwordOptions struct{ Fixed, Start float64 }

func parsePassword(p string) passwordOptions {
	var o passwordOptions
	for _, word := range strings.FieldsFunc(p, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if text, ok := strings.CutPrefix(word, "d="); ok {
			o.Fixed, _ = strconv.ParseFloat(text, 64)
		}
		if text, ok := strings.CutPrefix(word, "sd="); ok {
			o.Start, _ = strconv.ParseFloat(text, 64)
		}
	}
	return o
}

type vardiffConfig struct {
	Aim             time.Duration
	Min, Max, Floor float64
	Fixed           bool
}

type vardiff struct {
	cfg     vardiffConfig
	current float64
	since   time.Time
	shares  int
}

func newVardiff(cfg vardiffConfig, start float64, now time.Time) *vardiff {
	return &vardiff{cfg: cfg, current: start, since: now}
}

func (v *vardiff) share(at time.Time, difficulty float64) { v.shares++ }

func (v *vardiff) next(now time.Time) (difficulty float64, change bool) {
	switch passed := now.Sub(v.since); {
	case v.cfg.Fixed:
	case v.shares >= 4 && passed < v.cfg.Aim:
		return v.current * 8, true
	case v.shares == 0 && passed >= 5*time.Second && v.current/8 >= v.cfg.Floor:
		return v.current / 8, true
	}
	return v.current, false
}

func (v *vardiff) sent(difficulty float64, now time.Time) {
	if difficulty != v.current {
		v.current, v.since, v.shares = difficulty, now, 0
	}
}

func shareTarget(difficulty float64) template.Target {
	t, err := template.TargetFromDifficulty(difficulty)
	if err != nil {
		panic(err)
	}
	return t
}

type sessionInfo struct {
	Client, Address, Because, Warning string
	Difficulty                        float64
	At                                time.Time
}

type workers struct {
	mu  sync.Mutex
	all map[string]*worker
}

func newWorkers() *workers { return &workers{all: make(map[string]*worker)} }

type worker struct {
	mu       sync.Mutex
	name     string
	sessions int
	verdicts map[verdict]int
}

func (w *workers) join(name string, s sessionInfo) *worker {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[name] == nil {
		w.all[name] = &worker{name: name, verdicts: make(map[verdict]int)}
	}
	w.all[name].sessions++
	return w.all[name]
}

func (w *worker) share(v verdict, difficulty float64, pow template.Hash, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verdicts[v]++
}

func (w *worker) leave(s sessionInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions--
}

func (w *workers) snapshot() []solo.Worker {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []solo.Worker
	for _, x := range w.all {
		all = append(all, solo.Worker{Name: x.name})
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

// difficultyOf returns what a worker had, 0 if it is not known.
func (m *memory) difficultyOf(worker string) float64 { return 0 }
