package history

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/disk"
)

const firstMinutes = "minutes-000001.jsonl"

// A file that was cut anywhere costs the line that was cut, and what is written next has a line of its own.
func TestFileCutAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	for i := range 3 {
		r.mines(map[string]float64{"a": float64(100 * (i + 1))})
		r.pass(time.Minute)
	}
	r.end()
	whole := read(t, filepath.Join(dir, firstMinutes))
	if n := strings.Count(whole, "\n"); n != 4 {
		t.Fatalf("%d lines:\n%s", n, whole)
	}
	for cut := range len(whole) {
		dir := t.TempDir()
		write(t, dir, firstMinutes, whole[:cut])
		r := record(t, dir, disk.Local(), begin.Add(10*time.Minute))
		before := len(r.points("day", ""))
		if lines := strings.Count(whole[:cut], "\n"); before < lines || before > lines+1 {
			t.Fatalf("cut at %d: %d points of %d lines", cut, before, lines)
		}
		r.mines(map[string]float64{"a": 7})
		r.pass(2*time.Minute + sampleEvery)
		r.end()
		after := record(t, dir, disk.Local(), r.now).points("day", "a")
		if n := len(after); n != before+3 || after[n-2].HashRate != 7 {
			t.Fatalf("cut at %d: %d points, and %d before: %+v", cut, n, before, after)
		}
		if r.log.Len() > 0 {
			t.Fatalf("cut at %d: log %s", cut, r.log)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	const good = `{"t":1795694400,"n":12,"rate":100}` + "\n"
	many := strings.Repeat("x", 2*maxFile+1)
	for _, tt := range []struct {
		name, content string
		points        int
		warnings      int
		aside         bool
	}{
		{"empty", "", 0, 0, false},
		{"one line", good, 1, 0, false},
		{"a damaged line", good + "\x00\x00\x00\n" + strings.Replace(good, "4400", "4460", 1), 2, 0, false},
		{"empty lines", "\n\n" + good + "\r\n", 1, 0, false},
		{"a torn line", good + `{"t":17956944`, 1, 0, false},
		{"nothing but a torn line", `{"t":17956944`, 0, 0, false},
		{"zeros, as after a power loss", strings.Repeat("\x00", 4096) + "\n", 0, 1, true},
		{"another format", "time,rate\n1,2\n3,4\n", 0, 1, true},
		{"too large", many, 0, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, firstMinutes, tt.content)
			r := record(t, dir, disk.Local(), begin.Add(10*time.Minute))
			if n := len(r.points("day", "")); n != tt.points || r.warnings() != tt.warnings {
				t.Errorf("%d points, want %d; log: %.300s", n, tt.points, r.log)
			}
			if aside := slices.Contains(files(t, dir), "minutes.broken"); aside != tt.aside {
				t.Errorf("files %q", files(t, dir))
			}
			r.pass(2*time.Minute + sampleEvery)
			r.end()
			again := record(t, dir, disk.Local(), r.now)
			if n := len(again.points("day", "")); n != tt.points+3 || again.warnings() > 0 {
				t.Errorf("%d points after another run; log: %.300s", n, again.log)
			}
		})
	}
}

// What is no file at all, or cannot be read, stops nothing.
func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{firstMinutes, "events.jsonl", "best.json", "hours-000007.jsonl"} {
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, ".best.json.writing-17", "{")
	write(t, dir, "minutes-x.jsonl", "x")
	write(t, dir, "notes.txt", "the user's own")
	r := record(t, dir, disk.Local(), begin)
	if r.warnings() != 4 {
		t.Errorf("log: %s", r.log)
	}
	r.mines(map[string]float64{"a": 1})
	r.stats.Workers[0].BestEver = 12
	r.pass(2*time.Minute + sampleEvery)
	r.end()
	again := record(t, dir, disk.Local(), r.now)
	if n := len(again.points("day", "a")); n != 3 || again.BestEver() != 12 || len(again.Events()) == 0 || again.log.Len() > 0 {
		t.Errorf("%d points, best %v, events %v; log: %s", n, again.BestEver(), again.Events(), again.log)
	}
	want := []string{"best.broken", "best.json", "events.broken", "events.jsonl", "hours.broken", "minutes-000002.jsonl", "minutes-x.jsonl", "minutes.broken", "notes.txt"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

// A directory that is a file costs what would be written there.
func TestNoDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := record(t, dir, disk.Local(), begin)
	r.mines(map[string]float64{"a": 1})
	r.pass(5 * time.Minute)
	r.end()
	if n := len(r.points("day", "a")); n != 5 || strings.Count(r.log.String(), "is not written") != 1 {
		t.Errorf("%d points; log: %s", n, r.log)
	}
}

// The oldest file is removed when there are more than a level has, of earlier runs too.
func TestOldFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	for i := range 6 {
		write(t, dir, fmt.Sprintf("minutes-%06d.jsonl", i+1), strings.Repeat(`{"t":1795694400,"n":12,"rate":100}`+"\n", levels[0].perFile))
	}
	r := record(t, dir, disk.Local(), begin)
	r.pass(time.Minute)
	if got, want := files(t, dir), []string{"minutes-000005.jsonl", "minutes-000006.jsonl", "minutes-000007.jsonl"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "minutes-000007.jsonl"))
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
}
