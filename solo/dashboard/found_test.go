package dashboard_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
)

// pageOf returns the page of s.
func pageOf(t *testing.T, s solo.Stats) string {
	t.Helper()
	return ask(t, showing(t, s), "/", nil).Body.String()
}

// A block that was found in the last ten minutes is announced above all else but alerts.
func TestFreshBlock(t *testing.T) {
	s := healthy(t)
	found := func(age time.Duration, state delivery.BlockState) {
		s.Blocks = append(s.Blocks, delivery.Block{Height: 447, Value: 1_250_000_000, Worker: "garage.l9", Found: now.Add(-age), State: state, Confirmations: 2})
	}
	s.Blocks = nil
	found(10*time.Minute, delivery.StateImmature)
	if html := pageOf(t, s); strings.Contains(html, "Block found") {
		t.Error("a block of ten minutes ago is announced")
	}
	found(9*time.Minute, delivery.StateImmature)
	found(3*time.Minute, delivery.StateRejected)
	html := pageOf(t, s)
	for _, want := range []string{
		"<title>Block found · mining · ", `<div class="fresh bad"><p class="what" role="status">Block found</p>`, "3 min ago: 12.50000000 LTC, rejected, by <bdi>garage.l9</bdi>", "and 1 more in the last 10 minutes",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	s.Blocks = s.Blocks[:2]
	if html, want := pageOf(t, s), "12.50000000 LTC, immature, 98 confirmations to go, by"; !strings.Contains(html, want) || !strings.Contains(html, `class="fresh good"`) {
		t.Errorf("the page lacks %q", want)
	}
}

// Without a found block there is no empty list of them.
func TestNoBlocks(t *testing.T) {
	s := healthy(t)
	s.Blocks = nil
	if html := pageOf(t, s); !strings.Contains(html, `<section id="blocks" class="wide"></section>`) || !strings.Contains(html, `<dt>Blocks found</dt><dd class="figure">none yet</dd>`) {
		t.Error("the page lists blocks, or does not say that there is none")
	}
}

// The page lists a hundred events at most, and only the newest without unfolding.
func TestManyEvents(t *testing.T) {
	s := healthy(t)
	s.Events = nil
	for i := range 120 {
		s.Events = append(s.Events, solo.Event{Time: now, Kind: solo.EventMinerCame, Text: fmt.Sprintf("event %d.", i)})
	}
	html := pageOf(t, s)
	if n := strings.Count(html, "<li>"); n != 100 || !strings.Contains(html, "<summary>92 earlier</summary>") || !strings.Contains(html, "event 99.") {
		t.Errorf("%d events are listed", n)
	}
	s.Events = nil
	if html := pageOf(t, s); !strings.Contains(html, `<section id="happened" class="wide"></section>`) {
		t.Error("there is a list of no events")
	}
}

// The odds are those of the average rate, so that they hold still while the rate of the last seconds changes.
func TestOddsHoldStill(t *testing.T) {
	s := healthy(t)
	odds := func() string {
		html := pageOf(t, s)
		return html[strings.Index(html, `<section id="odds">`):strings.Index(html, `<section id="template">`)]
	}
	s.Workers = s.Workers[:1]
	s.Workers[0].HashRate = [3]float64{76000, 75010, 74000}
	before := odds()
	s.Workers[0].HashRate = [3]float64{41000, 74980, 73000}
	s.Search.HashRate = 41000
	if after := odds(); after != before || !strings.Contains(before, "75.0 kH/s") {
		t.Errorf("the odds are\n%s\nthen\n%s", before, after)
	}
}

// How long ago the network's last block came is said only as far as it is known.
func TestNetworksLastBlock(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*solo.Stats)
		want   string // empty: nothing is said
	}{
		{"of the tip", func(*solo.Stats) {}, `7 min ago</dd><dd class="faint">height 446</dd>`},
		{"a template on a newer block", func(s *solo.Stats) { s.Nodes[0].Height = 445 }, "42 s ago"},
		{"not known", func(s *solo.Stats) { s.Nodes[0].TipTime = time.Time{} }, ""},
		{"the node is ahead of the template", func(s *solo.Stats) { s.Nodes[0].Height = 447 }, ""},
		{"no node", func(s *solo.Stats) { s.Nodes = nil }, ""},
		{"node down", func(s *solo.Stats) { s.Nodes[0].Up = false }, "height 446, as far as is known"},
	} {
		s := healthy(t)
		tt.change(&s)
		html := pageOf(t, s)
		if said := strings.Contains(html, "Network's last block") || strings.Contains(html, "Network&#39;s last block"); said != (tt.want != "") || !strings.Contains(html, tt.want) {
			t.Errorf("%s: the page has it: %t, want %q", tt.name, said, tt.want)
		}
	}
}

// Why the node gives no template is told once.
func TestTemplateFaultIsToldOnce(t *testing.T) {
	s := healthy(t)
	s.TemplateFail = "no litecoind answers"
	const heading = "The node gives no new template"
	if html := pageOf(t, s); !strings.Contains(html, heading) || strings.Count(html, s.TemplateFail) != 1 {
		t.Error("the page does not tell the fault once")
	}
	s.Alerts = []solo.Alert{{Key: solo.AlertNodeDown, Text: s.TemplateFail + "; the last template is mined for a while", Grave: true}}
	if html := pageOf(t, s); strings.Contains(html, heading) || strings.Count(html, s.TemplateFail) != 1 {
		t.Error("the page does not tell the fault once with an alert")
	}
}
