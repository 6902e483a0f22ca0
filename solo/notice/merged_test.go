package notice

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// A merged chain's blocks have events of their own, in the chain's coin. Those of earlier runs have none.
func TestBlockEventsOfAMergedChain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts")
	block := func(name byte, s delivery.BlockState) delivery.Block {
		return delivery.Block{BlockHash: template.Hash{name}, Height: 5_900_000, Value: 10_000_00000000, Script: []byte{'x'}, State: s, ThisRun: name == 2}
	}
	n, log := newNotices(Config{OnBlock: command(t, "facts", file), Grace: lasting(time.Minute), Merged: []Merged{{
		Chain: template.Dogecoin, AddressOf: func(script []byte) string { return "D" + string(script) }, Earlier: []delivery.Block{block(1, delivery.StateImmature)},
	}}})
	blocks := func(all ...delivery.Block) func() solo.Stats {
		return func() solo.Stats {
			return solo.Stats{Merged: []solo.SideStats{{Chain: template.Dogecoin, Blocks: all}}}
		}
	}
	n.observe(blocks(block(1, delivery.StateImmature), block(2, delivery.StateUnsettled)))
	n.finish(blocks(block(1, delivery.StateMature), block(2, delivery.StateImmature)))
	events := facts(t, file)
	if got, want := names(events), []string{BlockFound, BlockMature, BlockAccepted}; !slices.Equal(got, want) {
		t.Fatalf("events %v, want %v\n%s", got, want, log)
	}
	for name, want := range map[string]string{
		"SOLO_CHAIN": "dogecoin", "SOLO_NETWORK": "regtest", "SOLO_VALUE": "1000000000000", "SOLO_UNIT": "1e-8 DOGE", "SOLO_ADDRESS": "Dx",
		"SOLO_MESSAGE": "dogecoin block 5900000 found: it pays 10000.00000000 DOGE to Dx",
	} {
		if got := events[0][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if value, ok := events[0]["SOLO_VALUE_LITOSHI"]; ok {
		t.Errorf("a block of Dogecoin has a value of %s litoshi", value)
	}
}

// An alert about a merged chain names it, and any other names none.
func TestAlertEventOfAMergedChain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts")
	n, _ := newNotices(Config{OnAlert: command(t, "facts", file), Grace: lasting(time.Minute)})
	n.Alert(solo.Alert{Key: solo.AlertNoNode, Chain: "dogecoin", Text: "mining dogecoin is paused"}, false)
	n.Alert(solo.Alert{Key: solo.AlertNodeDown, Chain: "dogecoin", Node: "http://d", Text: "no dogecoind answers"}, true)
	n.Alert(solo.Alert{Key: solo.AlertLowDisk, Text: "no room"}, false)
	n.finish(noStats)
	events := facts(t, file)
	for i, want := range [][2]string{
		{"dogecoin", "dogecoin: mining dogecoin is paused"}, {"dogecoin", "http://d: over: no dogecoind answers"}, {"", "no room"},
	} {
		if got := [2]string{events[i]["SOLO_CHAIN"], events[i]["SOLO_MESSAGE"]}; got != want {
			t.Errorf("event %d: chain and message %q, want %q", i, got, want)
		}
	}
}
