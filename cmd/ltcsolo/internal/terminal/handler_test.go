package terminal

import (
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestLines(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		textHandler
		level slog.Level
		attrs []slog.Attr
		want  string
	}{
		{"plain", textHandler{}, slog.LevelInfo, []slog.Attr{slog.Int("height", 5)}, "2026-11-23T12:00:00.000Z hello height=5\n"},
		{"warning", textHandler{}, slog.LevelWarn, nil, "2026-11-23T12:00:00.000Z WARN hello\n"},
		{"debug", textHandler{level: slog.LevelDebug}, slog.LevelDebug, nil, "2026-11-23T12:00:00.000Z DEBUG hello\n"},
		{"quoted", textHandler{}, slog.LevelError, []slog.Attr{slog.String("err", "a \"b\"\n\x1b[2J")},
			"2026-11-23T12:00:00.000Z ERROR hello err=\"a \\\"b\\\"\\n\\x1b[2J\"\n"},
		{"command", textHandler{}, slog.LevelInfo, []slog.Attr{slog.String("remedy", `run: a "" '\n' b`)},
			"2026-11-23T12:00:00.000Z hello remedy=`run: a \"\" '\\n' b`\n"},
		{"empty", textHandler{}, slog.LevelInfo, []slog.Attr{slog.String("a", "")}, "2026-11-23T12:00:00.000Z hello a=\"\"\n"},
		{"number", textHandler{}, slog.LevelInfo, []slog.Attr{slog.Float64("d", 4.6565423739069247e-10)}, "2026-11-23T12:00:00.000Z hello d=4.657e-10\n"},
		{"group", textHandler{}, slog.LevelInfo, []slog.Attr{slog.Group("g", slog.Int("a", 1))}, "2026-11-23T12:00:00.000Z hello g.a=1\n"},
		{"remedy", textHandler{}, slog.LevelWarn, []slog.Attr{slog.Any("err", Usage("", "do this", "it is wrong"))},
			"2026-11-23T12:00:00.000Z WARN hello err=\"it is wrong\" remedy=\"do this\"\n"},
		{"colour", textHandler{colour: true}, slog.LevelError, nil,
			"\x1b[2m2026-11-23T12:00:00.000Z\x1b[0m \x1b[31mERROR \x1b[0m\x1b[1mhello\x1b[0m\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			tt.out = &out
			r := slog.NewRecord(at, tt.level, "hello", 0)
			r.AddAttrs(tt.attrs...)
			if err := (remedyHandler{&tt.textHandler}).Handle(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("written %q, want %q", out.String(), tt.want)
			}
		})
	}
}

func TestLinesWithAttrsAndGroup(t *testing.T) {
	var out strings.Builder
	log := slog.New(remedyHandler{&textHandler{out: &out}}).With("a", 1).WithGroup("g").With("b", 2)
	log.Info("hello", "c", 3)
	if _, got, _ := strings.Cut(out.String(), " "); got != "hello a=1 g.b=2 g.c=3\n" {
		t.Errorf("written %q", got)
	}
}

// The events that people wait years for stand out, by their attribute and not by their words.
func TestHighlight(t *testing.T) {
	for _, tt := range []struct {
		name     string
		terminal bool
		log      func(*slog.Logger)
		want     string
	}{
		{"on a terminal", true, func(l *slog.Logger) { l.Info("a block", "event", "block-found", "height", 5) }, " *** A BLOCK ***  height=5\n"},
		{"by With", true, func(l *slog.Logger) { l.With("event", "block-accepted").Info("a block") }, " *** A BLOCK *** \n"},
		{"in a file", false, func(l *slog.Logger) { l.Info("a block", "event", "block-found", "height", 5) }, "a block height=5\n"},
		{"another event", true, func(l *slog.Logger) { l.Info("block found", "event", "tea") }, "block found event=tea\n"},
		{"words alone", true, func(l *slog.Logger) { l.Info("block found") }, "block found\n"},
	} {
		var out strings.Builder
		tt.log(slog.New(&textHandler{out: &out, terminal: tt.terminal}))
		if _, got, _ := strings.Cut(out.String(), " "); got != tt.want {
			t.Errorf("%s: written %q, want %q", tt.name, got, tt.want)
		}
	}
}
