package history

import (
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

const (
	absence      = time.Minute     // a miner that is away for less has not gone
	startAbsence = 5 * time.Minute // after the start, when each comes back in its own time
	maxCameWent  = 20              // miners told of one by one in one comparison: thousands may come at once
)

// seen is what is remembered of the snapshots so far, to tell what is new in the next one.
type seen struct {
	since  time.Time // when the run began
	last   time.Time // of the newest event of earlier runs; zero if there is none
	blocks map[template.Hash]delivery.BlockState
	miners map[string]time.Time // since when each is away; zero of one that is connected
	nodes  map[string]string    // URL of the one that serves, by chain; the last one while none does
	alerts map[solo.Event]bool  // that had begun in an earlier run, and were not over; see sameAlert
}

// newSeen returns what is known from the events of earlier runs, oldest first, so that none of them is told again.
func newSeen(events []solo.Event, now time.Time) *seen {
	s := &seen{since: now, blocks: map[template.Hash]delivery.BlockState{}, miners: map[string]time.Time{}, nodes: map[string]string{}, alerts: map[solo.Event]bool{}}
	for _, e := range events {
		if e.Time.After(s.last) {
			s.last = e.Time
		}
		switch e.Kind {
		case solo.EventMinerCame:
			s.miners[e.Worker] = now
		case solo.EventMinerWent:
			delete(s.miners, e.Worker)
		case solo.EventAlert:
			s.alerts[sameAlert(e)] = true
		case solo.EventAlertOver:
			delete(s.alerts, sameAlert(e))
		}
		if state, ok := stateAfter[e.Kind]; ok {
			if hash, err := template.ParseHash(e.Block); err == nil {
				s.blocks[hash] = state
			}
		}
	}
	delete(s.miners, "") // many together
	return s
}

// stateAfter is the state in which a block is after an event.
var stateAfter = map[string]delivery.BlockState{
	solo.EventFound: delivery.StateUnsettled, solo.EventAccepted: delivery.StateImmature, solo.EventMature: delivery.StateMature,
	solo.EventOrphaned: delivery.StateOrphaned, solo.EventRejected: delivery.StateRejected,
}

// eventOf is the reverse of stateAfter. A block that is unsettled again makes no event.
var eventOf = map[delivery.BlockState]string{
	delivery.StateImmature: solo.EventAccepted, delivery.StateMature: solo.EventMature,
	delivery.StateOrphaned: solo.EventOrphaned, delivery.StateRejected: solo.EventRejected,
}

// compare returns the events between the snapshot before and this one, and remembers this one.
func (s *seen) compare(st *solo.Stats, now time.Time) (events []solo.Event) {
	events = append(events, s.compareBlocks(template.Litecoin, st.Blocks, now)...)
	events = append(events, s.compareNodes(template.Litecoin, st.Nodes, now)...)
	for i := range st.Merged {
		m := &st.Merged[i]
		events = append(events, s.compareBlocks(m.Chain, m.Blocks, now)...)
		events = append(events, s.compareNodes(m.Chain, m.Nodes, now)...)
	}
	return append(events, s.compareMiners(st.Workers, now)...)
}

// compareBlocks returns what has become of a chain's blocks. One of an earlier run of which there is no event counts as
// told, unless that run was killed before it could tell: there is no newer event then.
func (s *seen) compareBlocks(chain *template.Chain, blocks []delivery.Block, now time.Time) (events []solo.Event) {
	for i := range blocks {
		b := &blocks[i]
		was, known := s.blocks[b.BlockHash]
		s.blocks[b.BlockHash] = b.State
		if !known {
			if was = b.State; b.ThisRun || !s.last.IsZero() && b.Found.After(s.last) {
				events = append(events, blockEvent(solo.EventFound, chain, b, b.Found))
				was = delivery.StateUnsettled
			}
		}
		if kind := eventOf[b.State]; kind != "" && was != b.State {
			events = append(events, blockEvent(kind, chain, b, now))
		}
	}
	return events
}

func blockEvent(kind string, chain *template.Chain, b *delivery.Block, at time.Time) solo.Event {
	what := map[string]string{
		solo.EventFound:    "found: it pays " + units.Coins(b.Value, chain.Ticker),
		solo.EventAccepted: "is in the best chain",
		solo.EventMature:   "is mature: its " + units.Coins(b.Value, chain.Ticker) + " can be spent",
		solo.EventOrphaned: "is orphaned: another block has its place in the best chain",
		solo.EventRejected: "was not accepted: " + b.Verdict.String(),
	}
	return solo.Event{
		Time: at, Kind: kind, Chain: chain.Name, Worker: b.Worker, Block: b.BlockHash.String(),
		Text: fmt.Sprintf("block %d %s", b.Height, what[kind]),
	}
}

// compareNodes returns the event that another node serves the templates of a chain.
func (s *seen) compareNodes(chain *template.Chain, nodes []solo.NodeHealth, now time.Time) []solo.Event {
	for _, n := range nodes {
		if !n.Serving {
			continue
		}
		was := s.nodes[chain.Name]
		s.nodes[chain.Name] = n.Name
		if was != "" && was != n.Name {
			return []solo.Event{{
				Time: now, Kind: solo.EventNodeServes, Chain: chain.Name, Node: n.Name, Text: "templates come from another node now",
			}}
		}
	}
	return nil
}

// compareMiners returns which miners have come and gone. Beyond maxCameWent of either it counts them.
func (s *seen) compareMiners(workers []solo.Worker, now time.Time) []solo.Event {
	var came, went tally
	here := make(map[string]bool, len(workers))
	for i := range workers {
		w := &workers[i]
		if w.Kind == solo.KindCPU || w.Sessions == 0 {
			continue
		}
		here[w.Name] = true
		if _, known := s.miners[w.Name]; !known {
			came.add(solo.Event{Time: now, Kind: solo.EventMinerCame, Worker: w.Name, Text: "a miner has connected"})
		}
		s.miners[w.Name] = time.Time{}
	}
	var gone []string
	for name, since := range s.miners {
		switch {
		case here[name]:
		case since.IsZero(), now.Before(since): // the clock was set back
			s.miners[name] = now
		case now.Sub(since) >= absence && now.Sub(s.since) >= startAbsence:
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	for _, name := range gone {
		went.add(solo.Event{Time: s.miners[name], Kind: solo.EventMinerWent, Worker: name, Text: "a miner has left"})
		delete(s.miners, name)
	}
	return append(came.told("have connected"), went.told("have left")...)
}

// tally is events of one kind, and how many there are beyond maxCameWent.
type tally struct {
	events []solo.Event
	more   int
}

func (t *tally) add(e solo.Event) {
	if len(t.events) < maxCameWent {
		t.events = append(t.events, e)
	} else {
		t.more++
	}
}

func (t *tally) told(what string) []solo.Event {
	if t.more > 0 {
		last := t.events[len(t.events)-1]
		t.events = append(t.events, solo.Event{Time: last.Time, Kind: last.Kind, Text: fmt.Sprintf("%d more miners %s", t.more, what)})
	}
	return t.events
}

// fresh returns those of the events of alerts that were not told: what had begun before a restart goes on after it.
func (s *seen) fresh(alerts []solo.Event) (fresh []solo.Event) {
	for _, e := range alerts {
		same := sameAlert(e)
		if e.Kind != solo.EventAlert || !s.alerts[same] {
			fresh = append(fresh, e)
		}
		delete(s.alerts, same)
	}
	return fresh
}

// sameAlert returns what the events of an alert have in common.
func sameAlert(e solo.Event) solo.Event {
	return solo.Event{Chain: e.Chain, Node: e.Node, Worker: e.Worker, Text: e.Text}
}

// alertEvent is the event that an alert has begun, or is over.
func alertEvent(a *solo.Alert, over bool, now time.Time) solo.Event {
	e := solo.Event{Time: now, Kind: solo.EventAlert, Chain: a.Chain, Worker: a.Worker, Node: a.Node, Text: a.Text, Grave: a.Grave}
	if over {
		e.Kind = solo.EventAlertOver
	}
	return e
}
