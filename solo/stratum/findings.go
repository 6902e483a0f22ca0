package stratum

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// Kinds of findings: the keys of the alerts that follow from them.
const (
	findingSilent    = "worker-silent"         // it has sent no share for a time that is improbable
	findingSlow      = "worker-slow"           // its hash rate is far below that of its last day
	findingRefusals  = "worker-refusals"       // many of its shares are refused
	findingElsewhere = "worker-pays-elsewhere" // its user name is an address that is not paid
)

// finding is something about a worker that its owner should look after.
type finding struct {
	Key    string
	Worker string
	Text   string // one line
	Remedy string // one line
}

// When something is a finding.
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
	refusedShares = 5 // fewer may be by chance
)

// findings returns what is to be said about the workers now, by worker.
func (w *workers) findings(now time.Time) []finding {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []finding
	for _, k := range w.byName {
		for _, look := range []func(*worker, time.Time) (finding, bool){lookSilent, lookSlow, lookRefusals, lookElsewhere} {
			if f, ok := look(k, now); ok {
				f.Worker = k.name
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Key, b.Key))
	})
	return all
}

// lookSilent finds a worker that should have sent a share by now. The rate is that until the last share, and the
// difficulty that of the last good one: while a miner is silent, its difficulty falls.
func lookSilent(k *worker, now time.Time) (finding, bool) {
	silence := now.Sub(k.lastShare)
	if k.history == nil || k.fitting == 0 || silence < silentLeast || silence > silentMost {
		return finding{}, false
	}
	shares, _ := k.history.over(k.lastShare, time.Hour)
	rate, _ := k.history.rate(k.lastShare, time.Hour)
	perSecond := rate / template.PoolDifficultyFactor / k.fitting
	missing := perSecond * silence.Seconds()
	if shares.shares-shares.refused < silentShares || perSecond*86400*math.Exp(-missing) > silentChance {
		return finding{}, false
	}
	f := finding{
		Key:    findingSilent,
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
func lookSlow(k *worker, now time.Time) (finding, bool) {
	if k.history == nil {
		return finding{}, false
	}
	day, dayTime := k.history.over(now, 24*time.Hour)
	hour, hourTime := k.history.over(now, time.Hour)
	minutes, _ := k.history.rate(now, 15*time.Minute)
	before := dayTime - hourTime
	if before < slowHistory || hour.work == 0 {
		return finding{}, false // silent is another finding
	}
	usual, rate := max(day.work-hour.work, 0)/before.Seconds(), hour.work/hourTime.Seconds()
	share := day.squares / day.work // what a share is worth
	chance := poissonAtMost(int(hour.work/share), usual*hourTime.Seconds()/share)
	if max(rate, minutes) >= slowPart*usual || chance > slowChance {
		return finding{}, false
	}
	return finding{
		Key: findingSlow,
		Text: fmt.Sprintf("%s in the last hour, %.0f %% below the %s of the day before", units.HashRate(rate),
			100*(1-rate/usual), units.HashRate(usual)),
		Remedy: "look at the miner's own page for a hash board that is missing, for its temperature and its fans",
	}, true
}

// lookRefusals finds a worker many of whose shares were refused in the last minutes.
func lookRefusals(k *worker, now time.Time) (finding, bool) {
	if k.history == nil {
		return finding{}, false
	}
	t, _ := k.history.over(now, refusedTime)
	part := float64(t.refused) / float64(max(t.shares, 1))
	if t.refused < refusedShares || part <= refusedPart {
		return finding{}, false
	}
	return finding{
		Key:    findingRefusals,
		Text:   fmt.Sprintf("%d of %d shares of the last %.0f minutes were refused", t.refused, t.shares, refusedTime.Minutes()),
		Remedy: "stale ones: look at the network between the miner and this machine; others: restart the miner, or update its firmware",
	}, true
}

// lookElsewhere finds a worker that believes that it mines for somebody else.
func lookElsewhere(k *worker, _ time.Time) (finding, bool) {
	if k.session.Warning == "" || len(k.members) == 0 {
		return finding{}, false
	}
	return finding{
		Key:    findingElsewhere,
		Text:   k.session.Warning + " (from " + k.session.Address + ")",
		Remedy: "all is paid to your address all the same; see who changed the miner's settings: malware in a network does that",
	}, true
}
