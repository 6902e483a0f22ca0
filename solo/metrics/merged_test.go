package metrics_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/metrics"
	"ltcsolo/template"
)

const mergedGolden = "testdata/merged.txt"

// merged is a run with two merged chains, one of which has no template yet, and nothing that has other tests.
func merged(t testing.TB) solo.Stats {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/dogecoin/gbt-regtest-h161.json")
	if err != nil {
		t.Fatal(err)
	}
	doge, err := template.Dogecoin.Decode(raw, now.Add(-12500*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot(t)
	s.Workers, s.Stratum = nil, nil
	s.Nodes, s.Search.Limits = s.Nodes[:1], nil
	s.Merged = []solo.SideStats{
		{
			Chain: template.Dogecoin, Network: "regtest", Template: doge, Committed: true,
			Nodes:  []solo.NodeHealth{{Name: "http://127.0.0.1:18332", Serving: true, Up: true, Height: 160, Peers: 2, Version: 1140900, Since: began}},
			Blocks: []delivery.Block{{Height: 150, Value: 10_000_00000000, Found: began, State: delivery.StateImmature}},
		},
		{Chain: template.Pepecoin, Network: "regtest", TemplateFail: hostile, Nodes: []solo.NodeHealth{{Name: hostile, Serving: true, Fault: hostile}}},
	}
	s.Money.Coins = append(s.Money.Coins, solo.Coin{Chain: template.Dogecoin, Price: 0.11, Expected: 3e8}, solo.Coin{Chain: template.Pepecoin, Price: -1, Expected: 7})
	s.Alerts = []solo.Alert{
		{Key: solo.AlertNodeDown, Node: hostile}, {Key: solo.AlertNodeDown, Chain: "pepecoin", Node: hostile}, {Key: solo.AlertNoNode, Chain: "pepecoin"},
	}
	return s
}

// A merged chain's series have the label chain. All others are as without merged chains.
func TestMergedExposition(t *testing.T) {
	s := merged(t)
	with := string(ours(checkGolden(t, mergedGolden, s).Body.Bytes()))
	var litecoin strings.Builder
	for line := range strings.Lines(with) {
		if !strings.Contains(line, `chain="`) && !strings.HasPrefix(line, "#") {
			litecoin.WriteString(line)
		}
	}
	s.Merged, s.Alerts, s.Money.Coins = nil, s.Alerts[:1], s.Money.Coins[:1]
	w := ask(metrics.Handler(metrics.Config{Stats: func() solo.Stats { return s }, Version: "1.2.3", Revision: "0123abc", Now: func() time.Time { return now }}))
	var without strings.Builder
	for line := range strings.Lines(string(ours(w.Body.Bytes()))) {
		if !strings.HasPrefix(line, "#") {
			without.WriteString(line)
		}
	}
	if litecoin.String() != without.String() {
		t.Errorf("with merged chains the other series are\n%s\nwithout\n%s", litecoin.String(), without.String())
	}
	if strings.Contains(with, `litoshi{chain=`) {
		t.Error("an amount of a merged chain is called litoshi")
	}
}
