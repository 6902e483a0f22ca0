package stratum

import (
	"math"
	"time"

	"ltcsolo/solo/odds"
	"ltcsolo/template"
)

// The range of difficulties that are ever sent or taken from a client. At the lowest, nearly every hash is a share; the
// highest is above a hundred times the network's.
const (
	minDifficulty = 1.0 / template.PoolDifficultyFactor
	maxDifficulty = 1 << 50
)

// Parameters of the rule by which the difficulty moves. Six shares a minute say little about a rate: a bolder rule is
// wrong more often, a more timid one is late.
const (
	moveProbability = 0.005 // of a chance as small as this, the difficulty moves
	moveUpShares    = 4     // fewer say nothing
	moveUpRatio     = 2     // an estimate closer than this to what is aimed at is good enough
	moveDownMost    = 8     // largest step down, before the first share and later
	firstWait       = 5 * time.Second
	moveDownWait    = 30 * time.Second
	defaultAim      = 10 * time.Second // which the waits above are made for: see patience
	windowAims      = 120              // the window's length; it is halved when it is that long
	leastTime       = time.Millisecond // for shares that come in no time at all
)

// vardiffConfig is what a session's difficulty has to keep to.
type vardiffConfig struct {
	Aim      time.Duration // a share each Aim, on average; 0: defaultAim
	Min, Max float64       // the user's limits; 0: none. Only where blocks are easier than Min it is not kept to
	Floor    float64       // the difficulty goes no lower by itself, unless it began lower
	Least    float64       // the client takes nothing below (kind.least)
	Fixed    bool          // the difficulty stays as it begins; only the network's can lower it
	Known    bool          // the start is what this miner had before: a first share that is late is no reason to doubt it
}

// vardiff decides a session's difficulty: a power of two at which the session finds about one share each Aim. It moves
// when the shares of the last minutes would be improbable at the rate that is aimed at. It does no I/O and reads no
// clock; it is not safe for concurrent use.
//
// A session asks next after each share and about once a second besides, sends a job with a difficulty that has changed,
// and says so with sent.
type vardiff struct {
	cfg   vardiffConfig
	start float64
	seen  bool // there was a share, in this session or before

	// wanted fits the miner; current is what it was sent last, which is another one if the difficulty is fixed or the
	// network's is lower. proposed is what wanted becomes once offered, next's answer, has been sent.
	wanted, current, proposed, offered float64

	// The window: the shares since the last change, or those of the last windowAims/2 to windowAims aims. Those of its
	// second half are counted by themselves too, so that the first half can be dropped.
	since        time.Time
	shares, late int
}

// newVardiff returns the vardiff of a session that begins with difficulty start, which is rounded to a power of two.
func newVardiff(cfg vardiffConfig, start float64, now time.Time) *vardiff {
	if cfg.Aim <= 0 {
		cfg.Aim = defaultAim
	}
	if cfg.Max == 0 {
		cfg.Max = maxDifficulty
	}
	cfg.Max = powerBelow(cfg.Max)
	cfg.Least = powerAbove(cfg.Least)
	cfg.Min = min(powerAbove(max(cfg.Min, cfg.Least)), cfg.Max)
	v := &vardiff{cfg: cfg, since: now, seen: cfg.Known}
	v.start = v.bounded(nearestPower(start), cfg.Min)
	v.cfg.Floor = v.bounded(min(powerAbove(cfg.Floor), v.start), cfg.Min)
	v.wanted = v.start
	v.proposed = v.wanted
	return v
}

// share counts a share whose PoW hash meets difficulty met (see difficultyOf), whatever became of it. One that does not
// meet the difficulty that was sent last says nothing about how fast those are found that do, and counts for nothing: a
// miner that keeps on sending easier shares for a while after a change is not taken for a faster one. Shares that the
// miner kept from before the session are not meant; they say nothing about its speed.
func (v *vardiff) share(at time.Time, met float64) {
	if v.current == 0 || met < v.current {
		return
	}
	v.roll(at)
	if silence := at.Sub(v.since); !v.seen && silence >= v.patience(firstWait) {
		// It waits at the floor, and may have been warming up: its speed shows from now on.
		v.seen, v.since, v.shares, v.late = true, at, 0, 0
		return
	}
	v.seen = true
	v.shares++
	if at.Sub(v.since) >= v.window()/2 {
		v.late++
	}
}

