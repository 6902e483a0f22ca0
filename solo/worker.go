package solo

import "time"

// Worker is a searcher as its owner knows it: this machine's CPU, or a named miner, however many connections it has.
// Difficulties are in pool units, 65536 times a node's. All but Name, Kind, Hashes and HashRate are of miners alone.
type Worker struct {
	Name    string
	Kind    string // "cpu" is this machine's; of a miner its class, as far as Client tells
	Client  string // what the miner's software calls itself
	Address string // IP address of its newest connection
	Because string // why Difficulty is what it is, in a few words
	Warning string // one line; empty if there is none

	Sessions   int       // connections now
	Since      time.Time // of the oldest of them, or when the last one ended
	LastShare  time.Time // of any verdict; zero before the first of this run
	Difficulty float64   // of its next job
	Best       float64   // of its best share in this run
	BestEver   float64   // of its best share in any run

	Hashes        uint64     // headers hashed in this run; of a miner those that its shares stand for
	HashRate      [3]float64 // H/s over the last 1, 15 and 60 minutes; the CPU's first is over the last seconds
	HashRateError [3]float64 // standard error of each as a part of it, 0.1 is ±10 %; 0 of the CPU, whose hashes are counted

	// Shares of this run by verdict. Accepted has those that are blocks too; Unknown are of jobs that the engine does not
	// know, Malformed could make no header.
	Accepted, Stale, Duplicate, Low, Unknown, Malformed uint64
}
