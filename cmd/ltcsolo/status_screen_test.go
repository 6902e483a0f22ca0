package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

// crowded is a report with more of everything than 24 lines can hold.
func crowded() *dashboard.Report {
	r := earning()
	expected, hot := 4.3e7, 71.0
	r.Version, r.Seconds, r.Address = "1.2.3", 11520, "ltc1qpayee"
	r.Standing = dashboard.Standing{Text: "2 of 200 miners silent", Tone: dashboard.Warn}
	r.Search.Kernel, r.Search.Threads, r.Search.Temperature = "avx512", 2, &hot
	r.Template, r.Odds = &dashboard.Template{Height: 3_220_001, Age: 42}, &dashboard.Odds{Expected: &expected}
	r.Merged = merging().Merged
	r.Nodes = []dashboard.Node{
		{Name: "http://127.0.0.1:9332", Serving: true, Up: true, Height: 3_220_000, Peers: 8, Version: 210508},
		{Name: "http://10.0.0.3:9332", Fault: "connection refused"},
	}
	r.Workers = []dashboard.Worker{{Name: "cpu", Kind: solo.KindCPU, HashRate: dashboard.Rates{M1: 76000}}}
	for i := range 200 {
		silent := float64(i)
		r.Workers = append(r.Workers, dashboard.Worker{Name: fmt.Sprintf("rig%03d", i), Sessions: 1, Rate: 16e9, RateError: 0.1, Accepted: 1000, Silent: &silent})
	}
	r.Workers[150].Warning = "its user name is an address"
	r.Workers[180].RefusedPart = 0.2
	r.Alerts = []dashboard.Alert{
		{Key: "worker-silent", Worker: "rig198", Text: "no share for 20 minutes, and before that one every 10 seconds", Remedy: "look whether it is on and reaches this machine"},
		{Key: "worker-silent", Worker: "rig199", Text: "no share for 21 minutes", Remedy: "look"},
	}
	found := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	r.BlockStates = map[string]int{"mature": 40}
	for i := range 40 {
		r.Blocks = append(r.Blocks, dashboard.Block{Height: int32(3_000_000 + i), Found: found.Add(-time.Duration(i) * time.Hour), Value: 6_25000000, State: "mature"})
	}
	return r
}

// On a terminal of 24 lines of 80 columns, what matters first is on the screen, whatever else there is.
func TestStatusScreen(t *testing.T) {
	text := statusFor(crowded(), 80, 24)
	if n := strings.Count(text, "\n"); n != 23 {
		t.Errorf("%d lines, want all but one of 24:\n%s", n, text)
	}
	at := 0
	for _, want := range []string{
		"ltcsolo     2 of 200 miners silent; on main, for 3 h 12 min\n",
		"alert       rig198: no share for 20 minutes, and before that one every 10", "What to do: look", "rig199: no share for 21 minutes. What to do: look\n",
		"hash rate   16.5 GH/s ±10 %; this CPU 76.0 kH/s by 2 threads, 71 °C\n",
		"miners      200 connected", "\n            rig149 ", "\n            rig179 ", "\n            rig198 ", "\n            rig199 ", "and 19", " more\n",
		"litecoin    height 3,220,001, 42 s old; a block in 498 days\n", "dogecoin    height 5,900,000", "pepecoin    not mined",
		"blocks      found: litecoin 40 mature; dogecoin 1 immature, 1 rejected\n            litecoin 3,000,000 2026-11-24 10:00: mature; 6.25000000 LTC\n            and 41 more\n", "nodes       http://10.0.0.3:9332: down\n",
		"money       a day costs 22.85 EUR, is expected to earn 6.32 EUR\n", "really found: nothing in this run\n", "pays        ltc1qpayee\n",
	} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("it lacks %q after position %d:\n%s", want, at, text)
		}
		at += i
	}
}

