package run

import (
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// What is wrong comes first, and no odds are told while nothing is searched.
func TestStatusLineTellsTrouble(t *testing.T) {
	job := &template.Job{Template: &template.Template{Height: 3_220_000, Target: template.Target{4: 1}}}
	node := func(up bool, fault string) []solo.NodeHealth {
		return []solo.NodeHealth{{Name: "spare", Up: true}, {Name: "first", Serving: true, Up: up, Fault: fault}}
	}
	for name, tt := range map[string]struct {
		stats solo.Stats
		age   time.Duration
		want  string // the first part; empty: the hash rate
		odds  bool
	}{
		"well":             {solo.Stats{Searching: true, Nodes: node(true, "")}, time.Minute, "", true},
		"the node is dead": {solo.Stats{Searching: true, Nodes: node(false, "connection refused")}, 12 * time.Minute, "the node does not answer: template of 12 min ago", true},
		"the node makes no template": {solo.Stats{Searching: true, Nodes: node(true, "CreateNewBlock")}, 90 * time.Second,
			"the node gives no new template: template of 1 min ago", true},
		"no template, the nodes are not watched": {solo.Stats{Searching: true, TemplateFail: "busy"}, time.Minute, "the node gives no new template: template of 1 min ago", true},
		"old":                                    {solo.Stats{Searching: true, Network: "main", Nodes: node(true, "")}, 11 * time.Minute, "template of 11 min ago", true},
		"old on a slow chain":                    {solo.Stats{Searching: true, Network: "regtest", Nodes: node(true, "")}, 11 * time.Minute, "", true},
		"paused":                                 {solo.Stats{Idle: "paused by --max-load 1: 2.1", Nodes: node(false, "")}, time.Minute, "idle: paused by --max-load 1: 2.1", false},
	} {
		tt.stats.Job, tt.stats.JobSince = job, time.Now().Add(-tt.age)
		got := statusParts(tt.stats, 1000)
		if tt.want == "" {
			tt.want = "0.00 H/s"
		}
		if odds := strings.Contains(strings.Join(got, "|"), "|a block in "); got[0] != tt.want || odds != tt.odds {
			t.Errorf("%s: status line %q, want %q first, and odds %t", name, got, tt.want, tt.odds)
		}
	}
}

func TestHeldBack(t *testing.T) {
	cpu := solo.Search{Limits: []solo.Limit{{Name: "threads", Setting: "1"}, {Name: "cpu", Setting: "25 %"}}}
	for name, tt := range map[string]struct {
		stats solo.Stats
		want  string
	}{
		"free":   {solo.Stats{Searching: true}, ""},
		"slowed": {solo.Stats{Searching: true, Search: cpu}, "cpu 25 %"},
		"paused": {solo.Stats{Idle: "paused by --max-load 0.5:\n2.1", Search: cpu}, "idle: paused by --max-load 0.5: 2.1"},
	} {
		if got := heldBack(tt.stats); got != tt.want {
			t.Errorf("%s: heldBack = %q, want %q", name, got, tt.want)
		}
	}
}
