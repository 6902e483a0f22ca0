package terminal

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

var errSignal = errors.New("stopped by a signal")

// StopSignals returns the signals that ask a program to stop: ctrl-C, the service manager's, and the hangup of a
// terminal that goes away. A hangup is left out if it reopens the log file, or if it is ignored (nohup).
func StopSignals(reopens bool) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !reopens && !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// sameSignal is how long after the first signal another one is the same: timeout signals its child and then the child's
// group, and of a terminal that is closed both the shell and the system tell.
const sameSignal = time.Second

// StopBySignal returns a context that ends at the first of the signals. Another one that comes more than a second later
// ends the process at once, with the exit code that forced returns.
func StopBySignal(parent context.Context, signals []os.Signal, forced func() int) (ctx context.Context, release func()) {
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
		first := time.Now()
		for {
			select {
			case <-received:
				if time.Since(first) > sameSignal {
					os.Exit(forced())
				}
			case <-released:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		close(released)
		cancel(nil)
	}
}

// Interruptible is StopBySignal for a command that has nothing to lose and no log file: a signal is a good end.
func Interruptible(parent context.Context) (ctx context.Context, release func()) {
	return StopBySignal(parent, StopSignals(false), func() int { return ExitDone })
}

// StoppedBySignal reports whether a signal ended a context of StopBySignal.
func StoppedBySignal(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errSignal) }

// OutliveReaders keeps the program alive when the reader of its log or output is gone: the write fails, and that is
// all. Go ends a program at a broken pipe on standard output or error unless it listens for SIGPIPE. The signal is not
// ignored because the user's commands would inherit that.
func OutliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// ReopenOnHangup calls reopen at each SIGHUP, as logrotate expects, until stop is called. With a nil reopen it does
// nothing.
func ReopenOnHangup(reopen func() error, log *slog.Logger) (stop func()) {
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
					log.Error("log file cannot be reopened", "err", err)
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
