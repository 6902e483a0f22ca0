package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

// table is a jobTable whose jobs a test makes.
type table struct {
	t       *testing.T
	offered chan *template.Job
	idle    chan struct{}   // of one place: the follower waits for a job
	known   []solo.KnownJob // newest first; changed only while the follower is idle
}

func newTable(t *testing.T) *table {
	return &table{t: t, offered: make(chan *template.Job), idle: make(chan struct{}, 1)}
}

func (b *table) NextJob(ctx context.Context, _ *template.Job) (*template.Job, error) {
	b.idle <- struct{}{}
	select {
	case j := <-b.offered:
		return j, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *table) Jobs() []solo.KnownJob { return slices.Clone(b.known) }

// add adds jobs. The first letter of an ID, a hex digit, names its parent.
func (b *table) add(ids ...string) {
	b.t.Helper()
	for _, id := range ids {
		b.known = slices.Insert(b.known, 0, solo.KnownJob{Job: newJob(b.t, id), Made: time.Now()})
	}
}

// follow has k follow the table until stop is called, or the test ends.
func (b *table) follow(k *keptJobs) (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.follow(ctx, b)
	}()
	<-b.idle
	stop = func() {
		cancel()
		<-ended
	}
	b.t.Cleanup(stop)
	return stop
}

// offer has the follower see the newest job, and waits until it has dealt with it.
func (b *table) offer() {
	b.offered <- b.known[0].Job
	<-b.idle
}

