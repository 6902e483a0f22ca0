package terminal

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

// What comes too fast is left out and counted, but for warnings; after a pause there is room again.
func TestLogThinsOut(t *testing.T) {
	var out strings.Builder
	h := newThinHandler(slog.NewTextHandler(&out, nil)).WithAttrs([]slog.Attr{slog.Int("a", 1)})
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	log := func(level slog.Level, message string) {
		if err := h.Handle(t.Context(), slog.NewRecord(now, level, message, 0)); err != nil {
			t.Fatal(err)
		}
	}
	count := func(message string) int { return strings.Count(out.String(), message) }
	const seconds, perSecond = 10, 1000
	for range seconds * perSecond {
		log(slog.LevelInfo, "block found")
		now = now.Add(time.Second / perSecond)
	}
	if n, want := count("block found"), thinBurst+thinRate*seconds; n < want-1 || n > want+1 {
		t.Errorf("%d lines in %d s, want %d", n, seconds, want)
	}
	if n := count("left out"); n < 1 || n > seconds/5+1 {
		t.Errorf("%d lines about those left out, want one each %v", n, thinTell)
	}
	for range 100 {
		log(slog.LevelWarn, "orphaned")
	}
	if n := count("orphaned"); n != 100 {
		t.Errorf("%d of 100 warnings", n)
	}
	now = now.Add(time.Minute)
	for range thinBurst {
		log(slog.LevelInfo, "stopping")
	}
	if n := count("stopping"); n != thinBurst {
		t.Errorf("%d of %d lines after a pause", n, thinBurst)
	}
}
