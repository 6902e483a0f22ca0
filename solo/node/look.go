package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// lookLimit is how long a node may take to say how it does.
const lookLimit = 15 * time.Second

// lookAfter asks a node how it does, again and again until ctx ends.
func (g *Group) lookAfter(ctx context.Context, m *member) {
	timer := time.NewTimer(g.cfg.Every)
	defer timer.Stop()
	for {
		g.look(ctx, m)
		if ctx.Err() != nil {
			return
		}
		timer.Reset(g.cfg.Every)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-m.kick:
		}
	}
}

// look asks a node once, and has the group and the alerts follow from what it says.
func (g *Group) look(ctx context.Context, m *member) {
	limited, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	status, err := m.client.Status(limited)
	g.mu.Lock()
	serving := g.serving == m
	g.mu.Unlock()
	now := time.Now()
	var found []solo.Alert
	if err == nil {
		if _, trouble := m.client.troubled(); trouble != nil && !serving {
			m.client.template(limited) // nobody else asks for it; what comes of it is noted there
		}
		found = findings(status, g.cfg.Network, m.guardian.watch(limited, status, now, serving))
	}
	if ctx.Err() != nil {
		return
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &Error{
			Reason: fmt.Sprintf("litecoind at %s does not say how it does within %v", m.client.Name(), lookLimit),
			Remedy: "see the node's debug.log: it may be busy, or its disk slow", Temporary: true, Err: err,
		}
	}
	g.mu.Lock()
	m.err = err
	if err == nil {
		m.status, m.unfit = status, status.Check(g.cfg.Network, g.cfg.AllowOld)
		m.catching = catchingUp(m.height, status)
		if m.height = status.Height; m.catching && m.unfit == nil {
			m.unfit = &Error{
				Reason: fmt.Sprintf("litecoind at %s is catching up: block %d of %d, and a block found now would be beside the chain",
					status.Name, status.Height, status.Headers),
				Remedy: "none is needed: the search goes on when it has them", Temporary: true,
			}
		}
		if m.catching { // it is on its way there
			found = slices.DeleteFunc(found, func(a solo.Alert) bool { return a.Key == solo.AlertLongerBranch })
		}
	}
	g.choose(now)
	if a := g.behindAlert(m, now); a != nil {
		found = append(found, *a)
	}
	alone := !g.anotherIsFit(m, now)
	g.mu.Unlock()
	if err != nil {
		found = append(found, down(m.client.Name(), err, alone))
	}
	g.cfg.Alerts.Set(m.client.Name(), slices.Concat(guarded, []string{solo.AlertNodeBehind}), found)
}

// catchingUp reports whether a node that was at this height at the last look is on its way to blocks of which it has the
// headers, as after a start: several behind, and several nearer. Headers alone, whose blocks do not come, say nothing.
func catchingUp(last int32, s *Status) bool {
	const far, step = 6, 2
	return last > 0 && s.Headers-s.Height >= far && s.Height-last >= step
}

// down is the alert of a node that does not answer.
func down(name string, err error, alone bool) solo.Alert {
	a := solo.Alert{Key: solo.AlertNodeDown, Text: oneLine(err.Error()), Grave: alone}
	var known *Error
	if errors.As(err, &known) {
		a.Remedy = known.Remedy
	}
	if alone {
		a.Text += "; the last template is searched for a while, and a found block is kept and sent later"
	}
	return a
}

// anotherIsFit reports whether a node other than m can be mined with. The caller holds mu.
func (g *Group) anotherIsFit(m *member, now time.Time) bool {
	for _, other := range g.members {
		if other != m && g.fitnessOf(other, now) == fit {
			return true
		}
	}
	return false
}

// behindAlert is due when m has had less work than another node for a while. The caller holds mu.
func (g *Group) behindAlert(m *member, now time.Time) *solo.Alert {
	var ahead *member
	for _, other := range g.members {
		if m.err == nil && other.err == nil && m.status != nil && other.status != nil && other.unfit == nil && other.status.moreWork(m.status) &&
			(ahead == nil || other.status.moreWork(ahead.status)) {
			ahead = other
		}
	}
	switch {
	case ahead == nil:
		m.lagging = time.Time{}
		return nil
	case m.lagging.IsZero():
		m.lagging = now
	}
	if now.Sub(m.lagging) < g.cfg.Behind {
		return nil
	}
	return &solo.Alert{
		Key: solo.AlertNodeBehind,
		Text: fmt.Sprintf("litecoind at %s is at height %d, and the one at %s, with more work, at %d",
			m.client.Name(), m.status.Height, ahead.client.Name(), ahead.status.Height),
		Remedy: "see which of them hears of the network: litecoin-cli getpeerinfo, getchaintips, and debug.log",
	}
}

// Propose implements [solo.Node]: the node that gave the last template judges. The others are asked too, once a tip,
// and what they object to is an alert.
func (g *Group) Propose(ctx context.Context, block []byte) (solo.Opinion, error) {
	g.mu.Lock()
	m := g.from
	if m == nil {
		m = g.serving
	}
	parent := (*template.Header)(block).PreviousBlock()
	ask := len(g.members) > 1 && g.proposed != parent
	g.proposed = parent
	g.mu.Unlock()
	if ask {
		select { // the newest only
		case <-g.objects:
		default:
		}
		select {
		case g.objects <- block:
		default: // another came meanwhile
		}
	}
	return m.client.Propose(ctx, block)
}

// askOthers puts blocks to the nodes that did not give their template.
func (g *Group) askOthers(ctx context.Context) {
	for {
		var block []byte
		select {
		case <-ctx.Done():
			return
		case block = <-g.objects:
		}
		for _, m := range g.members {
			g.mu.Lock()
			skip := m == g.from || g.fitnessOf(m, time.Now()) > troubled
			g.mu.Unlock()
			if skip {
				continue
			}
			name := m.client.Name()
			opinion, err := m.client.Propose(ctx, block)
			if err != nil || opinion.Reason == notOnTip {
				continue
			}
			if !opinion.Refused {
				g.cfg.Alerts.End(solo.AlertBlockObjected, name)
				continue
			}
			g.cfg.Alerts.Raise(solo.Alert{
				Key: solo.AlertBlockObjected, Node: name,
				Text:   fmt.Sprintf("litecoind at %s would refuse the block of another node's template: %s", name, opinion.Reason),
				Remedy: "compare the versions of the nodes, and upgrade the older: they do not follow the same rules", Grave: true,
			})
		}
	}
}
