package stratumtest

import (
	"math"
	"math/rand/v2"
	"time"

	"ltcsolo/template"
)

// Rig is a model of a miner: the traffic that it makes, not what it computes. Zero values: it has no such habit.
type Rig struct {
	Name     string
	Agent    string        // user agent
	HashRate float64       // H/s
	Ticket   float64       // the chips return no hash of a lower difficulty
	Idle     time.Duration // it is connected for so long before it hashes
	Ramp     time.Duration // then it speeds up for so long
	Latency  time.Duration // until a job that has arrived is worked on
	Late     time.Duration // some chips finish the job before for so long,
	LatePart float64       // and these are so many of them
	Sleep    time.Duration // between a lost connection and the next
	Resume   bool          // it asks for its session when it comes back
	Roll     bool          // it rolls the version
}

// Rigs with the habits that their firmware or software is known for.
var (
	L3 = Rig{Name: "L3+", Agent: "cgminer/4.9.0", HashRate: 504e6, Latency: 300 * time.Millisecond,
		Late: 10 * time.Second, LatePart: 0.02, Sleep: 10 * time.Second, Resume: true}
	L7 = Rig{Name: "L7", Agent: "GodMiner/1.0.0", HashRate: 9.5e9, Ticket: 2048, Idle: 20 * time.Second,
		Ramp: 3 * time.Minute, Latency: 200 * time.Millisecond, Sleep: 30 * time.Second}
	L9 = Rig{Name: "L9", Agent: "GodMiner/2.0.0", HashRate: 17e9, Ticket: 4096, Idle: 3 * time.Minute,
		Latency: 200 * time.Millisecond, Sleep: 30 * time.Second}
	MiniDoge = Rig{Name: "Mini-DOGE", Agent: "bfgminer/5.4.2", HashRate: 185e6, Latency: 500 * time.Millisecond,
		Late: time.Minute, LatePart: 0.01, Sleep: 5 * time.Second, Resume: true}
	DG1 = Rig{Name: "DG1+", HashRate: 14.2e9, Ramp: 3 * time.Minute, Latency: 200 * time.Millisecond,
		Late: time.Minute, LatePart: 0.01, Sleep: 30 * time.Second, Roll: true}
	GPU = Rig{Name: "GPU", Agent: "sgminer/5.1.1", HashRate: 300e3, Latency: time.Second, Sleep: 10 * time.Second, Resume: true}
	CPU = Rig{Name: "CPU", Agent: "cpuminer/2.5.1", HashRate: 20e3, Latency: 100 * time.Millisecond, Sleep: 30 * time.Second, Resume: true}

	Rigs = []Rig{L3, L7, L9, MiniDoge, DG1, GPU, CPU}
)

// Hashes returns the expected hashes between two ages of a rig that has work.
func (r Rig) Hashes(from, to time.Duration) float64 {
	until := func(age time.Duration) float64 {
		age = max(age-r.Idle, 0)
		ramped := min(age, r.Ramp).Seconds()
		sum := (age - min(age, r.Ramp)).Seconds()
		if r.Ramp > 0 {
			sum += ramped * ramped / 2 / r.Ramp.Seconds()
		}
		return sum * r.HashRate
	}
	return until(to) - until(from)
}

// Start switches the rig on, with luck of its own.
func (r Rig) Start(seed uint64, now time.Time) *Traffic {
	return &Traffic{Rig: r, random: rand.New(rand.NewPCG(seed, 1)), began: now, now: now}
}

// Traffic draws the shares of a rig at work: at any time the next one, which a new job makes void. That is exact, since
// finding shares has no memory. Whoever drives it, with a clock of its own or with sleeps in a synctest bubble, tells it of
// each job when it arrives and takes each share when its time has come.
type Traffic struct {
	Rig
	random *rand.Rand
	began  time.Time
	now    time.Time  // everything until then is decided
	last   trafficJob // that most chips work on, or will after the latency
	before trafficJob // that they worked on until then
	queued Find       // next; its At is zero: not drawn yet
	taken  uint32
}

