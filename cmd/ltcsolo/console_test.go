package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func terminal(width int) (*console, *bytes.Buffer) {
	var out bytes.Buffer
	return &console{out: &out, terminal: true, width: func() int { return width }}, &out
}

func TestFit(t *testing.T) {
	parts := []string{"67.0 kH/s", "height 3,000,000", "0 blocks"}
	for width, want := range map[int]string{
		80: "67.0 kH/s | height 3,000,000 | 0 blocks", 39: "67.0 kH/s | height 3,000,000 | 0 blocks",
		38: "67.0 kH/s | height 3,000,000", 20: "67.0 kH/s", 5: "67.0…", 1: "…", 0: "", -1: "",
	} {
		if got := fit(width, parts); got != want {
			t.Errorf("fit(%d) = %q, want %q", width, got, want)
		}
	}
	if got, want := fit(8, []string{"91 °C", "…"}), "91 °C"; got != want {
		t.Errorf("fit = %q, want %q: columns count, not bytes", got, want)
	}
	if got, want := fit(9, []string{"91 °C", "…"}), "91 °C | …"; got != want {
		t.Errorf("fit = %q, want %q: columns count, not bytes", got, want)
	}
}

func TestLogLineDoesNotTearTheStatusLine(t *testing.T) {
	c, out := terminal(21)
	c.update([]string{"one", "two"})
	c.Write([]byte("log line\n"))
	c.update(nil)
	const gone = "\r\x1b[K"
	if got, want := out.String(), "one | two"+gone+"log line\n"+"one | two"+gone; got != want {
		t.Errorf("written %q, want %q", got, want)
	}
}

// TestStatusMayWaitForWhoLogs is about what once stopped the program: the status line asked the engine, which logged
// while it held its lock.
func TestStatusMayWaitForWhoLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := terminal(80)
		var engine sync.Mutex
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			c.show(ctx, func() []string {
				engine.Lock()
				defer engine.Unlock()
				return []string{"status"}
			})
		})
		for range 100 {
			engine.Lock()
			c.Write([]byte("line\n"))
			engine.Unlock()
			time.Sleep(redraw / 3) // by the bubble's clock
		}
		cancel()
		wg.Wait()
	})
}

func TestNoStatusLineWithoutATerminal(t *testing.T) {
	c, out := terminal(80)
	c.terminal = false
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.show(ctx, func() []string { return []string{"status"} })
	if out.Len() != 0 {
		t.Errorf("written %q, want nothing", out)
	}
}

func TestLines(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		lines
		level slog.Level
		attrs []slog.Attr
		want  string
	}{
		{"plain", lines{}, slog.LevelInfo, []slog.Attr{slog.Int("height", 5)}, "2026-11-23T12:00:00.000Z hello height=5\n"},
		{"warning", lines{}, slog.LevelWarn, nil, "2026-11-23T12:00:00.000Z WARN hello\n"},
		{"debug", lines{level: slog.LevelDebug}, slog.LevelDebug, nil, "2026-11-23T12:00:00.000Z DEBUG hello\n"},
		{"quoted", lines{}, slog.LevelError, []slog.Attr{slog.String("err", "a \"b\"\n\x1b[2J")},
			"2026-11-23T12:00:00.000Z ERROR hello err=\"a \\\"b\\\"\\n\\x1b[2J\"\n"},
		{"empty", lines{}, slog.LevelInfo, []slog.Attr{slog.String("a", "")}, "2026-11-23T12:00:00.000Z hello a=\"\"\n"},
		{"number", lines{}, slog.LevelInfo, []slog.Attr{slog.Float64("d", 4.6565423739069247e-10)}, "2026-11-23T12:00:00.000Z hello d=4.657e-10\n"},
		{"group", lines{}, slog.LevelInfo, []slog.Attr{slog.Group("g", slog.Int("a", 1))}, "2026-11-23T12:00:00.000Z hello g.a=1\n"},
		{"remedy", lines{}, slog.LevelWarn, []slog.Attr{slog.Any("err", usage("do this", "it is wrong"))},
			"2026-11-23T12:00:00.000Z WARN hello err=\"it is wrong\" remedy=\"do this\"\n"},
		{"colour", lines{colour: true}, slog.LevelError, nil,
			"\x1b[2m2026-11-23T12:00:00.000Z\x1b[0m \x1b[31mERROR \x1b[0m\x1b[1mhello\x1b[0m\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			tt.out = &out
			r := slog.NewRecord(at, tt.level, "hello", 0)
			r.AddAttrs(tt.attrs...)
			if err := (remedies{&tt.lines}).Handle(t.Context(), r); err != nil {
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
	log := slog.New(remedies{&lines{out: &out}}).With("a", 1).WithGroup("g").With("b", 2)
	log.Info("hello", "c", 3)
	if _, got, _ := strings.Cut(out.String(), " "); got != "hello a=1 g.b=2 g.c=3\n" {
		t.Errorf("written %q", got)
	}
}
