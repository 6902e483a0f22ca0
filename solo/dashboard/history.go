package dashboard

import (
	"net/http"
	"time"

	"ltcsolo/solo/history"
)

// History is the object that /api/history gives: the averages of a time up to now, over intervals in which the program ran.
type History struct {
	Span    string         `json:"span"`    // hour, day, month or year
	Worker  string         `json:"worker"`  // whose it is; empty: of all together
	Points  []HistoryPoint `json:"points"`  // oldest first; there is none where nothing was recorded
	Workers []string       `json:"workers"` // of whom there are points in the span: the 64 of the highest rate at a time
}

// HistoryPoint is the averages of an interval.
type HistoryPoint struct {
	Time        time.Time `json:"time"` // when it began
	Seconds     float64   `json:"seconds"`
	HashRate    float64   `json:"hash_rate"`
	Temperature *float64  `json:"temperature_celsius"` // the highest, of the CPU or of the worker; null if unknown
}

// view is what a reader wants to see of the history.
type view struct {
	span   *history.Span
	worker string // empty: all together
}

// viewOf returns the view that a request asks for. One without a known span gets the first.
func viewOf(r *http.Request) view {
	q := r.URL.Query()
	span, ok := history.SpanNamed(q.Get("span"))
	if !ok {
		span = &history.Spans[0]
	}
	return view{span, line(q.Get("worker"))}
}

// points returns the points of a view, each at least every long.
func (d *Dashboard) points(v view, every time.Duration) []history.Point {
	if d.cfg.History == nil {
		return nil
	}
	return d.cfg.History.Over(v.span, v.worker, every)
}

func (d *Dashboard) serveHistory(w http.ResponseWriter, r *http.Request) {
	if name := r.URL.Query().Get("span"); name != "" {
		if _, ok := history.SpanNamed(name); !ok {
			http.Error(w, "span is hour, day, month or year", http.StatusBadRequest)
			return
		}
	}
	v := viewOf(r)
	h := History{Span: v.span.Name, Worker: v.worker, Points: []HistoryPoint{}, Workers: []string{}}
	for _, p := range d.points(v, 0) {
		one := HistoryPoint{Time: second(p.From), Seconds: seconds(p.To.Sub(p.From)), HashRate: p.HashRate}
		if p.Hottest != 0 {
			one.Temperature = &p.Hottest
		}
		h.Points = append(h.Points, one)
	}
	if d.cfg.History != nil {
		h.Workers = append(h.Workers, d.cfg.History.Workers(v.span)...)
	}
	answerJSON(w, &h)
}
