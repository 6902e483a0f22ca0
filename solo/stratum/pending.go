package stratum

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

type sessionInfo struct {
	Kind, Client, Address, Because, Warning string
	Difficulty                              float64
	At                                      time.Time
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
			Accepted: x.totals[accepted], Stale: x.totals[stale], Duplicate: x.totals[duplicated],
			Low: x.totals[low], Unknown: x.totals[unknown], Malformed: x.totals[malformed],
		})
	}
	slices.SortFunc(all, func(a, b solo.Worker) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

const sessionIDSize = 16

type memory struct {
	mu   sync.Mutex
	byID map[string]*pastSession
	open map[[solo.Extranonce1Size]byte]struct{}
}

type pastSession struct {
	extranonce1 [solo.Extranonce1Size]byte
	worker      string
	difficulty  float64
	open        bool
}

type keptSession struct{}

func newMemory([]keptSession) *memory {
	return &memory{byID: make(map[string]*pastSession), open: make(map[[solo.Extranonce1Size]byte]struct{})}
}

func (m *memory) claim(earlier string, fresh func() [solo.Extranonce1Size]byte, now time.Time) (
	id string, extranonce1 [solo.Extranonce1Size]byte, difficulty float64,
) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.byID[earlier]; s != nil && !s.open {
		s.open = true
		return earlier, s.extranonce1, s.difficulty
	}
	extranonce1 = fresh()
	var b [sessionIDSize]byte
	rand.Read(b[:])
	id = hex.EncodeToString(b[:])
	m.byID[id] = &pastSession{extranonce1: extranonce1, open: true}
	return id, extranonce1, 0
}

func (m *memory) keep(id, worker string, difficulty float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byID[id].worker, m.byID[id].difficulty = worker, difficulty
}

func (m *memory) release(id string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.byID[id]; s != nil {
		if s.open = false; s.worker == "" {
			delete(m.byID, id)
		}
	}
}
