// Package metrics shows a run to Prometheus. Each scrape takes one snapshot: between two of them nothing is counted or
// kept here. What is not known has no series.
//
// Durations are in seconds, times are Unix seconds, temperatures are in degrees Celsius and amounts are in litoshi, the
// integers of the chain; the hash rate is rate(ltcsolo_hashes_total[5m]). scripts/monitoring has a dashboard and alert
// rules.
package metrics

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ltcsolo/solo"
)

// Config is what Handler shows.
type Config struct {
	Stats    func() solo.Stats // must be safe for concurrent use
	Version  string            // of the program
	Revision string            // of its source
	Log      *slog.Logger      // nil: none
	Now      func() time.Time  // nil: time.Now
}

// Bounds of what scrapers may cost.
const (
	mostScrapes = 3 // at a time
	patience    = 5 * time.Second
)

// Handler answers scrapes. If the engine is stuck it says so with status 503, and few goroutines wait for it.
func Handler(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r := prometheus.NewRegistry()
	r.MustRegister(&collector{cfg}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{
		// One series that cannot be is no reason to hide the others.
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn), Registry: r,
		MaxRequestsInFlight: mostScrapes, Timeout: patience,
	})
}