// Whatever the size of the terminal, nothing scrolls off, and how the run stands comes first.
func TestStatusScreenFits(t *testing.T) {
	for _, width := range []int{30, 40, 80, 200} {
		for _, height := range []int{1, 2, 3, 5, 10, 16, 24, 50, 300} {
			text := statusFor(crowded(), width, height)
			if n := strings.Count(text, "\n"); n >= height {
				t.Errorf("%d lines on a terminal of %d lines of %d columns:\n%s", n, height, width, text)
			}
			if height > 1 && height < 50 && !strings.HasPrefix(text, "ltcsolo     2 of 200") {
				t.Errorf("%d lines of %d columns do not begin with how the run stands:\n%s", height, width, text)
			}
			for line := range strings.Lines(text) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
					t.Errorf("%d columns: a line of %d: %q", width, n, line)
				}
			}
		}
	}
}

// Miners that tell it have a temperature, and those that are only asked a row.
func TestStatusScreenOfSensors(t *testing.T) {
	r := serving("")
	r.Workers[0].Rig = &dashboard.Rig{Chip: new(81.0), Board: new(60.0)}
	r.Workers = append(r.Workers, dashboard.Worker{Name: "192.168.1.9:4028", Kind: solo.KindRig, Rig: &dashboard.Rig{Board: new(55.0)}})
	text := strings.Join(strings.Fields(statusScreen(r, 80, 23)), " ")
	for _, want := range []string{"last share hottest", "garage.l9 16.5 GH/s ±10 % 0.2 % 4 s 81 °C", "192.168.1.9:4028 sensors only 55 °C", "1 connected"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q: %s", want, text)
		}
	}
}

// The last events take the lines that are left, and a whole status has a few of them.
func TestStatusTellsEvents(t *testing.T) {
	r := serving("")
	when := time.Date(2026, 11, 24, 10, 5, 0, 0, time.UTC)
	r.Search.BestShare, r.Search.BestShareEver = 12e9, 45e9
	for range 30 {
		r.Events = append(r.Events, dashboard.Event{Time: when, Kind: solo.EventMinerCame, Worker: "garage.l9", Text: "a miner has connected"})
	}
	const want = "2026-11-24 10:05 miner came: a miner has connected, garage.l9"
	screen := statusScreen(r, 80, 23)
	if strings.Count(screen, "\n") != 23 || !strings.Contains(screen, "\nevents      "+want+"\n            "+want+"\n") || !strings.Contains(screen, "best share 12.0 G, ever 45.0 G") {
		t.Errorf("on a small terminal:\n%s", screen)
	}
	if n := strings.Count(statusText(r, 200), want); n != statusEvents {
		t.Errorf("a whole status has %d events:\n%s", n, statusText(r, 200))
	}
}

// What fits is shown whole.
func TestStatusForALargeTerminal(t *testing.T) {
	r := serving("")
	all := statusText(r, 80)
	lines := strings.Count(all, "\n")
	if got := statusFor(r, 80, lines+1); got != all {
		t.Errorf("on a terminal with room for everything there is\n%s", got)
	}
	if got := statusFor(r, 80, lines); got == all {
		t.Error("its last line would make the first one scroll off")
	}
}

// The short form of a run in trouble, of one that found a block, and of an older version's.
func TestStatusScreenOfOtherRuns(t *testing.T) {
	r := merging()
	r.Standing, r.Searching = dashboard.Standing{Text: "node down, last template 12 min old", Tone: dashboard.Bad}, false
	r.Template.Age = 720
	text := statusScreen(r, 80, 23)
	for _, want := range []string{
		"ltcsolo     node down, last template 12 min old; on main", "litecoin    height 3,220,000, 12 min old\n", "pepecoin    not mined; no template yet\n",
		"blocks      found: dogecoin 1 immature, 1 rejected\n            dogecoin 5,800,001 2023-11-14 22:13: immature, 17 of 240; 10000.00…\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	old := serving("")
	if text := statusScreen(old, 80, 23); !strings.HasPrefix(text, "ltcsolo     searching; on main") {
		t.Errorf("a run that does not tell how it stands:\n%s", text)
	}
	if text := statusScreen(&dashboard.Report{Network: "main", Stratum: &dashboard.Stratum{}}, 80, 23); !strings.Contains(text, "miners      none has connected yet\n") {
		t.Errorf("a server without miners:\n%s", text)
	}
}
