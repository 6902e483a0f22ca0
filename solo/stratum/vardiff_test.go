package stratum

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

var simStart = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// noNetwork is a network difficulty that bounds nothing.
const noNetwork = maxDifficulty

// simulated is what a rig did with a vardiff.
type simulated struct {
	changes []simChange
	busiest int // most shares in one second, after the first
}

type simChange struct {
	age        time.Duration
	difficulty float64
}

// within returns from what age on the difficulty stayed within a factor of ideal, until an age.
func (s *simulated) within(factor, ideal float64, until time.Duration) time.Duration {
	var since time.Duration
	for i, c := range s.changes {
		end := until
		if i+1 < len(s.changes) {
			end = s.changes[i+1].age
		}
		if c.age < until && math.Abs(math.Log2(c.difficulty/ideal)) > math.Log2(factor)+1e-9 {
			since = min(end, until)
		}
	}
	return since
}

func (s *simulated) changesAfter(age time.Duration) (n int) {
	for _, c := range s.changes {
		if c.age > age {
			n++
		}
	}
	return n
}

// simulate lets a rig mine with a vardiff: a new job at each change, else every 30 s.
func simulate(r stratumtest.Rig, v *vardiff, network float64, length time.Duration, seed uint64, each func(stratumtest.Find)) simulated {
	var s simulated
	t, now, end := r.Start(seed, simStart), simStart, simStart.Add(length)
	job, sent := 0, time.Time{}
	give := func() {
		difficulty, change := v.next(now, network)
		if !change && now.Sub(sent) < 30*time.Second {
			return
		}
		if change {
			s.changes = append(s.changes, simChange{now.Sub(simStart), difficulty})
		}
		v.sent(difficulty, now)
		job++
		t.Job(fmt.Sprint(job), difficulty, now)
		sent = now
	}
	second, inSecond := simStart, 0
	for tick := now; now.Before(end); {
		if now.Equal(tick) {
			give()
			tick = tick.Add(time.Second)
		}
		x := t.Next()
		if x.At.After(tick) {
			now = tick
			continue
		}
		now = x.At
		t.Take()
		v.share(now, x.Met)
		if each != nil {
			each(x)
		}
		if now.Sub(second) >= time.Second {
			second, inSecond = now, 0
		}
		inSecond++
		s.busiest = max(s.busiest, inSecond)
		give()
	}
	return s
}

// idealFor returns the difficulty at which a rig finds a share in 10 s, as far as its kind goes that low.
func idealFor(r stratumtest.Rig, k kind) float64 {
	return max(r.HashRate*defaultAim.Seconds()/template.PoolDifficultyFactor, k.Floor)
}

// TestVardiffSettles lets miners of all sizes begin with every kind's difficulty: it is soon within a factor of 4 of a share
// in 10 s, stays so, and rarely moves later. Chips that filter are no exception.
func TestVardiffSettles(t *testing.T) {
	const runs = 40
	rates := []stratumtest.Rig{
		{HashRate: 2e3}, {HashRate: 20e3}, {HashRate: 300e3}, {HashRate: 11e6}, {HashRate: 185e6}, {HashRate: 504e6}, {HashRate: 2.1e9},
		{HashRate: 9.5e9, Ticket: 2048}, {HashRate: 14.2e9}, {HashRate: 17e9, Ticket: 4096},
	}
	for _, k := range []kind{kindCPU, kindGPU, kindUnknown, kindGodMiner} {
		for _, r := range rates {
			r.Latency = 100 * time.Millisecond
			t.Run(fmt.Sprintf("%v from %v", units.HashRate(r.HashRate), k.Start), func(t *testing.T) {
				var settled []time.Duration
				changes := 0
				for seed := range uint64(runs) {
					s := simulate(r, newVardiff(vardiffConfig{Floor: k.Floor}, k.Start, simStart), noNetwork, 2*time.Hour, seed, nil)
					settled = append(settled, s.within(4, idealFor(r, k), 10*time.Minute))
					changes += s.changesAfter(time.Hour)
				}
				slices.Sort(settled)
				most := 30 * time.Second
				if k.Name == kindGPU.Name && r.HashRate < 100e3 { // a CPU that calls itself a GPU
					most = 2 * time.Minute
				}
				if p90 := settled[runs*9/10-1]; p90 > most {
					t.Errorf("9 of 10 runs have settled after %v, want %v", p90, most)
				}
				if mean := float64(changes) / runs; mean > 2 {
					t.Errorf("%v changes in the second hour, want at most 2", mean)
				}
			})
		}
	}
}

