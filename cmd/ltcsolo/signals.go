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

// stopSignals are those that ask a program to stop: ctrl-C, the service manager, and the terminal that goes away. A
// hangup is left alone if it reopens the log file, or if whoever started the program wants it ignored (nohup).
func stopSignals(reopens bool) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !reopens && !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// stopBySignal gives a context that ends at the first of the signals. The second one ends the process at once, with
// the exit code that forced returns.
func stopBySignal(parent context.Context, signals []os.Signal, forced func() int) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(parent)
	received := make(chan os.Signal, 2)
	signal.Notify(received, signals...)
	released := make(chan struct{}) // closed by release
	go func() {
		select {
		case <-received:
			cancel(errSignal)
		case <-released:
			return
		}
		select {
		case <-received:
			os.Exit(forced())
		case <-released:
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		close(released)
		cancel(nil)
	}
}

// outliveReaders keeps the program alive when whoever read its log or its output is gone: a write fails then, and no
// more. Go ends a program at a broken pipe on standard output or error unless it listens for the signal. To ignore it
// would not do: the user's commands would inherit that.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

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
