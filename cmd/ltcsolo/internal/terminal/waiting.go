package terminal

import (
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// logAgain is how often Waiting logs a reason that stays the same except for its figures.
const logAgain = time.Minute

// Waiting tells why a command waits for the node: on a terminal at once, in the log now and then. It belongs to one
// goroutine.
type Waiting struct {
	log     *slog.Logger
	console *Console // nil: nothing is shown

	progress *Progress // nil before the first reason
	logged   string    // the reason that was logged last, without its figures
	at       time.Time // when
}

// NewWaiting returns a Waiting that logs to log and shows a line on c, which may be nil.
func NewWaiting(log *slog.Logger, c *Console) *Waiting { return &Waiting{log: log, console: c} }

// Tell says why the command still waits, and for how long at most. A node that catches up gives another height every
// second, so a reason of which only the figures differ counts as the same.
func (w *Waiting) Tell(err error, left time.Duration) {
	if w.progress == nil && w.console != nil {
		w.progress = StartProgress(w.console, 0)
	}
	if w.progress != nil {
		w.progress.Step("waiting: %v", err)
	}
	reason := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, err.Error())
	if now := time.Now(); reason != w.logged || now.Sub(w.at) >= logAgain {
		w.logged, w.at = reason, now
		w.log.Info("waiting for the node", "left", left.Round(time.Second), "err", err)
	}
}

// End removes the line.
func (w *Waiting) End() {
	if w.progress != nil {
		w.progress.End()
	}
}
