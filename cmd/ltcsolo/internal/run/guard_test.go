package run

import (
	"errors"
	"io/fs"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
)

func TestLowDiskIsAnAlert(t *testing.T) {
	alerts := solo.NewAlerts(slog.New(slog.DiscardHandler), nil)
	for _, tt := range []struct {
		free uint64
		err  error
		want int
	}{{1 << 40, nil, 0}, {DiskLow - 1, nil, 1}, {0, errors.ErrUnsupported, 1}, {DiskLow, nil, 0},
		{0, errors.ErrUnsupported, 0}, {0, fs.ErrNotExist, 1}, {1 << 40, nil, 0}} {
		checkDisk("/state", func(string) (uint64, error) { return tt.free, tt.err }, alerts)
		if got := alerts.List(); len(got) != tt.want || tt.want == 1 && (got[0].Key != solo.AlertLowDisk || !got[0].Grave) {
			t.Errorf("with %d bytes free, %v: alerts %+v, want %d", tt.free, tt.err, got, tt.want)
		}
	}
}

// Only an unclear refusal that still stands is an alert; its end is told too.
func TestUnclearRefusalIsAnAlert(t *testing.T) {
	alerts := solo.NewAlerts(slog.New(slog.DiscardHandler), nil)
	refused := func(node string, o delivery.Outcome) delivery.Block {
		b := delivery.NewBlock(&delivery.Candidate{Height: 3_300_000}, "")
		b.Answer(delivery.NodeVerdict{Node: node, Verdict: delivery.Verdict{Outcome: o, Reason: "a new word"}})
		return b
	}
	orphaned := refused("b", delivery.RefusedUnclear)
	orphaned.State = delivery.StateOrphaned
	for _, tt := range []struct {
		name   string
		blocks []delivery.Block
		want   string // the node
	}{
		{"none", nil, ""},
		{"refused", []delivery.Block{refused("b", delivery.RefusedUnclear)}, "b"},
		{"refused, an older block and a newer one are not", []delivery.Block{refused("b", delivery.Accepted), refused("b", delivery.RefusedUnclear), refused("a", delivery.Rejected)}, "b"},
		{"orphaned", []delivery.Block{orphaned}, ""},
		{"refused by another", []delivery.Block{refused("a", delivery.RefusedUnclear)}, "a"},
		{"for now", []delivery.Block{refused("a", delivery.RefusedForNow)}, ""},
	} {
		checkRefusals(tt.blocks, []solo.NodeHealth{{Name: "a"}, {Name: "b"}}, alerts)
		got := alerts.List()
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || got[0].Node != tt.want || got[0].Key != solo.AlertBlockRefused ||
			!got[0].Grave || !strings.Contains(got[0].Text, "a new word") || !strings.Contains(got[0].Text, "3300000")) {
			t.Errorf("%s: alerts %+v, want one about %q", tt.name, got, tt.want)
		}
	}
}

func TestFreeBytes(t *testing.T) {
	switch runtime.GOOS {
	case "linux", "darwin", "windows":
	default:
		return
	}
	if n, err := freeBytes(t.TempDir()); n == 0 || err != nil {
		t.Errorf("freeBytes() = %d, %v", n, err)
	}
	if _, err := freeBytes("/no such directory"); err == nil {
		t.Error("freeBytes of no directory gives no error")
	}
}
