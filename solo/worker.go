package solo

import (
	"math"
	"time"
)

// Kinds of workers that are no miners connected over Stratum.
const (
	KindCPU = "cpu" // this machine's CPU
	KindRig = "rig" // a machine that is asked what it tells of itself, and that has no connection: only its Rig says something
)

// Worker is a searcher as its owner knows it: this machine's CPU, or a named miner, however many connections it has.
// Difficulties are in pool units, 65536 times a node's. All but Name, Kind, Hashes, HashRate and
// Rig are of miners alone.
type Worker struct {
	Name    string
	Kind    string // KindCPU, KindRig, or of a miner its class, as far as Client tells
	Client  string // what the miner's software calls itself
	Because string // why Difficulty is what it is, in a few words
	Warning string // one line; empty if there is none

	Addresses []string // IP addresses of its connections, the newest first; of the last one if there is none

	Sessions   int       // connections now
	Since      time.Time // of the oldest of them, or when the last one ended
	LastShare  time.Time // of any verdict; zero before the first of this run
	Difficulty float64   // of its next job
	Best       float64   // of its best share in this run
	BestEver   float64   // of its best share in any run
	Rig        *Rig      // what its own interface tells; nil if it was not asked or never answered

	Hashes        uint64     // headers hashed in this run; of a miner those that its shares stand for
	HashRate      [3]float64 // H/s over the last 1, 15 and 60 minutes; the CPU's first is over the last seconds
	HashRateError [3]float64 // standard error of each as a part of it, 0.1 is ±10 %; 0 of the CPU, whose hashes are counted

	// Shares of this run by verdict. Accepted has those that are blocks too; Unknown are of jobs that the engine does not
	// know, Malformed could make no header.
	Accepted, Stale, Duplicate, Low, Unknown, Malformed uint64
}

// settled is the error of a hash rate from which on a longer window is not needed.
const settled = 0.15

// Rate returns the worker's hash rate in H/s and its relative standard error: over the shortest window in which enough
// shares came, so that neither chance nor a rate of the past is shown for long. One that has left has that of the last
// minute.
func (w *Worker) Rate() (rate, relativeError float64) {
	best := 0
	for i := range w.HashRate {
		if w.Kind == KindCPU || w.Sessions == 0 || w.HashRateError[best] > 0 && w.HashRateError[best] <= settled {
			break
		}
		best = i
	}
	return w.HashRate[best], w.HashRateError[best]
}

// AverageRate returns the hash rate of all workers together over the last 15 minutes, in H/s.
func AverageRate(all []Worker) (rate float64) {
	for i := range all {
		rate += all[i].HashRate[1]
	}
	return rate
}

// ConnectedMiners counts the miners that have a connection.
func ConnectedMiners(all []Worker) (n int) {
	for i := range all {
		if w := &all[i]; w.Kind != KindCPU && w.Sessions > 0 {
			n++
		}
	}
	return n
}

// TotalRate returns the hash rate of all workers together, and its relative standard error.
func TotalRate(all []Worker) (rate, relativeError float64) {
	variance := 0.0
	for i := range all {
		r, e := all[i].Rate()
		rate += r
		variance += r * e * r * e
	}
	if rate == 0 {
		return 0, 0
	}
	return rate, math.Sqrt(variance) / rate
}
