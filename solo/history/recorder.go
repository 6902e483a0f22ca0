package history

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

// Config configures a Recorder.
type Config struct {
	Dir   string // it is made if necessary
	Disk  Disk
	Stats func() solo.Stats // snapshot of the run; must be safe for concurrent use
	Log   *slog.Logger      // nil: none
	Now   func() time.Time  // nil: time.Now
}

// endLimit is how long the end waits for the disk.
const endLimit = time.Second

// Recorder records a run. It is safe for concurrent use.
type Recorder struct {
	cfg      Config
	keeper   *keeper
	segments [len(levels)]segments // used by the keeper's changes alone, once it is loaded
	log      *eventLog             // likewise
	loaded   chan struct{}         // closed when what was recorded earlier is there

	mu     sync.Mutex
	series series
	events []solo.Event // oldest first, at most twice keptEvents
	alerts []solo.Event // that are not among events yet
	best   best
	seen   *seen // nil before loaded
}

// New checks cfg. Nothing is read or written yet.
func New(cfg Config) (*Recorder, error) {
	if cfg.Dir == "" || cfg.Disk == nil || cfg.Stats == nil {
		return nil, errors.New("new history: directory, disk and stats are needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	k := newKeeper(cfg.Disk, cfg.Dir, cfg.Log)
	r := &Recorder{cfg: cfg, keeper: k, log: newEventLog(k), loaded: make(chan struct{})}
	for i := range levels {
		r.segments[i] = segments{keeper: k, level: &levels[i]}
	}
	return r, nil
}

// Load reads what earlier runs have recorded, which can then be asked for. It must be called once, by whoever alone uses the
// directory, before Run or beside it. It takes a second or two where there is a year of many miners, and hangs with the disk.
func (r *Recorder) Load() {
	for _, path := range disk.Temps(r.cfg.Dir, "") {
		r.cfg.Disk.Remove(path)
	}
	var rows [len(levels)][]row
	for i := range r.segments {
		rows[i] = r.segments[i].load()
	}
	events := newest(r.log.load(), keptEvents)
	best := loadBest(r.keeper)
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	r.best, r.events, r.seen = best, events, newSeen(events, now)
	r.write(r.series.resume(rows, now))
	close(r.loaded)
}

// Run records until ctx ends, and then what is left, for which it gives the disk a second. It waits for Load first.
func (r *Recorder) Run(ctx context.Context) {
	if !r.awaitLoad(ctx) {
		return
	}
	go r.keeper.run() // end waits for it, unless the disk hangs
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			r.take(false)
		case <-ctx.Done():
		}
	}
	r.take(true)
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	r.keeper.end(late)
}

// awaitLoad waits for Load, and for not much longer than until ctx ends. It reports whether Load has ended.
func (r *Recorder) awaitLoad(ctx context.Context) bool {
	select {
	case <-r.loaded:
		return true
	case <-ctx.Done():
	}
	late := time.NewTimer(endLimit)
	defer late.Stop()
	select {
	case <-r.loaded:
		return true
	case <-late.C:
		return false
	}
}

// take records a snapshot. That of the end has no hash rate any more that would mean something.
func (r *Recorder) take(end bool) {
	s := r.cfg.Stats()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	var ended [len(levels)][]row
	if end {
		r.series.end(0, &ended)
	} else {
		ended = r.series.take(&s, now)
	}
	r.write(ended)
	r.add(append(r.seen.compare(&s, now), r.seen.fresh(r.alerts)...))
	r.alerts = nil
	r.best.take(&s, now)
	if text := r.best.due(now, end); text != nil {
		path := r.keeper.path(bestFile + ".json")
		r.keeper.put(func() error { return r.keeper.inDir(func() error { return r.cfg.Disk.Write(path, text) }) })
	}
}

// write has rows written.
func (r *Recorder) write(ended [len(levels)][]row) {
	for i, rows := range ended {
		if len(rows) > 0 {
			r.keeper.put(func() error { return r.segments[i].append(rows) })
		}
	}
}

// add adds events and has them written.
func (r *Recorder) add(events []solo.Event) {
	if len(events) == 0 {
		return
	}
	for i := range events {
		events[i] = shortened(events[i])
	}
	if r.events = append(r.events, events...); len(r.events) > 2*keptEvents {
		r.events = newest(r.events, keptEvents)
	}
	kept := newest(slices.Clone(r.events), keptEvents)
	r.keeper.put(func() error { return r.log.append(events, kept) })
}

// maxAlerts bounds the alerts that wait for the next snapshot.
const maxAlerts = 500

// Alert records that an alert has begun, or is over. It does not wait.
func (r *Recorder) Alert(a solo.Alert, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.alerts) < maxAlerts {
		r.alerts = append(r.alerts, shortened(alertEvent(&a, over, r.cfg.Now())))
	}
}

// Events returns the last events, of earlier runs too, newest first. Whatever else has happened, the last found blocks are
// among them. The slice is the caller's.
func (r *Recorder) Events() []solo.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := slices.Clone(newest(r.events, toldEvents))
	slices.Reverse(last)
	slices.SortStableFunc(last, func(a, b solo.Event) int { return b.Time.Compare(a.Time) })
	return last
}

// BestEver returns the difficulty of the best share of any run, in pool units; 0 if it is not known.
func (r *Recorder) BestEver() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.best.difficulty
}

// Over returns the points of a span up to now, oldest first, each of the length every or that of the span's points if it is
// longer. worker names a worker; the empty name stands for all together. There is no point where nothing was recorded. The
// slice is the caller's.
func (r *Recorder) Over(s *Span, worker string, every time.Duration) []Point {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.series.over(s, shortName(worker), every, r.cfg.Now())
}

// Workers returns the names of the workers of whom there are points in a span, sorted. The slice is the caller's.
func (r *Recorder) Workers(s *Span) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.series.workers(s, r.cfg.Now())
}
