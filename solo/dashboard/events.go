package dashboard

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	eventEvery     = 2 * time.Second
	maxSubscribers = 16
)

// event is an update of a section.
type event struct {
	Section string `json:"section"`
	HTML    string `json:"html"`
}

// serveEvents streams the sections that have changed, as server-sent events, until the client leaves, the server stops or
// the engine is stuck.
func (d *Dashboard) serveEvents(w http.ResponseWriter, r *http.Request) {
	select {
	case d.subscribers <- struct{}{}:
		defer func() { <-d.subscribers }()
	default:
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	v := viewOf(r)
	out := http.NewResponseController(w)
	sent := map[string]string{}
	tick := time.NewTicker(eventEvery)
	defer tick.Stop()
	for {
		s, err := d.snapshot(r.Context())
		if err != nil {
			return // when updates stop, the page says so
		}
		out.SetWriteDeadline(time.Now().Add(answerTime)) // fails harmlessly if it is not a network connection
		p := d.page(s, v)
		for _, name := range sections {
			text, err := p.render(name)
			if err != nil {
				d.cfg.Log.Error("page cannot be rendered", "err", err)
				return
			}
			if text == sent[name] {
				continue
			}
			sent[name] = text
			line, err := json.Marshal(event{name, text})
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", line); err != nil {
				return
			}
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}
