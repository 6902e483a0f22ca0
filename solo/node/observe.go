package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
)

// observeLimit bounds one observation of a node.
const observeLimit = 15 * time.Second

// observeAll observes a node again and again until ctx ends.
func (g *Group) observeAll(ctx context.Context, m *member) {
	timer := time.NewTimer(g.cfg.Every)
	defer timer.Stop()
	for {
		g.observe(ctx, m)
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

// observe asks a node how it is, once, and updates the group and the alerts.
func (g *Group) observe(ctx context.Context, m *member) {
	limited, cancel := context.WithTimeout(ctx, observeLimit)
	defer cancel()
	status, err := m.client.Status(limited)
	g.mu.Lock()
	serving := g.serving == m
	m.monitor.paused = g.paused != nil
	g.mu.Unlock()
	now := time.Now()
	var found []solo.Alert
	var tipTime time.Time
	if err == nil {
		if _, trouble := m.client.troubled(); trouble != nil && !serving {
			m.client.template(limited) // nobody else asks this node; template records the result
		}
		found = findings(status, g.cfg.Network, m.monitor.observe(limited, status, now, serving))
		if m.monitor.came {
			tipTime = m.monitor.since
		}
	}
	if ctx.Err() != nil {
		return
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &Error{
			Reason: fmt.Sprintf("%s at %s does not report its status within %v", g.chain.Daemon, m.client.Name(), observeLimit),
			Remedy: "see the node's debug.log: it may be busy, or its disk slow", Temporary: true, Err: err,
		}
	}
	g.mu.Lock()
	m.err = err
	if err == nil {
		m.status, m.tipTime, m.unfit = status, tipTime, status.Check(g.cfg.Network, g.cfg.AllowOld)
		m.catching = catchingUp(m.height, status)
		if m.height = status.Height; m.catching && m.unfit == nil {
			m.unfit = &Error{
				Reason: fmt.Sprintf("%s at %s is catching up: block %d of %d, and a block found now would not be in the best chain",
					g.chain.Daemon, status.Name, status.Height, status.Headers),
				Remedy: "nothing; mining resumes when it has them", Temporary: true,
			}
		}
		if m.empty {
			found = slices.DeleteFunc(found, func(a solo.Alert) bool { return a.Key == solo.AlertNoTemplate })
		}
		if m.catching { // it will follow that branch
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
	g.cfg.Alerts.Set(m.client.Name(), slices.Concat(monitored, []string{solo.AlertNodeBehind}), found)
}

// catchingUp reports whether a node that was at this height at the last observation is catching up with its headers, as
// after a start: it is several blocks behind them, and has come several blocks closer. Headers whose blocks do not arrive
// say nothing.
func catchingUp(last int32, s *Status) bool {
	const far, step = 6, 2
	return last > 0 && s.Headers-s.Height >= far && s.Height-last >= step
}

// down is the alert for a node that does not answer. alone says that no other node is fit.
func down(name string, err error, alone bool) solo.Alert {
	a := solo.Alert{Key: solo.AlertNodeDown, Text: oneLine(err.Error()), Grave: alone}
	var known *Error
	if errors.As(err, &known) {
		a.Remedy = known.Remedy
	}
	if alone {
		a.Text += "; the last template is mined for a while, and a found block is kept and sent later"
	}
	return a
}

// anotherIsFit reports whether a node other than m is fit. The caller holds mu.
func (g *Group) anotherIsFit(m *member, now time.Time) bool {
	for _, other := range g.members {
		if other != m && g.fitnessOf(other, now) == fit {
			return true
		}
	}
	return false
}

// behindAlert returns an alert if m has had less work than another node for a while, else nil. The caller holds mu.
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
		Text: fmt.Sprintf("%s at %s is at height %d; the one at %s has more work and is at %d",
			g.chain.Daemon, m.client.Name(), m.status.Height, ahead.client.Name(), ahead.status.Height),
		Remedy: "find out which of them is connected to the network: " + m.status.words().cli("getpeerinfo") + ", getchaintips, and debug.log",
	}
}
