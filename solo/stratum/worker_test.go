package stratum

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

func at(d time.Duration) time.Time { return simStart.Add(d) }

func only(t *testing.T, all []solo.Worker) solo.Worker {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("%d workers: %+v", len(all), all)
	}
	return all[0]
}

// TestWorkerAddsUpSessions: two connections with one name are one worker, which stays listed when both have gone.
func TestWorkerAddsUpSessions(t *testing.T) {
	w := newWorkers(nil)
	a := w.join("garage.l9", sessionInfo{Client: "GodMiner/2.0.0", Address: "192.168.1.31", At: at(0)})
	b := w.join("garage.l9", sessionInfo{Client: "GodMiner/1.0.0", Address: "192.168.1.32", Warning: "odd", At: at(time.Minute)})
	a.sent(262144, becauseKind)
	b.sent(1<<20, becauseRate)
	a.sent(1<<21, becauseRate)
	for i := range 10 {
		a.share(shareAccepted, 1<<21, stratumtest.PoWHash(1<<22), at(time.Duration(i)*time.Minute))
		b.share(shareAccepted, 1<<20, stratumtest.PoWHash(1<<23), at(time.Duration(i)*time.Minute))
	}
	a.share(shareStale, 1<<21, stratumtest.PoWHash(1<<30), at(10*time.Minute))
	a.share(shareLow, 1<<21, stratumtest.PoWHash(5), at(10*time.Minute))
	a.share(shareDuplicate, 1<<21, template.Hash{}, at(10*time.Minute))
	b.share(shareUnknown, 0, template.Hash{}, at(10*time.Minute))
	b.share(shareMalformed, 0, template.Hash{}, at(10*time.Minute))

	s := only(t, w.snapshot(at(10*time.Minute)))
	want := solo.Worker{
		Name: "garage.l9", Kind: "Antminer", Client: "GodMiner/1.0.0", Addresses: []string{"192.168.1.32", "192.168.1.31"}, Because: becauseRate, Warning: "odd",
		Sessions: 2, Since: at(0), LastShare: at(10 * time.Minute), Difficulty: 1 << 20,
		Best: s.Best, BestEver: s.Best, Hashes: 10 * 3 << 20 * 65536, HashRate: s.HashRate, HashRateError: s.HashRateError,
		Accepted: 20, Stale: 1, Duplicate: 1, Low: 1, Unknown: 1, Malformed: 1,
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
	if math.Abs(s.Best/(1<<30)-1) > 1e-9 {
		t.Errorf("best share %v, want %v", s.Best, 1<<30)
	}
	if rate := 10 * 3 << 20 * 65536 / 600.0; math.Abs(s.HashRate[2]/rate-1) > 1e-9 {
		t.Errorf("%v H/s, want %v", s.HashRate[2], rate)
	}

	b.leave(at(11 * time.Minute))
	if s := only(t, w.snapshot(at(12*time.Minute))); s.Sessions != 1 || !slices.Equal(s.Addresses, []string{"192.168.1.31"}) || s.Difficulty != 1<<21 || s.Since != at(0) {
		t.Errorf("after the second left: %+v", s)
	}
	a.leave(at(13 * time.Minute))
	if s := only(t, w.snapshot(at(14*time.Minute))); s.Sessions != 0 || !slices.Equal(s.Addresses, []string{"192.168.1.31"}) || s.Since != at(13*time.Minute) || s.LastShare != at(10*time.Minute) || s.Accepted != 20 {
		t.Errorf("after both left: %+v", s)
	}
}

func TestWorkersByName(t *testing.T) {
	w := newWorkers(nil)
	for _, name := range []string{"c", "a", "b"} {
		w.join(name, sessionInfo{At: at(0)})
	}
	var names string
	for _, s := range w.snapshot(at(time.Second)) {
		names += s.Name
	}
	if names != "abc" {
		t.Errorf("order %q", names)
	}
}

// TestWorkersAreBounded: the one that has been away the longest goes, one that is connected never does. The hashes of those that
// have gone stay counted.
func TestWorkersAreBounded(t *testing.T) {
	w := newWorkers(nil)
	w.join("connected", sessionInfo{At: at(0)})
	for i := range maxWorkers + 5 {
		m := w.join(fmt.Sprint("worker", i), sessionInfo{At: at(time.Duration(i) * time.Second)})
		m.share(shareAccepted, 1, stratumtest.PoWHash(2), at(time.Duration(i)*time.Second))
		m.leave(at(time.Duration(i) * time.Second))
	}
	all := w.snapshot(at(24 * time.Hour))
	known := make(map[string]bool)
	for _, s := range all {
		known[s.Name] = true
	}
	if len(all) != maxWorkers || !known["connected"] || known["worker5"] || !known["worker6"] {
		t.Errorf("%d workers; connected: %v, worker5: %v, worker6: %v", len(all), known["connected"], known["worker5"], known["worker6"])
	}
	if got, want := w.hashed(), uint64(maxWorkers+5)*template.PoolDifficultyFactor; got != want {
		t.Errorf("hashed() = %d, want %d", got, want)
	}
}

// TestRememberedDifficulty is that of the last good share, and only for the same client.
func TestRememberedDifficulty(t *testing.T) {
	w := newWorkers(nil)
	m := w.join("a", sessionInfo{Client: "sgminer/5", At: at(0)})
	m.sent(256, becauseKind)
	if d := w.remembered("a", "sgminer/5"); d != 0 {
		t.Errorf("before the first share: %v", d)
	}
	m.share(shareAccepted, 256, stratumtest.PoWHash(300), at(1))
	m.sent(32, becauseRate)
	m.share(shareStale, 32, stratumtest.PoWHash(300), at(2))
	m.leave(at(3))
	if d := w.remembered("a", "sgminer/5"); d != 256 {
		t.Errorf("got %v, want 256", d)
	}
	for _, other := range [][2]string{{"a", "minerd"}, {"b", "sgminer/5"}} {
		if d := w.remembered(other[0], other[1]); d != 0 {
			t.Errorf("%v: %v", other, d)
		}
	}
}

// TestWorkersConcurrently is for the race detector.
func TestWorkersConcurrently(t *testing.T) {
	w := newWorkers(nil)
	var sessions sync.WaitGroup
	for i := range 8 {
		sessions.Go(func() {
			for range 50 {
				m := w.join(fmt.Sprint(i%3), sessionInfo{Client: "x", At: at(0)})
				m.sent(1, becauseKind)
				m.share(shareAccepted, 1, stratumtest.PoWHash(2), at(time.Second))
				w.snapshot(at(time.Minute))
				w.findings(at(time.Minute))
				w.kept(at(time.Minute))
				w.remembered("0", "x")
				m.leave(at(time.Minute))
			}
		})
	}
	sessions.Wait()
	total := uint64(0)
	for _, s := range w.snapshot(at(time.Minute)) {
		if total += s.Accepted; s.Sessions != 0 {
			t.Errorf("%s has %d sessions", s.Name, s.Sessions)
		}
	}
	if total != 400 {
		t.Errorf("%d shares, want 400", total)
	}
}
