package dashboard_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// stage is a dashboard whose run the test changes. Its clock goes on by a second with each change, and stands otherwise.
type stage struct {
	url   string
	stats atomic.Pointer[solo.Stats]
	shows atomic.Int64
}

func (st *stage) show(s solo.Stats) {
	st.stats.Store(&s)
	st.shows.Add(1)
}

func newStage(t *testing.T, s solo.Stats) *stage {
	t.Helper()
	st := &stage{}
	st.stats.Store(&s)
	d := newDashboard(t, dashboard.Config{
		Version: "1.2.3", Stats: func() solo.Stats { return *st.stats.Load() }, Now: st.now, History: anHour(t, st.now),
		AddressOf: func(*template.Chain, []byte) string { return "rltc1qnhl34vlqv5d8ynh8ynh8ynh8ynh8ynh8ynh8yn" },
	})
	address, _ := serve(t, d)
	st.url = "http://" + address
	return st
}

// shown is the condition that the page has all of the last change.
func (st *stage) shown() string {
	return fmt.Sprintf("document.querySelector('#updated time').dateTime === %q", st.now().Format(time.RFC3339))
}

func (st *stage) now() time.Time { return now.Add(time.Duration(st.shows.Load()) * time.Second) }

// house is a run of a CPU and n miners that found a block an hour ago.
func house(t *testing.T, n int) solo.Stats {
	t.Helper()
	s := healthy(t)
	s.Search.HashRate, s.Search.HashRateError = 16.5e9*float64(n), 0.05
	s.Events = []solo.Event{
		{Time: now.Add(-80 * time.Minute), Kind: solo.EventMinerCame, Worker: "garage.l9-002", Text: "a miner has connected"},
		{Time: now.Add(-89 * time.Minute), Kind: solo.EventAlertOver, Node: "http://127.0.0.1:19443", Text: "nobody tells the node of blocks"},
	}
	s.Workers = s.Workers[:1]
	s.Stratum.Connections, s.Accepted = n, 1
	for i := range n {
		s.Workers = append(s.Workers, solo.Worker{
			Name: fmt.Sprintf("garage.l9-%03d", i), Kind: "Antminer", Client: "GodMiner/2.0.0", Because: "hash rate", Addresses: []string{fmt.Sprintf("192.168.1.%d", 10+i)},
			Sessions: 1, Since: now.Add(-80 * time.Minute), LastShare: now.Add(-4500 * time.Millisecond), Difficulty: 1 << 21, Best: 12e9, BestEver: 45e9,
			Hashes: 80_640_000_000_000, HashRate: [3]float64{15e9, 16.5e9, 16.8e9}, HashRateError: [3]float64{0.41, 0.105, 0.05}, Accepted: 9876, Stale: uint64(i % 7),
			Rig: &solo.Rig{Model: "Antminer L9", Chip: 71.5, Board: 64, Fans: []int{5400, 5460}, Watts: 3360, HashRate: 16.6e9, When: now},
		})
	}
	if n == 0 {
		s.Workers = s.Workers[:1]
		s.Search.HashRate, s.Search.HashRateError = s.Workers[0].HashRate[0], 0
	}
	s.Blocks = []delivery.Block{{
		BlockHash: template.DoubleSHA256([]byte("found")), Height: 447, Value: 1_250_000_000, Worker: "garage.l9-002", Found: now.Add(-time.Hour),
		State: delivery.StateImmature, Verdict: delivery.Verdict{Outcome: delivery.Accepted}, Confirmations: 24,
	}}
	return s
}

// look is what the page must show of a run.
type scene struct {
	name   string
	run    func(t *testing.T) solo.Stats
	shows  []string // texts
	first  []string // selectors of what is on a phone's and a desk's first screen
	tables int      // at least
}

