package stratum

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"ltcsolo/solo/units"
	"ltcsolo/template"
)

const (
	// keepAlive is how long a session may hear nothing: an Antminer L9 leaves after 60 s. Other work on the same parent
	// waits for it.
	keepAlive = 29 * time.Second // the ticker adds up to a second
	// idleTime is how long the last job is sent again while there is nothing to search. After that the silence has miners
	// turn to their second pool.
	idleTime = time.Minute

	tickTime  = time.Second
	sortTicks = 10 // ticks between two sortings of the sessions
	senders   = 4
	patience  = 5 * time.Millisecond // for a client that takes its time: after that another sender goes on with the next
)

// offer is the newest work, and since when the engine has none. It is immutable.
type offer struct {
	work *work     // nil before the first
	idle time.Time // zero while the work is searched
}

// current returns the work for a session that needs some now, nil if there is none.
func (o *offer) current(now time.Time) *work {
	if !o.idle.IsZero() && now.Sub(o.idle) > idleTime {
		return nil
	}
	return o.work
}

// follow waits for jobs and sends them, until ctx ends.
func (s *Server) follow(ctx context.Context) {
	for prev := (*template.Job)(nil); ; {
		j, err := s.cfg.Upstream.NextJob(ctx, prev)
		if err != nil {
			return
		}
		prev = j
		now, last := time.Now(), s.offer.Load()
		if j == nil {
			s.offer.Store(&offer{last.work, now})
			continue
		}
		w := last.work
		if w == nil || w.job != j {
			w = newWork(j, now)
		}
		s.offer.Store(&offer{work: w})
		elsewhere := last.work == nil || last.work.job.Template.PreviousBlock != j.Template.PreviousBlock
		if elsewhere {
			s.latency.begin()
		}
		if elsewhere || !last.idle.IsZero() {
			s.send(s.inOrder())
		}
	}
}

// tick looks each second for sessions that need a line, until ctx ends.
func (s *Server) tick(ctx context.Context) {
	ticker := time.NewTicker(tickTime)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		if n%sortTicks == 0 {
			s.sort()
		}
		w := s.offer.Load().current(now)
		var due []*session
		for _, x := range s.inOrder() {
			if x.tick(w, now) {
				due = append(due, x)
			}
		}
		s.send(due)
		if n%sortTicks == 0 {
			s.guard.sweep(now)
		}
	}
}

// sort puts the sessions with the highest hash rate first.
func (s *Server) sort() {
	type rated struct {
		*session
		rate float64
	}
	s.mu.Lock()
	all := make([]rated, 0, len(s.sessions))
	for x := range s.sessions {
		all = append(all, rated{x, x.meter.perSecond()})
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b rated) int { return cmp.Compare(b.rate, a.rate) })
	order := make([]*session, len(all))
	for i, x := range all {
		order[i] = x.session
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = order
}

// inOrder returns all sessions, as they were sorted last, and those that have come since. Some may have ended.
func (s *Server) inOrder() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.order[:len(s.order):len(s.order)]
}

// send sends each session what is due, in order. A client that takes its time does not hold up those after it: the next
// sender takes its place, and it is left behind with the one that waits for it.
func (s *Server) send(sessions []*session) {
	var next atomic.Int64
	var sender func()
	sender = func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(sessions) {
				s.sending.Done()
				return
			}
			s.sending.Add(1) // for a sender that takes this one's place
			late := time.AfterFunc(patience, sender)
			sessions[i].update()
			if !late.Stop() {
				s.sending.Done()
				return
			}
			s.sending.Done()
		}
	}
	for range min(senders, len(sessions)) {
		s.sending.Add(1)
		go sender()
	}
}

// tick updates the session's meter and reports whether it is due for work.
func (s *session) tick(w *work, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready {
		return false
	}
	s.meter.tick(now)
	return w != nil && s.due(w, now)
}

// due reports whether the session needs a notify now. The caller holds mu.
func (s *session) due(w *work, now time.Time) bool {
	if s.parent != w.job.Template.PreviousBlock || now.Sub(s.notified) >= keepAlive {
		return true
	}
	_, change := s.vardiff.next(now, w.network)
	// With the same time as before, the miner would search the same headers again.
	return (change || s.pushed) && w.job.Template.TimeAt(now) != s.ntime
}

// nextDifficulty returns the difficulty that the next notify goes out with. The caller holds mu.
func (s *session) nextDifficulty(w *work, now time.Time) float64 {
	difficulty, _ := s.vardiff.next(now, w.network)
	if raised := s.difficulty * raiseBy; s.raise && raised <= s.server.cfg.MaxDifficulty {
		difficulty = max(difficulty, raised)
	}
	return difficulty
}

// appendWork appends the newest work, if the session is due for it, with its difficulty, if that changes. The caller has
// the turn.
func (s *session) appendWork(b []byte, now time.Time) []byte {
	w := s.server.offer.Load().current(now)
	if w == nil {
		return b
	}
	s.mu.Lock()
	if !s.ready || s.leaving != "" || !s.due(w, now) {
		s.mu.Unlock()
		return b
	}
	from, first := s.difficulty, s.notifies == 0
	elsewhere := first || s.parent != w.job.Template.PreviousBlock
	difficulty := s.nextDifficulty(w, now)
	s.notifies++
	if difficulty != from {
		b = appendDifficulty(b, s.kind.wire(difficulty))
		s.difficulty = difficulty
		if !s.fresh && !s.fixed {
			s.because = becauseRate
		}
		s.difficulties.add(s.notifies, difficulty)
		if s.notifies > math.MaxUint8 {
			s.difficulties.forget(s.notifies - math.MaxUint8)
		}
	}
	s.vardiff.sent(difficulty, now)
	s.parent, s.ntime, s.notified = w.job.Template.PreviousBlock, w.job.Template.TimeAt(now), now
	b = w.appendNotify(b, wireID(w.job.ID, s.notifies), s.ntime, elsewhere || s.clean)
	s.pushed, s.clean, s.raise, s.fresh = false, false, false, false
	s.meter.tick(now)
	rate, because := s.meter.measured()*template.PoolDifficultyFactor, s.because
	s.mu.Unlock()

	if elsewhere && !first {
		s.news = w
	}
	if difficulty == from {
		return b
	}
	s.worker.sent(difficulty, because)
	s.server.memory.keep(s.id, s.name, difficulty)
	if !first {
		attributes := []any{"worker", s.name, "from", shown(from), "to", shown(difficulty)}
		if rate > 0 {
			attributes = append(attributes, "hash_rate", units.HashRate(rate))
		}
		s.server.log.Info("difficulty", attributes...)
	}
	return b
}
