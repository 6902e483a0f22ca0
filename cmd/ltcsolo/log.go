package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"
)

// logger is a log and what its end and its file need.
type logger struct {
	*slog.Logger
	flush  func()       // waits, not for long, until what was logged is out
	reopen func() error // opens the log file anew by its name; nil without --log-file
}

// newLog makes the logger that a command's flags ask for. Lines go to the console, or to a file.
func newLog(ctx *cli.Context, c *console) (*logger, error) {
	level, err := logLevel(ctx.String("log-level"), ctx.Bool("quiet"))
	if err != nil {
		return nil, err
	}
	l := &logger{}
	var out io.Writer = c
	colour := c.colour
	if path := ctx.String("log-file"); path != "" {
		f := &logFile{path: path}
		if err := f.reopen(); err != nil {
			return nil, usage("give a file that can be written with --log-file, or none", "the log file cannot be opened: %v", withoutPath(err))
		}
		out, colour, l.reopen = f, false, f.reopen
	}
	form := ctx.String("log-format")
	handler := func(w io.Writer) slog.Handler {
		if form == "json" {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
		}
		return &lines{out: w, level: level, colour: colour, terminal: out == c && c.terminal}
	}
	if form != "" && form != "text" && form != "json" {
		return nil, usage("give text or json", "there is no such --log-format")
	}
	direct := slog.New(handler(out))
	q := newQueue(out, func(n uint64) { direct.Warn("log lines were dropped: nobody took them", "lines", n) })
	l.Logger, l.flush = slog.New(remedies{handler(q)}), q.flush
	return l, nil
}

func logLevel(name string, quiet bool) (slog.Level, error) {
	levels := map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	level, ok := levels[name]
	if !ok {
		return 0, usage("give debug, info, warn or error", "there is no such --log-level")
	}
	if quiet {
		level = max(level, slog.LevelWarn)
	}
	return level, nil
}

// remedies adds to a record with an error what is to be done about it.
type remedies struct{ slog.Handler }

func (h remedies) Handle(ctx context.Context, r slog.Record) error {
	remedy := ""
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && remedy == "" {
			remedy = remedyOf(err)
		}
		return true
	})
	if remedy != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("remedy", remedy))
	}
	return h.Handler.Handle(ctx, r)
}

func (h remedies) WithAttrs(attrs []slog.Attr) slog.Handler {
	return remedies{h.Handler.WithAttrs(attrs)}
}
func (h remedies) WithGroup(name string) slog.Handler { return remedies{h.Handler.WithGroup(name)} }

// lines is a handler for people: time, level if it is not info, message, key=value.
type lines struct {
	out      io.Writer // takes a whole line a call, from any goroutine
	level    slog.Level
	colour   bool
	terminal bool   // a person looks on: the day needs no saying
	attrs    string // already written ones
	group    string // prefix of keys
}

func (h *lines) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *lines) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	stamp := r.Time.UTC().Format("2006-01-02T15:04:05.000Z")
	if h.terminal {
		stamp = r.Time.Local().Format(time.TimeOnly)
	}
	b.WriteString(h.paint(faint, stamp) + " ")
	switch {
	case r.Level >= slog.LevelError:
		b.WriteString(h.paint(red, "ERROR ") + h.paint(bold, r.Message))
	case r.Level >= slog.LevelWarn:
		b.WriteString(h.paint(yellow, "WARN ") + h.paint(bold, r.Message))
	case h.terminal && slices.Contains(unmissable, r.Message):
		b.WriteString(h.paint(reverseGreen, " *** "+strings.ToUpper(r.Message)+" *** "))
	case r.Level >= slog.LevelInfo:
		b.WriteString(h.paint(bold, r.Message))
	default:
		b.WriteString(h.paint(faint, "DEBUG ") + r.Message)
	}
	b.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		h.append(&b, h.group, a)
		return true
	})
	b.WriteByte('\n')
	_, err := io.WriteString(h.out, b.String())
	return err
}

func (h *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	var b strings.Builder
	for _, a := range attrs {
		h.append(&b, h.group, a)
	}
	c.attrs += b.String()
	return &c
}

func (h *lines) WithGroup(name string) slog.Handler {
	c := *h
	c.group += name + "."
	return &c
}

func (h *lines) append(b *strings.Builder, group string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, inner := range v.Group() {
			h.append(b, group+a.Key+".", inner)
		}
		return
	}
	text := v.String()
	if v.Kind() == slog.KindFloat64 {
		text = strconv.FormatFloat(v.Float64(), 'g', 4, 64) // for reading; JSON has all digits
	}
	if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c == ' ' || c == '"' || !strconv.IsPrint(c) }) {
		text = strconv.Quote(text)
	}
	fmt.Fprintf(b, " %s%s", h.paint(faint, group+a.Key+"="), text)
}

// Escape sequences of ECMA-48.
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"

	reverseGreen = "1;7;32"
)

// unmissable are the engine's messages for which a person waits for years. They stand out on a terminal.
var unmissable = []string{"block found", "block accepted"}

func (h *lines) paint(code, text string) string { return paint(h.colour, code, text) }

func paint(colour bool, code, text string) string {
	if !colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// logFile appends to a file that may be renamed under it. It is safe for concurrent use.
type logFile struct {
	path string
	mu   sync.Mutex
	f    *os.File
}

// reopen opens the file by its name. If that fails, the log goes on in the file that was open.
func (l *logFile) reopen() error {
	f, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var old error
	if l.f != nil {
		old = l.f.Close()
	}
	l.f = f
	return old
}

func (l *logFile) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.f.Write(b)
}
