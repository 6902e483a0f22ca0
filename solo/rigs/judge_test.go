package rigs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/rigs"
)

// judged has alerts judged minute by minute within a synctest bubble.
type judged struct {
	t    *testing.T
	a    *rigs.Asker
	idle bool // there is no work
}

func newJudged(t *testing.T) *judged {
	t.Helper()
	a, err := rigs.New(rigs.Config{Workers: func() []solo.Worker { return nil }, Local: local})
	if err != nil {
		t.Fatal(err)
	}
	return &judged{t: t, a: a}
}

// minutes lets n minutes pass, and has the workers looked at after each. change, unless it is nil, says how they are then.
func (j *judged) minutes(n int, workers []solo.Worker, change func()) {
	for range n {
		time.Sleep(time.Minute)
		if change != nil {
			change()
		}
		for i := range workers {
			if r := workers[i].Rig; r != nil {
				r.When = time.Now()
			}
		}
		j.a.Alerts(workers, !j.idle)
	}
}

// want compares the keys of the alerts of now.
func (j *judged) want(workers []solo.Worker, when string, keys ...string) {
	j.t.Helper()
	var got []string
	for _, a := range j.a.Alerts(workers, !j.idle) {
		got = append(got, a.Key)
		if a.Text == "" || a.Remedy == "" || a.Worker == "" || strings.Contains(a.Text+a.Remedy, "\n") {
			j.t.Errorf("%s: %+v", when, a)
		}
	}
	if !slices.Equal(got, keys) {
		j.t.Errorf("%s: alerts %v, want %v: %+v", when, got, keys, j.a.Alerts(workers, !j.idle))
	}
}

func rigged(r solo.Rig) []solo.Worker {
	w := miner("l9", time.Now(), "10.0.0.9")
	w.Rig = &r
	return []solo.Worker{w}
}

func TestHotMiner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{Chip: 84, Board: 70})
		j.minutes(5, w, nil)
		j.want(w, "below the limit")
		w[0].Rig.Chip, w[0].Rig.Board = 60, 85.5
		j.minutes(1, w, nil)
		j.want(w, "above the limit", solo.AlertRigHot)
		w[0].Rig.Board = 83
		j.minutes(5, w, nil)
		j.want(w, "not much cooler", solo.AlertRigHot)
		w[0].Rig.Board = 81
		j.minutes(1, w, nil)
		j.want(w, "cool again")
		w[0].Rig.Board = 90
		j.minutes(1, w, nil)
		time.Sleep(10 * time.Minute)
		j.want(w, "no answer for ten minutes")
	})
}

func TestFanThatStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{Chip: 70, Fans: []int{4000, 4000, 4000}})
		j.minutes(5, w, nil)
		w[0].Rig.Fans = []int{4000, 0, 4000}
		j.minutes(1, w, nil)
		j.want(w, "one reading")
		j.want(w, "the same reading again")
		j.minutes(1, w, nil)
		j.want(w, "two readings", solo.AlertRigFan)
		w[0].Rig.Chip = 45
		j.minutes(1, w, nil)
		j.want(w, "cool: it rests")
		w[0].Rig.Chip, w[0].Rig.Fans = 70, []int{0, 0, 0}
		j.minutes(2, w, nil)
		j.want(w, "all of them", solo.AlertRigFan)
	})
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{Chip: 70, Fans: []int{0, 0}})
		j.minutes(60, w, nil)
		j.want(w, "fans that have never turned: cooled by a liquid")
		w[0].Rig.Fans = nil
		j.minutes(5, w, nil)
		j.want(w, "no fans")
	})
}

func TestBoardThatDoesNotHash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{Boards: 2, MissingBoards: 1})
		j.minutes(4, w, nil)
		j.want(w, "boards that start")
		j.minutes(2, w, nil)
		j.want(w, "a board that stays away", solo.AlertRigBoard)
		w[0].Rig.Boards, w[0].Rig.MissingBoards = 0, 3
		j.minutes(20, w, nil)
		j.want(w, "a machine that rests")
		w[0].Rig.Boards, w[0].Rig.MissingBoards = 3, 0
		j.minutes(20, w, nil)
		j.want(w, "all boards")
	})
}

func TestHardwareErrorsThatRise(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	few := func(mean float64) uint64 { // of a Poisson distribution
		n := uint64(0)
		for at := random.ExpFloat64(); at < mean; at += random.ExpFloat64() {
			n++
		}
		return n
	}
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{HardwareErrors: 123456})
		mean := 4.0
		grow := func() { w[0].Rig.HardwareErrors += few(mean) }
		j.minutes(24*60, w, grow)
		j.want(w, "a day of the usual errors")
		mean = 12
		j.minutes(60, w, grow)
		j.want(w, "three times as many")
		mean = 80
		j.minutes(10, w, grow)
		j.want(w, "twenty times as many", solo.AlertRigErrors)
		j.minutes(8*60, w, grow)
		j.want(w, "still", solo.AlertRigErrors)
		w[0].Rig.HardwareErrors, mean = 3, 4
		j.minutes(1, w, grow)
		j.want(w, "started again")
		j.minutes(5*60, w, grow)
		j.want(w, "well again")
	})
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{})
		j.minutes(5*60, w, nil)
		w[0].Rig.HardwareErrors = 15
		j.minutes(1, w, nil)
		j.want(w, "fifteen errors where there were none")
		j.minutes(5, w, func() { w[0].Rig.HardwareErrors += 5 })
		j.want(w, "forty errors where there were none", solo.AlertRigErrors)
	})
}

