package stratum

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// watched is one worker whose shares are drawn by chance, at a difficulty of 65536 hashes.
type watched struct {
	*workers
	*member
	random *rand.Rand
	now    time.Time
}

func watch(seed uint64) *watched {
	w := newWorkers(nil)
	return &watched{w, w.join("rig", sessionInfo{Address: "192.168.1.31", At: simStart}), rand.New(rand.NewPCG(seed, 3)), simStart}
}

// mine lets the worker find shares every gap on average, of which each refusedth is refused, for so long. It returns the
// keys that were found at the end of any minute.
func (w *watched) mine(gap, length time.Duration, refusedth int) map[string]int {
	keys := make(map[string]int)
	minute, end := w.now.Add(time.Minute), w.now.Add(length)
	for n := 1; ; n++ {
		next := w.now.Add(time.Duration(w.random.ExpFloat64() * float64(gap)))
		for ; !minute.After(end) && minute.Before(next); minute = minute.Add(time.Minute) {
			for _, f := range w.findings(minute) {
				keys[f.Key]++
			}
		}
		if next.After(end) {
			w.now = end
			return keys
		}
		w.now = next
		if refusedth > 0 && n%refusedth == 0 {
			w.share(shareStale, 1, template.Hash{}, w.now)
		} else {
			w.share(shareAccepted, 1, stratumtest.PoWHash(2), w.now)
		}
	}
}

// none lets the worker find nothing for so long and returns when each key was first found.
func (w *watched) none(length time.Duration) map[string]time.Duration {
	keys := make(map[string]time.Duration)
	for age := time.Duration(0); age <= length; age += time.Minute {
		for _, f := range w.findings(w.now.Add(age)) {
			if _, ok := keys[f.Key]; !ok {
				keys[f.Key] = age
			}
		}
	}
	return keys
}

// TestFindingsOfAHealthyWorker: chance alone raises no alert, in twenty days of mining with a share in 10 s, and one
// refused of a hundred.
func TestFindingsOfAHealthyWorker(t *testing.T) {
	for seed := range uint64(10) {
		if keys := watch(seed).mine(10*time.Second, 48*time.Hour, 100); len(keys) > 0 {
			t.Errorf("seed %d: %v", seed, keys)
		}
	}
	for seed := range uint64(10) {
		if keys := watch(seed).mine(10*time.Minute, 48*time.Hour, 0); len(keys) > 0 {
			t.Errorf("seed %d, a share in 10 minutes: %v", seed, keys)
		}
	}
}

func TestFindsSilentWorker(t *testing.T) {
	for _, tt := range []struct {
		gap            time.Duration
		earliest, most time.Duration
	}{
		{time.Second, silentLeast, 4 * time.Minute},
		{10 * time.Second, silentLeast, 6 * time.Minute},
		{5 * time.Minute, 30 * time.Minute, 3 * time.Hour}, // known from a dozen shares
	} {
		for seed := range uint64(10) {
			w := watch(seed)
			w.mine(tt.gap, 2*time.Hour, 0)
			first, ok := w.none(12 * time.Hour)[solo.AlertWorkerSilent]
			if !ok || first > tt.most || first < tt.earliest-time.Minute {
				t.Errorf("seed %d, a share in %v: found %v after %v", seed, tt.gap, ok, first)
			}
		}
	}
}

// TestSilentWorkerSays whether it is connected, stops after a day, and begins anew with a share.
func TestSilentWorkerSays(t *testing.T) {
	w := watch(1)
	w.mine(10*time.Second, time.Hour, 0)
	found := func(after time.Duration) string {
		for _, f := range w.findings(w.now.Add(after)) {
			if f.Worker == "rig" && f.Key == solo.AlertWorkerSilent {
				return f.Text + "\n" + f.Remedy
			}
		}
		return ""
	}
	if text := found(10 * time.Minute); !strings.Contains(text, "no share for 10") || strings.Contains(text, "not connected") {
		t.Errorf("connected: %q", text)
	}
	w.leave(w.now.Add(time.Minute))
	if text := found(10 * time.Minute); !strings.Contains(text, "not connected") || !strings.Contains(text, "power") {
		t.Errorf("not connected: %q", text)
	}
	if text := found(25 * time.Hour); text != "" {
		t.Errorf("after a day: %q", text)
	}
	w.share(shareAccepted, 1, stratumtest.PoWHash(2), w.now.Add(20*time.Minute))
	if text := found(21 * time.Minute); text != "" {
		t.Errorf("after a share: %q", text)
	}
}

