package deliverytest

import (
	"log/slog"
	"sync/atomic"
)

// LineCount counts the log lines that an operator sees.
type LineCount struct{ atomic.Int64 }

// Write implements [io.Writer]: each call is a line.
func (n *LineCount) Write(line []byte) (int, error) {
	n.Add(1)
	return len(line), nil
}

// Logger returns a logger whose lines are counted.
func (n *LineCount) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(n, nil)) }
