package stratum

import (
	"math"
	"math/rand/v2"
	"time"

	"ltcsolo/template"
)

// rig is a model of a miner: the traffic that it makes, not what it computes. Zero values: it has no such habit.
type rig struct {
	name      string
	userAgent string
	rate      float64       // H/s
	ticket    float64       // the chips return no hash of a lower difficulty
	idle      time.Duration // it is connected for so long before it hashes
	ramp      time.Duration // then it speeds up for so long
	latency   time.Duration // until a job that has arrived is worked on
	late      time.Duration // some chips finish the job before for so long,
	latePart  float64       // and these are so many of them
	sleep     time.Duration // between a lost connection and the next
	rolling   bool          // it rolls the version
}

// Rigs with the habits that their firmware or software is known for.
var (
	rigL3 = rig{name: "L3+", userAgent: "cgminer/4.9.0", rate: 504e6, latency: 300 * time.Millisecond,
		late: 10 * time.Second, latePart: 0.02}
	rigL7 = rig{name: "L7", userAgent: "GodMiner/1.0.0", rate: 9.5e9, ticket: 2048, idle: 20 * time.Second,
		ramp: 3 * time.Minute, latency: 200 * time.Millisecond, sleep: 30 * time.Second}
	rigL9 = rig{name: "L9", userAgent: "GodMiner/2.0.0", rate: 17e9, ticket: 4096, idle: 3 * time.Minute,
		latency: 200 * time.Millisecond, sleep: 30 * time.Second}
	rigMiniDoge = rig{name: "Mini-DOGE", userAgent: "bfgminer/5.4.2", rate: 185e6, latency: 500 * time.Millisecond,
		late: time.Minute, latePart: 0.01}
	rigDG1 = rig{name: "DG1+", userAgent: "", rate: 14.2e9, ramp: 3 * time.Minute, latency: 200 * time.Millisecond,
		late: time.Minute, latePart: 0.01, rolling: true}
	rigGPU = rig{name: "GPU", userAgent: "sgminer/5.1.1", rate: 300e3, latency: time.Second}
	rigCPU = rig{name: "CPU", userAgent: "cpuminer/2.5.1", rate: 20e3, latency: 100 * time.Millisecond, sleep: 30 * time.Second}
	rigs   = []rig{rigL3, rigL7, rigL9, rigMiniDoge, rigDG1, rigGPU, rigCPU}
)

// traffic draws the shares of a rig at work: at any time the next one, which a new job makes void. That is exact, since
// finding shares has no memory. Whoever drives it, with a clock of its own or with sleeps in a synctest bubble, tells it of
// each job when it arrives and takes each share when its time has come.
type traffic struct {
	rig
	random *rand.Rand
	began  time.Time
	now    time.Time // everything until then is decided
	last   rigJob    // that most chips work on, or will after the latency
	before rigJob    // that they worked on until then
	queued rigShare  // next; its at is zero: not drawn yet
	taken  uint32
}

// rigJob is a job as the rig has it.
type rigJob struct {
	id         string
	difficulty float64
	from       time.Time // worked on
}

// rigShare is a share that a rig submits.
type rigShare struct {
	at          time.Time
	job         string
	difficulty  float64 // that the rig was told for the job
	met         float64 // by its PoW hash
	extranonce2 uint32
	versionBits uint32
}

// nonce carries what the PoW hash is to be, for an engine that does not hash: see metBy.
func (s rigShare) nonce() uint32 { return math.Float32bits(float32(s.met)) }

// metBy returns the difficulty that the PoW hash of a header with this nonce meets.
func metBy(nonce uint32) float64 { return float64(math.Float32frombits(nonce)) }

// powOf returns the PoW hash that meets a difficulty and no higher one.
func powOf(met float64) template.Hash {
	t, err := template.TargetFromDifficulty(met)
	if err != nil {
		panic(err)
	}
	return template.Hash(t)
}

// start switches the rig on, as connected.
func (r rig) start(seed uint64, now time.Time) *traffic {
	return &traffic{rig: r, random: rand.New(rand.NewPCG(seed, 1)), began: now, now: now}
}

// job says that a job has arrived.
func (t *traffic) job(id string, difficulty float64, now time.Time) {
	if t.last.id != "" && !t.last.from.After(now) {
		t.before = t.last
	}
	t.last = rigJob{id, difficulty, now.Add(t.latency)}
	t.now, t.queued = now, rigShare{}
}

// next returns the next share, unless a job arrives before it. Without a job, the share's time is zero.
func (t *traffic) next() rigShare {
	for t.queued.at.IsZero() && t.last.id != "" {
		t.draw()
	}
	return t.queued
}

// take says that the next share has been submitted.
func (t *traffic) take() {
	t.now, t.queued = t.queued.at, rigShare{}
	t.taken++
}

// draw draws a share, or goes on to the next moment at which the rig changes what it does.
func (t *traffic) draw() {
	speed, until := t.speed()
	last, before := 0.0, 0.0 // shares a second
	switch lateEnd := t.last.from.Add(t.late); {
	case t.now.Before(t.last.from):
		until = min(until, t.last.from.Sub(t.now))
		before = 1
	case t.late > 0 && t.now.Before(lateEnd) && t.before.id != "":
		until = min(until, lateEnd.Sub(t.now))
		last, before = 1-t.latePart, t.latePart
	default:
		last = 1
	}
	last *= speed / template.PoolDifficultyFactor / max(t.last.difficulty, t.ticket)
	if before *= speed / template.PoolDifficultyFactor; t.before.id == "" {
		before = 0
	} else {
		before /= max(t.before.difficulty, t.ticket)
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
	t.queued = rigShare{
		at: t.now.Add(time.Duration(wait * 1e9)), job: of.id, difficulty: of.difficulty, extranonce2: t.taken,
		met: max(of.difficulty, t.ticket) / (1 - t.random.Float64()),
	}
	if t.rolling {
		t.queued.versionBits = t.random.Uint32() & 0x1fffe000
	}
}

// speed returns the hash rate now, and for how long it stays so.
func (t *traffic) speed() (rate float64, until time.Duration) {
	const step = time.Second
	age := t.now.Sub(t.began) - t.idle
	switch {
	case age < 0:
		return 0, -age
	case age < t.ramp:
		return t.rate * float64(age) / float64(t.ramp), step
	}
	return t.rate, time.Hour
}

// hashes returns the expected hashes between two ages of a rig.
func (r rig) hashes(from, to time.Duration) float64 {
	until := func(age time.Duration) float64 {
		age = max(age-r.idle, 0)
		ramped := min(age, r.ramp).Seconds()
		sum := (age - min(age, r.ramp)).Seconds()
		if r.ramp > 0 {
			sum += ramped * ramped / 2 / r.ramp.Seconds()
		}
		return sum * r.rate
	}
	return until(to) - until(from)
}
