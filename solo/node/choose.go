package node

import (
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
)

// fitness is how well a node does, the best first.
type fitness int

const (
	fit         fitness = iota
	troubled            // it makes no template
	waiting             // it syncs, catches up or has no peers
	unreachable         // it does not answer, or has not yet
	wrong               // another network, or too old
)

// fitnessOf judges a node. The caller holds mu.
func (g *Group) fitnessOf(m *member, now time.Time) fitness {
	var unfit *Error
	switch {
	case m.err != nil || m.status == nil && m != g.serving:
		return unreachable
	case errors.As(m.unfit, &unfit):
		if unfit.Temporary {
			return waiting
		}
		return wrong
	}
	// What the serving node gave last is good for as long as its tip stands.
	if since, err := m.client.troubled(); err != nil && (m != g.serving || m.failed || now.Sub(since) > troubleAfter) {
		return troubled
	}
	return fit
}

// choose decides who serves. The caller holds mu.
func (g *Group) choose(now time.Time) {
	var pool []*member // those that do best
	best := wrong
	for _, m := range g.members {
		f := g.fitnessOf(m, now)
		if f < best {
			best, pool = f, nil
		}
		if f == best {
			pool = append(pool, m)
		}
		switch {
		case f > fit:
			m.well = time.Time{}
		case m.well.IsZero():
			m.well = now
		}
	}
	own := g.fitnessOf(g.serving, now)
	if next, why := g.successor(pool, own, best, now); next != g.serving {
		g.handOver(next, why, now)
		own = best
	}
	if own <= troubled {
		g.good = now
	}
	g.forbid(own, now)
	for _, m := range g.members {
		g.noteHealth(m, now)
	}
}

// successor is who should serve, and why it is another one. The caller holds mu.
func (g *Group) successor(pool []*member, own, best fitness, now time.Time) (*member, string) {
	s := g.serving
	if best >= unreachable {
		return s, ""
	}
	most := pool[0]
	for _, m := range pool {
		if m.status != nil && (most.status == nil || m.status.moreWork(most.status)) {
			most = m
		}
	}
	if own != best {
		if g.lost.IsZero() {
			g.lost = now
		}
		g.behind = time.Time{}
		ahead := own < wrong && s.status != nil && most.status != nil && s.status.moreWork(most.status)
		if ahead && now.Sub(g.lost) < g.cfg.Patience {
			return s, ""
		}
		return most, "the serving node does worse"
	}
	g.lost = time.Time{}
	if s.status == nil || most.status == nil {
		return s, ""
	}
	if !most.status.moreWork(s.status) {
		g.behind = time.Time{}
	} else if g.behind.IsZero() {
		g.behind = now
	} else if now.Sub(g.behind) >= g.cfg.Behind {
		return most, "the serving node has less work"
	}
	for _, m := range pool {
		if m.place >= s.place {
			break
		}
		level := m.status != nil && (m.status.BestBlock == s.status.BestBlock || m.status.moreWork(s.status))
		if level && !m.well.IsZero() && now.Sub(m.well) >= m.probation {
			return m, "the earlier node does well again"
		}
	}
	return s, ""
}

// longProbation bounds the pause before a node that fails again and again is trusted again; after it a node that served
// all the time is trusted as at first.
const longProbation = 10 * time.Minute

// handOver lets next serve. The caller holds mu.
func (g *Group) handOver(next *member, why string, now time.Time) {
	s := g.serving
	if now.Sub(g.served) > longProbation {
		s.probation = g.cfg.Probation
	}
	if next.place > s.place {
		s.probation = min(2*s.probation, max(longProbation, g.cfg.Probation))
		s.well = time.Time{}
	}
	g.log.Info("templates come from another node", "node", next.client.Name(), "before", s.client.Name(), "why", why)
	g.serving, g.served, g.lost, g.behind = next, now, time.Time{}, time.Time{}
	g.change()
}

// forbid decides whether the last template may be searched, given how the serving node does. The caller holds mu.
func (g *Group) forbid(own fitness, now time.Time) {
	var why error
	switch gone := now.Sub(g.good); {
	case own == wrong || own == waiting && g.serving.catching:
		why = &barred{g.serving.unfit}
	case own >= waiting && gone >= g.cfg.GiveUp:
		why = &barred{&Error{
			Reason: fmt.Sprintf("no node could be mined with for %s: that the network found no block since has a chance of 1 in %s",
				units.Duration(g.cfg.GiveUp.Seconds()), oneIn(g.cfg.GiveUp)),
			Remedy: "start litecoind, or see why it is alone; the search goes on by itself then",
		}}
	}
	if (why == nil) == (g.forbidden == nil) {
		return
	}
	g.forbidden = why
	g.change()
	if why == nil {
		g.cfg.Alerts.End(solo.AlertNoNode, "")
		return
	}
	var cause *Error
	errors.As(why, &cause)
	g.cfg.Alerts.Raise(solo.Alert{Key: solo.AlertNoNode, Text: "nothing is searched: " + cause.Reason, Remedy: cause.Remedy, Grave: !g.serving.catching})
}

// barred is an error for which the last template must not be searched any more, though the tip may not have moved.
type barred struct{ cause error }

func (e *barred) Error() string { return e.cause.Error() }

func (e *barred) Unwrap() error { return e.cause }

func (e *barred) Is(target error) bool { return target == solo.ErrTipMoved }

// change wakes who waits for a template. The caller holds mu.
func (g *Group) change() {
	close(g.changed)
	g.changed = make(chan struct{})
}
