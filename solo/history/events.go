package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/textfile"
)

const (
	eventsFile = "events" // with lineFile
	keptEvents = 1000     // twice as many are on disk before it is rewritten with these
	toldEvents = 100      // of a snapshot
	maxEvents  = 8 << 20  // bytes of the file
	maxText    = 300      // characters
)

// shares are how many percent of the kept events each kind is sure of. So thousands of miners that come and go drive out no
// found block.
var shares = []struct {
	kinds   []string
	percent int
}{
	{[]string{solo.EventFound}, 25},
	{[]string{solo.EventAccepted, solo.EventOrphaned, solo.EventRejected, solo.EventMature}, 25},
	{[]string{solo.EventAlert, solo.EventAlertOver}, 25},
	{[]string{solo.EventMinerCame, solo.EventMinerWent}, 15},
	{[]string{solo.EventNodeServes}, 10},
}

// newest returns the newest events that are kept where there is room for most, in their order.
func newest(events []solo.Event, most int) []solo.Event {
	if len(events) <= most {
		return events
	}
	keep := make([]bool, len(events))
	room := most
	mark := func(wanted func(e *solo.Event) bool, at int) {
		for i := len(events) - 1; i >= 0 && at > 0 && room > 0; i-- {
			if !keep[i] && wanted(&events[i]) {
				keep[i] = true
				at--
				room--
			}
		}
	}
	for _, s := range shares {
		mark(func(e *solo.Event) bool { return slices.Contains(s.kinds, e.Kind) }, most*s.percent/100)
	}
	mark(func(*solo.Event) bool { return true }, most)
	kept := make([]solo.Event, 0, most)
	for i, k := range keep {
		if k {
			kept = append(kept, events[i])
		}
	}
	return kept
}

// lineEvent is an event on disk. Times are in UTC.
type lineEvent struct {
	Time   time.Time `json:"time"`
	Kind   string    `json:"kind"`
	Chain  string    `json:"chain,omitempty"`
	Worker string    `json:"worker,omitempty"`
	Node   string    `json:"node,omitempty"`
	Block  string    `json:"block,omitempty"`
	Text   string    `json:"text"`
	Grave  bool      `json:"grave,omitempty"`
}

// encodeEvents returns the lines of events.
func encodeEvents(events []solo.Event) []byte {
	var b bytes.Buffer
	lines := json.NewEncoder(&b) // which ends each with a newline
	for _, e := range events {
		e.Time = e.Time.UTC().Truncate(time.Second)
		lines.Encode(lineEvent(e)) // it fails only for a year that no clock has
	}
	return b.Bytes()
}

// decodeEvent reads the line of an event.
func decodeEvent(text []byte) (solo.Event, error) {
	var l lineEvent
	if err := json.Unmarshal(text, &l); err != nil {
		return solo.Event{}, err
	}
	if l.Kind == "" || l.Time.IsZero() {
		return solo.Event{}, errLine
	}
	return shortened(solo.Event(l)), nil
}

// shortened returns an event whose texts are at most maxText characters long.
func shortened(e solo.Event) solo.Event {
	for _, text := range []*string{&e.Kind, &e.Chain, &e.Worker, &e.Node, &e.Block, &e.Text} {
		n := 0
		for i := range *text {
			if n++; n > maxText {
				*text = (*text)[:i]
				break
			}
		}
	}
	return e
}

// eventLog is the events on disk.
type eventLog struct{ grower }

func newEventLog(k *keeper) *eventLog {
	return &eventLog{grower{keeper: k, path: k.path(eventsFile + lineFile)}}
}

// load reads the events of earlier runs, oldest first. A file that is of no use is set aside.
func (l *eventLog) load() (events []solo.Event) {
	text, err := textfile.Read(l.path, maxEvents)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l.torn = lines(text, func(t []byte) {
		l.lines++
		if e, err := decodeEvent(t); err == nil {
			events = append(events, e)
		}
	})
	if err == nil && len(events) == 0 && l.lines > 0 && !(l.torn && l.lines == 1) {
		err = errors.New("no line of it can be read")
	}
	if err != nil {
		l.setAside(l.path, eventsFile, err)
		l.lines, l.torn = 0, false
	}
	return events
}

// append writes events. kept is what the file should then have, for when there is more in it.
func (l *eventLog) append(events, kept []solo.Event) error {
	if l.lines+len(events) < 2*keptEvents {
		return l.grower.append(encodeEvents(events), len(events))
	}
	l.disk.Release(l.path) // Windows replaces no file that is open; what could not be written to it is written now
	if err := l.inDir(func() error { return l.disk.Write(l.path, encodeEvents(kept)) }); err != nil {
		return err
	}
	l.lines, l.torn = len(kept), false
	return nil
}