// TestVardiffOfAMinerThatWarmsUp: the difficulty does not fall below the kind's floor while the miner is silent, and the
// flood that it begins with is over within a second.
func TestVardiffOfAMinerThatWarmsUp(t *testing.T) {
	for seed := range uint64(40) {
		burst := 0
		v := newVardiff(vardiffConfig{Floor: floorGodMiner}, kindGodMiner.Start, simStart)
		s := simulate(stratumtest.L9, v, noNetwork, 10*time.Minute, seed, func(x stratumtest.Find) {
			if x.At.Sub(simStart) < stratumtest.L9.Idle+time.Second {
				burst++
			}
		})
		if least := slices.MinFunc(s.changes, func(a, b simChange) int { return cmp.Compare(a.difficulty, b.difficulty) }); least.difficulty != floorGodMiner {
			t.Errorf("seed %d: the difficulty fell to %v, want %v", seed, least.difficulty, floorGodMiner)
		}
		if burst > 32 { // the chips find 63 a second, and work at the old difficulty for 200 ms more after each change
			t.Errorf("seed %d: %d shares in the first second", seed, burst)
		}
	}
}

// TestVardiffFollows: a miner that loses or gains speed after hours gets its difficulty within minutes.
func TestVardiffFollows(t *testing.T) {
	for _, tt := range []struct {
		name   string
		factor float64
		most   time.Duration
	}{{"an eighth", 1.0 / 8, 15 * time.Minute}, {"sixteen times", 16, 3 * time.Minute}} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(20) {
				v := newVardiff(vardiffConfig{Floor: floorHardware}, kindUnknown.Start, simStart)
				simulate(stratumtest.L3, v, noNetwork, 4*time.Hour, seed, nil)
				before := v.current
				random, now, changed := rand.New(rand.NewPCG(seed, 2)), simStart.Add(4*time.Hour), time.Duration(0)
				for begin := now; now.Sub(begin) < 30*time.Minute; {
					perSecond := stratumtest.L3.HashRate * tt.factor / template.PoolDifficultyFactor / v.current
					wait := random.ExpFloat64() / perSecond
					if wait < 1 {
						now = now.Add(time.Duration(wait * 1e9))
						v.share(now, v.current)
					} else {
						now = now.Add(time.Second)
					}
					if d, change := v.next(now, noNetwork); change {
						v.sent(d, now)
						changed = now.Sub(begin)
					}
				}
				ratio := v.current / before
				if ratio < tt.factor/4 || ratio > tt.factor*4 || changed == 0 {
					t.Errorf("seed %d: from %v to %v", seed, before, v.current)
				}
			}
		})
	}
}

// settle calls next each second as a session would, and returns the difficulty after some time.
func settle(v *vardiff, network float64, length time.Duration) float64 {
	for age := time.Duration(0); age <= length; age += time.Second {
		if d, change := v.next(simStart.Add(age), network); change {
			v.sent(d, simStart.Add(age))
		}
	}
	return v.current
}

