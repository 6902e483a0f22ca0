package dashboard

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/history"
	"ltcsolo/solo/units"
)

//go:embed page.html style.css app.js icon.svg
var files embed.FS

// The page is rendered only here. Its script only replaces sections with newer versions.
var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"ltc": units.Litecoin, "rate": units.HashRate, "measured": units.MeasuredRate, "part": units.Part, "difficulty": units.Difficulty, "duration": units.Duration,
	"thousands": units.Thousands, "age": units.Age, "chance": units.Chance, "version": versionText,
	"count": func(n uint64) string { return units.Thousands(int64(n)) }, "half": func(v float64) float64 { return v / 2 },
	"deref": func(v *float64) float64 { return *v }, "int64": func(n int32) int64 { return int64(n) },
	"count64": func(n int) int64 { return int64(n) }, "tone": tone, "capital": capital,
}).ParseFS(files, "page.html"))

// sections lists the parts of the page that change. Templates and HTML elements have these names.
var sections = []string{
	"title", "now", "alerts", "blocks", "glance", "rate", "miners", "happened", "odds", "money", "template", "payee", "machine", "merged", "nodes", "updated",
}

// page is the data of the templates.
type page struct {
	*Report
	Plot  *plot
	Spans []history.Span
	Of    string // the worker whose plot it is; empty: all together
	stats *solo.Stats
}

func (d *Dashboard) page(s *snapshot, v view) *page {
	return &page{s.report, newPlot(d.points(v, v.span.Plot), v.span, s.at), history.Spans, v.worker, &s.stats}
}

// Shown returns the worker whose plot it is, nil if there is none such now.
func (p *page) Shown() *Worker {
	for i := range p.Workers {
		if w := &p.Workers[i]; w.Name == p.Of && w.Connected() {
			return w
		}
	}
	return nil
}

// maxMiners is how many workers the page lists, maxOpenMiners how many without unfolding.
const (
	maxMiners     = 500
	maxOpenMiners = 12
)

// OpenMiners returns the workers that are always shown, FoldedMiners those that can be unfolded, and HiddenMiners how many
// are not listed.
func (p *page) OpenMiners() []Worker { return p.Workers[:min(maxOpenMiners, len(p.Workers))] }
func (p *page) FoldedMiners() []Worker {
	return p.Workers[len(p.OpenMiners()):min(maxMiners, len(p.Workers))]
}
func (p *page) HiddenMiners() int { return max(0, len(p.Workers)-maxMiners) }

// Why says why Litecoin or everything is not searched, unless the standing says so.
func (p *page) Why() string {
	if strings.Contains(p.Standing.Text, p.Idle) || strings.HasPrefix(p.Standing.Text, "paused") || p.Standing.Text == "starting" {
		return ""
	}
	return p.Idle
}

// UntoldFault says why the node gives no new template, unless an alert says so.
func (p *page) UntoldFault() string {
	if slices.ContainsFunc(p.Alerts, func(a Alert) bool { return strings.Contains(a.Text, p.TemplateFail) }) {
		return ""
	}
	return p.TemplateFail
}

// Pays reports whether the output pays anything. One that does not only commits to the block's contents.
func (o Output) Pays() bool { return o.Value > 0 }

// tone is the CSS class for a block's state.
func tone(state string) string {
	switch delivery.BlockState(state) {
	case delivery.StateMature, delivery.StateImmature:
		return "good"
	case delivery.StateUnsettled:
		return "warn"
	}
	return "bad"
}

// render executes a template.
func (p *page) render(name string) (string, error) {
	var b bytes.Buffer
	err := pageTemplate.ExecuteTemplate(&b, name, p)
	return strings.TrimSpace(b.String()), err
}

// Section renders a section.
func (p *page) Section(name string) (template.HTML, error) {
	text, err := p.render(name)
	return template.HTML(text), err // escaped by its template
}

func (d *Dashboard) servePage(w http.ResponseWriter, r *http.Request) {
	s, err := d.snapshot(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	text, err := d.page(s, viewOf(r)).render("page.html")
	if err != nil {
		d.cfg.Log.Error("page cannot be rendered", "err", err)
		http.Error(w, "the page cannot be rendered: see the log", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintln(w, text)
}

// serveFile serves an embedded file.
func serveFile(name, contentType string) http.HandlerFunc {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	sum := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
	}
}

// versionText writes 210505 as 0.21.5.5, 1140900 as 1.14.9, and 0 as nothing.
func versionText(v int) string {
	switch {
	case v <= 0:
		return ""
	case v >= 1_000_000 && v%100 == 0: // Litecoin Core has four parts, Dogecoin Core three
		return fmt.Sprintf("%d.%d.%d", v/1_000_000, v/10_000%100, v/100%100)
	}
	return fmt.Sprintf("%d.%d.%d.%d", v/1000000, v/10000%100, v/100%100, v%100)
}
