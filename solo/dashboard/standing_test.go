package dashboard_test

import (
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// healthy is a run without anything to complain about: a CPU and five miners on one node.
func healthy(t *testing.T) solo.Stats {
	t.Helper()
	s := snapshot(t)
	s.TemplateFail, s.Alerts, s.Nodes = "", nil, s.Nodes[:1]
	s.Search.Limits = []solo.Limit{{Name: "cpu", Setting: "50 %", Holding: true, Why: "each thread rests 50 % of its time"}, {Name: "schedule"}, {Name: "max-temp"}}
	s.Workers = s.Workers[:1]
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		s.Workers = append(s.Workers, solo.Worker{Name: name, Kind: "Antminer", Sessions: 1})
	}
	return s
}

func TestStanding(t *testing.T) {
	const schedule = "outside of the scheduled hours until 22:00"
	down := func(s *solo.Stats) { s.Nodes[0].Up, s.JobSince = false, now.Add(-3*time.Minute) }
	noMiners := func(s *solo.Stats) { s.Workers = s.Workers[:1] }
	cpuOnly := func(s *solo.Stats) { s.Workers, s.Stratum = s.Workers[:1], nil }
	pause := func(i int, why string) func(*solo.Stats) {
		return func(s *solo.Stats) { s.Search.Limits[i].Holding, s.Search.Limits[i].Why = true, why }
	}
	idle := func(why string) func(*solo.Stats) {
		return func(s *solo.Stats) { s.Searching, s.Idle = false, why }
	}
	alert := func(a solo.Alert) func(*solo.Stats) {
		return func(s *solo.Stats) { s.Alerts = append(s.Alerts, a) }
	}
	silent := func(names ...string) func(*solo.Stats) {
		return func(s *solo.Stats) {
			for _, n := range names {
				s.Alerts = append(s.Alerts, solo.Alert{Key: solo.AlertWorkerSilent, Worker: n})
			}
		}
	}
	found := func(age time.Duration) func(*solo.Stats) {
		return func(s *solo.Stats) { s.Blocks = append(s.Blocks, delivery.Block{ThisRun: true, Found: now.Add(-age)}) }
	}
	doge := func(committed bool) func(*solo.Stats) {
		return func(s *solo.Stats) {
			s.Merged = []solo.SideStats{{Chain: template.Dogecoin, Network: "regtest", Committed: committed}}
		}
	}
	noKernel := func(s *solo.Stats) { s.Search.Kernel, s.Workers, s.Search.HashRate = "", s.Workers[1:], 0 }
	for _, tt := range []struct {
		name    string
		changes []func(*solo.Stats)
		want    string
		tone    dashboard.Tone
	}{
		{"all well", nil, "mining", dashboard.Good},
		{"a CPU alone", []func(*solo.Stats){cpuOnly}, "mining", dashboard.Good},
		{"with dogecoin", []func(*solo.Stats){doge(true)}, "mining", dashboard.Good},
		{"a limit that only slows", []func(*solo.Stats){cpuOnly, pause(0, "each thread rests")}, "mining", dashboard.Good},
		{"miners search while the CPU is paused", []func(*solo.Stats){pause(1, schedule)}, "mining", dashboard.Good},

		{"starting", []func(*solo.Stats){func(s *solo.Stats) { *s = solo.Stats{Idle: "starting: node and address are being checked"} }}, "starting", dashboard.Warn},
		{"no node", []func(*solo.Stats){func(s *solo.Stats) { *s = solo.Stats{Idle: "waiting for the node: connection refused"} }},
			"waiting for the node: connection refused", dashboard.Warn},
		{"no template", []func(*solo.Stats){func(s *solo.Stats) { s.Job = nil }}, "waiting for the first template", dashboard.Warn},
		{"no template, node down", []func(*solo.Stats){down, func(s *solo.Stats) { s.Job = nil }}, "node down, no template yet", dashboard.Bad},
		{"nothing hashed", []func(*solo.Stats){cpuOnly, func(s *solo.Stats) { s.Search.HashRate = 0 }}, "starting", dashboard.Warn},
		{"no share yet", []func(*solo.Stats){noKernel}, "waiting for the first share", dashboard.Warn},
		{"a server alone", []func(*solo.Stats){noKernel, func(s *solo.Stats) { s.Workers = nil }}, "waiting for miners", dashboard.Warn},

		{"paused by the schedule", []func(*solo.Stats){cpuOnly, pause(1, schedule), idle("paused by --schedule 22:00-07:00: " + schedule)}, "paused until 22:00", dashboard.Warn},
		{"paused by heat", []func(*solo.Stats){cpuOnly, pause(2, "81 °C, resumes at 75 °C"), idle("paused by --max-temp 80: …")}, "paused: 81 °C, resumes at 75 °C", dashboard.Warn},
		{"paused by two", []func(*solo.Stats){cpuOnly, pause(1, schedule), pause(2, "81 °C"), idle("paused by …")}, "paused: " + schedule + "; 81 °C", dashboard.Warn},
		{"paused, and no miner", []func(*solo.Stats){noMiners, pause(1, schedule)}, "paused until 22:00, and no miner is connected", dashboard.Warn},
		{"paused, and the node down", []func(*solo.Stats){cpuOnly, pause(1, schedule), idle("paused by …"), down}, "node down, not mining", dashboard.Bad},

		{"node down", []func(*solo.Stats){down, alert(solo.Alert{Key: solo.AlertNodeDown, Grave: true})}, "node down, last template 3 min old", dashboard.Bad},
		{"node down for long", []func(*solo.Stats){down, idle("no node was usable for 1 hour")}, "node down, not mining", dashboard.Bad},
		{"node gives nothing", []func(*solo.Stats){func(s *solo.Stats) { s.TemplateFail = "500" }}, "no new template, last template less than 1 min old", dashboard.Bad},
		{"node is syncing", []func(*solo.Stats){func(s *solo.Stats) { s.Nodes[0].Fault = "sync" }, idle("sync"), alert(solo.Alert{Key: solo.AlertInitialSync, Grave: true})}, "node syncing, not mining", dashboard.Bad},
		{"another node serves", []func(*solo.Stats){func(s *solo.Stats) { s.Nodes = append(s.Nodes, solo.NodeHealth{}) }, alert(solo.Alert{Key: solo.AlertNodeDown})}, "mining, but: 1 of 2 nodes down", dashboard.Warn},
		{"old template", []func(*solo.Stats){func(s *solo.Stats) { s.Network, s.JobSince = "main", now.Add(-12*time.Minute) }}, "last template 12 min old", dashboard.Warn},
		{"old template of a quiet network", []func(*solo.Stats){func(s *solo.Stats) { s.JobSince = now.Add(-12 * time.Minute) }}, "mining", dashboard.Good},
		{"template refused", []func(*solo.Stats){idle("the node would refuse its block"), alert(solo.Alert{Key: solo.AlertRefused, Grave: true})}, "template refused", dashboard.Bad},
		{"idle", []func(*solo.Stats){idle("no job can be made")}, "not mining: no job can be made", dashboard.Bad},
		{"solved a moment ago", []func(*solo.Stats){idle(""), found(9 * time.Second)}, "mining", dashboard.Good},
		{"solved a while ago", []func(*solo.Stats){idle(""), found(10 * time.Second)}, "waiting for the next template: the block is solved", dashboard.Warn},
		{"solved, then the node went down", []func(*solo.Stats){idle(""), found(time.Second), down}, "node down, not mining", dashboard.Bad},
		{"solved", []func(*solo.Stats){idle("")}, "waiting for the next template: the block is solved", dashboard.Warn},

		{"undelivered", []func(*solo.Stats){down, alert(solo.Alert{Key: solo.AlertUndelivered, Grave: true})}, "no node has taken a found block yet", dashboard.Bad},
		{"grave", []func(*solo.Stats){alert(solo.Alert{Key: solo.AlertForkAhead}), alert(solo.Alert{Key: solo.AlertNoPeers, Grave: true})}, "mining, but: no peers and 1 more alert", dashboard.Bad},
		{"not grave", []func(*solo.Stats){alert(solo.Alert{Key: solo.AlertForkAhead})}, "mining, but: fork ahead", dashboard.Warn},
		{"of a merged chain", []func(*solo.Stats){doge(true), alert(solo.Alert{Key: solo.AlertNodeDown, Chain: "dogecoin"})}, "mining, but: dogecoin: node down", dashboard.Warn},
		{"without a merged chain", []func(*solo.Stats){doge(false)}, "mining, but without dogecoin", dashboard.Warn},
		{"merged chains alone", []func(*solo.Stats){doge(true), func(s *solo.Stats) { s.Idle = "solved" }}, "only merged chains are mined: solved", dashboard.Warn},
		{"merged chains alone, node down", []func(*solo.Stats){doge(true), down, func(s *solo.Stats) { s.Idle = "tip moved" }}, "node down, only merged chains are mined", dashboard.Bad},

		{"two silent", []func(*solo.Stats){silent("a", "b")}, "2 of 5 miners silent", dashboard.Warn},
		{"all silent", []func(*solo.Stats){silent("a", "b", "c", "d", "e")}, "all miners silent", dashboard.Bad},
		{"more than are told of", []func(*solo.Stats){silent("a", "b"), alert(solo.Alert{Key: solo.AlertWorkers})}, "at least 2 of 5 miners silent", dashboard.Warn},
		{"slow", []func(*solo.Stats){alert(solo.Alert{Key: solo.AlertWorkerSlow, Worker: "a"}), alert(solo.Alert{Key: solo.AlertWorkerRefusals, Worker: "a"})}, "mining, but a: refusals", dashboard.Warn},
		{"hot", []func(*solo.Stats){alert(solo.Alert{Key: solo.AlertRigHot, Worker: "a"}), alert(solo.Alert{Key: solo.AlertWorkerSlow, Worker: "b"})}, "mining, but 2 miners need looking after", dashboard.Warn},
		{"a machine that is only asked", []func(*solo.Stats){func(s *solo.Stats) {
			s.Workers = append(s.Workers, solo.Worker{Name: "192.168.1.40", Kind: solo.KindRig})
		}, silent("a")}, "1 of 5 miners silent", dashboard.Warn},
		{"no miner", []func(*solo.Stats){noMiners, alert(solo.Alert{Key: solo.AlertNoMiners})}, "mining, but no miner is connected", dashboard.Warn},
		{"no miner, no CPU", []func(*solo.Stats){noKernel, func(s *solo.Stats) { s.Workers = nil }, alert(solo.Alert{Key: solo.AlertNoMiners})}, "no miner is connected", dashboard.Bad},
		{"silent and the node down", []func(*solo.Stats){silent("a"), down}, "node down, last template 3 min old", dashboard.Bad},
		{"a hostile reason", []func(*solo.Stats){idle("\x1b[2J\nx")}, "not mining:  [2J x", dashboard.Bad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := healthy(t)
			for _, change := range tt.changes {
				change(&s)
			}
			if got, want := dashboard.NewStanding(&s, now), (dashboard.Standing{Text: tt.want, Tone: tt.tone}); got != want {
				t.Errorf("standing is %q, want %q", got, want)
			}
		})
	}
}