// trafficJob is a job as the rig has it.
type trafficJob struct {
	id         string
	difficulty float64
	from       time.Time // worked on
}

// Find is a share that a rig finds.
type Find struct {
	At          time.Time
	Job         string
	Difficulty  float64 // that the rig was told for the job
	Met         float64 // by its PoW hash
	Extranonce2 uint32
	VersionBits uint32 // before any mask
}

// Nonce carries what the PoW hash is to be, for a server that does not hash: see [Luck].
func (f Find) Nonce() uint32 { return math.Float32bits(float32(f.Met)) }

// Luck returns the PoW hash that a nonce of a [Find] stands for.
func Luck(nonce uint32) template.Hash { return PoWHash(float64(math.Float32frombits(nonce))) }

// PoWHash returns the PoW hash that meets a difficulty, in pool units, and no higher one.
func PoWHash(difficulty float64) template.Hash {
	t, err := template.TargetFromDifficulty(difficulty)
	if err != nil {
		panic(err) // the test's own
	}
	return template.Hash(t)
}

// Job says that a job has arrived.
func (t *Traffic) Job(id string, difficulty float64, now time.Time) {
	if t.last.id != "" && !t.last.from.After(now) {
		t.before = t.last
	}
	t.last = trafficJob{id, difficulty, now.Add(t.Latency)}
	t.now, t.queued = now, Find{}
}

// Next returns the next share, unless a job arrives before it. Without a job, its time is zero.
func (t *Traffic) Next() Find {
	for t.queued.At.IsZero() && t.last.id != "" {
		t.draw()
	}
	return t.queued
}

// Take says that the next share has been submitted.
func (t *Traffic) Take() {
	t.now, t.queued = t.queued.At, Find{}
	t.taken++
}

// Stop says that the rig has lost its jobs, and waits for one.
func (t *Traffic) Stop() { t.last, t.before, t.queued = trafficJob{}, trafficJob{}, Find{} }

// draw draws a share, or goes on to the next moment at which the rig changes what it does.
func (t *Traffic) draw() {
	speed, until := t.speed()
	last, before := 0.0, 0.0 // shares a second
	switch lateEnd := t.last.from.Add(t.Late); {
	case t.now.Before(t.last.from):
		until = min(until, t.last.from.Sub(t.now))
		before = 1
	case t.Late > 0 && t.now.Before(lateEnd) && t.before.id != "":
		until = min(until, lateEnd.Sub(t.now))
		last, before = 1-t.LatePart, t.LatePart
	default:
		last = 1
	}
	last *= speed / template.PoolDifficultyFactor / max(t.last.difficulty, t.Ticket)
	if before *= speed / template.PoolDifficultyFactor; t.before.id == "" {
		before = 0
	} else {
		before /= max(t.before.difficulty, t.Ticket)
	}
	wait := math.Inf(1)
	if last+before > 0 {
		wait = t.random.ExpFloat64() / (last + before)
	}
	if wait > until.Seconds() {
		t.now = t.now.Add(until)
		return
	}
	of := t.last
	if t.random.Float64()*(last+before) >= last {
		of = t.before
	}
	t.queued = Find{
		At: t.now.Add(time.Duration(wait * 1e9)), Job: of.id, Difficulty: of.difficulty, Extranonce2: t.taken,
		Met: max(of.difficulty, t.Ticket) / (1 - t.random.Float64()),
	}
	if t.Roll {
		t.queued.VersionBits = t.random.Uint32()
	}
}

// speed returns the hash rate now, and for how long it stays so.
func (t *Traffic) speed() (rate float64, until time.Duration) {
	const step = time.Second
	age := t.now.Sub(t.began) - t.Idle
	switch {
	case age < 0:
		return 0, -age
	case age < t.Ramp:
		return t.HashRate * float64(age) / float64(t.Ramp), step
	}
	return t.HashRate, time.Hour
}
