package stratum

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"ltcsolo/template"
)

// counting is a server of which only the counting is real: it gives a rig jobs, and judges its shares as the protocol
// demands, by the easiest difficulty that was sent for the job or since.
type counting struct {
	*member
	vardiff *vardiff
	traffic *traffic
	sent    []sentJob // the newest last; a job's id is its place
	parent  int
}

type sentJob struct {
	at         time.Time
	difficulty float64
	parent     int
}

func (c *counting) give(now time.Time, parent int) {
	difficulty, change := c.vardiff.next(now, noNetwork)
	if n := len(c.sent); n > 0 && !change && parent == c.parent && now.Sub(c.sent[n-1].at) < 30*time.Second {
		return
	}
	c.parent = parent
	c.vardiff.sent(difficulty, now)
	c.traffic.job(strconv.Itoa(len(c.sent)), difficulty, now)
	c.sent = append(c.sent, sentJob{now, difficulty, parent})
}

// take judges a share.
func (c *counting) take(x rigShare) {
	job, _ := strconv.Atoi(x.job)
	easiest := math.Inf(1)
	for _, s := range c.sent[job:] {
		easiest = min(easiest, s.difficulty)
	}
	v, pow, target := shareAccepted, powOf(x.met), kindUnknown.target(easiest)
	switch {
	case c.sent[job].parent != c.parent:
		v = shareStale
	case !target.MetBy(&pow):
		v = shareLow
	}
	c.share(v, easiest, pow, x.at)
	c.vardiff.share(x.at, difficultyOf(pow))
}

// TestRigsMineAnHour: each rig is credited with what it hashes, within 2 % on the average of many runs, since an hour of
// shares says no more than 5 %. No share is refused but those of a parent that has changed.
func TestRigsMineAnHour(t *testing.T) {
	const runs, length = 100, time.Hour
	for _, r := range rigs {
		t.Run(r.name, func(t *testing.T) {
			k := classify(r.userAgent)
			credited, shown := 0.0, 0.0
			shares, lost, staleOnes := uint64(0), uint64(0), uint64(0)
			for seed := range uint64(runs) {
				w := newWorkers(nil)
				c := &counting{
					member:  w.join(r.name, sessionInfo{Client: r.userAgent, At: simStart}),
					vardiff: newVardiff(vardiffConfig{Floor: k.Floor, Least: k.least()}, k.Start, simStart), traffic: r.start(seed, simStart),
				}
				random, parent := rand.New(rand.NewPCG(seed, 4)), 0
				block := simStart
				for now := simStart; now.Before(simStart.Add(length)); now = now.Add(time.Second) {
					if !now.Before(block) {
						parent++
						block = now.Add(time.Duration(random.ExpFloat64() * float64(150*time.Second)))
					}
					c.give(now, parent)
					for x := c.traffic.next(); x.at.Before(now.Add(time.Second)); x = c.traffic.next() {
						c.traffic.take()
						c.take(x)
						c.give(x.at, parent)
					}
				}
				s := only(t, w.snapshot(simStart.Add(length)))
				credited += float64(s.Hashes)
				shown += s.HashRate[2] * length.Seconds()
				shares += s.Accepted + s.Stale + s.Low
				lost += s.Low + s.Duplicate + s.Unknown + s.Malformed
				staleOnes += s.Stale
			}
			hashed := r.hashes(0, length) * runs
			t.Logf("credited %+.2f %% off, shown %+.2f %%, of %d shares %d lost, %d stale", 100*(credited/hashed-1), 100*(shown/hashed-1), shares, lost, staleOnes)
			if math.Abs(credited/hashed-1) > 0.02 {
				t.Errorf("credited with %v hashes of %v", credited, hashed)
			}
			if math.Abs(shown/hashed-1) > 0.02 {
				t.Errorf("shown as %v hashes of %v", shown, hashed)
			}
			if float64(lost) > 0.001*float64(shares) {
				t.Errorf("%d of %d shares were refused", lost, shares)
			}
		})
	}
}

// TestTraffic: a rig finds as many shares as its rate and difficulty say, of the hardness that chance gives, and keeps its
// habits.
func TestTraffic(t *testing.T) {
	for _, r := range rigs {
		t.Run(r.name, func(t *testing.T) {
			difficulty := r.rate / template.PoolDifficultyFactor // a share a second
			tr := r.start(5, simStart)
			tr.job("a", difficulty, simStart)
			count, hard, end := 0.0, 0.0, simStart.Add(2*time.Hour)
			for x := tr.next(); x.at.Before(end); x = tr.next() {
				tr.take()
				if x.met < max(difficulty, r.ticket) || x.at.Sub(simStart) < r.idle {
					t.Fatalf("share %+v", x)
				}
				if count++; x.met >= 2*max(difficulty, r.ticket) {
					hard++
				}
				if pow := powOf(metBy(x.nonce())); math.Abs(difficultyOf(pow)/x.met-1) > 1e-6 {
					t.Fatalf("the nonce carries difficulty %v for %v", difficultyOf(pow), x.met)
				}
			}
			want := r.hashes(0, 2*time.Hour) / template.PoolDifficultyFactor / max(difficulty, r.ticket)
			if math.Abs(count/want-1) > 0.05 || math.Abs(hard/count-0.5) > 0.03 {
				t.Errorf("%v shares, %v of them of twice the difficulty; want %v", count, hard, want)
			}
			tr.job("b", difficulty, end)
			old := 0
			for x := tr.next(); x.at.Before(end.Add(10 * time.Minute)); x = tr.next() {
				tr.take()
				if x.job == "a" {
					old++
					if x.at.Sub(end) > max(r.latency+r.late, r.latency) {
						t.Errorf("work of the job before after %v", x.at.Sub(end))
					}
				}
			}
			if r.late >= time.Minute && old == 0 {
				t.Error("no late work")
			}
		})
	}
}
