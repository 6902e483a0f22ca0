package metrics

import (
	"cmp"
	"slices"
	"strings"

	"ltcsolo/solo"
)

// maxWorkers bounds the workers that have series of their own. The others are the worker otherWorkers (others.go).
const (
	maxWorkers   = 200
	otherWorkers = "other"
)

func (x scrape) addStratum(s *solo.Stratum) {
	x.add(connections, float64(s.Connections))
	x.add(connectionsRefused, float64(s.Refused))
	x.add(slowReaders, float64(s.SlowReaders))
	if s.NotifyP99 > 0 {
		x.add(notifyMedian, s.NotifyP50.Seconds())
		x.add(notifyP99, s.NotifyP99.Seconds())
	}
	x.addShares(stratumShares, [...]uint64{s.Accepted, s.Stale, s.Duplicate, s.Low, s.Unknown, s.Malformed})
	x.add(checks, s.Checks)
}

var verdicts = [...]string{"accepted", "stale", "duplicate", "low", "unknown", "malformed"}

// addShares sends a series for each verdict, from the start, so that the first share of a verdict shows as a change.
func (x scrape) addShares(m metric, counts [len(verdicts)]uint64, labels ...string) {
	for i, n := range counts {
		x.add(m, float64(n), append(slices.Clone(labels), verdicts[i])...)
	}
}

func (x scrape) addWorkers(byLabel map[string]*solo.Worker) {
	for name, w := range byLabel {
		if w.Rig != nil {
			x.addRig(name, w.Rig)
		}
		if w.Kind == solo.KindRig {
			continue // it does not work here
		}
		x.add(workerSessions, float64(w.Sessions), name)
		x.add(workerRate, w.HashRate[0], name)
		x.add(workerHashes, float64(w.Hashes), name)
		if w.Kind == solo.KindCPU {
			continue
		}
		x.addShares(workerShares, [...]uint64{w.Accepted, w.Stale, w.Duplicate, w.Low, w.Unknown, w.Malformed}, name)
		if w.Difficulty > 0 {
			x.add(workerDifficulty, w.Difficulty, name)
		}
		if w.Best > 0 {
			x.add(workerBest, w.Best, name)
		}
		if !w.LastShare.IsZero() {
			x.add(workerLast, float64(w.LastShare.UnixMilli())/1e3, name)
		}
	}
}

// byLabel returns the workers under the labels that they are shown with: the fastest with their names, which may come
// from the network, all others as one, with the counters of o. Their first hash rate is the one to show. Machines that are
// only asked are not counted among them.
func byLabel(snapshot []solo.Worker, o *others) map[string]*solo.Worker {
	var all, rigs []solo.Worker
	for _, w := range snapshot {
		if w.Kind == solo.KindRig {
			rigs = append(rigs, w)
		} else {
			all = append(all, w)
		}
	}
	slices.SortStableFunc(all, func(a, b solo.Worker) int {
		return cmp.Or(cmp.Compare(b.HashRate[2], a.HashRate[2]), cmp.Compare(b.Hashes, a.Hashes))
	})
	labels := make(map[string]*solo.Worker)
	var named, rest []solo.Worker
	for i := range all {
		w := &all[i]
		w.HashRate[0], _ = w.Rate()
		name := strings.ToValidUTF8(w.Name, "\uFFFD")
		if i >= maxWorkers || name == otherWorkers {
			rest = append(rest, *w)
			name, w.Difficulty = otherWorkers, 0
		} else {
			named = append(named, *w)
		}
		if sum := labels[name]; sum != nil { // a miner may be called cpu
			join(sum, w)
		} else {
			labels[name] = w
		}
	}
	if c := o.count(named, rest); c != (counts{}) {
		w := labels[otherWorkers]
		if w == nil {
			w = &solo.Worker{}
			labels[otherWorkers] = w
		}
		w.Hashes, w.Accepted, w.Stale, w.Duplicate, w.Low, w.Unknown, w.Malformed = c[0], c[1], c[2], c[3], c[4], c[5], c[6]
	}
	for i := range rigs { // the user has named them, so they are few; a miner may have the name of one
		if name := strings.ToValidUTF8(rigs[i].Name, "\uFFFD"); labels[name] == nil && name != otherWorkers {
			labels[name] = &rigs[i]
		}
	}
	return labels
}

// join adds w to sum.
func join(sum, w *solo.Worker) {
	if sum.Kind == solo.KindCPU {
		sum.Kind = w.Kind
	}
	sum.Rig = nil // they have no common one
	sum.Sessions += w.Sessions
	sum.HashRate[0] += w.HashRate[0]
	sum.Hashes += w.Hashes
	sum.Accepted += w.Accepted
	sum.Stale += w.Stale
	sum.Duplicate += w.Duplicate
	sum.Low += w.Low
	sum.Unknown += w.Unknown
	sum.Malformed += w.Malformed
	sum.Difficulty = 0 // they have no common one
	sum.Best = max(sum.Best, w.Best)
	if w.LastShare.After(sum.LastShare) {
		sum.LastShare = w.LastShare
	}
}