// TestMachinesThatComeAndGo: the errors that another machine of a worker has counted do not rise all at once.
func TestMachinesThatComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, w := newJudged(t), rigged(solo.Rig{Address: "a", HardwareErrors: 100})
		j.minutes(200, w, nil)
		w[0].Rig.Address, w[0].Rig.HardwareErrors = "a, b", 90_000
		j.minutes(1, w, nil)
		j.want(w, "a machine that comes")
		j.minutes(200, w, nil)
		w[0].Rig.HardwareErrors, w[0].Rig.Fault = 100, "it does not answer"
		j.minutes(200, w, nil)
		w[0].Rig.HardwareErrors, w[0].Rig.Fault = 90_000, ""
		j.minutes(1, w, nil)
		j.want(w, "a machine that answers again")
	})
}

// shares adds to a worker what a machine finds in a minute that proves a part of a hash rate, at one share every ten seconds
// if it proves all.
func shares(w *solo.Worker, random *rand.Rand, rate, part float64) {
	for at := random.ExpFloat64(); at < 6*part; at += random.ExpFloat64() {
		w.Accepted++
		w.Hashes += uint64(10 * rate)
	}
}

// TestGap: a worker that proves less than it counts.
func TestGap(t *testing.T) {
	const own = 16e9
	for _, tt := range []struct {
		proved float64 // part of its own rate
		hours  int
		want   []string
	}{
		{1, 24, nil}, {0.95, 24, nil}, {1.5, 24, nil}, {0.8, 5, []string{solo.AlertRigGap}}, {0.5, 2, []string{solo.AlertRigGap}}, {0, 5, nil},
	} {
		t.Run(fmt.Sprint(tt.proved), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(3, 4))
				j, w := newJudged(t), rigged(solo.Rig{HashRate: own})
				for range tt.hours {
					j.minutes(60, w, func() { shares(&w[0], random, own, tt.proved) })
					if tt.want == nil {
						j.want(w, "all is well")
					}
				}
				j.want(w, "at the end", tt.want...)
			})
		})
	}
}

func TestGapIsMendedByANewConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(5, 6))
		j, w := newJudged(t), rigged(solo.Rig{HashRate: 16e9})
		part := 0.6
		find := func() { shares(&w[0], random, 16e9, part) }
		j.minutes(30, w, find)
		j.want(w, "half an hour")
		j.minutes(120, w, find)
		j.want(w, "hours", solo.AlertRigGap)
		w[0].Since, part = time.Now(), 1
		j.minutes(2, w, find)
		j.want(w, "a new connection")
		j.minutes(300, w, find)
		j.want(w, "hours of a new connection")
	})
}

// TestGapOfAMinerThatComesAndGoes: one that connects anew all the time has a gap all the same.
func TestGapOfAMinerThatComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(11, 12))
		j, w := newJudged(t), rigged(solo.Rig{HashRate: 16e9})
		rig := w[0].Rig
		find := func() { shares(&w[0], random, 16e9, 0.6) }
		j.minutes(40, w, find)
		j.want(w, "forty minutes")
		w[0].Sessions, w[0].Rig = 0, nil
		j.minutes(2, w, nil)
		w[0].Since, w[0].Sessions, w[0].Rig = time.Now(), 1, rig
		j.minutes(40, w, find)
		j.want(w, "forty minutes of the second connection", solo.AlertRigGap)
	})
}

// TestNoGapWithoutWork: while the node is down miners count hashes, and none of them is worth anything.
func TestNoGapWithoutWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(9, 10))
		j, w := newJudged(t), rigged(solo.Rig{HashRate: 16e9})
		find := func() { shares(&w[0], random, 16e9, 1) }
		j.minutes(120, w, find)
		j.idle = true
		j.minutes(90, w, nil)
		j.want(w, "no work")
		j.idle = false
		j.minutes(30, w, find)
		j.want(w, "work again")
	})
}

// TestNoGap: what looks like a gap and is none.
func TestNoGap(t *testing.T) {
	for name, change := range map[string]func(w []solo.Worker) []solo.Worker{
		"wrong unit": func(w []solo.Worker) []solo.Worker {
			w[0].Rig.HashRate = 16e12
			return w
		},
		"another worker on the same machine": func(w []solo.Worker) []solo.Worker {
			return append(w, miner("other", time.Now(), "10.0.0.9"))
		},
		"a rate that is rounded": func(w []solo.Worker) []solo.Worker {
			w[0].Rig.HashRate = 1000
			return w
		},
		"no rate told": func(w []solo.Worker) []solo.Worker {
			w[0].Rig.HashRate = 0
			return w
		},
		"not connected": func(w []solo.Worker) []solo.Worker {
			w[0].Kind, w[0].Sessions = solo.KindRig, 0
			return w
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(7, 8))
				j, w := newJudged(t), change(rigged(solo.Rig{HashRate: 16e9}))
				j.minutes(300, w, func() { shares(&w[0], random, min(max(w[0].Rig.HashRate, 1000), 16e9), 0.5) })
				j.want(w, "after hours")
			})
		})
	}
}
