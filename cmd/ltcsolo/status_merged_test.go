package main

import (
	"strings"
	"testing"
	"time"

	"ltcsolo/solo/dashboard"
)

// merging is the report of a run that mines dogecoin too, and pepecoin not yet.
func merging() *dashboard.Report {
	expected := 1.2e6
	found := time.Unix(1.7e9, 0).UTC()
	const down = "no pepecoind answers at http://127.0.0.1:33873"
	return &dashboard.Report{
		Network: "main", Address: "ltc1qpayee", Searching: true, Odds: &dashboard.Odds{Expected: &expected}, Template: &dashboard.Template{Height: 3_220_000},
		Alerts: []dashboard.Alert{{Key: "node-down", Chain: "pepecoin", Text: down + "; this is about pepecoin alone", Remedy: "start it"}},
		Merged: []dashboard.Merged{
			{
				Chain: "dogecoin", Unit: "1e-8 DOGE", Address: "DPayee", Committed: true, Odds: &dashboard.Odds{Expected: &expected, ChanceDay: 0.07, ChanceYear: 0.5},
				Template:    &dashboard.MergedTemplate{Height: 5_900_000, Age: 12, Transactions: 40, Value: 10_012_34567890, Fees: 12_34567890, NetworkDifficulty: 4e7, NetworkHashRate: 2.8e15},
				Nodes:       []dashboard.Node{{Name: "http://127.0.0.1:22555", Serving: true, Up: true, Height: 5_899_999, Peers: 8, Version: 1140900}},
				BlockStates: map[string]int{"immature": 1, "rejected": 1}, Maturity: 240,
				Blocks: []dashboard.MergedBlock{
					{Height: 5_800_001, Found: found, Value: 10_000_00000000, State: "immature", Verdict: "accepted", Confirmations: 17},
					{Height: 5_800_000, Found: found, Value: 10_000_00000000, State: "rejected", Verdict: "rejected: high-hash"},
				},
			},
			{Chain: "pepecoin", Unit: "1e-8 PEP", Address: "PPayee", Idle: down, TemplateFail: down, Nodes: []dashboard.Node{{Name: "http://127.0.0.1:33873", Serving: true, Fault: down}}},
		},
	}
}

func TestStatusShowsMergedChains(t *testing.T) {
	text := strings.Join(strings.Fields(statusText(merging(), 200)), " ")
	for _, want := range []string{
		"state searching a", "blocks none found yet dogecoin mined with the same work", "a block in 13.9 days; chance in a day 7.00 %",
		"network difficulty 40.0 M, 2.80 PH/s", "template height 5,900,000, 12 s old, 40 transactions", "reward 10012.34567890 DOGE, of which fees 12.34567890 DOGE", "pays DPayee",
		"http://127.0.0.1:22555: serving, height 5,899,999, 8 peers, version 1.14.9", "2 found: 1 immature, 1 rejected",
		"10000.00000000 DOGE: immature, 17 of 240", "rejected (rejected: high-hash)",
		"pepecoin not mined pays PPayee http://127.0.0.1:33873: down none found yet", "alert pepecoin: no pepecoind",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("status lacks %q: %s", want, text)
		}
	}
	if n := strings.Count(text, "no pepecoind answers"); n != 1 {
		t.Errorf("the fault is told %d times: %s", n, text)
	}
	for _, width := range []int{30, 40, 80, 200} {
		for line := range strings.Lines(statusText(merging(), width)) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("%d columns: a line of %d: %q", width, n, line)
			}
		}
	}
}

// What is wrong with a merged chain is not taken for a fault of Litecoin's, and the other way round.
func TestStatusOfMergedChainsInTrouble(t *testing.T) {
	r := merging()
	r.Merged[0].Nodes[0].Up = false
	if text := strings.Join(strings.Fields(statusText(r, 200)), " "); !strings.Contains(text, "state searching a") || !strings.Contains(text, "dogecoin mined on its last template, 12 s old: the node does not answer") {
		t.Errorf("status %s", text)
	}
	r.Idle = "the tip has moved"
	text := strings.Join(strings.Fields(statusText(r, 200)), " ")
	if !strings.Contains(text, "state searching merged chains alone: the tip has moved") || strings.Count(text, "a block in") != 1 {
		t.Errorf("status %s", text)
	}
}
