// Package dashboard shows a run to the people who look after it, and to their programs. It only reads: nothing that
// can be asked of it changes what is searched or paid.
//
//	GET /           the page; ?span=hour, day or month is that of its plot
//	GET /events     newer versions of its sections, by server-sent events
//	GET /api/stats  the Report as JSON
//	GET /healthz    200 while the process and its engine answer
//	GET /readyz     200 while there is a template and a node that answers
//	GET /metrics    Config.Metrics
//
// In JSON, names are snake_case, amounts are whole litoshi in *_litoshi, hashes are in display order, durations are
// in seconds and times are RFC 3339 in UTC. What is not known is null or empty; no field is left out.
package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"ltcsolo/solo"
)

// Config is what a Dashboard is made of.
type Config struct {
	Stats     func() solo.Stats
	Version   string
	AddressOf func(script []byte) string // empty for a script that pays no address; nil: none is known
	Metrics   http.Handler               // for /metrics; nil: there is none
	Hosts     []string                   // names by which it may be asked, besides IP addresses and localhost
	Log       *slog.Logger               // nil: none
	Now       func() time.Time           // nil: time.Now
}

// Dashboard is safe for concurrent use.
type Dashboard struct {
	cfg     Config
	handler http.Handler
	history *history

	subscribers chan struct{} // holds one for each open stream of events

	turn chan struct{} // taken by whoever asks for a snapshot; guards last
	last *snapshot
}

type snapshot struct {
	stats  solo.Stats
	report *Report
	at     time.Time
}

const (
	fresh    = 200 * time.Millisecond // a snapshot that is younger serves again: requests cost nothing then
	patience = 3 * time.Second        // for the engine to answer
)

// New checks cfg.
func New(cfg Config) (*Dashboard, error) {
	if cfg.Stats == nil {
		return nil, errors.New("new dashboard: stats are needed")
	}
	if cfg.AddressOf == nil {
		cfg.AddressOf = func([]byte) string { return "" }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Dashboard{cfg: cfg, history: newHistory(), subscribers: make(chan struct{}, mostSubscribers), turn: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.servePage)
	mux.HandleFunc("GET /events", d.serveEvents)
	mux.HandleFunc("GET /style.css", serveFile("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /app.js", serveFile("app.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /icon.svg", serveFile("icon.svg", "image/svg+xml"))
	mux.HandleFunc("GET /api/stats", d.serveStats)
	mux.HandleFunc("GET /healthz", d.serveHealth)
	mux.HandleFunc("GET /readyz", d.serveReady)
	if cfg.Metrics != nil {
		mux.Handle("GET /metrics", cfg.Metrics)
	}
	d.handler = guard(mux, cfg.Hosts)
	return d, nil
}

// ServeHTTP answers one request.
func (d *Dashboard) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.handler.ServeHTTP(w, r) }

// Run keeps the history of the hash rate until ctx ends.
func (d *Dashboard) Run(ctx context.Context) {
	tick := time.NewTicker(sampling)
	defer tick.Stop()
	for {
		if s, err := d.snapshot(ctx); err == nil {
			d.history.add(s.at, s.stats.Search.Hashes)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// errSilent says that the engine is stuck.
var errSilent = errors.New("the engine does not answer")

// snapshot takes a snapshot, or the last one if that is fresh. However many ask, the engine is asked once at a time.
func (d *Dashboard) snapshot(ctx context.Context) (*snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, errSilent
	}
	if now := d.cfg.Now(); d.last != nil && now.Sub(d.last.at).Abs() < fresh {
		s := d.last
		<-d.turn
		return s, nil
	}
	taken := make(chan *snapshot, 1)
	go func() { // if the engine is stuck, so is this one, and no other is started
		stats := d.cfg.Stats()
		now := d.cfg.Now()
		d.last = &snapshot{stats, newReport(&stats, now, d.cfg.Version, d.cfg.AddressOf), now}
		taken <- d.last
		<-d.turn
	}()
	select {
	case s := <-taken:
		return s, nil
	case <-ctx.Done():
		return nil, errSilent
	}
}

func (d *Dashboard) serveStats(w http.ResponseWriter, r *http.Request) {
	s, err := d.snapshot(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(s.report) // the client has gone if this fails
}

func (d *Dashboard) serveHealth(w http.ResponseWriter, r *http.Request) {
	_, err := d.snapshot(r.Context())
	answer(w, err)
}

func (d *Dashboard) serveReady(w http.ResponseWriter, r *http.Request) {
	s, err := d.snapshot(r.Context())
	if err == nil {
		err = ready(&s.stats)
	}
	answer(w, err)
}

// ready says why blocks cannot be searched for reasons that are not the user's own.
func ready(s *solo.Stats) error {
	if s.Job == nil {
		return errors.New("there is no template yet")
	}
	if len(s.Nodes) == 0 {
		if s.TemplateFail != "" {
			return errors.New("the node gives no new template")
		}
		return nil
	}
	for _, n := range s.Nodes {
		if n.Up {
			return nil
		}
	}
	return errors.New("no node answers")
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}
