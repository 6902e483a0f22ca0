package history

import (
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

// wantRates compares the hash rates of points.
func wantRates(t *testing.T, what string, points []Point, want ...float64) {
	t.Helper()
	ok := len(points) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = points[i].HashRate > want[i]-1 && points[i].HashRate < want[i]+1
	}
	if !ok {
		t.Errorf("%s: %+v, want the rates %v", what, points, want)
	}
}

func TestAveragesOfIntervals(t *testing.T) {
	r := record(t, t.TempDir(), disk.Local(), begin)
	r.mines(map[string]float64{"a": 100, "b": 300})
	r.stats.Search.Temperature = 70
	r.pass(time.Minute - sampleEvery)
	r.mines(map[string]float64{"a": 100})
	r.stats.Search.Temperature = 60
	r.pass(2 * time.Minute)
	r.mines(map[string]float64{"a": 100, "late": 50})
	r.pass(time.Minute + sampleEvery)
	day := r.points("day", "")
	wantRates(t, "all", day, 400, 100, 100, 150)
	if p := day[0]; !p.From.Equal(begin) || p.To.Sub(p.From) != time.Minute || p.Hottest != 70 || day[1].Hottest != 60 {
		t.Errorf("points %+v", day)
	}
	wantRates(t, "one that has left", r.points("day", "b"), 300, 0, 0, 0)
	wantRates(t, "one that never was", r.points("day", "c"))
	wantRates(t, "one that has come", r.points("day", "late"), 50)
	hour := r.points("hour", "")
	if n := len(hour); n != 48 || hour[0].To.Sub(hour[0].From) != sampleEvery || hour[0].HashRate != 400 || hour[n-1].HashRate != 150 {
		t.Errorf("the hour has %d points: %+v", n, hour)
	}
	wantRates(t, "the hour of one", r.points("hour", "late"), 50)
	s, _ := SpanNamed("day")
	wantRates(t, "in one", r.Over(s, "", 5*time.Minute), 183)
	if got := r.Workers(s); len(got) != 3 || got[0] != "a" || got[2] != "late" {
		t.Errorf("workers %q", got)
	}
}

// The rows of a run that was killed become coarse ones in the next.
func TestCoarseRowsSurvive(t *testing.T) {
	dir := t.TempDir()
	at := begin
	for i := range 9 { // killed each time, in the middle of everything
		r := record(t, dir, disk.Local(), at)
		r.mines(map[string]float64{"a": float64(100 * (i + 1))})
		r.pass(13*time.Minute + 20*time.Second)
		at = r.now.Add(20 * time.Second)
		if i%2 == 1 {
			r.end()
		}
	}
	r := record(t, dir, disk.Local(), at)
	r.pass(time.Hour)
	month, year := r.points("month", ""), r.points("year", "")
	for i, p := range month {
		if want := begin.Add(time.Duration(i) * 10 * time.Minute); !p.From.Equal(want) {
			t.Fatalf("point %d begins at %v, want %v", i, p.From, want)
		}
	}
	if len(month) != 19 || len(year) != 3 { // the last of each is not over
		t.Fatalf("%d points in a month, %d in a year, want 19 and 3", len(month), len(year))
	}
	wantRates(t, "year", year[:1], (100*13.+200*13.33+300*12.67+400*13.33+500*5.33)/57.66) // without the minutes in which a run was killed
	again := record(t, dir, disk.Local(), r.now)
	if n := len(again.points("month", "")); n != 19 {
		t.Errorf("%d points after another start", n)
	}
}

// While the program does not run there is no point.
func TestGap(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	r.mines(map[string]float64{"a": 100})
	r.pass(2 * time.Minute)
	r.end()
	r = record(t, dir, disk.Local(), begin.Add(20*time.Minute))
	r.mines(map[string]float64{"a": 100})
	r.pass(10 * time.Second)
	hour := r.points("hour", "")
	if n := len(hour); n < 4 || !hour[0].From.Equal(begin) || hour[n-3].From.Sub(begin) > 2*time.Minute || hour[n-2].From.Before(begin.Add(20*time.Minute)) {
		t.Errorf("points %+v", hour)
	}
	wantRates(t, "one", r.points("hour", "a"), 100, 100, 100)
}