var scenes = []scene{
	{"no miner", func(t *testing.T) solo.Stats {
		s := house(t, 0)
		s.Blocks = nil
		return s
	}, []string{"mining", "76.0 kH/s", "None has connected yet.", "none yet"}, []string{".standing.good", ".tiles"}, 2},
	{"three miners", func(t *testing.T) solo.Stats { return house(t, 3) },
		[]string{"mining", "49.5 GH/s", "±5 %", "garage.l9-002", "12.50000000 LTC", "24 of 100, 76 to go", "ever 45.0 G", "Network's last block", "temperature at most 71 °C"},
		[]string{".standing.good", "#blocks tbody tr", ".tiles > div"}, 3},
	{"two hundred miners", func(t *testing.T) solo.Stats { return house(t, 200) },
		[]string{"mining", "200 of 200", "garage.l9-000", "garage.l9-199"}, []string{".standing.good", ".tiles > div"}, 4},
	{"paused", func(t *testing.T) solo.Stats {
		s := house(t, 0)
		s.Stratum, s.Searching, s.Idle = nil, false, "paused by --schedule 22:00-07:00: outside of the scheduled hours until 22:00"
		s.Search.Limits = []solo.Limit{{Name: "schedule", Setting: "22:00-07:00", Holding: true, Why: "outside of the scheduled hours until 22:00"}}
		return s
	}, []string{"paused until 22:00"}, []string{".standing.warn"}, 3},
	{"node gone", func(t *testing.T) solo.Stats {
		s := house(t, 3)
		s.JobSince = now.Add(-3 * time.Minute)
		s.Nodes[0].Up, s.Nodes[0].Fault = false, "no litecoind answers at http://127.0.0.1:19443: connection refused"
		s.Alerts = []solo.Alert{{
			Key: solo.AlertNodeDown, Node: "http://127.0.0.1:19443", Grave: true, Since: now.Add(-3 * time.Minute), Remedy: "start litecoind",
			Text: "no litecoind answers at http://127.0.0.1:19443: connection refused; the last template is mined for a while, and a found block is kept and sent later",
		}}
		return s
	}, []string{"node down, last template 3 min old", "start litecoind", "as far as is known"}, []string{".standing.bad", ".alert.grave"}, 3},
	{"block just found", func(t *testing.T) solo.Stats {
		s := house(t, 3)
		s.Blocks[0].Found, s.Blocks[0].Confirmations = now.Add(-40*time.Second), 1
		return s
	}, []string{"Block found", "40 s ago: 12.50000000 LTC", "99 confirmations to go", "by garage.l9-002"}, []string{".standing.good", ".fresh.good"}, 3},
	{"with dogecoin, everything", func(t *testing.T) solo.Stats {
		s := mergedSnapshot(t)
		s.Workers = append(s.Workers, house(t, 3).Workers[1:]...)
		s.Money = moneySnapshot(t).Money
		return s
	}, []string{"no new template", "Power costs", "9.00 EUR", "Really found", "without pepecoin", "Dogecoin", "10000.00000000 DOGE", "nobody tells the node of blocks"}, []string{".standing.bad", ".alert.grave"}, 6},
}

// The page as Chromium shows it.
func TestInABrowser(t *testing.T) {
	b := startBrowser(t)
	for name, test := range map[string]func(*testing.T, *browser){
		"looks": testLooks, "times": testTimes, "updates": testUpdates, "lost connection": testLostConnection,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

// Whatever a run does, a person sees on the first screen what matters most, and can read and reach all of the page: on a
// phone and on a desk, in light and in the dark.
func testLooks(t *testing.T, b *browser) {
	for _, sc := range scenes {
		stage := newStage(t, sc.run(t))
		for _, screen := range screens {
			t.Run(sc.name+", "+screen.name, func(t *testing.T) {
				b.use(t, screen)
				b.open(t, stage.url)
				for _, selector := range sc.first {
					if !looked[bool](t, b, fmt.Sprintf("inFirstScreen(%q)", selector)) {
						t.Errorf("%s is not on the first screen", selector)
					}
				}
				b.save(t, sc.name+" "+screen.name)
				evaluate[any](t, b, look+".unfold()")
				text := looked[string](t, b, "text()")
				for _, want := range sc.shows {
					if !strings.Contains(text, want) {
						t.Errorf("%q is not shown in %q", want, text)
					}
				}
				for _, what := range []string{"wide", "clipped", "faint"} {
					if found := looked[[]string](t, b, what+"()"); len(found) > 0 {
						t.Errorf("%s: %s", what, strings.Join(found, "\n"))
					}
				}
				if troubles := b.takeTroubles(); len(troubles) > 0 {
					t.Errorf("the browser complains: %q", troubles)
				}
			})
		}
		t.Run(sc.name+", screen reader", func(t *testing.T) { checkAccessible(t, b, sc.tables) })
		t.Run(sc.name+", keyboard", func(t *testing.T) { checkKeyboard(t, b) })
	}
}

// checkAccessible checks what a screen reader is told of the open page.
func checkAccessible(t *testing.T, b *browser, tables int) {
	level := 0
	for _, h := range looked[[]string](t, b, "headings()") {
		n := int(h[0] - '0')
		if n > level+1 || len(h) < 3 {
			t.Errorf("heading %q follows one of level %d", h, level)
		}
		level = n
	}
	count := map[string]int{}
	for _, n := range b.accessible(t) {
		count[n.role]++
		if slices.Contains([]string{"link", "button", "DisclosureTriangle", "image", "navigation", "heading"}, n.role) && n.name == "" {
			t.Errorf("a %s has no name", n.role)
		}
	}
	if headers := count["columnheader"] + count["rowheader"]; count["heading"] < 5 || count["table"] < tables || headers < 3*count["table"] || count["main"] != 1 || count["status"] == 0 {
		t.Errorf("the accessibility tree has %v", count)
	}
}

// checkKeyboard goes through the open page with the Tab key.
func checkKeyboard(t *testing.T, b *browser) {
	evaluate[any](t, b, "document.activeElement.blur(), scrollTo(0, 0)")
	want := looked[[]string](t, b, "controls()")
	var got []string
	for range want {
		b.press(t, "\t")
		focus := looked[struct {
			Name    string
			Outline float64
		}](t, b, "focus()")
		got = append(got, focus.Name)
		if focus.Outline < 3 { // WCAG 2.2, 1.4.11
			t.Errorf("the focus on %q has an outline of contrast %.2f", focus.Name, focus.Outline)
		}
	}
	if !slices.Equal(got, want) || len(want) < 3 {
		t.Errorf("the Tab key reaches %q, want %q", got, want)
	}
}

// Times are those of the browser's place, and without scripts in UTC.
func testTimes(t *testing.T, b *browser) {
	stage := newStage(t, snapshot(t))
	b.use(t, screens[0])
	b.open(t, stage.url)
	const newest = `document.querySelector("#happened time")`
	for _, tt := range []struct{ expression, want string }{
		{newest + ".innerText", "24/11/2026, 21:00:00"},
		{newest + ".title", "2026-11-24 12:00:00 UTC"},
		{`document.querySelector("#blocks tbody time").innerText`, "24/11/2026, 19:34:00"},
		{`[...document.querySelectorAll("time")].filter(t => t.innerText.includes("UTC")).length.toString()`, "0"},
	} {
		if got := evaluate[string](t, b, tt.expression); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.expression, got, tt.want)
		}
	}
	scripts := func(disabled bool) {
		tell(t, b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: disabled})
	}
	scripts(true)
	defer scripts(false)
	b.open(t, stage.url)
	if got, want := evaluate[string](t, b, newest+".innerText"), "2026-11-24 12:00:00 UTC"; got != want {
		t.Errorf("without scripts the newest event is of %q, want %q", got, want)
	}
	for _, selector := range []string{".standing.bad", ".alert.grave"} {
		if !looked[bool](t, b, fmt.Sprintf("inFirstScreen(%q)", selector)) {
			t.Errorf("without scripts %s is not on the first screen", selector)
		}
	}
}

