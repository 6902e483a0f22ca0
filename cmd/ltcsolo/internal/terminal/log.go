package terminal

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
)

// LogConfig configures a log.
type LogConfig struct {
	Level slog.Level
	JSON  bool   // a JSON object a line; false: text
	File  string // to append to; empty: the console
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
		f := &logFile{path: cfg.File}
		if err := f.reopen(); err != nil {
			return nil, Usage("log-file", "give a file that can be written with --log-file, or none", "the log file cannot be opened: %v", WithoutPath(err))
		}
		out, l.Reopen = f, f.reopen
		text.colour, text.terminal = false, false
	}
	handler := func(w io.Writer) slog.Handler {
		if cfg.JSON {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: cfg.Level})
		}
		h := text
		h.out = w
		return &h
	}
	direct := slog.New(handler(out))
	q := newQueue(out, func(n uint64) { direct.Warn("log lines were dropped: the output is blocked", "lines", n) })
	l.Logger, l.Flush = slog.New(remedyHandler{handler(q)}), q.flush
	return l, nil
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
	mu   sync.Mutex
	f    *os.File
}

// reopen opens the file by its name. If that fails, the log continues in the file that was open.
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
