package run

import (
	"errors"
	"io/fs"
	"log/slog"
	"runtime"
	"testing"

	"ltcsolo/solo"
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
