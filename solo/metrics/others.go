package metrics

import "ltcsolo/solo"

// others counts for the worker otherWorkers. What it has counted stays when one of its workers gets series of its own, or is
// forgotten: a counter that falls would be taken for one that began anew, and its whole rest for what has come since. It is
// not safe for concurrent use.
type others struct {
	sum  counts
	last map[workerID]counts // of all workers, at the last snapshot
}

// workerID tells workers apart: a miner may be called cpu.
type workerID struct {
	name string
	cpu  bool
}

// counts are a worker's counters: its hashes, and its shares by verdict.
type counts [1 + len(verdicts)]uint64

func countsOf(w *solo.Worker) counts {
	return counts{w.Hashes, w.Accepted, w.Stale, w.Duplicate, w.Low, w.Unknown, w.Malformed}
}

// count takes a snapshot, newer than the last, of the workers that have series of their own and of the rest, and returns the
// counters of the rest: what they have counted while they had none.
func (o *others) count(named, rest []solo.Worker) counts {
	last := make(map[workerID]counts, len(named)+len(rest))
	for i := range named {
		last[idOf(&named[i])] = countsOf(&named[i])
	}
	for i := range rest {
		id, c := idOf(&rest[i]), countsOf(&rest[i])
		before := o.last[id]
		for k := range c {
			if c[k] < before[k] { // it was forgotten, and has come back
				before = counts{}
			}
		}
		for k := range c {
			o.sum[k] += c[k] - before[k]
		}
		last[id] = c
	}
	o.last = last
	return o.sum
}

func idOf(w *solo.Worker) workerID { return workerID{w.Name, w.Kind == solo.KindCPU} }
