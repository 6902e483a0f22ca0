package dashboard_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

var dogeScript = append([]byte{0x76, 0xa9, 0x14}, make([]byte, 22)...)

// mergedSnapshot is snapshot with two merged chains: Dogecoin, which is mined, and another one, which is not.
func mergedSnapshot(t testing.TB) solo.Stats {
	t.Helper()
	s := snapshot(t)
	raw, err := os.ReadFile("../../template/testdata/dogecoin/gbt-regtest-h161.json")
	if err != nil {
		t.Fatal(err)
	}
	doge, err := template.Dogecoin.Decode(raw, now.Add(-12*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	aux, err := template.NewAux(doge, template.Coinbase{Script: dogeScript, Tag: "/ltcsolo/ <b>"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Job, err = template.NewJob("8", s.Job.Template, s.Job.Coinbase, true, aux); err != nil {
		t.Fatal(err)
	}
	s.Merged = []solo.SideStats{
		{
			Chain: template.Dogecoin, Network: "regtest", Address: "nDogePayee", Template: doge, Committed: true, Accepted: 1,
			Nodes: []solo.NodeHealth{{Name: "http://127.0.0.1:18332", Serving: true, Up: true, Height: 160, Peers: 2, Version: 1140900, Since: began}},
		},
		{
			Chain: template.Pepecoin, Network: "regtest", Address: "nPepePayee", TemplateFail: hostile,
			Nodes: []solo.NodeHealth{{Name: "http://127.0.0.1:18333", Serving: true, Fault: "no pepecoind answers: " + hostile, Since: now.Add(-time.Minute)}},
		},
	}
	for i, state := range []delivery.BlockState{delivery.StateImmature, delivery.StateRejected} {
		s.Merged[0].Blocks = append(s.Merged[0].Blocks, delivery.Block{
			BlockHash: template.DoubleSHA256([]byte{100, byte(i)}), Height: int32(150 + i), Value: 10_000_00000000, Script: dogeScript,
			Found: began.Add(time.Duration(2*i)*time.Minute + time.Second), State: state, Confirmations: 11 - 11*i,
			Verdict: []delivery.Verdict{{Outcome: delivery.Accepted}, {Outcome: delivery.Rejected, Reason: hostile}}[i],
		})
	}
	s.Alerts = append(s.Alerts, solo.Alert{Key: solo.AlertNodeDown, Chain: "pepecoin", Node: "http://127.0.0.1:18333", Text: "no pepecoind answers; this is about pepecoin alone", Since: now})
	return s
}

// Programs rely on the form of merged chains in /api/stats too. All other keys are about Litecoin as without merged chains.
func TestMergedGolden(t *testing.T) {
	const golden = "testdata/merged.json"
	parts := func(s solo.Stats) map[string]json.RawMessage {
		w := ask(t, showing(t, s), "/api/stats", nil)
		var all map[string]json.RawMessage
		if err := json.Unmarshal(w.Body.Bytes(), &all); w.Code != http.StatusOK || err != nil {
			t.Fatalf("GET /api/stats gives %d, %v", w.Code, err)
		}
		return all
	}
	with, without := parts(mergedSnapshot(t)), parts(snapshot(t))
	for key, value := range without {
		same := bytes.Equal(with[key], value)
		if changes := key == "merged" || key == "alerts" || key == "coinbase"; same == changes { // coinbase: the commitment
			t.Errorf("%s is %s, without merged chains %s", key, with[key], value)
		}
	}
	checkGolden(t, golden, append(with["merged"], '\n'))
}

func TestPageOfMergedChains(t *testing.T) {
	html := ask(t, showing(t, mergedSnapshot(t)), "/", nil).Body.String()
	checkHarmless(t, html)
	for _, want := range []string{
		`<span class="state good">with dogecoin</span>`, `<span class="state warn">without pepecoin</span>`, `Odds <span class="tag">litecoin</span>`,
		"<h2>Dogecoin ", "mined with the same work", "nDogePayee", "<h2>Pepecoin ", "not mined", "height 161", "12 s old", "250024.00000000 DOGE", ">24.00000000 DOGE",
		`<td data-label="Chain" class="short">litecoin</td>`, `<td data-label="Chain" class="short">dogecoin</td>`, `<td data-label="Chain" class="short">pepecoin</td>`, "http://127.0.0.1:18332", "1.14.9<",
		"10000.00000000 DOGE", "12.50000000 LTC", "11 of 60", "24 of 100", "node-down · pepecoin · http://127.0.0.1:18333", "2 litecoin, 1 dogecoin, 0 pepecoin of this run",
		`<span class="faint">dogecoin</span> <span class="state good">1 immature</span>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	var found []string
	for _, m := range regexp.MustCompile(`data-label="Found"><time datetime="2026-11-24T([0-9:]*)Z"`).FindAllStringSubmatch(html, -1) {
		found = append(found, m[1])
	}
	if want := []string{"10:34:00", "10:33:00", "10:32:01", "10:32:00", "10:31:00", "10:30:01", "10:30:00"}; !slices.Equal(found, want) {
		t.Errorf("blocks found at %v, want those of both chains, newest first", found)
	}
}

// A page of Litecoin alone names no chain.
func TestPageWithoutMergedChains(t *testing.T) {
	html := ask(t, full(t), "/", nil).Body.String()
	for _, not := range []string{"Chain", `class="tag">litecoin`, `class="panel"`, "dogecoin"} {
		if strings.Contains(html, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

// While Litecoin cannot be searched, the page says that only merged chains are.
func TestPageOfMergedChainsAlone(t *testing.T) {
	s := mergedSnapshot(t)
	s.Idle = "the tip has moved, and the node has no template"
	html := ask(t, showing(t, s), "/", nil).Body.String()
	for _, want := range []string{"no new template, only merged chains are mined", s.Idle, "with dogecoin"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
