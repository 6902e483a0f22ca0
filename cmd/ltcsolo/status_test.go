package main

import (
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/dashboard"
)

// One fault is told once; the state says what it means for the search, and no odds are told where nothing is searched.
func TestStatusTellsTrouble(t *testing.T) {
	const down = "no litecoind answers at http://127.0.0.1:9332: connection refused"
	expected := 4.8e12
	dead := &dashboard.Report{
		Network: "main", Searching: true, TemplateFail: down, Template: &dashboard.Template{Age: 720}, Odds: &dashboard.Odds{Expected: &expected},
		Nodes:  []dashboard.Node{{Name: "http://127.0.0.1:9332", Serving: true, Fault: down}},
		Alerts: []dashboard.Alert{{Key: "node-down", Node: "http://127.0.0.1:9332", Text: down + "; the last template is mined for a while", Remedy: "start it", Grave: true}},
		Limits: []dashboard.Limit{{Name: "threads", Setting: "1", Holding: true, Why: "1 of 2 processors"}, {Name: "max-temp", Setting: "80"}},
	}
	paused := *dead
	paused.Searching, paused.Idle, paused.TemplateFail, paused.Alerts = false, "paused by --max-temp 80: 83 °C", "", nil
	for _, tt := range []struct {
		report *dashboard.Report
		want   []string
		not    []string
	}{
		{dead, []string{"state searching the last template, 12 min old: the node does not answer", "nodes http://127.0.0.1:9332: down", "a block in",
			"limits threads 1: 1 of 2 processors", "max-temp 80: does not pause the search now"}, []string{"none new", "holding"}},
		{&paused, []string{"state not searching: paused by --max-temp 80: 83 °C", "nodes http://127.0.0.1:9332: down: " + down}, []string{"a block in"}},
	} {
		text := strings.Join(strings.Fields(statusText(tt.report, 200)), " ")
		if n := strings.Count(text, down); n != 1 {
			t.Errorf("the fault is told %d times: %s", n, text)
		}
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("status lacks %q: %s", want, text)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(text, not) {
				t.Errorf("status has %q: %s", not, text)
			}
		}
	}
}

// Whatever nodes and files say, a status fits its terminal and has no escape sequences.
func TestStatusFitsTheTerminal(t *testing.T) {
	expected, hot := 4.8e12, 71.0
	r := &dashboard.Report{
		Version: "1.2.3", Network: "main", Address: "ltc1q" + strings.Repeat("x", 57), Seconds: 5400, Idle: "paused by --max-temp 80: 83 °C, resumes at 75 °C",
		TemplateFail: "\x1b[2Jevil\r\nline", Search: dashboard.Search{Kernel: "avx512", Threads: 2, Nice: 19, Hashes: 1e12, HashRate: 76000, BestShare: 12.2, BestShareEver: 350, Temperature: &hot},
		Limits:      []dashboard.Limit{{Name: "max-temp", Setting: "80", Holding: true, Why: "83 °C"}, {Name: "schedule", Setting: "22:00-07:00"}},
		Template:    &dashboard.Template{Height: 2987654, Age: 42, Transactions: 6, Value: 628412345, Fees: 10062500, MWEB: true, Empty: true, NetworkDifficulty: 9e7, NetworkHashRate: 2.6e15},
		Odds:        &dashboard.Odds{Expected: &expected, ChanceDay: 1e-8, ChanceYear: 6e-6},
		Nodes:       []dashboard.Node{{Name: "http://" + strings.Repeat("long", 60), Up: true, Fault: "it is behind"}, {Name: "http://10.0.0.3:9332"}},
		Alerts:      []dashboard.Alert{{Key: "stale-tip", Node: "http://10.0.0.3:9332", Text: "no block for 93 minutes", Remedy: "look at its peers", Grave: true}},
		BlockStates: map[string]int{"mature": 3, "rejected": 1},
		Blocks:      []dashboard.Block{{Height: 2900000, Found: time.Unix(1.7e9, 0).UTC(), Value: 625000000, State: "rejected", Verdict: "rejected: high-hash"}},
	}
	for _, width := range []int{30, 40, 80, 200} {
		text := statusText(r, width)
		for line := range strings.Lines(text) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("%d columns: a line of %d: %q", width, n, line)
			}
		}
		if strings.ContainsAny(text, "\x1b\r") {
			t.Errorf("%d columns: control characters in %q", width, text)
		}
		if t.Failed() || width < 80 {
			continue
		}
		for _, want := range []string{
			"not searching: paused by --max-temp 80", "ALERT http://10.0.0.3:9332: no block for 93 minutes what to do: look at its peers",
			"76.0 kH/s by kernel avx512 on 2 threads, nice 19, 71 °C", "best share 12.2, ever 350; a block needs 5.90 T",
			"4 found: 3 mature, 1 rejected", "rejected (rejected: high-hash)",
		} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%d columns: it lacks %q:\n%s", width, want, text)
			}
		}
	}
}
