package stratum

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// When something is said about a worker.
const (
	silentChance  = 0.001           // expected number of silences as long as this one in a day
	silentLeast   = 3 * time.Minute // a restart of either side takes as long
	silentMost    = 24 * time.Hour  // then it is gone, and its owner knows
	silentShares  = 10              // from so many on its hash rate is known
	slowPart      = 0.7             // of the last day's rate
	slowChance    = 1e-6            // that so few shares come in an hour without a reason
	slowHistory   = 2 * time.Hour   // to compare the last hour with
	refusedTime   = 10 * time.Minute
	refusedPart   = 0.05
	refusedShares = 5                // fewer may be by chance
	noneTime      = 10 * time.Minute // without any miner
	fullTime      = 10 * time.Minute // after the last connection that was refused
)

// Alerts returns what the owner should look after now: workers, by name, and the server itself.
func (s *Server) Alerts() []solo.Alert {
	now := time.Now()
	all := s.workers.findings(now)
	if a, ok := s.workers.lookNone(now, s.began); ok {
		all = append(all, a)
	}
	if a, ok := s.guard.lookFull(now); ok {
		all = append(all, a)
	}
	return all
}

// findings returns what is to be said about the workers now, by worker.
func (w *workers) findings(now time.Time) []solo.Alert {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []solo.Alert
	for _, k := range w.byName {
		for _, look := range []func(*worker, time.Time) (solo.Alert, bool){lookSilent, lookSlow, lookRefusals, lookElsewhere} {
			if f, ok := look(k, now); ok {
				f.Worker = k.name
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b solo.Alert) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Key, b.Key))
	})
	return all
}

// lookSilent finds a worker that should have sent a share by now. The rate is that until the last share, and the
// difficulty that of the last good one: while a miner is silent, its difficulty falls.
func lookSilent(k *worker, now time.Time) (solo.Alert, bool) {
	silence := now.Sub(k.lastShare)
	if k.history == nil || k.fitting == 0 || silence < silentLeast || silence > silentMost {
		return solo.Alert{}, false
	}
	shares, _ := k.history.over(k.lastShare, time.Hour)
	rate, _ := k.history.rate(k.lastShare, time.Hour)
	perSecond := rate / template.PoolDifficultyFactor / k.fitting
	missing := perSecond * silence.Seconds()
	if shares.shares-shares.refused < silentShares || perSecond*86400*math.Exp(-missing) > silentChance {
		return solo.Alert{}, false
	}
	f := solo.Alert{
		Key:    solo.AlertWorkerSilent,
		Text:   fmt.Sprintf("no share for %s; about %.0f were to be expected", units.Duration(silence.Seconds()), missing),
		Remedy: "it is connected: look at the miner's own page, and restart it",
	}
	if len(k.members) == 0 {
		f.Text += "; it is not connected"
		f.Remedy = "look whether the miner has power and network, and whether it mines for its second pool"
	}
	return f, true
}

// lookSlow finds a worker whose last hour is far below the day before, as are its last minutes. Between its sessions it
// found nothing; that counts too.
func lookSlow(k *worker, now time.Time) (solo.Alert, bool) {
	if k.history == nil {
		return solo.Alert{}, false
	}
	day, dayTime := k.history.over(now, 24*time.Hour)
	hour, hourTime := k.history.over(now, time.Hour)
	minutes, _ := k.history.rate(now, 15*time.Minute)
	before := dayTime - hourTime
	if before < slowHistory || hour.work == 0 {
		return solo.Alert{}, false // silent is another finding
	}
	usual, rate := max(day.work-hour.work, 0)/before.Seconds(), hour.work/hourTime.Seconds()
	share := day.squares / day.work // what a share is worth
	chance := odds.PoissonAtMost(int(min(hour.work/share, math.MaxInt32)), usual*hourTime.Seconds()/share)
	if max(rate, minutes) >= slowPart*usual || chance > slowChance {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key: solo.AlertWorkerSlow,
		Text: fmt.Sprintf("%s in the last hour, %.0f %% below the %s of the day before", units.HashRate(rate),
			100*(1-rate/usual), units.HashRate(usual)),
		Remedy: "look at the miner's own page for a hash board that is missing, for its temperature and its fans",
	}, true
}

// lookRefusals finds a worker many of whose shares were refused in the last minutes.
func lookRefusals(k *worker, now time.Time) (solo.Alert, bool) {
	if k.history == nil {
		return solo.Alert{}, false
	}
	t, _ := k.history.over(now, refusedTime)
	part := float64(t.refused) / float64(max(t.shares, 1))
	if t.refused < refusedShares || part <= refusedPart {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key:    solo.AlertWorkerRefusals,
		Text:   fmt.Sprintf("%d of %d shares of the last %.0f minutes were refused", t.refused, t.shares, refusedTime.Minutes()),
		Remedy: "stale ones: look at the network between the miner and this machine; others: restart the miner, or update its firmware",
	}, true
}

// lookElsewhere finds a worker that believes that it mines for somebody else.
func lookElsewhere(k *worker, _ time.Time) (solo.Alert, bool) {
	if k.session.Warning == "" || len(k.members) == 0 {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key:    solo.AlertWorkerElsewhere,
		Text:   k.session.Warning + " (from " + k.session.Address + ")",
		Remedy: "all is paid to your address all the same; see who changed the miner's settings: malware in a network does that",
	}, true
}

// lookNone finds that no miner has been connected for a while. began is when the server began to serve.
func (w *workers) lookNone(now, began time.Time) (solo.Alert, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := began
	for _, k := range w.byName {
		if len(k.members) > 0 {
			return solo.Alert{}, false
		}
		if k.lastSeen.After(last) {
			last = k.lastSeen
		}
	}
	if now.Sub(last) < noneTime {
		return solo.Alert{}, false
	}
	return solo.Alert{
		Key:    solo.AlertNoMiners,
		Text:   fmt.Sprintf("no miner has been connected for %s", units.Duration(now.Sub(last).Seconds())),
		Remedy: "look whether the miners have power and network, and the address of this server in their settings; --listen must be an address that they can reach",
	}, true
}

// lookFull finds that miners were refused a moment ago since there were too many connections.
func (g *guard) lookFull(now time.Time) (solo.Alert, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lastRefused.IsZero() || now.Sub(g.lastRefused) >= fullTime {
		return solo.Alert{}, false
	}
	a := solo.Alert{
		Key:    solo.AlertConnections,
		Text:   fmt.Sprintf("a miner could not connect: there were %d connections, as many as there may be", g.max),
		Remedy: "look in the log who opens so many, or give a higher --max-connections; the limit of open files must be above it (ulimit -n)",
	}
	if g.refusedAddress.IsValid() {
		a.Text = fmt.Sprintf("a miner could not connect: there were %d connections from %s, as many as there may be from one address", g.perAddress, g.refusedAddress)
		a.Remedy = "look what opens so many there, or give a higher --max-per-address"
	}
	return a, true
}