func TestFindsSlowWorker(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration // gap between shares
		want  bool
	}{
		{"half", 20 * time.Second, true},
		{"two thirds", 15 * time.Second, true},
		{"nine tenths", 11100 * time.Millisecond, false},
		{"twice", 5 * time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := 0
			const runs = 10
			for seed := range uint64(runs) {
				w := watch(seed)
				w.mine(10*time.Second, 24*time.Hour, 0)
				if keys := w.mine(tt.after, 3*time.Hour, 0); keys[solo.AlertWorkerSlow] > 0 {
					found++
				}
			}
			if tt.want && found < runs*8/10 || !tt.want && found > 0 {
				t.Errorf("found in %d runs of %d", found, runs)
			}
		})
	}
}

// TestSlowWorkerNeedsADay: a worker that has just begun, or is back after a pause and well again, is not slow.
func TestSlowWorkerNeedsADay(t *testing.T) {
	for seed := range uint64(5) {
		w := watch(seed)
		w.mine(time.Second, 20*time.Minute, 0)
		if keys := w.mine(10*time.Second, 2*time.Hour, 0); keys[solo.AlertWorkerSlow] > 0 {
			t.Errorf("seed %d: slow in its first hours: %v", seed, keys)
		}
		w = watch(seed)
		w.mine(10*time.Second, 24*time.Hour, 0)
		w.now = w.now.Add(30 * time.Minute)
		w.mine(10*time.Second, 20*time.Minute, 0)
		if keys := w.mine(10*time.Second, time.Hour, 0); keys[solo.AlertWorkerSlow] > 0 {
			t.Errorf("seed %d: slow after a pause: %v", seed, keys)
		}
	}
}

func TestFindsRefusals(t *testing.T) {
	w := watch(1)
	w.mine(10*time.Second, time.Hour, 0)
	if keys := w.mine(10*time.Second, 20*time.Minute, 10); keys[solo.AlertWorkerRefusals] == 0 {
		t.Error("a tenth refused: not found")
	}
	w.mine(10*time.Second, refusedTime+time.Minute, 0)
	if f := w.findings(w.now); len(f) != 0 {
		t.Errorf("ten minutes later: %+v", f)
	}
}

// TestFindsRefusalsOfAll: Spiral-Pool#18. A miner all of whose shares are stale is found, and known not to be silent.
func TestFindsRefusalsOfAll(t *testing.T) {
	w := watch(1)
	keys := w.mine(10*time.Second, time.Hour, 1)
	if keys[solo.AlertWorkerRefusals] < 50 || keys[solo.AlertWorkerSilent] > 0 {
		t.Errorf("found %v", keys)
	}
}

// TestFindsThief: goldshell firmware#108. The finding names the address that the miner has in the house.
func TestFindsThief(t *testing.T) {
	w := newWorkers(nil)
	m := w.join("LThief.1", sessionInfo{Warning: "user name is an address that is not paid", Address: "192.168.1.31", At: simStart})
	found := w.findings(simStart)
	if len(found) != 1 || found[0].Key != solo.AlertWorkerElsewhere || !strings.Contains(found[0].Text, "192.168.1.31") {
		t.Errorf("got %+v", found)
	}
	m.leave(simStart)
	if found := w.findings(simStart); len(found) != 0 {
		t.Errorf("after it left: %+v", found)
	}
}

func TestNoMiners(t *testing.T) {
	w := newWorkers([]keptWorker{{Name: "old", LastSeen: simStart.Add(-time.Hour)}})
	found := func(after time.Duration) bool {
		a, ok := w.lookNone(at(after), simStart)
		return ok && a.Key == solo.AlertNoMiners && a.Remedy != ""
	}
	if found(noneTime - time.Second) {
		t.Error("found right after the start")
	}
	if !found(noneTime) {
		t.Error("not found though none has ever connected")
	}
	m := w.join("rig", sessionInfo{At: at(noneTime)})
	if found(time.Hour) {
		t.Error("found while one is connected")
	}
	m.leave(at(time.Hour))
	if found(time.Hour+noneTime-time.Second) || !found(time.Hour+noneTime) {
		t.Error("not found ten minutes after the last one left")
	}
}

func TestConnectionsFull(t *testing.T) {
	g := newGuard(2, 1)
	a, b := netip.MustParsePrefix("192.168.1.5/32"), netip.MustParsePrefix("192.168.1.6/32")
	text := func(after time.Duration) string {
		found, _ := g.lookFull(at(after))
		return found.Text
	}
	g.enter(a, at(0))
	if text(0) != "" {
		t.Error("found with room left")
	}
	g.enter(a, at(time.Minute))
	if got := text(2 * time.Minute); !strings.Contains(got, "1 connections from 192.168.1.5/32") {
		t.Errorf("too many from one address: %q", got)
	}
	g.enter(b, at(3*time.Minute))
	g.enter(b, at(4*time.Minute))
	if got := text(5 * time.Minute); !strings.Contains(got, "2 connections, as many") {
		t.Errorf("too many: %q", got)
	}
	if got := text(4*time.Minute + fullTime); got != "" {
		t.Errorf("ten minutes later: %q", got)
	}
}
