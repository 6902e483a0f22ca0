package terminal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

// Exit codes.
const (
	ExitDone      = 0 // done, or stopped as asked
	ExitFailed    = 1 // something failed while running
	ExitUsage     = 2 // usage or configuration is wrong
	ExitNode      = 3 // the node cannot be used
	ExitLocked    = 4 // another ltcsolo runs on this state directory
	ExitUnsettled = 5 // a block was found and not accepted, or is unsettled
	ExitIdle      = 6 // status: the run searches nothing now
)

// Error is an error for a person. Neither text holds a secret.
type Error struct {
	Code    int    // exit code
	Setting string // what it is about: "threads" for --threads; empty: not a setting
	Reason  string // what is wrong, one line
	Remedy  string // what to do, one line; empty: nobody knows
	Silent  bool   // the exit code is all that is wanted
	Err     error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Reason }

func (e *Error) Unwrap() error { return e.Err }

// Usage returns an error about what was typed or configured. setting is empty if it is about no single one.
func Usage(setting, remedy, format string, a ...any) *Error {
	return &Error{Code: ExitUsage, Setting: setting, Reason: fmt.Sprintf(format, a...), Remedy: remedy}
}

// Failed returns an error about something that failed, with exit code ExitFailed.
func Failed(remedy, format string, a ...any) *Error {
	return &Error{Code: ExitFailed, Reason: fmt.Sprintf(format, a...), Remedy: remedy}
}

// About says that err is about a setting, unless err names one itself. It returns nil if err is nil.
func About(setting string, err error) error {
	if err == nil {
		return nil
	}
	e := *Explain(err)
	e.Err = err
	if e.Setting == "" {
		e.Setting = setting
	}
	return &e
}

// Explain finds the exit code, the setting and the remedy of any error. The result is the caller's.
func Explain(err error) *Error {
	var known *Error
	var refusal *wallet.Error
	var config *node.ConfigError
	var unusable *node.Error
	switch {
	case errors.As(err, &known):
		e := *known
		return &e
	case errors.As(err, &refusal):
		return &Error{Code: ExitUsage, Reason: err.Error(), Remedy: refusal.Remedy, Err: err}
	case errors.As(err, &config):
		return &Error{Code: ExitUsage, Setting: config.Setting, Reason: err.Error(), Remedy: config.Remedy, Err: err}
	case errors.As(err, &unusable):
		return &Error{Code: ExitNode, Reason: err.Error(), Remedy: unusable.Remedy, Err: err}
	}
	return &Error{Code: ExitFailed, Reason: err.Error(), Err: err}
}

// Report writes the two lines of an error and returns the exit code. A nil error is ExitDone.
func Report(w io.Writer, err error) int {
	if err == nil {
		return ExitDone
	}
	e := Explain(err)
	if e.Silent {
		return e.Code
	}
	text := fmt.Appendf(nil, "ltcsolo: %s\n", OneLine(e.Reason))
	if e.Remedy != "" {
		text = fmt.Appendf(text, "what to do: %s\n", OneLine(e.Remedy))
	}
	WriteInTime(w, text)
	return e.Code
}

// WriteInTime writes text, or gives up after a second: a pipe that nobody reads must not keep the program from ending.
func WriteInTime(w io.Writer, text []byte) {
	written := make(chan struct{})
	go func() {
		w.Write(text)
		close(written)
	}()
	late := time.NewTimer(flushLimit)
	defer late.Stop()
	select {
	case <-written:
	case <-late.C:
	}
}

// WithoutPath returns a file error without the file's name: what was typed as a name may be a private key.
func WithoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
