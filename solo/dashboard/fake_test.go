package dashboard_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Times of the snapshot.
var (
	now   = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	began = now.Add(-90 * time.Minute)
)

var payoutScript = append([]byte{0x00, 0x14}, make([]byte, 20)...)

// hostile is a text that a node or a file could contain.
const hostile = "<img src=x onerror=alert(1)>\"'&\x1b[2J\x00\n\u202egnp.exe"

// snapshot is a run with everything that the page can show.
func snapshot(t testing.TB) solo.Stats {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, began)
	if err != nil {
		t.Fatal(err)
	}
	job, err := template.NewJob("7", tmpl, template.Coinbase{Script: payoutScript, Tag: "/ltcsolo/ <b>", ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	var best template.Hash
	best[27] = 0x13
	s := solo.Stats{
		Network: "regtest", Address: "rltc1qpayee", Started: began, Job: job, JobSince: now.Add(-42500 * time.Millisecond), Searching: true,
		Shares: 5, Accepted: 2, TemplateFail: hostile,
		Search: solo.Search{
			Kernel: "avx512", Threads: 2, Nice: 19, Hashes: 410_400_000, HashRate: 76000.5, Best: best, BestEver: 5e6, Temperature: 71.4,
			Limits: []solo.Limit{{Name: "max-temp", Setting: "80"}, {Name: "cpu", Setting: "50 %", Holding: true, Why: "each thread rests 50 % of its time"}},
		},
		Workers: []solo.Worker{
			{
				Name: "cpu", Kind: solo.KindCPU, Hashes: 410_400_000, HashRate: [3]float64{76000.5, 75000, 74000},
				Rig: &solo.Rig{Chip: 71.4, When: now.Add(-4 * time.Second)},
			},
			{Name: "192.168.1.40", Kind: solo.KindRig, Rig: &solo.Rig{
				Address: "192.168.1.40:80", Model: hostile, Firmware: hostile, Chip: 57.4, Board: 61, Fans: []int{4105}, Watts: 15.42, HashRate: 11.25e6,
				When: now.Add(-20 * time.Second), Fault: hostile,
			}},
			{
				Name: hostile, Kind: "unknown", Client: hostile, Because: "suggested by the miner", Warning: "its user name is an address: " + hostile,
				Since: now.Add(-time.Hour), BestEver: 512, Difficulty: 32768,
			},
			{
				Name: "garage.l9", Kind: "Antminer", Client: "GodMiner/2.0.0", Because: "hash rate", Addresses: []string{"192.168.1.31", "192.168.1.32"},
				Sessions: 2, Since: now.Add(-80 * time.Minute), LastShare: now.Add(-4500 * time.Millisecond), Difficulty: 1 << 21, Best: 12e9, BestEver: 45e9,
				Hashes: 80_640_000_000_000, HashRate: [3]float64{15e9, 16.5e9, 16.8e9}, HashRateError: [3]float64{0.41, 0.105, 0.05},
				Accepted: 9876, Stale: 12, Duplicate: 1, Low: 3, Unknown: 2, Malformed: 4,
				Rig: &solo.Rig{
					Address: "192.168.1.31:4028, 192.168.1.32:4028", Model: "Antminer L9", Firmware: "Tue Aug 20 17:03:10 CST 2024", Chip: 79, Board: 66,
					Fans: []int{5640, 5580, 5700, 0}, HashRate: 16.9e9, HardwareErrors: 36, DeadChips: 2, Boards: 5, MissingBoards: 1,
					When: now.Add(-30 * time.Second),
				},
			},
		},
		Stratum: &solo.Stratum{
			Connections: 3, Refused: 5, SlowReaders: 1, NotifyP50: 1200 * time.Microsecond, NotifyP99: 15 * time.Millisecond,
			Accepted: 9876, Stale: 12, Duplicate: 1, Low: 3, Unknown: 2, Malformed: 4, Checks: 0.2,
		},
		Nodes: []solo.NodeHealth{
			{Name: "http://127.0.0.1:19443", Serving: true, Up: true, Height: 446, Peers: 8, Version: 210505, TipTime: now.Add(-7 * time.Minute), Since: began},
			{Name: "http://" + hostile, Fault: hostile + strings.Repeat("long ", 100), Since: now.Add(-time.Minute)},
		},
		Alerts: []solo.Alert{
			{Key: "node-down", Node: "http://" + hostile, Text: hostile, Remedy: hostile, Since: now.Add(-time.Minute)},
			{Key: "no-peers", Text: "nobody tells the node of blocks", Remedy: "connect it", Grave: true, Since: now.Add(-time.Second)},
		},
	}
	for i, kind := range []string{
		solo.EventAlertOver, solo.EventAlert, solo.EventMinerWent, solo.EventMinerCame, solo.EventNodeServes, solo.EventMature, solo.EventOrphaned, solo.EventRejected,
		solo.EventAccepted, solo.EventFound,
	} {
		s.Events = append(s.Events, solo.Event{
			Time: now.Add(-time.Duration(i) * 17 * time.Minute), Kind: kind, Chain: "litecoin", Worker: hostile, Node: "http://" + hostile, Block: "b10c", Text: "event of " + kind + " " + hostile,
			Grave: kind == solo.EventAlert,
		})
	}
	for i, state := range []delivery.BlockState{delivery.StateMature, delivery.StateOrphaned, delivery.StateRejected, delivery.StateUnsettled, delivery.StateImmature} {
		b := delivery.Block{
			BlockHash: template.DoubleSHA256([]byte{byte(i)}), Height: int32(300 + i), Value: 1_250_000_000, Script: payoutScript, Worker: "garage.l9",
			Found: began.Add(time.Duration(i) * time.Minute), State: state, Verdict: delivery.Verdict{Outcome: delivery.Accepted}, Confirmations: 104 - 20*i,
		}
		switch state {
		case delivery.StateRejected:
			b.Verdict, b.Confirmations = delivery.Verdict{Outcome: delivery.Rejected, Reason: hostile}, 0
		case delivery.StateUnsettled:
			b.Verdict, b.Confirmations = delivery.Verdict{}, 0
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

// full returns a dashboard that shows snapshot.
func full(t testing.TB) *dashboard.Dashboard {
	t.Helper()
	return showing(t, snapshot(t))
}

// showing returns a dashboard that shows s.
func showing(t testing.TB, s solo.Stats) *dashboard.Dashboard {
	t.Helper()
	d, err := dashboard.New(dashboard.Config{
		Version: "1.2.3", Stats: func() solo.Stats { return s }, Now: func() time.Time { return now },
		AddressOf: func(chain *template.Chain, script []byte) string {
			switch {
			case chain == template.Litecoin && string(script) == string(payoutScript):
				return "rltc1qpayee"
			case chain == template.Dogecoin && string(script) == string(dogeScript):
				return "nDogePayee"
			}
			return ""
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
