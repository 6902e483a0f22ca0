package terminal

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
)

// LogConfig configures a log.
type LogConfig struct {
	Level slog.Level
	JSON  bool   // a JSON object a line; false: text
	File  string // to append to by Disk; empty: the console
	Disk  *disk.Writer
	Quiet bool // nobody watches: accepted blocks are told whatever the level, on the console too
}

// Log is a logger that never blocks who logs.
type Log struct {
	*slog.Logger
	Flush  func()       // waits until the lines so far are written, for at most a second
	Reopen func() error // opens the log file again by its name; nil without a file
}

// NewLog opens a log on the console or on a file.
func NewLog(c *Console, cfg LogConfig) (*Log, error) {
	l := &Log{}
	var out io.Writer = c
	text := textHandler{level: cfg.Level, colour: c.colour, terminal: c.Terminal()}
	if cfg.File != "" {
		f := logFile{cfg.File, cfg.Disk}
		if err := f.reopen(); err != nil {
			return nil, Usage("log-file", "give a file that can be written with --log-file, or none", "the log file cannot be opened: %v", WithoutPath(err))
		}
		out, l.Reopen = f, f.reopen
		text.colour, text.terminal = false, false
	}
	handler := func(w io.Writer, level slog.Level) slog.Handler {
		h := text
		h.out, h.level = w, level
		var any slog.Handler = &h
		if cfg.JSON {
			any = slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
		}
		if level < slog.LevelInfo {
			return any
		}
		return newThinHandler(any)
	}
	queued := func(out io.Writer) *queue {
		direct := slog.New(handler(out, cfg.Level))
		return newQueue(out, func(n uint64) { direct.Warn("log lines were dropped: the output is blocked", "lines", n) })
	}
	q := queued(out)
	all := handler(q, cfg.Level)
	l.Flush = q.flush
	if cfg.Quiet {
		told := []slog.Handler{handler(q, slog.LevelInfo)}
		if cfg.File != "" {
			beside := queued(c)
			told = append(told, handler(beside, slog.LevelInfo))
			l.Flush = func() { q.flush(); beside.flush() }
		}
		all = quietHandler{all, told}
	}
	l.Logger = slog.New(remedyHandler{all})
	return l, nil
}

// quietHandler tells of accepted blocks besides what its level lets through: people wait years for one.
type quietHandler struct {
	slog.Handler
	told []slog.Handler // of accepted blocks
}

func (h quietHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (h quietHandler) Handle(ctx context.Context, r slog.Record) error {
	accepted := false
	r.Attrs(func(a slog.Attr) bool {
		accepted = accepted || a.Key == delivery.EventKey && a.Value.String() == delivery.EventAccepted
		return !accepted
	})
	if !accepted {
		if h.Handler.Enabled(ctx, r.Level) {
			return h.Handler.Handle(ctx, r)
		}
		return nil
	}
	var errs []error
	for _, t := range h.told {
		errs = append(errs, t.Handle(ctx, r.Clone()))
	}
	return errors.Join(errs...)
}

func (h quietHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.each(func(x slog.Handler) slog.Handler { return x.WithAttrs(attrs) })
}

func (h quietHandler) WithGroup(name string) slog.Handler {
	return h.each(func(x slog.Handler) slog.Handler { return x.WithGroup(name) })
}

func (h quietHandler) each(change func(slog.Handler) slog.Handler) slog.Handler {
	told := make([]slog.Handler, len(h.told))
	for i := range told {
		told[i] = change(h.told[i])
	}
	return quietHandler{change(h.Handler), told}
}

// remedyHandler adds the remedy of a record's error.
type remedyHandler struct{ slog.Handler }

func (h remedyHandler) Handle(ctx context.Context, r slog.Record) error {
	remedy := ""
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && remedy == "" {
			remedy = Explain(err).Remedy
		}
		return true
	})
	if remedy != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("remedy", remedy))
	}
	return h.Handler.Handle(ctx, r)
}

func (h remedyHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return remedyHandler{h.Handler.WithAttrs(attrs)}
}

func (h remedyHandler) WithGroup(name string) slog.Handler {
	return remedyHandler{h.Handler.WithGroup(name)}
}

// logFile appends to a file that may be renamed meanwhile. It is safe for concurrent use.
type logFile struct {
	path string
	disk *disk.Writer
}

// reopen opens the file by its name. If that fails, the log continues in the file that was open.
func (l logFile) reopen() error { return l.disk.Reopen(l.path) }

func (l logFile) Write(b []byte) (int, error) {
	if err := l.disk.Append(l.path, b); err != nil {
		return 0, err
	}
	return len(b), nil
}
