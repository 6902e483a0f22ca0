package stratum

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
)

const (
	maxSessions   = 20_000         // that are remembered
	sessionTime   = 24 * time.Hour // after its end, a session can be resumed for so long
	sessionIDSize = 16             // bytes
)

// memory knows the sessions that are open and those of the last day, of earlier runs too. A client that comes back with
// the id of a session gets the same extranonce1, so that shares that it found meanwhile fit. It is safe for concurrent
// use.
type memory struct {
	mu   sync.Mutex
	byID map[string]*pastSession
	open map[[solo.Extranonce1Size]byte]struct{} // the extranonce1 of open sessions

	fresh chan struct{} // of one place: there is a session to keep that was not there before
}

type pastSession struct {
	extranonce1 [solo.Extranonce1Size]byte
	worker      string // empty until it is authorized
	difficulty  float64
	open        bool
	lastSeen    time.Time // when it ended
}

func newMemory(sessions []keptSession) *memory {
	m := &memory{
		byID: make(map[string]*pastSession), open: make(map[[solo.Extranonce1Size]byte]struct{}), fresh: make(chan struct{}, 1),
	}
	for _, k := range sessions {
		if e1, err := k.extranonce1(); err == nil {
			m.byID[k.ID] = &pastSession{extranonce1: e1, worker: k.Worker, difficulty: k.Difficulty, lastSeen: k.LastSeen}
		}
	}
	return m
}

// claim opens a session and returns its id and an extranonce1 that no other open session has. If the client names an
// earlier session that can be resumed, they are that one's, and so is the difficulty, which is 0 otherwise. Else
// extranonce1 comes from fresh. The session releases its id when it ends.
func (m *memory) claim(earlier string, fresh func() [solo.Extranonce1Size]byte, now time.Time) (
	id string, extranonce1 [solo.Extranonce1Size]byte, difficulty float64,
) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.byID[earlier]; s != nil && !s.open && now.Sub(s.lastSeen) <= sessionTime && !m.isOpen(s.extranonce1) {
		s.open = true
		m.open[s.extranonce1] = struct{}{}
		return earlier, s.extranonce1, s.difficulty
	}
	for extranonce1 = fresh(); m.isOpen(extranonce1); {
		extranonce1 = fresh()
	}
	var b [sessionIDSize]byte
	rand.Read(b[:]) // never fails
	id = hex.EncodeToString(b[:])
	m.byID[id] = &pastSession{extranonce1: extranonce1, open: true}
	m.open[extranonce1] = struct{}{}
	return id, extranonce1, 0
}

func (m *memory) isOpen(extranonce1 [solo.Extranonce1Size]byte) bool {
	_, open := m.open[extranonce1]
	return open
}

// keep notes an open session's worker and difficulty.
func (m *memory) keep(id, worker string, difficulty float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil {
		return
	}
	if s.worker == "" {
		select {
		case m.fresh <- struct{}{}:
		default:
		}
	}
	s.worker, s.difficulty = worker, difficulty
}

// release says that a session has ended. One that never had a worker is not remembered.
func (m *memory) release(id string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil || !s.open {
		return
	}
	s.open, s.lastSeen = false, now
	delete(m.open, s.extranonce1)
	if s.worker == "" {
		delete(m.byID, id)
	}
	if len(m.byID)-len(m.open) > maxSessions+maxSessions/10 { // not each time
		m.forget(now)
	}
}

// forget drops sessions that can't be resumed any more, and the oldest if there are too many.
func (m *memory) forget(now time.Time) {
	type ended struct {
		id string
		at time.Time
	}
	past := make([]ended, 0, len(m.byID))
	for id, s := range m.byID {
		switch {
		case s.open:
		case now.Sub(s.lastSeen) > sessionTime:
			delete(m.byID, id)
		default:
			past = append(past, ended{id, s.lastSeen})
		}
	}
	if len(past) <= maxSessions {
		return
	}
	slices.SortFunc(past, func(a, b ended) int { return a.at.Compare(b.at) })
	for _, e := range past[:len(past)-maxSessions] {
		delete(m.byID, e.id)
	}
}

// kept returns the sessions as they are kept, the newest first.
func (m *memory) kept(now time.Time) []keptSession {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	all := make([]keptSession, 0, len(m.byID))
	for id, s := range m.byID {
		if s.worker == "" || s.difficulty == 0 {
			continue
		}
		k := keptSession{
			ID: id, Extranonce1: hex.EncodeToString(s.extranonce1[:]), Worker: s.worker, Difficulty: s.difficulty, LastSeen: s.lastSeen,
		}
		if s.open {
			k.LastSeen = now
		}
		k.LastSeen = k.LastSeen.UTC().Truncate(time.Second)
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b keptSession) int {
		return cmp.Or(b.LastSeen.Compare(a.LastSeen), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), maxSessions)]
}

func isSessionID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == sessionIDSize
}
