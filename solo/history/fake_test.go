package history

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var begin = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// faultyDisk is a disk.Writer whose every change first calls fault, if there is one.
type faultyDisk struct {
	*disk.Writer
	mu    sync.Mutex
	fault func() error
}

func (d *faultyDisk) set(fault func() error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

func (d *faultyDisk) change(do func() error) error {
	d.mu.Lock()
	fault := d.fault
	d.mu.Unlock()
	if fault != nil {
		if err := fault(); err != nil {
			return err
		}
	}
	return do()
}

func (d *faultyDisk) Append(path string, text []byte) error {
	return d.change(func() error { return d.Writer.Append(path, text) })
}

func (d *faultyDisk) Write(path string, content []byte) error {
	return d.change(func() error { return d.Writer.Write(path, content) })
}

func (d *faultyDisk) MakeDir(dir string) error {
	return d.change(func() error { return d.Writer.MakeDir(dir) })
}

// countingDisk keeps no more than the sizes of files, for tests of many changes.
type countingDisk struct {
	files map[string]size
	bytes int // of all files
	most  int // that bytes has been
}

type size struct{ bytes, lines int }

func (d *countingDisk) grow(path string, text []byte) error {
	f := d.files[path]
	d.files[path] = size{f.bytes + len(text), f.lines + bytes.Count(text, []byte("\n"))}
	d.bytes += len(text)
	d.most = max(d.most, d.bytes)
	return nil
}

func (d *countingDisk) MakeDir(string) error                  { return nil }
func (d *countingDisk) Append(path string, text []byte) error { return d.grow(path, text) }
func (d *countingDisk) Release(string) error                  { return nil }
func (d *countingDisk) Write(path string, content []byte) error {
	d.Remove(path)
	return d.grow(path, content)
}
func (d *countingDisk) Rename(string, string) error { return errors.ErrUnsupported }

func (d *countingDisk) Remove(path string) error {
	f, ok := d.files[path]
	if !ok {
		return fs.ErrNotExist
	}
	d.bytes -= f.bytes
	delete(d.files, path)
	return nil
}

// recording is a Recorder that a test drives, with a clock and a snapshot that it changes.
type recording struct {
	*Recorder
	t     *testing.T
	dir   string
	now   time.Time
	stats solo.Stats
	log   *bytes.Buffer
}

// record returns the Recorder of a run that begins at a time and has loaded what is in the directory.
func record(t *testing.T, dir string, d Disk, at time.Time) *recording {
	t.Helper()
	r := &recording{t: t, dir: dir, now: at, log: new(bytes.Buffer)}
	var err error
	r.Recorder, err = New(Config{
		Dir: dir, Disk: d, Stats: func() solo.Stats { return r.stats }, Now: func() time.Time { return r.now },
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Load()
	return r
}

// pass takes snapshots for a time, and has the disk take what there is.
func (r *recording) pass(d time.Duration) {
	for until := r.now.Add(d); r.now.Before(until); {
		r.now = r.now.Add(sampleEvery)
		r.take(false)
		r.flush()
	}
}

// flush makes the changes that wait.
func (r *recording) flush() {
	for {
		select {
		case change := <-r.keeper.waiting:
			r.keeper.tell(change())
		default:
			return
		}
	}
}

// end ends the run as Run does.
func (r *recording) end() {
	r.take(true)
	r.flush()
}

// mines sets the hash rates of workers by name, and that of all.
func (r *recording) mines(rates map[string]float64) {
	r.stats.Workers, r.stats.Search.HashRate = nil, 0
	for _, name := range slices.Sorted(maps.Keys(rates)) {
		rate := rates[name]
		r.stats.Workers = append(r.stats.Workers, solo.Worker{Name: name, Sessions: 1, HashRate: [3]float64{rate, rate, rate}})
		r.stats.Search.HashRate += rate
	}
}

// points returns the points of a span.
func (r *recording) points(span, worker string) []Point {
	r.t.Helper()
	s, ok := SpanNamed(span)
	if !ok {
		r.t.Fatalf("there is no span %s", span)
	}
	return r.Over(s, worker, 0)
}

// files returns the names of the files in a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// warnings returns how often the log warns.
func (r *recording) warnings() int { return strings.Count(r.log.String(), "level=WARN") }
