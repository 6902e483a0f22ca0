package notice

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// TestMain lets the test binary play the user's commands: helper MODE [FILE].
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "helper" {
		os.Exit(helper(os.Args[2:]))
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // otherwise, under the race detector, a program sleeps for a second before it exits
	os.Exit(m.Run())
}

func helper(args []string) int {
	switch args[0] {
	case "facts": // appends the facts to the file
		f, err := os.OpenFile(args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return 1
		}
		facts := slices.DeleteFunc(os.Environ(), func(e string) bool { return !strings.Contains(e, "SOLO_") })
		fmt.Fprintf(f, "%s\n", strings.Join(facts, "|"))
	case "fail":
		fmt.Println("this went wrong")
		return 3
	case "talk":
		fmt.Print(strings.Repeat("all work and no play ", 50_000))
	case "hang":
		select {}
	case "leave", "family": // starts another one that hangs, and writes its process ID to the file; family waits for it
		child := exec.Command(os.Args[0], "helper", "orphan")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return 1
		}
		if err := os.WriteFile(args[1]+".new", []byte(fmt.Sprint(child.Process.Pid)), 0o600); err != nil {
			return 1
		}
		if err := os.Rename(args[1]+".new", args[1]); err != nil {
			return 1
		}
		if args[0] == "family" {
			child.Wait()
		}
	case "orphan": // with an end, in case nothing kills it
		time.Sleep(5 * time.Minute)
	case "until": // until the file exists
		for {
			if _, err := os.Stat(args[1]); err == nil {
				return 0
			}
			time.Sleep(time.Millisecond)
		}
	}
	return 0
}

// command returns a command that runs a helper.
func command(t *testing.T, mode string, file ...string) *Command {
	t.Helper()
	text := quoted(os.Args[0]) + " helper " + mode
	for _, f := range file {
		text += " " + quoted(f)
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// logged collects the log. It is safe for concurrent use.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newNotices returns Notices and their log.
func newNotices(cfg Config) (*Notices, *logged) {
	l := &logged{}
	cfg.Network, cfg.Log = "regtest", slog.New(slog.NewTextHandler(l, nil))
	cfg.AddressOf = func(script []byte) string { return "rltc1q" + string(script) }
	return New(cfg), l
}

func lasting(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

// finish runs everything that is queued.
func (n *Notices) finish(stats func() solo.Stats) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n.Run(ctx, stats)
}

func noStats() solo.Stats { return solo.Stats{} }

// facts returns the events that the command wrote to a file, each as a map from names to values.
func facts(t *testing.T, file string) (events []map[string]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		e := map[string]string{}
		for entry := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "|") {
			name, value, _ := strings.Cut(entry, "=")
			e[name] = value
		}
		events = append(events, e)
	}
	return events
}

func names(events []map[string]string) (names []string) {
	for _, e := range events {
		names = append(names, e["SOLO_EVENT"])
	}
	return names
}

