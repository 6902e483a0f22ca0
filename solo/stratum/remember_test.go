package stratum

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

func decoded(t *testing.T, data []byte, now time.Time) kept {
	t.Helper()
	k, err := decodeKept(data, now)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func encoded(t *testing.T, k kept) []byte {
	t.Helper()
	data, err := k.encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestKeptWorkers: counts, best share and difficulty go on over two restarts; this run's start anew.
func TestKeptWorkers(t *testing.T) {
	w := newWorkers(nil)
	now := simStart
	for run := 1; run <= 3; run++ {
		m := w.join("küche 1", sessionInfo{Client: "minerd", Address: "::1", At: now})
		for v := range verdicts {
			for range v + 1 {
				m.share(v, 4, stratumtest.PoWHash(float64(100/run)), now)
			}
		}
		if run < 3 {
			m.leave(now.Add(time.Minute))
		}
		now = now.Add(time.Hour)
		k := decoded(t, encoded(t, kept{Workers: w.kept(now)}), now)
		n := uint64(run)
		want := keptWorker{
			Name: "küche 1", Client: "minerd", Difficulty: 4, Best: k.Workers[0].Best, LastSeen: now.Add(-59 * time.Minute),
			Accepted: n, Stale: 2 * n, Duplicate: 3 * n, Low: 4 * n, Unknown: 5 * n, Malformed: 6 * n,
		}
		if run == 3 { // it is connected
			want.LastSeen = now
		}
		if k.Workers[0] != want || want.Best < 99.9 || want.Best > 100.1 {
			t.Errorf("run %d: got %+v, want %+v", run, k.Workers[0], want)
		}
		w = newWorkers(k.Workers)
		s := only(t, w.snapshot(now))
		if s.Accepted != 0 || s.Best != 0 || s.BestEver != want.Best || s.Sessions != 0 || !s.LastShare.IsZero() || s.Since != want.LastSeen ||
			s.Difficulty != 4 || s.Kind != kindCPU.Name {
			t.Errorf("at the start of run %d: %+v", run+1, s)
		}
		if d := w.remembered("küche 1", "minerd"); d != 4 {
			t.Errorf("remembered difficulty %v", d)
		}
	}
}

// TestKeptIsTolerant: entries that make no sense are left out, the others stay.
func TestKeptIsTolerant(t *testing.T) {
	const (
		worker  = `{"name":"good","difficulty":4,"last_seen":"2026-01-02T03:00:00Z"}`
		session = `{"id":"000102030405060708090a0b0c0d0e0f","extranonce1":"0a0b0c0d","worker":"good","difficulty":4,"last_seen":"2026-01-02T03:00:00Z"}`
	)
	other := func(entry, old, replacement string) string {
		if !strings.Contains(entry, old) {
			t.Fatalf("%s is not in %s", old, entry)
		}
		return strings.Replace(entry, old, replacement, 1)
	}
	file := func(workers, sessions string) []byte {
		return []byte(`{"version":1,"workers":[` + workers + `],"sessions":[` + sessions + `],"later":{}}`)
	}
	for _, bad := range []string{
		`null`, `7`, `"text"`, `[]`, `{}`,
		other(worker, `"good"`, `""`),
		other(worker, `"good"`, `"a\nb"`),
		other(worker, `"good"`, `"a\u0000b"`),
		other(worker, `"good"`, `"\u202egood"`),
		other(worker, `"good"`, `"`+strings.Repeat("x", 65)+`"`),
		other(worker, `"good"`, `17`),
		other(worker, `4`, `-4`),
		other(worker, `4`, `1e300`),
		other(worker, `4`, `1e999`),
		other(worker, `4`, `4,"best":-1`),
		other(worker, `4`, `4,"accepted":-1`),
		other(worker, `4`, `4,"client":"a\tb"`),
		other(worker, `2026-01-02`, `2026-31-02`),
	} {
		k := decoded(t, file(bad+","+worker, ""), simStart)
		if len(k.Workers) != 1 || k.Workers[0].Name != "good" {
			t.Errorf("beside %s: %+v", bad, k.Workers)
		}
	}
	for _, bad := range []string{
		`null`, `{}`,
		other(session, `0001`, `01`),
		other(session, `0001`, `zz01`),
		other(session, `0a0b`, `0a`),
		other(session, `0a0b`, `xxxx`),
		other(session, `4,`, `0,`),
		other(session, `4,`, `-1,`),
		other(session, `2026-01-02`, `2026-01-01`), // more than a day ago
	} {
		k := decoded(t, file("", bad+","+session), simStart)
		if len(k.Sessions) != 1 {
			t.Errorf("beside %s: %+v", bad, k.Sessions)
		}
	}
	if k := decoded(t, file(other(worker, "2026", "2999"), other(session, "2026", "2999")), simStart); k.Workers[0].LastSeen != simStart || k.Sessions[0].LastSeen != simStart {
		t.Errorf("from the future: %+v", k)
	}
	if k := decoded(t, file(worker+","+other(worker, `4`, `8`)+","+other(worker, "T03:00", "T02:00"), session+","+session), simStart); len(k.Workers) != 1 || len(k.Sessions) != 1 {
		t.Errorf("given twice: %+v", k)
	}
}

// TestKeptIsNoSuchFile: what is damaged as a whole, or is of a later version, is an error. A file that was cut off
// anywhere is.
func TestKeptIsNoSuchFile(t *testing.T) {
	w := newWorkers(nil)
	w.join("a", sessionInfo{At: simStart})
	whole := encoded(t, kept{Workers: w.kept(simStart)})
	for n := range len(whole) - 1 { // the last is a line end
		if _, err := decodeKept(whole[:n], simStart); err == nil {
			t.Errorf("no error when cut off after %d bytes", n)
		}
	}
	for _, data := range []string{"", "null", "[]", "{}", `{"version":2}`, `{"version":"1"}`, `{"version":1,"workers":7}`, "\x00\x00"} {
		if _, err := decodeKept([]byte(data), simStart); err == nil {
			t.Errorf("no error for %q", data)
		}
	}
}

func FuzzDecodeKept(f *testing.F) {
	f.Add([]byte(`{"version":1,"workers":[{"name":"a","last_seen":"2026-01-02T03:00:00Z"}],"sessions":[{"id":"000102030405060708090a0b0c0d0e0f","extranonce1":"0a0b0c0d","worker":"a","difficulty":4,"last_seen":"2026-01-02T03:00:00Z"}]}`))
	f.Add([]byte(`{"version":1,"workers":[null,{}],"sessions":[[]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := decodeKept(data, simStart)
		if err != nil {
			return
		}
		again := decoded(t, encoded(t, k), simStart)
		if len(again.Workers) != len(k.Workers) || len(again.Sessions) != len(k.Sessions) {
			t.Errorf("%+v became %+v", k, again)
		}
		newWorkers(k.Workers).snapshot(simStart)
		newMemory(k.Sessions).kept(simStart)
	})
}

// TestKeptIsBounded: the newest are kept.
func TestKeptIsBounded(t *testing.T) {
	var k kept
	for i := range maxSessions + 10 {
		seen := simStart.Add(time.Duration(i-maxSessions-10) * time.Second)
		k.Sessions = append(k.Sessions, keptSession{
			ID: fmt.Sprintf("%032x", i), Extranonce1: fmt.Sprintf("%08x", i), Worker: "w", Difficulty: 1, LastSeen: seen,
		})
		if i < maxWorkers+10 {
			k.Workers = append(k.Workers, keptWorker{Name: fmt.Sprint(i), LastSeen: seen})
		}
	}
	k = decoded(t, encoded(t, k), simStart)
	if len(k.Workers) != maxWorkers || len(k.Sessions) != maxSessions || k.Workers[maxWorkers-1].Name != "10" || k.Sessions[maxSessions-1].ID != fmt.Sprintf("%032x", 10) {
		t.Errorf("%d workers, %d sessions", len(k.Workers), len(k.Sessions))
	}
	if data := encoded(t, k); len(data) > 8<<20 {
		t.Errorf("the file has %d bytes", len(data))
	}
}

// TestKeeper: once a minute if something has changed, again after an error, and at the end.
func TestKeeper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := newWorkers(nil)
		m := w.join("a", sessionInfo{At: start})
		var ages []time.Duration
		var failures []string
		var file []byte
		var broken atomic.Bool
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			keeper{
				gather: func(now time.Time) kept { return kept{Workers: w.kept(now)} },
				write: func(_ context.Context, data []byte) error {
					if broken.Load() {
						return errors.New("disk full")
					}
					ages, file = append(ages, time.Since(start)), bytes.Clone(data)
					return nil
				},
				failed: func(err error) { failures = append(failures, err.Error()) },
			}.run(ctx)
		}()
		wait := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		wait(150 * time.Second) // written at 1 and 2 minutes: it is connected
		m.leave(time.Now())
		wait(5 * time.Minute) // at 3, and no more
		broken.Store(true)
		w.join("b", sessionInfo{At: time.Now()}).leave(time.Now())
		wait(90 * time.Second) // fails at 8 and 9
		broken.Store(false)
		wait(90 * time.Second) // at 10
		w.join("c", sessionInfo{At: time.Now()})
		cancel()
		<-done // at 10:30
		want := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 10 * time.Minute, 10*time.Minute + 30*time.Second}
		if !reflect.DeepEqual(ages, want) {
			t.Errorf("written at %v, want %v", ages, want)
		}
		if !reflect.DeepEqual(failures, []string{"disk full", "disk full"}) {
			t.Errorf("failures: %q", failures)
		}
		var names []string
		for _, k := range decoded(t, file, time.Now()).Workers {
			names = append(names, k.Name)
		}
		if len(names) != 3 {
			t.Errorf("the file has %q", names)
		}
	})
}

// What should not wait for a minute is written two seconds later, with all that came meanwhile.
func TestKeeperWritesSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, m := time.Now(), newMemory(nil)
		var ages []time.Duration
		var sessions []int
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			keeper{
				gather: func(now time.Time) kept { return kept{Sessions: m.kept(now)} }, soon: m.fresh,
				write: func(_ context.Context, data []byte) error {
					ages, sessions = append(ages, time.Since(start)), append(sessions, len(decoded(t, data, time.Now()).Sessions))
					return nil
				},
				failed: func(err error) { t.Error(err) },
			}.run(ctx)
		}()
		fresh := counter()
		connect := func() string {
			id, _, _ := m.claim("", fresh, time.Now())
			m.keep(id, "worker", 1)
			return id
		}
		time.Sleep(10 * time.Second)
		first := connect()
		time.Sleep(time.Second)
		connect()
		m.keep(first, "worker", 2) // its difficulty can wait
		time.Sleep(1500 * time.Millisecond)
		connect()
		time.Sleep(10 * time.Second)
		m.keep(first, "worker", 4)
		time.Sleep(10 * time.Second)
		cancel()
		<-done
		want := []time.Duration{12 * time.Second, 14500 * time.Millisecond, 32500 * time.Millisecond}
		if !reflect.DeepEqual(ages, want) || !reflect.DeepEqual(sessions, []int{2, 3, 3}) {
			t.Errorf("written at %v with %v sessions, want at %v", ages, sessions, want)
		}
	})
}

// A disk that hangs holds up the end for no longer than a second.
func TestKeeperLeavesAHangingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failures []string
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			keeper{
				gather: func(now time.Time) kept { return kept{Sessions: []keptSession{{LastSeen: now}}} },
				write:  func(ctx context.Context, _ []byte) error { <-ctx.Done(); return ctx.Err() },
				failed: func(err error) { failures = append(failures, err.Error()) },
			}.run(ctx)
		}()
		time.Sleep(10 * time.Minute)
		cancel()
		begun := time.Now()
		<-done
		if took := time.Since(begun); took != time.Second || !reflect.DeepEqual(failures, []string{"the disk does not answer"}) {
			t.Errorf("it took %v, with failures %q", took, failures)
		}
	})
}

// TestBestShareIsANumber: the hardest hash there is can be kept.
func TestBestShareIsANumber(t *testing.T) {
	w := newWorkers(nil)
	w.join("a", sessionInfo{At: simStart}).share(shareAccepted, 1, template.Hash{1}, simStart)
	if _, err := json.Marshal(w.snapshot(simStart)); err != nil {
		t.Error(err)
	}
	if k := decoded(t, encoded(t, kept{Workers: w.kept(simStart)}), simStart); len(k.Workers) != 1 {
		t.Errorf("kept: %+v", k)
	}
}
