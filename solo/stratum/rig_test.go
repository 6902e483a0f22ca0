package stratum_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// byLuck judges shares by the luck that their nonces tell of, in the engine's order: without hashing, an hour of many rigs
// takes seconds.
func (u *upstream) byLuck(s solo.Share) (j solo.Judged) {
	j.PoWHash = stratumtest.Luck(s.Solution.Nonce)
	switch job := u.known[s.JobID]; {
	case job.Template.PreviousBlock != u.offered.Template.PreviousBlock:
		j.Err = solo.ErrStale
	case !s.Target.MetBy(&j.PoWHash):
		j.Err = solo.ErrLowDifficulty
	}
	return j
}

// chain offers templates as a node does until ctx ends: new blocks, and each minute other transactions on the same parent.
func (h *house) chain(ctx context.Context) {
	random := rand.New(rand.NewPCG(3, 4))
	began, tip := time.Now(), byte('1')
	block := time.Now().Add(time.Duration(random.ExpFloat64() * float64(150*time.Second)))
	for n := 2; ; n++ {
		wait := min(time.Minute, time.Until(block))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		if wait < time.Minute {
			tip++
			block = time.Now().Add(time.Duration(random.ExpFloat64() * float64(150*time.Second)))
		}
		tmpl := newTemplate(h.t, tip, hard, small)
		tmpl.CurTime += uint32(time.Since(began).Seconds())
		h.up.offer(jobOf(h.t, fmt.Sprintf("a%x", n), tmpl))
	}
}

// kindOf is what the rigs of a kind have done together.
type kindOf struct {
	shares, stale, refused, astray, changes int
	hashed, credited, shown, told           float64 // hashes
}

// TestRigsMineAnHour has real sessions of every kind of rig in one house for an hour, in which blocks are found, the node's
// transactions change, and each rig loses its connection once.
//
// A rig is credited with what it was told that its shares stand for. That is compared without its luck, which hides 5 % in an
// hour's shares of one rig, and with it for all rigs together, where it hides less than 1 %.
func TestRigsMineAnHour(t *testing.T) {
	const each, length = 8, time.Hour
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, func(c *stratum.Config) { c.Log = slog.New(slog.DiscardHandler) })
		h.up.verdict = h.up.byLuck
		began := time.Now()
		mined := h.mine(each, length)
		shown := make(map[string]solo.Worker)
		for _, w := range h.Workers() {
			shown[w.Name] = w
		}
		var credited, hashed float64 // as if all were as fast
		astray := 0
		for _, r := range stratumtest.Rigs {
			var k kindOf
			for i := range each {
				m, w := mined[nameOf(r, i)], shown[nameOf(r, i)]
				if judged := w.Accepted + w.Stale + w.Low + w.Duplicate + w.Unknown + w.Malformed; int(judged) != m.Shares || int(w.Stale) != m.Stale {
					t.Errorf("%s: %+v, and the rig has done %+v", w.Name, w, m)
				}
				if m.Connections != 2 {
					t.Errorf("%s: %d connections, want 2", w.Name, m.Connections)
				}
				k.add(r, m, w, began)
			}
			t.Logf("%s: %+v", r.Name, k)
			if k.refused > k.shares/1000 {
				t.Errorf("%s: %d of %d shares were refused", r.Name, k.refused, k.shares)
			}
			if math.Abs(k.credited/k.told-1) > 0.02 || math.Abs(k.shown/k.told-1) > 0.02 {
				t.Errorf("%s: credited with %v hashes of %v, and shown with %v", r.Name, k.credited, k.told, k.shown)
			}
			if k.changes > each {
				t.Errorf("%s: the difficulty of %d rigs changed %d times in half an hour", r.Name, each, k.changes)
			}
			astray += k.astray
			credited, hashed = credited+k.credited/r.HashRate, hashed+k.hashed/r.HashRate
		}
		if math.Abs(credited/hashed-1) > 0.02 {
			t.Errorf("all: credited %+.2f %% off", 100*(credited/hashed-1))
		}
		if astray > len(mined)/10 {
			t.Errorf("the difficulty of %d rigs in %d strayed", astray, len(mined))
		}
	})
}

// mine has so many rigs of each kind mine, and ends the server.
func (h *house) mine(each int, length time.Duration) map[string]stratumtest.Mined {
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { h.chain(ctx) })
	var mu sync.Mutex
	mined := make(map[string]stratumtest.Mined)
	for k, r := range stratumtest.Rigs {
		for i := range each {
			all.Go(func() {
				seed := uint64(k*each + i)
				first := true
				m, err := r.Mine(ctx, nameOf(r, i), seed, func() (net.Conn, error) {
					conn := h.l.dial(fmt.Sprintf("10.0.%d.%d", k, i))
					if first {
						time.AfterFunc(15*time.Minute+time.Duration(seed)*17*time.Second, func() { conn.Close() })
					}
					first = false
					return conn, nil
				})
				if err != nil {
					h.t.Errorf("%s: %v", nameOf(r, i), err)
				}
				mu.Lock()
				defer mu.Unlock()
				mined[nameOf(r, i)] = m
			})
		}
	}
	all.Wait()
	h.stop()
	return mined
}

func nameOf(r stratumtest.Rig, i int) string { return fmt.Sprintf("%s.%d", r.Name, i) }

// add adds what a rig has done since began, and how the server shows it. The difficulty strays if it is not within a factor of
// four of a share in 10 s, 30 s after the rig has its speed.
func (k *kindOf) add(r stratumtest.Rig, m stratumtest.Mined, w solo.Worker, began time.Time) {
	const settling = 30 * time.Second
	k.shares, k.stale = k.shares+m.Shares, k.stale+m.Stale
	k.hashed, k.credited, k.told = k.hashed+m.Hashes, k.credited+float64(w.Hashes), k.told+m.Work-m.StaleWork
	k.shown += w.HashRate[2] * time.Since(began).Seconds()
	k.refused -= m.Stale // which are refused as such
	for _, n := range m.Refusals {
		k.refused += n
	}
	ideal, astray := r.HashRate*10/template.PoolDifficultyFactor, false
	for i, d := range m.Difficulties {
		age := d.At.Sub(began)
		if last := i == len(m.Difficulties)-1; last || m.Difficulties[i+1].At.Sub(began) > r.Idle+r.Ramp+settling {
			astray = astray || math.Abs(math.Log2(d.Difficulty/ideal)) > 2
		}
		if age > 30*time.Minute {
			k.changes++
		}
	}
	if astray {
		k.astray++
	}
}