func TestBlockEvents(t *testing.T) {
	t.Setenv("LTCSOLO_RPC_PASSWORD", "correct horse")
	t.Setenv("LTCSOLO_STATE", "/state")
	t.Setenv("SOLO_ALERT", "of an ltcsolo above")
	file := filepath.Join(t.TempDir(), "facts")
	found := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	block := func(name byte, s delivery.BlockState) delivery.Block {
		return delivery.Block{BlockHash: template.Hash{name}, Height: 433, Value: 1_250_000_000, Script: []byte{'x'}, Found: found, Worker: "garage.l9", State: s, ThisRun: name == 3 || name == 4}
	}
	earlier := delivery.StateImmature
	n, log := newNotices(Config{OnBlock: command(t, "facts", file), Grace: lasting(time.Minute), Earlier: []delivery.Block{
		block(1, earlier), block(2, delivery.StateOrphaned), block(5, delivery.StateUnsettled),
	}})
	var now solo.Stats
	stats := func() solo.Stats { return now }
	observe := func(blocks ...delivery.Block) {
		now.Blocks = blocks
		n.observe(stats)
	}
	observe(block(1, earlier), block(2, delivery.StateOrphaned), block(5, delivery.StateOrphaned)) // a race was lost before the first observation
	observe(block(1, earlier), block(3, delivery.StateUnsettled))
	observe(block(1, earlier), block(3, delivery.StateUnsettled))
	observe(block(1, delivery.StateMature), block(3, delivery.StateImmature), block(4, delivery.StateRejected)) // 4 was found and rejected at once
	orphaned := block(3, delivery.StateOrphaned)
	orphaned.ReplacedBy, orphaned.Verdict = template.Hash{9}, delivery.Verdict{Outcome: delivery.Accepted}
	observe(block(1, delivery.StateMature), orphaned)
	observe(block(1, delivery.StateMature), block(3, delivery.StateUnsettled))
	now.Blocks = []delivery.Block{block(3, delivery.StateMature)} // observed at the end
	n.finish(stats)

	events := facts(t, file)
	want := []string{BlockOrphaned, BlockFound, BlockMature, BlockAccepted, BlockFound, BlockRejected, BlockOrphaned, BlockMature}
	if got := names(events); !slices.Equal(got, want) {
		t.Fatalf("events %v, want %v\n%s", got, want, log)
	}
	for name, want := range map[string]string{
		"SOLO_BLOCK_HASH": template.Hash{3}.String(), "SOLO_HEIGHT": "433", "SOLO_VALUE_LITOSHI": "1250000000", "SOLO_CHAIN": "litecoin", "SOLO_ADDRESS": "rltc1qx",
		"SOLO_VERDICT": "accepted", "SOLO_STATE": "orphaned", "SOLO_NETWORK": "regtest", "SOLO_FOUND": "2026-11-23T12:00:00Z", "SOLO_WORKER": "garage.l9",
		"SOLO_REPLACED_BY": template.Hash{9}.String(), "LTCSOLO_STATE": "/state",
		"SOLO_MESSAGE": "block 433 is orphaned: another block has its place in the best chain",
	} {
		if got := events[6][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got, want := events[1]["SOLO_MESSAGE"], "block 433 found: it pays 12.50000000 LTC to rltc1qx"; got != want {
		t.Errorf("message is %q, want %q", got, want)
	}
	for _, name := range []string{"LTCSOLO_RPC_PASSWORD", "SOLO_ALERT"} {
		if value, ok := events[0][name]; ok {
			t.Errorf("the command gets %s=%s", name, value)
		}
	}
}

func TestAlertEvents(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts")
	n, log := newNotices(Config{OnAlert: command(t, "facts", file), Grace: lasting(time.Minute)})
	a := solo.Alert{Key: "stale-tip", Node: "http://n", Text: "no block\x00 for 3 h\nrm -rf /", Remedy: "look at $(peers)", Grave: true, Since: time.Unix(0, 0)}
	n.Alert(a, false)
	n.Alert(a, true)
	n.finish(noStats)
	events := facts(t, file)
	if got, want := names(events), []string{AlertBegins, AlertOver}; !slices.Equal(got, want) {
		t.Fatalf("events %v, want %v\n%s", got, want, log)
	}
	for name, want := range map[string]string{
		"SOLO_ALERT": "stale-tip", "SOLO_NODE": "http://n", "SOLO_TEXT": "no block  for 3 h rm -rf /", "SOLO_REMEDY": "look at $(peers)",
		"SOLO_GRAVE": "true", "SOLO_SINCE": "1970-01-01T00:00:00Z", "SOLO_MESSAGE": "http://n: over: no block  for 3 h rm -rf /",
	} {
		if got := events[1][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// An alert about a worker names it.
func TestAlertEventOfAWorker(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts")
	n, _ := newNotices(Config{OnAlert: command(t, "facts", file), Grace: lasting(time.Minute)})
	n.Alert(solo.Alert{Key: solo.AlertWorkerSilent, Worker: "garage.l9\x1b", Text: "no share for 10 minutes"}, false)
	n.finish(noStats)
	for name, want := range map[string]string{"SOLO_WORKER": "garage.l9", "SOLO_NODE": "", "SOLO_MESSAGE": "garage.l9 : no share for 10 minutes"} {
		if got, ok := facts(t, file)[0][name]; !ok || got != want {
			t.Errorf("%s is %q, %t, want %q", name, got, ok, want)
		}
	}
}

// Only the events for which there is a command run one.
func TestOnlyConfiguredCommandsRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts")
	n, _ := newNotices(Config{OnAlert: command(t, "facts", file)})
	n.finish(func() solo.Stats {
		return solo.Stats{Blocks: []delivery.Block{{ThisRun: true}}}
	})
	n, _ = newNotices(Config{OnBlock: command(t, "facts", file)})
	n.Alert(solo.Alert{Key: "x"}, false)
	n.finish(noStats)
	if _, err := os.Stat(file); err == nil {
		t.Errorf("events: %v", facts(t, file))
	}
}

func TestHowACommandEndsIsLogged(t *testing.T) {
	tests := []struct {
		mode  string
		limit time.Duration
		want  []string
		most  int // bytes
	}{
		{"fail", 0, []string{"level=WARN", "notice failed", "about=alert-begins", `err="exit status 3"`, `output="this went wrong"`}, 1000},
		{"talk", 0, []string{"level=INFO", "notice given", "all work and no play", " ..."}, maxOutput + 1000},
		{"hang", time.Millisecond, []string{"level=WARN", "it took too long"}, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			n, log := newNotices(Config{OnAlert: command(t, tt.mode), Limit: tt.limit, Grace: lasting(time.Minute)})
			n.Alert(solo.Alert{Key: "x"}, false)
			n.finish(noStats)
			for _, want := range tt.want {
				if !strings.Contains(log.String(), want) {
					t.Errorf("log lacks %q:\n%s", want, log)
				}
			}
			if len(log.String()) > tt.most {
				t.Errorf("%d bytes are logged, want %d at most", len(log.String()), tt.most)
			}
		})
	}
}

// A flood of alerts while a command hangs does not wait, and needs no more memory than the queue.
func TestFlood(t *testing.T) {
	const queued = 50 // to be fast
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	n, log := newNotices(Config{OnAlert: command(t, "until", open), Limit: 10 * time.Minute, Grace: lasting(10 * time.Minute)})
	n.queue = make(chan job, queued)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{}) // closed when Run has returned
	go func() {
		defer close(ended)
		n.Run(ctx, noStats)
	}()
	const flood = 100_000
	for range flood {
		n.Alert(solo.Alert{Key: "x"}, false)
	}
	if err := os.WriteFile(open, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-ended
	given := strings.Count(log.String(), "notice given")
	if given < queued || given > queued+10 || !strings.Contains(log.String(), "notices dropped") {
		t.Errorf("%d notices given, want about %d:\n%.2000s", given, queued, log)
	}
}

// When ltcsolo stops, it waits neither for a command that hangs nor for those queued after it.
func TestEndIsBounded(t *testing.T) {
	n, log := newNotices(Config{OnAlert: command(t, "hang"), Grace: lasting(time.Millisecond)})
	for range 50 {
		n.Alert(solo.Alert{Key: "x"}, false)
	}
	began := time.Now()
	n.finish(noStats)
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("the end took %v", d)
	}
	for _, want := range []string{"ltcsolo is stopping", "notices=49"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log lacks %q:\n%s", want, log)
		}
	}
}