func newJob(t *testing.T, id string) *template.Job {
	t.Helper()
	raw, err := os.ReadFile("../../../../template/testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatal(err)
	}
	reply["previousblockhash"] = template.Hash{id[0]}.String()
	if raw, err = json.Marshal(reply); err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	script := append([]byte{0x00, 0x14}, make([]byte, 20)...)
	j, err := template.NewJob(id, tmpl, template.Coinbase{Script: script, ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// stateOn returns a house's state in dir, written by way of w, and its log.
func stateOn(dir string, w *disk.Writer) (*houseState, *bytes.Buffer) {
	var log bytes.Buffer
	return newHouseState(dir, w, slog.New(slog.NewTextHandler(&log, nil))), &log
}

// jobFiles returns what is in the folder of jobs.
func jobFiles(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, jobsDir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantJobFiles(t *testing.T, dir string, ids ...string) {
	t.Helper()
	for i := range ids {
		ids[i] += jobEnd
	}
	if got := jobFiles(t, dir); !slices.Equal(got, ids) {
		t.Errorf("files %q, want %q", got, ids)
	}
}

func idsOf(jobs []solo.KnownJob) (ids []string) {
	for _, k := range jobs {
		ids = append(ids, k.Job.ID)
	}
	slices.Sort(ids)
	return ids
}

// The first job of each parent is written when it is made, the newest four at the end, and no others. What the engine has
// forgotten is removed, if it is of an earlier run too.
func TestWhichJobsAreKept(t *testing.T) {
	dir := t.TempDir()
	s, log := stateOn(dir, disk.Local())
	if _, jobs := s.load(time.Now()); len(jobs) != 0 {
		t.Fatalf("%d jobs in an empty directory", len(jobs))
	}
	b := newTable(t)
	b.follow(&s.jobs)
	b.add("a1")
	b.offer()
	wantJobFiles(t, dir, "a1")
	b.add("a2", "b1", "b2") // b1 was the newest one for a moment
	b.offer()
	wantJobFiles(t, dir, "a1", "b1")
	b.add("b3", "b4", "b5", "b6")
	b.offer()
	wantJobFiles(t, dir, "a1", "b1")
	s.jobs.finish(t.Context(), b)
	wantJobFiles(t, dir, "a1", "b1", "b3", "b4", "b5", "b6")

	s, log2 := stateOn(dir, disk.Local())
	_, jobs := s.load(time.Now())
	if got := idsOf(jobs); !slices.Equal(got, []string{"a1", "b1", "b3", "b4", "b5", "b6"}) {
		t.Fatalf("the next run has %q", got)
	}
	b = newTable(t)
	b.follow(&s.jobs)
	b.known = slices.DeleteFunc(jobs, func(k solo.KnownJob) bool { return k.Job.ID == "a1" }) // the engine found it too old
	slices.SortFunc(b.known, func(x, y solo.KnownJob) int { return strings.Compare(y.Job.ID, x.Job.ID) })
	b.add("b7", "b8") // on the same parent
	b.offer()
	wantJobFiles(t, dir, "b1", "b3", "b4", "b5", "b6", "b7")
	b.add("c1")
	b.offer()
	b.add("bb", "bc") // and back
	b.offer()
	wantJobFiles(t, dir, "b1", "b3", "b4", "b5", "b6", "b7", "bb", "c1")
	if log.Len()+log2.Len() > 0 {
		t.Errorf("log: %s%s", log, log2)
	}
}

// A file that cannot be read is set aside and told of, and the others are read. What a killed run left is removed.
func TestBrokenFilesAreSetAside(t *testing.T) {
	dir := t.TempDir()
	s, _ := stateOn(dir, disk.Local())
	b := newTable(t)
	b.add("a1", "b1")
	s.jobs.finish(t.Context(), b)
	whole, err := os.ReadFile(s.jobs.path("b1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		workersFile: "{", sessionsFile: `{"version":9}`,
		"jobs/b1.json": string(whole[:len(whole)/2]), "jobs/c1.json": "", "jobs/d1.json": string(whole),
		"jobs/.e1.json.writing-17": "{", "jobs/f1.json.broken": "{", ".workers.json.writing-17": "{",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(s.jobs.path("aa"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, log := stateOn(dir, disk.Local())
	past, jobs := s.load(time.Now())
	if got := idsOf(jobs); !slices.Equal(got, []string{"a1"}) || len(past.Extranonce1s()) != 0 {
		t.Errorf("got jobs %q, and sessions %x", got, past.Extranonce1s())
	}
	if got := strings.Count(log.String(), "is set aside"); got != 6 {
		t.Errorf("%d of 6 are told of:\n%s", got, log)
	}
	if got, want := jobFiles(t, dir), []string{"a1.json", "aa.json.broken", "b1.json.broken", "c1.json.broken", "d1.json.broken"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	for _, name := range []string{workersFile, sessionsFile} {
		if _, err := os.Stat(filepath.Join(dir, name+brokenEnd)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, ".workers.json.writing-17")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file: %v", err)
	}
	s, log = stateOn(dir, disk.Local())
	s.load(time.Now())
	if log.Len() > 0 {
		t.Errorf("the next start logs %s", log)
	}
	wantJobFiles(t, dir, "a1")
}

// However many jobs there are, only the newest are read.
func TestFewJobsAreRead(t *testing.T) {
	dir := t.TempDir()
	s, _ := stateOn(dir, disk.Local())
	b := newTable(t)
	for i := range maxKept + 3 {
		id := fmt.Sprintf("%x", 0x100+i)
		b.add(id)
		if !s.jobs.write(t.Context(), b.known[0]) {
			t.Fatal("it is not written")
		}
		made := time.Now().Add(time.Duration(i-100) * time.Second)
		if err := os.Chtimes(s.jobs.path(id), made, made); err != nil {
			t.Fatal(err)
		}
	}
	s, _ = stateOn(dir, disk.Local())
	_, jobs := s.load(time.Now())
	if got := idsOf(jobs); len(got) != maxKept || got[0] != "103" || len(jobFiles(t, dir)) != maxKept {
		t.Errorf("%d jobs from %s on, and %d files", len(got), got[0], len(jobFiles(t, dir)))
	}
}

// faultyDisk makes temporary files as create says, else as ever.
func faultyDisk(create func() error) *disk.Writer {
	return disk.On(disk.System{
		Create: func(dir, pattern string) (disk.File, error) {
			if err := create(); err != nil {
				return nil, &os.PathError{Op: "open", Path: dir, Err: err}
			}
			return os.CreateTemp(dir, pattern)
		},
		Rename:  os.Rename,
		SyncDir: func(string) error { return nil },
	})
}

// A full disk costs only what it does not take, is told of once, and is tried again.
func TestFullDiskForJobs(t *testing.T) {
	dir, full := t.TempDir(), true
	s, log := stateOn(dir, faultyDisk(func() error {
		if full {
			return syscall.ENOSPC
		}
		return nil
	}))
	b := newTable(t)
	b.follow(&s.jobs)
	for _, id := range []string{"a1", "a2", "b1"} {
		b.add(id)
		b.offer()
	}
	s.jobs.finish(t.Context(), b)
	if err := s.keep(workersFile)(t.Context(), []byte("{}")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("workers: %v", err)
	}
	if n := strings.Count(log.String(), "is not kept"); n != 1 {
		t.Errorf("told %d times:\n%s", n, log)
	}
	full = false
	b.add("b2")
	b.offer()
	wantJobFiles(t, dir, "b1")
}

// A disk that hangs holds up nothing.
func TestHangingDiskForJobs(t *testing.T) {
	thaw := make(chan struct{})
	reached := make(chan struct{}, 10)
	s, log := stateOn(t.TempDir(), faultyDisk(func() error {
		reached <- struct{}{}
		<-thaw
		return syscall.EIO
	}))
	defer close(thaw)
	b := newTable(t)
	b.add("a1")
	stop := b.follow(&s.jobs)
	b.offered <- b.known[0].Job
	<-reached
	stop()
	if log.Len() > 0 {
		t.Errorf("the end is told as a fault: %s", log)
	}
	late, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	s.jobs.finish(late, b)
	if !strings.Contains(log.String(), "is not kept") {
		t.Errorf("log: %s", log)
	}
	if err := s.keep(sessionsFile)(late, []byte("{}")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("sessions: %v", err)
	}
}

// What is kept comes back.
func TestHouseFilesComeBack(t *testing.T) {
	dir := t.TempDir()
	s, _ := stateOn(dir, disk.Local())
	const sessions = `{"version":1,"sessions":[{"id":"000102030405060708090a0b0c0d0e0f","extranonce1":"0a0b0c0d","worker":"rig","difficulty":4,"last_seen":"2026-01-02T03:00:00Z"}]}`
	for _, err := range []error{
		s.keep(sessionsFile)(t.Context(), []byte("{}")), s.keep(sessionsFile)(t.Context(), []byte(sessions)),
		s.keep(workersFile)(t.Context(), []byte(`{"version":1,"workers":[{"name":"rig","difficulty":4,"last_seen":"2026-01-02T03:00:00Z"}]}`)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 1, 2, 4, 0, 0, 0, time.UTC)
	s, log := stateOn(dir, disk.Local())
	past, _ := s.load(now)
	if got := past.Extranonce1s(); len(got) != 1 || got[0] != [4]byte{10, 11, 12, 13} || log.Len() > 0 {
		t.Errorf("sessions with extranonce1 %x; log: %s", got, log)
	}
	server, err := stratum.New(stratum.Config{Upstream: &solo.Engine{}, Past: past})
	if err != nil {
		t.Fatal(err)
	}
	if w := server.Workers(); len(w) != 1 || w[0].Name != "rig" {
		t.Errorf("workers: %+v", w)
	}
}
