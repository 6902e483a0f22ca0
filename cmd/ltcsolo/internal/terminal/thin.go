package terminal

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Bounds of what a log takes below warnings. Mining on a private network makes a hundred lines a second, of which the
// thousandth tells no more than the first; on other networks the bounds are never met.
const (
	thinBurst = 200
	thinRate  = 20              // lines a second after that
	thinTell  = 5 * time.Second // pause between two lines about lines that were left out
)

// thinHandler leaves out what comes too fast, and says how much that was. Warnings and errors always pass.
type thinHandler struct {
	slog.Handler
	*thinning
}

// thinning is shared by all handlers of one output.
type thinning struct {
	mu      sync.Mutex
	room    float64   // lines that may pass now
	at      time.Time // of the last line
	left    int       // lines left out since told
	told    time.Time
	message string
}

func newThinHandler(h slog.Handler) thinHandler {
	return thinHandler{h, &thinning{room: thinBurst, message: "log lines came too fast and were left out: --log-level debug has them all"}}
}

func (h thinHandler) Handle(ctx context.Context, r slog.Record) error {
	passes, left := h.take(r)
	if left > 0 {
		note := slog.NewRecord(r.Time, slog.LevelInfo, h.message, 0)
		note.AddAttrs(slog.Int("lines", left))
		h.Handler.Handle(ctx, note)
	}
	if !passes {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// take reports whether the record passes, and how many did not that are to be told of now.
func (t *thinning) take(r slog.Record) (passes bool, left int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.at.IsZero() {
		t.room = min(thinBurst, t.room+thinRate*max(0, r.Time.Sub(t.at).Seconds()))
	}
	t.at = r.Time
	switch passes = r.Level >= slog.LevelWarn || t.room >= 1; {
	case !passes:
		t.left++
	case r.Level < slog.LevelWarn:
		t.room--
	}
	if t.left > 0 && r.Time.Sub(t.told) >= thinTell {
		left, t.left, t.told = t.left, 0, r.Time
	}
	return passes, left
}

func (h thinHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return thinHandler{h.Handler.WithAttrs(attrs), h.thinning}
}

func (h thinHandler) WithGroup(name string) slog.Handler {
	return thinHandler{h.Handler.WithGroup(name), h.thinning}
}
