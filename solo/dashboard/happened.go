package dashboard

import (
	"strings"
	"time"

	"ltcsolo/solo"
)

// happening is an event as the page lists it.
type happening struct {
	Time  time.Time
	Name  string
	Tone  Tone // empty: it is neither good nor bad
	Text  string
	About string // chain, worker, node and block, as far as it is about any
}

// maxOpenHappened is how many events the page shows without unfolding.
const maxOpenHappened = 8

// Happened returns the last events, newest first.
func (p *page) Happened() (all []happening) {
	for _, e := range p.Events {
		h := happening{Time: e.Time, Text: e.Text}
		h.Name, h.Tone = eventName(&e)
		if p.litecoin() == "" { // all is about one chain
			e.Chain = ""
		}
		var about []string
		for _, what := range []string{e.Chain, e.Worker, e.Node, e.Block} {
			if what != "" && !strings.Contains(h.Text, what) {
				about = append(about, what)
			}
		}
		h.About = strings.Join(about, " · ")
		all = append(all, h)
	}
	return all
}

// Latest returns the events that are always shown, Earlier those that can be unfolded.
func (p *page) Latest() []happening { all := p.Happened(); return all[:min(maxOpenHappened, len(all))] }
func (p *page) Earlier() []happening {
	all := p.Happened()
	return all[min(maxOpenHappened, len(all)):]
}

// eventName names an event's kind for people.
func eventName(e *Event) (name string, tone Tone) {
	switch e.Kind {
	case solo.EventFound:
		return "block found", Good
	case solo.EventAccepted:
		return "block accepted", Good
	case solo.EventMature:
		return "block mature", Good
	case solo.EventOrphaned:
		return "block orphaned", Bad
	case solo.EventRejected:
		return "block rejected", Bad
	case solo.EventAlert:
		if e.Grave {
			return "alert", Bad
		}
		return "alert", Warn
	case solo.EventAlertOver:
		return "alert over", Good
	}
	return strings.ReplaceAll(e.Kind, "-", " "), "" // miner came, miner went, node serves
}