func TestVardiffLimits(t *testing.T) {
	for _, tt := range []struct {
		name    string
		cfg     vardiffConfig
		start   float64
		network float64
		first   float64
		silent  float64 // after a quarter of an hour without a share
	}{
		{"descends to the floor", vardiffConfig{Floor: 32}, 32768, noNetwork, 32768, 32},
		{"descends below 1", vardiffConfig{Floor: floorCPU}, 4, noNetwork, 4, 1.0 / 64},
		{"begins below the floor", vardiffConfig{Floor: 32}, 8, noNetwork, 8, 8},
		{"is a power of two", vardiffConfig{Floor: 32}, 290000, noNetwork, 262144, 32},
		{"fixed", vardiffConfig{Floor: 32, Fixed: true}, 4096, noNetwork, 4096, 4096},
		{"fixed is a power of two", vardiffConfig{Floor: 32, Fixed: true}, 5000, noNetwork, 4096, 4096},
		{"min", vardiffConfig{Floor: 32, Min: 1000}, 32768, noNetwork, 32768, 1024},
		{"min at first", vardiffConfig{Floor: 32, Min: 1000}, 1, noNetwork, 1024, 1024},
		{"max", vardiffConfig{Floor: 32, Max: 1000}, 32768, noNetwork, 512, 32},
		{"max below the floor", vardiffConfig{Floor: 2048, Max: 1000}, 32768, noNetwork, 512, 512},
		{"min equals max", vardiffConfig{Min: 1000, Max: 1000}, 1, noNetwork, 512, 512},
		{"no fractions", vardiffConfig{Least: 1}, 4, noNetwork, 4, 1},
		{"the network's", vardiffConfig{Floor: 32}, 4096, 3000, 2048, 32},
		{"fixed above the network's", vardiffConfig{Floor: 32, Fixed: true}, 4096, 3000, 2048, 2048},
		{"one share a second is enough", vardiffConfig{Floor: 32}, 32768, 1.0 / 32768, 4096, 4},
		{"fixed far above the network's", vardiffConfig{Floor: 32, Fixed: true}, 1 << 30, 1, 1 << 27, 4},
		{"no fractions, however easy blocks are", vardiffConfig{Floor: 1, Least: 1}, 4, 1.0 / 32768, 1, 1},
		{"min above the network's", vardiffConfig{Min: 1000}, 1, 2, 128, 128},
		{"nonsense", vardiffConfig{Min: math.NaN(), Max: math.Inf(1), Floor: math.NaN()}, math.NaN(), noNetwork, minDifficulty, minDifficulty},
		{"huge", vardiffConfig{}, 1e300, noNetwork, maxDifficulty, minDifficulty},
		{"a difficulty of nothing", vardiffConfig{}, 4, 0, 0.5, minDifficulty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newVardiff(tt.cfg, tt.start, simStart)
			if got := settle(v, tt.network, 0); got != tt.first {
				t.Errorf("it begins with %v, want %v", got, tt.first)
			}
			if got := settle(v, tt.network, 15*time.Minute); got != tt.silent {
				t.Errorf("after silence it is %v, want %v", got, tt.silent)
			}
		})
	}
}

// TestVardiffOnEasyNetwork: where any share is a block, a session gets the network's difficulty, or one share a second.
func TestVardiffOnEasyNetwork(t *testing.T) {
	for _, fixed := range []bool{false, true} {
		for _, network := range []float64{1.0 / 32768, 1, 16, 4096} {
			shares := 0
			v := newVardiff(vardiffConfig{Floor: floorCPU, Fixed: fixed}, 4096, simStart)
			simulate(stratumtest.CPU, v, network, time.Hour, 7, func(x stratumtest.Find) {
				if x.At.Sub(simStart) > time.Minute {
					shares++
				}
			})
			perSecond := float64(shares) / 3540
			atNetwork := stratumtest.CPU.HashRate / template.PoolDifficultyFactor / network
			if v.current > network && perSecond < 0.2 || perSecond > 2 && perSecond > atNetwork {
				t.Errorf("fixed %v, network %v: difficulty %v, %v shares a second", fixed, network, v.current, perSecond)
			}
		}
	}
}

