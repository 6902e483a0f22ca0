// Package metrics exports a run's statistics to Prometheus. Each scrape takes one snapshot; between scrapes, only what the
// counters of the workers without series of their own have counted is kept. What is not known has no series.
//
// Durations are in seconds, times in Unix seconds, temperatures in degrees Celsius and amounts in whole litoshi. The hash
// rate is rate(ltcsolo_hashes_total[5m]). scripts/monitoring has a dashboard and alert rules.
//
// A series of a merged chain has the name of Litecoin's and the label chain, which Litecoin's lacks: {chain=""} selects
// Litecoin's, and a run without merged chains has no such label.
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

// Config configures Handler.
type Config struct {
	Stats    func() solo.Stats // must be safe for concurrent use
	Version  string            // of the program
	Revision string            // of the program's source
	Log      *slog.Logger      // nil: none
	Now      func() time.Time  // nil: time.Now
}

// Bounds on the cost of scrapers.
const (
	maxScrapes    = 3 // at a time
	scrapeTimeout = 5 * time.Second
)

// Handler returns a handler that answers scrapes. While the engine is stuck it answers with status 503, and at most a few
// goroutines wait for the engine.
func Handler(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r := prometheus.NewRegistry()
	r.MustRegister(newCollector(cfg), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{
		// An invalid series is no reason to hide the others.
		ErrorHandling: promhttp.ContinueOnError, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn), Registry: r,
		MaxRequestsInFlight: maxScrapes, Timeout: scrapeTimeout,
	})
}
