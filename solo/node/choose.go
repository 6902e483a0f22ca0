package node

import (
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
)

// fitness says how well a node can be used for mining, best first.
type fitness int

const (
	fit         fitness = iota
	troubled            // makes no templates
	waiting             // is syncing or catching up, or has no peers
	unreachable         // does not answer, or has not yet
	wrong               // is on another network or too old
)

// fitnessOf returns a node's fitness. The caller holds mu.
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
	// The serving node's last template is good while its tip stays.
	if since, err := m.client.troubled(); err != nil && (m != g.serving || m.failed || now.Sub(since) > troubleAfter) {
		return troubled
	}
	return fit
}

// choose decides which node serves. The caller holds mu.
func (g *Group) choose(now time.Time) {
	var pool []*member // the fittest
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
			m.fitSince = time.Time{}
		case m.fitSince.IsZero():
			m.fitSince = now
		}
	}
	own := g.fitnessOf(g.serving, now)
	if next, why := g.successor(pool, own, best, now); next != g.serving {
		g.handOver(next, why, now)
		own = best
	}
	if own <= troubled {
		g.usable = now
	}
	g.updatePause(own, now)
	for _, m := range g.members {
		g.noteHealth(m, now)
	}
}

// successor returns the node that should serve and, if it is not the serving one, why. The caller holds mu.
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
		return most, "the serving node is less fit"
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
		if level && !m.fitSince.IsZero() && now.Sub(m.fitSince) >= m.probation {
			return m, "an earlier node is fit again"
		}
	}
	return s, ""
}

// maxProbation bounds the probation of a node that keeps failing. The probation of a node that has served for so long
// starts over.
const maxProbation = 10 * time.Minute

// handOver makes next the serving node. The caller holds mu.
func (g *Group) handOver(next *member, why string, now time.Time) {
	s := g.serving
	if now.Sub(g.served) > maxProbation {
		s.probation = g.cfg.Probation
	}
	if next.place > s.place {
		s.probation = min(2*s.probation, max(maxProbation, g.cfg.Probation))
		s.fitSince = time.Time{}
	}
	g.log.Info("another node serves templates", "node", next.client.Name(), "before", s.client.Name(), "why", why)
	g.serving, g.served, g.lost, g.behind = next, now, time.Time{}, time.Time{}
	g.change()
}

// updatePause decides from the serving node's fitness whether mining is paused. The caller holds mu.
func (g *Group) updatePause(own fitness, now time.Time) {
	var why error
	switch unfit := now.Sub(g.usable); {
	case own == wrong || own == waiting && g.serving.catching:
		why = &pauseError{g.serving.unfit}
	case own >= waiting && unfit >= g.cfg.GiveUp:
		why = &pauseError{&Error{
			Reason: fmt.Sprintf("no node was usable for %s, and the chance that the network found no block in that time is 1 in %s",
				units.Duration(g.cfg.GiveUp.Seconds()), oneIn(g.cfg.GiveUp, g.chain)),
			Remedy: "start " + g.chain.Daemon + ", or find out why it has no peers; mining then resumes by itself",
		}}
	}
	if (why == nil) == (g.paused == nil) {
		return
	}
	g.paused = why
	g.change()
	if why == nil {
		g.cfg.Alerts.End(solo.AlertNoNode, "")
		return
	}
	var cause *Error
	errors.As(why, &cause)
	text := "mining is paused: "
	if g.chain.AuxPoW {
		text = "mining " + g.chain.Name + " is paused: "
	}
	g.cfg.Alerts.Raise(solo.Alert{Key: solo.AlertNoNode, Text: text + cause.Reason, Remedy: cause.Remedy, Grave: !g.serving.catching})
}

// pauseError is an error that forbids mining on the last template, although the tip may not have moved.
type pauseError struct{ cause error }

func (e *pauseError) Error() string { return e.cause.Error() }

func (e *pauseError) Unwrap() error { return e.cause }

func (e *pauseError) Is(target error) bool { return target == solo.ErrTipMoved }

// change wakes the callers that wait for a template. The caller holds mu.
func (g *Group) change() {
	close(g.changed)
	g.changed = make(chan struct{})
}
