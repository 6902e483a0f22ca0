package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

var errSignal = errors.New("stopped by a signal")

// stopBySignal gives a context that ends at the first signal to stop. The second one ends the process at once: found
// blocks are in the journal by then, or their bytes cannot get there. A hangup is such a signal too, unless
// reopenOnHangup takes it.
func stopBySignal(parent context.Context) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	released := make(chan struct{}) // closed by release
	go func() {
		select {
		case <-signals:
			cancel(errSignal)
		case <-released:
			return
		}
		select {
		case <-signals:
			os.Exit(exitDone)
		case <-released:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(released)
		cancel(nil)
	}
}

func stoppedBySignal(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errSignal) }

// reopenOnHangup opens the log file anew at each SIGHUP, as logrotate wants it, until the returned function is called.
// Without a log file it does nothing.
func reopenOnHangup(reopen func() error, log *slog.Logger) (stop func()) {
	if reopen == nil {
		return func() {}
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	done := make(chan struct{}) // closed by stop
	go func() {
		for {
			select {
			case <-hangups:
				if err := reopen(); err != nil {
					log.Error("log file cannot be opened anew", "err", err)
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(done)
	}
}
