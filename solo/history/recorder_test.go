package history

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
	"ltcsolo/template"
)

// A run begins with what the one before has recorded, whether that has ended or was killed.
func TestRestart(t *testing.T) {
	for _, killed := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "history")
		r := record(t, dir, disk.Local(), begin)
		r.mines(map[string]float64{"l9": 100})
		r.stats.Blocks = []delivery.Block{block(7, delivery.StateImmature, true)}
		r.stats.Search.Best = template.Hash{28: 1}
		r.Alert(solo.Alert{Key: "k", Text: "an alert"}, false)
		r.pass(10 * time.Minute)
		if !killed {
			r.end()
		}
		points, events := r.points("day", "l9"), told(r.Events())

		r = record(t, dir, disk.Local(), r.now.Add(30*time.Second))
		r.stats.Blocks = []delivery.Block{block(7, delivery.StateImmature, false)}
		r.Alert(solo.Alert{Key: "k", Text: "an alert"}, false)
		r.mines(map[string]float64{"l9": 100})
		r.pass(time.Minute)
		if got := r.points("day", "l9"); len(got) < len(points) || got[0] != points[0] {
			t.Errorf("killed %v: points %+v, want %+v first", killed, got, points)
		}
		if got := told(r.Events()); got != events || strings.Count(got, "\n") != 3 {
			t.Errorf("killed %v: events\n%s\nwant\n%s", killed, got, events)
		}
		r.Alert(solo.Alert{Key: "k", Text: "an alert"}, true)
		r.Alert(solo.Alert{Key: "k", Text: "an alert"}, false)
		r.take(false)
		if n := countKinds(r.Events()); n[solo.EventAlert] != 2 || n[solo.EventAlertOver] != 1 {
			t.Errorf("killed %v: events %v", killed, n)
		}
		if best := r.BestEver(); best < 65534 || best > 65537 {
			t.Errorf("killed %v: best %v", killed, best)
		}
		if r.log.Len() > 0 {
			t.Errorf("log: %s", r.log)
		}
	}
}

// The best share is written when it is better, at most once a minute, and at the end.
func TestBestEver(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	path := filepath.Join(dir, "best.json")
	share := func(difficulty float64) { r.stats.Workers = []solo.Worker{{Name: "a", BestEver: difficulty}} }
	share(350)
	r.pass(sampleEvery)
	if got, want := read(t, path), `{"difficulty":350,"time":"2026-11-26T12:00:05Z"}`+"\n"; got != want {
		t.Errorf("file %s, want %s", got, want)
	}
	share(400)
	r.pass(30 * time.Second)
	share(12)
	if got := read(t, path); !strings.Contains(got, ":350,") || r.BestEver() != 400 {
		t.Errorf("best %v, file %s", r.BestEver(), got)
	}
	r.pass(30 * time.Second)
	if got := read(t, path); !strings.Contains(got, ":400,") {
		t.Errorf("file %s", got)
	}
	share(500)
	r.take(false)
	r.end()
	if got := record(t, dir, disk.Local(), begin).BestEver(); got != 500 {
		t.Errorf("the next run has %v", got)
	}
	for _, text := range []string{"", "{", `{"difficulty":-1}`, "[]"} {
		write(t, dir, "best.json", text)
		if r := record(t, dir, disk.Local(), begin); r.BestEver() != 0 || r.warnings() != 1 {
			t.Errorf("%q: best %v; log: %s", text, r.BestEver(), r.log)
		}
	}
}

// A disk that is full costs what it did not take, is told of once, and is tried again.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	d := &faultyDisk{Writer: disk.Local()}
	r := record(t, dir, d, begin)
	r.mines(map[string]float64{"a": 100})
	d.set(func() error { return syscall.ENOSPC })
	r.pass(10 * time.Minute)
	if r.warnings() != 1 || !strings.Contains(r.log.String(), "no space left") {
		t.Errorf("log: %s", r.log)
	}
	if n := len(r.points("day", "")); n != 10 {
		t.Errorf("%d points", n)
	}
	d.set(nil)
	r.pass(2 * time.Minute)
	if n := strings.Count(read(t, filepath.Join(dir, firstMinutes)), "{\"t\""); n != 2 || strings.Count(r.log.String(), "written again") != 1 {
		t.Errorf("%d lines; log: %s", n, r.log)
	}
}

// A disk that hangs holds up neither the snapshots nor the end.
func TestFrozenDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		thaw := make(chan struct{})
		d := &faultyDisk{Writer: disk.Local()}
		d.set(func() error { <-thaw; return syscall.EIO })
		r := record(t, t.TempDir(), d, time.Now())
		r.cfg.Now = time.Now
		n := 0
		r.cfg.Stats = func() solo.Stats {
			n++
			return solo.Stats{Search: solo.Search{HashRate: 100}, Blocks: []delivery.Block{block(int32(n), delivery.StateImmature, true)}}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour+time.Second)
		defer cancel()
		began := time.Now()
		r.Run(ctx)
		if took := time.Since(began); took != time.Hour+time.Second+endLimit {
			t.Errorf("Run took %v", took)
		}
		if got := len(r.points("day", "")); got != 60 && got != 61 || n != 721 || len(r.Events()) != toldEvents {
			t.Errorf("%d points, %d snapshots, %d events", got, n, len(r.Events()))
		}
		if r.warnings() != 1 || !strings.Contains(r.log.String(), "does not answer") {
			t.Errorf("log: %s", r.log)
		}
		close(thaw)
		<-r.keeper.ended
	})
}

// A run that ends before what was recorded earlier could be read is not held up.
func TestEndBeforeLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := New(Config{Dir: t.TempDir(), Disk: disk.Local(), Stats: func() solo.Stats { t.Error("a snapshot is taken"); return solo.Stats{} }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		r.Run(ctx)
		if took := time.Since(began); took != time.Minute+endLimit {
			t.Errorf("Run took %v", took)
		}
		r.Alert(solo.Alert{}, false)
		s, _ := SpanNamed("hour")
		if len(r.Events()) > 0 || r.BestEver() != 0 || len(r.Over(s, "", 0)) > 0 {
			t.Error("there is something from nowhere")
		}
	})
}

// A run that ends at once records what it has found.
func TestShortRun(t *testing.T) {
	r := record(t, t.TempDir(), disk.Local(), begin)
	r.stats = blocks(block(7, delivery.StateImmature, true))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Run(ctx)
	if again := record(t, r.dir, disk.Local(), begin); told(again.Events()) != told(r.Events()) || len(again.Events()) != 2 {
		t.Errorf("events %v, then %v", r.Events(), again.Events())
	}
}

func TestConfig(t *testing.T) {
	if r, err := New(Config{Dir: "x", Disk: disk.Local()}); err == nil {
		t.Errorf("New without snapshots = %v", r)
	}
}
