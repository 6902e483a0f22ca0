package history

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
)

func countKinds(events []solo.Event) map[string]int {
	n := map[string]int{}
	for _, e := range events {
		n[e.Kind]++
	}
	return n
}

// However many miners come and go, and alerts begin, the last found blocks are told of.
func TestFoundBlocksAreNotDrivenOut(t *testing.T) {
	var events []solo.Event
	for i := range 40 {
		events = append(events, solo.Event{Kind: solo.EventFound, Text: fmt.Sprint(i)})
	}
	for _, kind := range []string{solo.EventAlert, solo.EventMinerCame, solo.EventNodeServes, solo.EventMinerWent} {
		events = append(events, slices.Repeat([]solo.Event{{Kind: kind}}, 500)...)
	}
	got := newest(events, toldEvents)
	n := countKinds(got)
	if len(got) != toldEvents || n[solo.EventFound] != 25 || n[solo.EventAlert] != 25 || n[solo.EventNodeServes] != 10 || n[solo.EventMinerWent] != 40 {
		t.Errorf("%d events: %v", len(got), n)
	}
	if got[0].Text != "15" {
		t.Errorf("the first is %+v, want the oldest of the last 25 found", got[0])
	}
	if n := len(newest(events[:40], toldEvents)); n != 40 {
		t.Errorf("%d of 40 events", n)
	}
	if n := countKinds(newest(events, keptEvents)); n[solo.EventFound] != 40 {
		t.Errorf("of 40 found blocks %d stay", n[solo.EventFound])
	}
}

// The file is rewritten once it has twice what is kept.
func TestEventsOnDiskAreBounded(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	r.stats = blocks(block(7, delivery.StateImmature, true))
	r.take(false)
	r.flush()
	path := filepath.Join(dir, "events.jsonl")
	most := 0
	for i := range 5000 {
		r.now = r.now.Add(time.Second)
		r.Alert(solo.Alert{Key: "k", Text: fmt.Sprint("alert ", i)}, i%2 == 1)
		if i%100 == 99 {
			r.take(false)
			r.flush()
			most = max(most, strings.Count(read(t, path), "\n"))
		}
	}
	if most < 2*keptEvents-100 || most >= 2*keptEvents {
		t.Errorf("the file has had %d lines", most)
	}
	again := record(t, dir, disk.Local(), r.now)
	again.stats = r.stats
	again.take(false)
	for _, run := range []*recording{r, again} {
		told := run.Events()
		if n := countKinds(told); len(told) != toldEvents || n[solo.EventFound] != 1 || n[solo.EventAccepted] != 1 || told[0].Text != "alert 4999" || told[99].Kind != solo.EventFound && told[98].Kind != solo.EventFound {
			t.Errorf("events %v, the first %+v, the last %+v", n, told[0], told[99])
		}
	}
	if again.log.Len()+r.log.Len() > 0 {
		t.Errorf("log: %s%s", r.log, again.log)
	}
}

// A file of events that was cut anywhere costs the line that was cut, and what is written next has a line of its own.
func TestEventsCutAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	r := record(t, dir, disk.Local(), begin)
	for i := range 3 {
		r.Alert(solo.Alert{Text: fmt.Sprint("☃ ", i), Grave: true, Node: "http://x", Worker: "a\n\"b"}, false)
	}
	r.end()
	whole := read(t, filepath.Join(dir, "events.jsonl"))
	for cut := range len(whole) {
		dir := t.TempDir()
		write(t, dir, "events.jsonl", whole[:cut])
		r := record(t, dir, disk.Local(), begin)
		before := r.Events()
		if lines := strings.Count(whole[:cut], "\n"); len(before) < lines || len(before) > lines+1 {
			t.Fatalf("cut at %d: %d events of %d lines", cut, len(before), lines)
		}
		r.Alert(solo.Alert{Text: "next"}, true)
		r.end()
		after := record(t, dir, disk.Local(), begin).Events()
		if n := len(after); n != len(before)+1 || after[0].Text != "next" || n > 1 && after[1] != before[0] || r.log.Len() > 0 {
			t.Fatalf("cut at %d: %+v after %+v; log %s", cut, after, before, r.log)
		}
	}
}

func FuzzDecodeEvent(f *testing.F) {
	f.Add([]byte(`{"time":"2026-11-26T12:00:00Z","kind":"found","chain":"litecoin","worker":"l9","block":"00","text":"block 7 found"}`))
	f.Add([]byte(`{"time":"9999-12-31T23:59:59-12:00","kind":"x","text":"\u0000"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := decodeEvent(text)
		if err != nil {
			return
		}
		newSeen([]solo.Event{e}, begin)
		line := encodeEvents([]solo.Event{e})
		if len(line) == 0 {
			return // a year that is none in UTC
		}
		if again, err := decodeEvent(line); err != nil || !again.Time.Equal(e.Time.Truncate(time.Second)) || again.Text != e.Text {
			t.Errorf("%s comes back as %+v, %v", line, again, err)
		}
	})
}