// An update changes what differs. Focus and what is unfolded stay.
func testUpdates(t *testing.T, b *browser) {
	before := house(t, 200)
	stage := newStage(t, before)
	b.use(t, screens[0])
	b.open(t, stage.url)
	evaluate[any](t, b, `document.querySelector("#miners summary").focus(), document.querySelector("#miners details").open = true`)
	after := before
	after.Workers = slices.Clone(before.Workers)
	after.Workers[200].Accepted = 123_456
	after.Alerts = []solo.Alert{{Key: solo.AlertNoPeers, Text: "nobody tells the node of blocks", Grave: true, Since: now}}
	stage.show(after)
	b.await(t, stage.shown())
	for _, want := range []string{
		`document.querySelector(".standing").innerText === "mining, but: no peers"`, `document.title.startsWith("mining, but: no peers")`,
		`document.querySelector("#miners details").innerText.includes("123,456")`,
	} {
		if !evaluate[bool](t, b, want) {
			t.Errorf("%s does not hold", want)
		}
	}
	if got := evaluate[string](t, b, "document.activeElement.textContent"); got != "189 more" {
		t.Errorf("the focus is on %q", got)
	}
	if !evaluate[bool](t, b, `document.querySelector("#miners details").open`) {
		t.Error("the list of miners has folded")
	}
}

// A page that gets no updates says so in its text and its title, until it gets them again.
func testLostConnection(t *testing.T, b *browser) {
	stage := newStage(t, house(t, 3))
	for _, screen := range screens {
		b.use(t, screen)
		b.open(t, stage.url)
		changed := house(t, 3)
		changed.Search.HashRate = 2e9
		stage.show(changed)
		b.await(t, stage.shown())
		evaluate[any](t, b, "Date.now = () => 11000")
		b.await(t, `document.title.startsWith("No connection · mining · ")`)
		if !looked[bool](t, b, `inFirstScreen("#lost")`) {
			t.Error("the page does not say that the connection is lost")
		}
		b.save(t, "lost "+screen.name)
		if found := looked[[]string](t, b, "faint()"); len(found) > 0 {
			t.Errorf("faint: %s", strings.Join(found, "\n"))
		}
	}
	changed := house(t, 3)
	changed.Search.HashRate = 1e9
	stage.show(changed)
	b.await(t, stage.shown())
	if title := evaluate[string](t, b, "document.title"); !strings.HasPrefix(title, "mining · 1.00 GH/s") {
		t.Errorf("the title is still %q", title)
	}
	if text := evaluate[string](t, b, `document.getElementById("lost").innerText`); text != "" {
		t.Errorf("the page still says %q", text)
	}
}