// After the clock was set back, what was recorded twice for one interval counts together; nothing of the future is shown.
func TestClockSetBack(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	r.mines(map[string]float64{"a": 100})
	r.pass(30 * time.Minute)
	r.now = begin.Add(9*time.Minute + 55*time.Second)
	r.mines(map[string]float64{"a": 300})
	r.pass(5 * time.Minute)
	check := func(what string, points []Point) {
		t.Helper()
		for i, p := range points {
			want := 100.
			if i >= 10 && i < 14 {
				want = 200
			}
			if !p.From.Equal(begin.Add(time.Duration(i)*time.Minute)) || i > 0 && p.HashRate != want {
				t.Errorf("%s: point %d: %+v, want %v", what, i, p, want)
			}
		}
		if len(points) != 15 {
			t.Errorf("%s: %d points, want 15: %v", what, len(points), points)
		}
	}
	check("then", r.points("day", ""))
	r = record(t, dir, disk.Local(), r.now)
	check("after a start", r.points("day", ""))
	r.now = r.now.Add(-400 * 24 * time.Hour)
	r.pass(2 * time.Minute)
	if n := len(r.points("day", "")); n < 1 || n > 2 {
		t.Errorf("%d points of the day a year before", n)
	}
}

// A year of many workers has bounded files and memory.
func TestYearIsBounded(t *testing.T) {
	d := &countingDisk{files: map[string]size{}}
	r := record(t, t.TempDir(), d, begin)
	rates := map[string]float64{}
	for i := range maxWorkers + 10 {
		rates[string(rune('a'+i%26))+time.Duration(i).String()+"-a-name-that-is-longer-than-those-of-most-miners-are-in-a-house"] = float64(1234567 + i)
	}
	r.mines(rates)
	snapshot := newRow(&r.stats, begin)
	var s sum
	s.add(&snapshot)
	one := s.row()
	for l, level := range levels {
		for i := range level.rows * 11 / 10 {
			one.at = begin.Unix() + int64(i)*int64(level.every/time.Second)
			r.series.keep(l, one)
			r.write(only(l, one))
			r.flush()
		}
	}
	if d.most > 64<<20 || d.most < 40<<20 {
		t.Errorf("files of %d MiB, want at most 64 and not much less", d.most>>20)
	}
	for i, l := range levels {
		if got := len(r.series.rows[i]); got != l.rows {
			t.Errorf("%d rows of %s in memory, want %d", got, l.name, l.rows)
		}
	}
	for path, f := range d.files {
		if f.bytes > maxFile {
			t.Errorf("%s has %d bytes", path, f.bytes)
		}
	}
	if r.log.Len() > 0 {
		t.Errorf("log: %s", r.log)
	}
}

// only returns a row of a level as one whose interval is over.
func only(l int, r row) (ended [len(levels)][]row) {
	ended[l] = []row{r}
	return ended
}

// With a few miners the files have a whole year.
func TestYearIsKept(t *testing.T) {
	d := &countingDisk{files: map[string]size{}}
	r := record(t, t.TempDir(), d, begin)
	for i := range 400 * 24 {
		one := row{at: begin.Unix() + int64(3600*i), samples: 720, rate: 1}
		r.write(only(2, one))
		r.flush()
	}
	kept := 0
	for _, f := range d.files {
		kept += f.lines
	}
	if kept < 365*24 || len(d.files) > levels[2].files {
		t.Errorf("%d hours in %d files", kept, len(d.files))
	}
}

func TestSuspendedMachine(t *testing.T) {
	var s series
	s.take(&solo.Stats{}, begin)
	s.take(&solo.Stats{}, begin.Add(sampleEvery))
	s.take(&solo.Stats{}, begin.Add(time.Hour/2))
	if p := s.newest[1]; p.To.Sub(p.From) != sampleEvery || !p.From.Equal(begin) {
		t.Errorf("the second point is %+v", p)
	}
	if p := s.newest[2]; p.To.Sub(p.From) != sampleEvery {
		t.Errorf("the point after half an hour is %+v", p)
	}
}
