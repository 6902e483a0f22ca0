// Package dashboard shows a run on a web page and as JSON. It is read-only: no request can change what is mined or paid.
//
//	GET /             the page; ?span=hour, day, month or year is the span of its plot, &worker=NAME whose it is
//	GET /events       updates of the page's sections, as server-sent events
//	GET /api/stats    the Report as JSON
//	GET /api/history  the plot's points as a History in JSON; ?span= and &worker= as of the page
//	GET /healthz      200 while the engine answers
//	GET /readyz       200 while there is a template and a node that answers
//	GET /metrics      Config.Metrics
//
// In JSON, names are snake_case, amounts are whole litoshi in *_litoshi, those of merged chains in the chain's unit, hashes
// are in display order, durations are in seconds and times are RFC 3339 in UTC. What is not known is null or empty; no field is left out.
package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/history"
	"ltcsolo/template"
)

// Config configures a Dashboard.
type Config struct {
	Stats     func() solo.Stats // must be safe for concurrent use
	Version   string
	AddressOf func(chain *template.Chain, script []byte) string // empty for a script without an address; nil: always empty
	Metrics   http.Handler                                      // for /metrics; nil: none
	History   *history.Recorder                                 // nil: no plot
	Hosts     []string                                          // host names that requests may use, besides IP addresses and localhost
	Log       *slog.Logger                                      // nil: none
	Now       func() time.Time                                  // nil: time.Now
}

// Dashboard is an http.Handler. It is safe for concurrent use.
type Dashboard struct {
	cfg     Config
	handler http.Handler

	subscribers chan struct{} // holds one element per open stream of events

	turn chan struct{} // a lock that guards last; held while a snapshot is taken
	last *snapshot
}

type snapshot struct {
	stats  solo.Stats
	report *Report
	at     time.Time
}

const (
	snapshotAge     = 200 * time.Millisecond // a younger snapshot is reused, so that further requests cost nothing
	snapshotTimeout = 3 * time.Second        // for the engine to answer
)

// New checks cfg.
func New(cfg Config) (*Dashboard, error) {
	if cfg.Stats == nil {
		return nil, errors.New("new dashboard: stats are needed")
	}
	if cfg.AddressOf == nil {
		cfg.AddressOf = func(*template.Chain, []byte) string { return "" }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Dashboard{cfg: cfg, subscribers: make(chan struct{}, maxSubscribers), turn: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.servePage)
	mux.HandleFunc("GET /events", d.serveEvents)
	mux.HandleFunc("GET /style.css", serveFile("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /app.js", serveFile("app.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /icon.svg", serveFile("icon.svg", "image/svg+xml"))
	mux.HandleFunc("GET /api/stats", d.serveStats)
	mux.HandleFunc("GET /api/history", d.serveHistory)
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

// errStuck means that the engine is stuck.
var errStuck = errors.New("the engine does not answer")

// snapshot takes a snapshot, or returns the last one if it is young enough. At most one call of Stats runs at a time,
// however many requests there are. The error is errStuck.
func (d *Dashboard) snapshot(ctx context.Context) (*snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, errStuck
	}
	if now := d.cfg.Now(); d.last != nil && now.Sub(d.last.at).Abs() < snapshotAge {
		s := d.last
		<-d.turn
		return s, nil
	}
	taken := make(chan *snapshot, 1)
	go func() { // if the engine is stuck this goroutine hangs, but no other is started
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
		return nil, errStuck
	}
}

func (d *Dashboard) serveStats(w http.ResponseWriter, r *http.Request) {
	s, err := d.snapshot(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	answerJSON(w, s.report)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v) // it fails only if the client is gone
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

// ready returns why mining is impossible, unless a limit of the user's is the reason.
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
