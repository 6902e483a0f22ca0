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
	now := time.Now()
	paused := []solo.Limit{{Name: "schedule", Setting: "22:00-07:00", Holding: true, Why: "outside of the scheduled hours until 22:00"}}
	for name, tt := range map[string]struct {
		stats solo.Stats
		age   time.Duration
		want  string // the first part; empty: the hash rate
		odds  bool
	}{
		"well":             {solo.Stats{Searching: true, Nodes: node(true, "")}, time.Minute, "", true},
		"the node is dead": {solo.Stats{Searching: true, Nodes: node(false, "connection refused")}, 12 * time.Minute, "node down, last template 12 min old", true},
		"the node makes no template": {solo.Stats{Searching: true, Nodes: node(true, "CreateNewBlock")}, 90 * time.Second,
			"no new template, last template 1 min old", true},
		"no template, the nodes are not watched": {solo.Stats{Searching: true, TemplateFail: "busy"}, time.Minute, "no new template, last template 1 min old", true},
		"old":                                    {solo.Stats{Searching: true, Network: "main", Nodes: node(true, "")}, 11 * time.Minute, "last template 11 min old", true},
		"old on a slow chain":                    {solo.Stats{Searching: true, Network: "regtest", Nodes: node(true, "")}, 11 * time.Minute, "", true},
		"paused": {solo.Stats{Idle: "paused by --schedule 22:00-07:00: outside of the scheduled hours until 22:00", Nodes: node(true, ""), Search: solo.Search{Limits: paused}}, time.Minute,
			"paused until 22:00", false},
		"paused without a node": {solo.Stats{Idle: "paused by --max-load 1: 2.1", Nodes: node(false, ""), Search: solo.Search{Limits: paused}}, time.Minute,
			"node down, not mining", false},
		"a block was found": {solo.Stats{Nodes: node(true, "")}, time.Second, "", false},
		"a full disk":       {solo.Stats{Searching: true, Nodes: node(true, ""), Alerts: []solo.Alert{{Key: solo.AlertLowDisk, Grave: true}}}, time.Minute, "mining, but: low disk", true},
	} {
		tt.stats.Job, tt.stats.JobSince = job, now.Add(-tt.age)
		tt.stats.Search.HashRate = 1000
		got := statusParts(tt.stats, 1000, now)
		if tt.want == "" {
			tt.want = "1.00 kH/s"
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
		"none":        {solo.Stats{Job: job}, "waiting for miners|0.00 H/s|0 miners|height 3,220,000|0 blocks|difficulty"},
		"no template": {solo.Stats{Workers: miners}, "waiting for the first template|0.00 H/s|2 miners"},
	} {
		tt.stats.Searching, tt.stats.Stratum, tt.stats.JobSince = true, &solo.Stratum{}, time.Now()
		if got := strings.Join(statusParts(tt.stats, 0, time.Now()), "|"); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: status line %q, want %q", name, got, tt.want)
		}
	}
}

// A CPU that is slowed says so. The odds are those of the last 15 minutes, since the rate of the last seconds jumps.
func TestStatusLineOfACPU(t *testing.T) {
	job := &template.Job{Template: &template.Template{Height: 3_220_000, Target: template.Target{28: 1}}} // 2^32 hashes a block
	st := solo.Stats{
		Job: job, JobSince: time.Now(), Searching: true, Search: solo.Search{HashRate: 900, Limits: []solo.Limit{{Name: "threads", Setting: "1"}, {Name: "cpu", Setting: "25 %", Holding: true}}},
		Workers: []solo.Worker{{Name: "cpu", Kind: solo.KindCPU, HashRate: [3]float64{900, 1 << 22, 1}}},
	}
	const want = "900 H/s|cpu 25 %|height 3,220,000|0 blocks|a block in 17.1 minutes|difficulty 1"
	if got := strings.Join(statusParts(st, 5000, time.Now()), "|"); got != want {
		t.Errorf("status line %q, want %q", got, want)
	}
	st.Workers, st.Search.HashRate = nil, 0
	if got := strings.Join(statusParts(st, 1<<22, time.Now()), "|"); !strings.HasPrefix(got, "starting|0.00 H/s|") || !strings.Contains(got, "|a block in 17.1 minutes|") {
		t.Errorf("status line at the start: %q", got)
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
		"solved":             {solo.SideStats{Template: tip, Nodes: nodes(true)}, "", "mining, but without dogecoin|1.00 kH/s|height "},
		"its node is away":   {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(false)}, "", "1.00 kH/s|dogecoin: the node does not answer|height "},
		"not paid":           {solo.SideStats{Idle: "its node has not said yet\nwhat script", Nodes: nodes(true)}, "", "mining, but without dogecoin|1.00 kH/s|dogecoin: its node has not said yet what script|height "},
		"no template":        {solo.SideStats{}, "", "mining, but without dogecoin|1.00 kH/s|dogecoin: waiting for a template|height "},
		"Litecoin is solved": {solo.SideStats{Template: tip, Committed: true, Nodes: nodes(true)}, "its block is solved", "only merged chains are mined: its block is solved|1.00 kH/s|height 3,220,000|0 blocks|0 dogecoin blocks|difficulty "},
	} {
		tt.merged.Chain = template.Dogecoin
		st := solo.Stats{Job: job, JobSince: time.Now(), Searching: true, Idle: tt.idle, Search: solo.Search{HashRate: 1000}, Merged: []solo.SideStats{tt.merged}}
		if got := strings.Join(statusParts(st, 0, time.Now()), "|"); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: status line %q, want %q", name, got, tt.want)
		}
	}
}