// next returns the difficulty for the next job, and whether it differs from what was sent last and should be sent with a
// job now. network is the lowest network difficulty of the job's chains.
func (v *vardiff) next(now time.Time, network float64) (difficulty float64, change bool) {
	v.roll(now)
	v.proposed = v.bounded(v.propose(now), v.cfg.Floor)
	difficulty = v.effective(v.proposed, network)
	if difficulty == v.current && v.proposed != v.wanted { // the miner need not know
		v.restart(now)
	}
	v.offered = difficulty
	return difficulty, difficulty != v.current
}

// sent says that the miner was sent a job with a difficulty: next's answer, or another one, from which the rule goes on.
func (v *vardiff) sent(difficulty float64, now time.Time) {
	if difficulty == v.current {
		return
	}
	if difficulty != v.offered {
		v.proposed = v.bounded(nearestPower(difficulty), v.cfg.Floor)
	}
	v.current = difficulty
	v.restart(now)
}

func (v *vardiff) restart(now time.Time) {
	v.wanted, v.since, v.shares, v.late = v.proposed, now, 0, 0
}

func (v *vardiff) window() time.Duration { return windowAims * v.cfg.Aim }

// roll drops the older half of a window that is full.
func (v *vardiff) roll(now time.Time) {
	half := v.window() / 2
	switch age := now.Sub(v.since); {
	case age >= 2*v.window(): // nobody asked for long
		v.since, v.shares, v.late = now.Add(-half), 0, 0
	case age >= v.window():
		v.since, v.shares, v.late = v.since.Add(half), v.late, 0
		v.roll(now)
	}
}

// propose returns the difficulty that fits the miner by what the window shows.
func (v *vardiff) propose(now time.Time) float64 {
	if v.current == 0 {
		return v.wanted
	}
	age := now.Sub(v.since)
	if !v.seen {
		if age >= v.patience(firstWait) {
			return v.wanted / moveDownMost
		}
		return v.wanted
	}
	n, t := v.shares, max(age, leastTime).Seconds()
	// The miner finds shares of the difficulty that it has; how many of them are expected follows from the one that fits.
	aimed := t / v.cfg.Aim.Seconds() * v.wanted / v.current
	if n >= moveUpShares && float64(n-1) >= moveUpRatio*aimed && odds.PoissonAtLeast(n, aimed) < moveProbability {
		return v.wanted * nearestPower(float64(n-1)/aimed)
	}
	if age >= v.patience(moveDownWait) && float64(n)+0.5 < aimed {
		step := nearestPower(max((float64(n)+0.5)/aimed, 1.0/moveDownMost))
		if step < 1 && odds.PoissonAtMost(n, aimed) < moveProbability {
			return v.wanted * step
		}
	}
	return v.wanted
}

// patience returns how long the rule waits where it would wait so long with the default aim. It never waits less: what
// has been sent takes effect only when the miner has it.
func (v *vardiff) patience(d time.Duration) time.Duration {
	return max(d, time.Duration(float64(d)*v.cfg.Aim.Seconds()/defaultAim.Seconds()))
}

// effective returns the difficulty to send where wanted fits the miner. It is not above the network's: at a higher one the
// miner would throw blocks away. But where blocks are that easy, one share a second is enough, each of them a block.
func (v *vardiff) effective(wanted, network float64) float64 {
	d := wanted
	if v.cfg.Fixed {
		d = v.start
	}
	if network >= d {
		return d
	}
	everySecond := powerAbove(wanted / v.cfg.Aim.Seconds())
	return max(min(d, max(powerBelow(network), everySecond)), v.cfg.Least)
}

// bounded returns d within the limits, of which low is the lower one.
func (v *vardiff) bounded(d, low float64) float64 { return min(max(d, low), v.cfg.Max) }

// nearestPower returns the power of two that is nearest to d as a ratio.
func nearestPower(d float64) float64 { return math.Exp2(math.Round(math.Log2(clamped(d)))) }

// powerAbove returns the lowest power of two that is not below d.
func powerAbove(d float64) float64 { return math.Exp2(math.Ceil(math.Log2(clamped(d)))) }

// powerBelow returns the highest power of two that is not above d.
func powerBelow(d float64) float64 { return math.Exp2(math.Floor(math.Log2(clamped(d)))) }

// clamped returns d within minDifficulty and maxDifficulty; minDifficulty if it is not a number.
func clamped(d float64) float64 {
	if !(d >= minDifficulty) {
		return minDifficulty
	}
	return min(d, maxDifficulty)
}