// TestVardiffCountsWhatMeetsTheDifficulty: easier shares, of a job before or of a miner that does not listen, do not
// raise it; nor do they keep it from falling to what such a miner finds.
func TestVardiffCountsWhatMeetsTheDifficulty(t *testing.T) {
	v := newVardiff(vardiffConfig{Floor: floorCPU}, 4096, simStart)
	settle(v, noNetwork, 0)
	for i := range 1000 {
		v.share(simStart.Add(time.Duration(i)*time.Millisecond), 4095)
	}
	if d, _ := v.next(simStart.Add(time.Second), noNetwork); d != 4096 {
		t.Errorf("easier shares moved the difficulty to %v", d)
	}
	if d, _ := v.next(simStart.Add(5*time.Second), noNetwork); d != 512 {
		t.Errorf("after 5 s without a share that meets the difficulty, it is %v, want 512", d)
	}
	for i := range 4 {
		v.share(simStart.Add(time.Duration(i)*time.Millisecond), 4096)
	}
	if d, change := v.next(simStart.Add(time.Second), noNetwork); !change || d <= 4096 {
		t.Errorf("after 4 shares in a second: %v, %v", d, change)
	}
}

// TestVardiffMovesWhenSent: an answer that is not sent has no effect, and another one that is sent is where the rule goes
// on from.
func TestVardiffMovesWhenSent(t *testing.T) {
	v := newVardiff(vardiffConfig{Floor: 32}, 32768, simStart)
	at := func(s int) time.Time { return simStart.Add(time.Duration(s) * time.Second) }
	if d, change := v.next(at(0), noNetwork); d != 32768 || !change {
		t.Errorf("first: %v, %v", d, change)
	}
	if d, change := v.next(at(100), noNetwork); d != 32768 || !change {
		t.Errorf("nothing was sent, but the next difficulty is %v, %v", d, change)
	}
	v.sent(32768, at(100))
	for range 3 {
		if d, change := v.next(at(106), noNetwork); d != 4096 || !change {
			t.Errorf("5 s without a share: %v, %v", d, change)
		}
	}
	v.sent(1<<20, at(107))
	if d, change := v.next(at(108), noNetwork); d != 1<<20 || change {
		t.Errorf("after another difficulty was sent: %v, %v", d, change)
	}
}

// TestVardiffOfAKnownMiner: what it had before is not given up because the first share is late, as one in three is, but
// because none comes for as long as would change it later.
func TestVardiffOfAKnownMiner(t *testing.T) {
	v := newVardiff(vardiffConfig{Floor: 32, Known: true}, 32768, simStart)
	if d := settle(v, noNetwork, 50*time.Second); d != 32768 {
		t.Errorf("after 50 s without a share the difficulty is %v, want 32768", d)
	}
	if d := settle(v, noNetwork, time.Minute); d != 4096 {
		t.Errorf("after a minute without a share the difficulty is %v, want 4096", d)
	}
}

// TestVardiffClock: times that stand still or go back, and long gaps, do no harm.
func TestVardiffClock(t *testing.T) {
	v := newVardiff(vardiffConfig{Floor: floorCPU}, 4, simStart)
	settle(v, noNetwork, 0)
	for range 100000 {
		v.share(simStart, 1e15)
	}
	d, _ := v.next(simStart.Add(-time.Hour), noNetwork)
	if d <= 4 || d > maxDifficulty {
		t.Errorf("100,000 shares at once: %v", d)
	}
	v.sent(d, simStart)
	for _, gap := range []time.Duration{25 * time.Minute, 45 * time.Minute, 1000 * time.Hour, 200 * 365 * 24 * time.Hour} {
		now := simStart.Add(gap)
		v.share(now, 1e15)
		if v.shares < 1 || now.Sub(v.since) >= v.window() {
			t.Errorf("after %v the window has %d shares since %v", gap, v.shares, v.since)
		}
	}
}

func TestVardiffLongerAim(t *testing.T) {
	v := newVardiff(vardiffConfig{Aim: time.Minute, Floor: floorHardware}, 32768, simStart)
	simulate(stratumtest.L3, v, noNetwork, time.Hour, 3, nil)
	if ideal := stratumtest.L3.HashRate * 60 / template.PoolDifficultyFactor; v.current < ideal/4 || v.current > ideal*4 {
		t.Errorf("a share a minute: difficulty %v, want about %v", v.current, ideal)
	}
}
