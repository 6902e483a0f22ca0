package rigs

import (
	"fmt"
	"math"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
)

// When a gap between a worker's own hash rate and the credited one is told.
const (
	gapTime    = 4 * time.Hour // over which both are compared
	gapLeast   = time.Hour     // before that nothing is said
	gapPart    = 0.1           // of its own rate that is missing
	gapClosed  = 0.07          // then it is over
	gapChance  = 1e-6          // that so few shares come without a reason
	gapUnits   = 50            // a factor that is no gap, but a firmware's wrong unit
	gapSlowest = 200e3         // H/s; programs write MH/s with two or three decimals, so that slower ones are off by more
	gapSpan    = gapTime / 16
)

// gap compares what a worker counts itself with what its shares prove, over the last hours. Only what is missing is of
// interest: who proves more than it says has two machines, of which one does not tell. After a new connection a gap that was
// told is over until it shows again: whoever has mended something has restarted the miner.
type gap struct {
	since    time.Time // of the worker's connection
	hashes   uint64    // that were credited by then
	accepted uint64
	spans    []compared
	open     bool
}

// compared is what came in a span of time.
type compared struct {
	began, until time.Time
	time         time.Duration // that is compared; the rest had no work, or no answer
	own          float64       // hashes, by the machine's own rate
	credited     float64       // hashes that the good shares stand for
	squares      float64       // sum of the squares of each share's hashes
}

// add takes in what the worker has done since the answer before. before is zero if there was none.
func (g *gap) add(w *solo.Worker, searching bool, before time.Time) {
	now := w.Rig.When
	hashes, accepted := w.Hashes-g.hashes, w.Accepted-g.accepted
	restarted := !g.since.Equal(w.Since) || w.Hashes < g.hashes || w.Accepted < g.accepted
	g.since, g.hashes, g.accepted = w.Since, w.Hashes, w.Accepted
	switch {
	case restarted || !searching || before.IsZero() || now.Sub(before) > fresh || w.Rig.HashRate < gapSlowest || w.Sessions == 0:
		if restarted && g.open {
			g.spans, g.open = nil, false
		}
		return
	case len(g.spans) == 0 || now.Sub(g.spans[len(g.spans)-1].began) > gapSpan:
		g.spans = append(g.spans, compared{began: before})
	}
	s := &g.spans[len(g.spans)-1]
	s.until = now
	s.time += now.Sub(before)
	s.own += w.Rig.HashRate * now.Sub(before).Seconds()
	s.credited += float64(hashes)
	if accepted > 0 {
		s.squares += float64(hashes) * float64(hashes) / float64(accepted)
	}
	for now.Sub(g.spans[0].until) > gapTime {
		g.spans = g.spans[1:]
	}
}

func (g *gap) look() (solo.Alert, bool) {
	var t compared
	for _, s := range g.spans {
		t.time += s.time
		t.own += s.own
		t.credited += s.credited
		t.squares += s.squares
	}
	if t.time < gapLeast || t.credited == 0 || t.own > gapUnits*t.credited {
		g.open = false
		return solo.Alert{}, false // one that sends no shares is silent, which is another alert
	}
	missing := 1 - t.credited/t.own
	share := t.squares / t.credited // hashes that one stands for, on average
	if g.open {
		g.open = missing > gapClosed
	} else {
		chance := odds.PoissonAtMost(int(min(math.Round(t.credited/share), math.MaxInt32)), t.own/share)
		g.open = missing > gapPart && chance < gapChance
	}
	if !g.open {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key: solo.AlertRigGap,
		Text: fmt.Sprintf("it counts %s, and its shares of the last %s prove %s: %.0f %% less", units.HashRate(t.own/t.time.Seconds()),
			units.Duration(t.time.Seconds()), units.HashRate(t.credited/t.time.Seconds()), 100*missing),
		Remedy: "look for refused shares, for a second pool or a fee in the miner's settings, and for boards with many hardware errors; restart it",
	}, true
}
