package main

import (
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// tellAgain is how often the log hears of a wait whose reason stays the same, but for its figures.
const tellAgain = time.Minute

// waiting tells why a command waits for the node: a terminal always, the log now and then.
type waiting struct {
	log     *slog.Logger
	console *console // nil: nothing is shown

	progress *progress // nil before the first reason
	told     string    // the reason that was logged last, without its figures
	at       time.Time
}

// tell says why it is still waited, and how long at most. A node that catches up gives another height each second.
func (w *waiting) tell(err error, left time.Duration) {
	if w.progress == nil && w.console != nil {
		w.progress = startProgress(w.console, 0)
	}
	if w.progress != nil {
		w.progress.step("waiting: %v", err)
	}
	reason := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, err.Error())
	if now := time.Now(); reason != w.told || now.Sub(w.at) >= tellAgain {
		w.told, w.at = reason, now
		w.log.Info("waiting for the node", "left", left.Round(time.Second), "err", err)
	}
}

// end takes away what is shown.
func (w *waiting) end() {
	if w.progress != nil {
		w.progress.end()
	}
}
