package history

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// block returns a found block. Its hash is that of its height.
func block(height int32, state delivery.BlockState, thisRun bool) delivery.Block {
	return delivery.Block{
		BlockHash: hashOf(height), Height: height, Value: 625_000_000, Found: begin, Worker: "l9", State: state, ThisRun: thisRun,
		Verdict: delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"},
	}
}

func hashOf(height int32) template.Hash { return template.DoubleSHA256(fmt.Append(nil, height)) }

func blocks(all ...delivery.Block) solo.Stats { return solo.Stats{Blocks: all} }

// miners returns a snapshot with these miners connected, and this CPU.
func miners(names ...string) solo.Stats {
	s := solo.Stats{Workers: []solo.Worker{{Name: "cpu", Kind: solo.KindCPU}, {Name: "long gone"}}}
	for _, n := range names {
		s.Workers = append(s.Workers, solo.Worker{Name: n, Sessions: 1})
	}
	return s
}

func serves(name string, nodes ...string) solo.Stats {
	var s solo.Stats
	for _, n := range nodes {
		s.Nodes = append(s.Nodes, solo.NodeHealth{Name: n, Serving: n == name})
	}
	return s
}

// told writes events as "kind worker-or-node text", one a line, with the minute after begin.
func told(events []solo.Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(int(e.Time.Sub(begin).Minutes()), " ", e.Kind, " ", e.Chain, " ", e.Worker, e.Node, " ", e.Text)), " "))
	}
	return strings.Join(lines, "\n")
}

func TestCompare(t *testing.T) {
	of := func(height int32, kind string) solo.Event {
		return solo.Event{Time: begin, Kind: kind, Block: hashOf(height).String()}
	}
	many := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf("rig%04d", i))
		}
		return names
	}
	for _, tt := range []struct {
		name      string
		earlier   []solo.Event
		snapshots []solo.Stats // a minute apart
		want      []string
	}{
		{"found and accepted", nil, []solo.Stats{blocks(), blocks(block(7, delivery.StateUnsettled, true)), blocks(block(7, delivery.StateImmature, true)), blocks(block(7, delivery.StateImmature, true))}, []string{
			"0 found litecoin l9 block 7 found: it pays 6.25000000 LTC", "2 accepted litecoin l9 block 7 is in the best chain",
		}},
		{"found and accepted at once", nil, []solo.Stats{blocks(), blocks(block(7, delivery.StateImmature, true))}, []string{
			"0 found litecoin l9 block 7 found: it pays 6.25000000 LTC", "1 accepted litecoin l9 block 7 is in the best chain",
		}},
		{"orphaned, back and mature", nil, []solo.Stats{
			blocks(block(7, delivery.StateImmature, false)), blocks(block(7, delivery.StateUnsettled, false)), blocks(block(7, delivery.StateOrphaned, false)),
			blocks(block(7, delivery.StateImmature, false)), blocks(block(7, delivery.StateMature, false)),
		}, []string{
			"2 orphaned litecoin l9 block 7 is orphaned: another block has its place in the best chain", "3 accepted litecoin l9 block 7 is in the best chain",
			"4 mature litecoin l9 block 7 is mature: its 6.25000000 LTC can be spent",
		}},
		{"rejected", nil, []solo.Stats{blocks(), blocks(block(7, delivery.StateRejected, true))}, []string{
			"0 found litecoin l9 block 7 found: it pays 6.25000000 LTC", "1 rejected litecoin l9 block 7 was not accepted: rejected: high-hash",
		}},
		{"blocks of a merged chain", nil, []solo.Stats{{}, {Merged: []solo.SideStats{{Chain: template.Dogecoin, Blocks: []delivery.Block{block(8, delivery.StateImmature, true)}}}}}, []string{
			"0 found dogecoin l9 block 8 found: it pays 6.25000000 DOGE", "1 accepted dogecoin l9 block 8 is in the best chain",
		}},
		{"a journal without events", nil, []solo.Stats{blocks(block(5, delivery.StateMature, false), block(7, delivery.StateImmature, false))}, nil},
		{"a journal whose blocks were told", []solo.Event{of(7, solo.EventFound), of(7, solo.EventAccepted)}, []solo.Stats{blocks(block(7, delivery.StateImmature, false))}, nil},
		{"mature while nothing ran", []solo.Event{of(7, solo.EventFound), of(7, solo.EventAccepted)}, []solo.Stats{blocks(block(7, delivery.StateMature, false))}, []string{
			"0 mature litecoin l9 block 7 is mature: its 6.25000000 LTC can be spent",
		}},
		{"killed when it was found", []solo.Event{{Time: begin.Add(-time.Hour), Kind: solo.EventAlert}}, []solo.Stats{blocks(block(7, delivery.StateImmature, false))}, []string{
			"0 found litecoin l9 block 7 found: it pays 6.25000000 LTC", "0 accepted litecoin l9 block 7 is in the best chain",
		}},
		{"miners come and go", nil, []solo.Stats{miners(), miners("a"), miners("a"), miners("a"), miners("a"), miners("a"), miners("a"), miners(), miners(), miners("b"), miners("a", "b")}, []string{
			"1 miner-came a a miner has connected", "7 miner-went a a miner has left", "9 miner-came b a miner has connected", "10 miner-came a a miner has connected",
		}},
		{"a miner reconnects", nil, []solo.Stats{miners("a"), miners("a"), miners("a"), miners("a"), miners("a"), miners("a"), miners(), miners("a"), miners(), miners("a")}, []string{
			"0 miner-came a a miner has connected",
		}},
		{"miners of an earlier run come back soon, or not", []solo.Event{
			{Kind: solo.EventMinerCame, Worker: "a"}, {Kind: solo.EventMinerCame, Worker: "b"}, {Kind: solo.EventMinerCame, Worker: "c"}, {Kind: solo.EventMinerWent, Worker: "c"},
		}, []solo.Stats{miners(), miners(), miners("a"), miners("a"), miners("a"), miners("a", "c"), miners("a", "c")}, []string{
			"5 miner-came c a miner has connected", "0 miner-went b a miner has left",
		}},
		{"another node serves", nil, []solo.Stats{serves("x", "x", "y"), serves("", "x", "y"), serves("x", "x", "y"), serves("", "x", "y"), serves("y", "x", "y"), serves("y", "x", "y")}, []string{
			"4 node-serves litecoin y templates come from another node now",
		}},
		{"thousands of miners", nil, []solo.Stats{miners(), miners(many(1000)...)}, func() (want []string) {
			for _, name := range many(maxCameWent) {
				want = append(want, "1 miner-came "+name+" a miner has connected")
			}
			return append(want, "1 miner-came 980 more miners have connected")
		}()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSeen(tt.earlier, begin)
			var events []solo.Event
			for i := range tt.snapshots {
				events = append(events, s.compare(&tt.snapshots[i], begin.Add(time.Duration(i)*time.Minute))...)
			}
			if got, want := told(events), strings.Join(tt.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAlertEvents(t *testing.T) {
	a := solo.Alert{Key: solo.AlertNodeDown, Node: "http://x", Chain: "dogecoin", Text: "it is down", Grave: true}
	if got := alertEvent(&a, false, begin); got != (solo.Event{Time: begin, Kind: solo.EventAlert, Chain: "dogecoin", Node: "http://x", Text: "it is down", Grave: true}) {
		t.Errorf("%+v", got)
	}
	if got := alertEvent(&a, true, begin); got.Kind != solo.EventAlertOver || got.Text != a.Text {
		t.Errorf("%+v", got)
	}
}
