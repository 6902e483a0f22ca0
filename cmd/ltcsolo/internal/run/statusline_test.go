package run

import (
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
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

// A server shows the hash rate of all sources with its error, and how many miners there are; it tells no odds before
// the first share.
func TestStatusLineOfAServer(t *testing.T) {
	job := &template.Job{Template: &template.Template{Height: 3_220_000, Target: template.Target{4: 1}}}
	miners := []solo.Worker{{Name: "cpu", Kind: solo.KindCPU}, {Name: "a", Sessions: 1}, {Name: "b", Sessions: 3}, {Name: "gone"}}
	for name, tt := range map[string]struct {
		stats solo.Stats
		want  string
	}{
		"two miners": {
			solo.Stats{Job: job, Workers: miners, Search: solo.Search{HashRate: 16.5e9, HashRateError: 0.105}},
			"16.5 GH/s ±10 %|2 miners|height 3,220,000|0 blocks|a block in ",
		},
		"one":         {solo.Stats{Job: job, Workers: miners[:2], Search: solo.Search{HashRate: 1000}}, "1.00 kH/s|1 miner|height"},
		"none":        {solo.Stats{Job: job}, "0.00 H/s|0 miners|height 3,220,000|0 blocks|difficulty"},
		"no template": {solo.Stats{Workers: miners}, "waiting for a template|0.00 H/s|2 miners"},
	} {
		tt.stats.Searching, tt.stats.Stratum, tt.stats.JobSince = true, &solo.Stratum{}, time.Now()
		if got := strings.Join(statusParts(tt.stats, 0), "|"); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: status line %q, want %q", name, got, tt.want)
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

// Found blocks of merged chains count, and what is wrong with such a chain follows the hash rate, since Litecoin comes first.
func TestStatusLineOfMergedChains(t *testing.T) {
	job := &template.Job{Template: &template.Template{Height: 3_220_000, Target: template.Target{4: 1}}}
	tip := &template.Template{Height: 5_900_000}
	nodes := func(up bool) []solo.NodeHealth { return []solo.NodeHealth{{Name: "d", Serving: true, Up: up}} }
	found := []delivery.Block{{ThisRun: true}, {ThisRun: true}, {}}
	for name, tt := range map[string]struct {
		merged solo.SideStats
		idle   string // of Litecoin
		want   string // the first parts
	}{
		"mined":              {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(true)}, "", "1.00 kH/s|height 3,220,000|0 blocks|0 dogecoin blocks|a block in "},
		"found":              {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(true), Blocks: found, Accepted: 1}, "", "1.00 kH/s|height 3,220,000|0 blocks|1 dogecoin block (+1)|"},
		"solved":             {solo.SideStats{Template: tip, Nodes: nodes(true)}, "", "1.00 kH/s|height "},
		"its node is away":   {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(false)}, "", "1.00 kH/s|dogecoin: the node does not answer|height "},
		"not paid":           {solo.SideStats{Idle: "its node has not said yet\nwhat script", Nodes: nodes(true)}, "", "1.00 kH/s|dogecoin: its node has not said yet what script|height "},
		"no template":        {solo.SideStats{}, "", "1.00 kH/s|dogecoin: waiting for a template|height "},
		"Litecoin is solved": {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(true)}, "its block is solved", "only merged chains are searched: its block is solved|1.00 kH/s|height 3,220,000|0 blocks|0 dogecoin blocks|difficulty "},
	} {
		tt.merged.Chain = template.Dogecoin
		st := solo.Stats{Job: job, JobSince: time.Now(), Searching: true, Idle: tt.idle, Search: solo.Search{HashRate: 1000}, Merged: []solo.SideStats{tt.merged}}
		if got := strings.Join(statusParts(st, 0), "|"); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: status line %q, want %q", name, got, tt.want)
		}
	}
}
