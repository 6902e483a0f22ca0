package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

// Exit codes.
const (
	exitDone      = 0 // done, or stopped as asked
	exitFailed    = 1 // something failed while running
	exitUsage     = 2 // usage or configuration is wrong
	exitNode      = 3 // the node cannot be used
	exitLocked    = 4 // another ltcsolo runs on this state directory
	exitUnsettled = 5 // a block was found and not accepted, or is unsettled
)

// failure is an error that a person reads: what is wrong and what to do, each one line without a secret.
type failure struct {
	code   int
	reason string
	remedy string
}

func (f *failure) Error() string { return f.reason }

// usage is a failure of what was typed or configured.
func usage(remedy, format string, a ...any) *failure {
	return &failure{exitUsage, fmt.Sprintf(format, a...), remedy}
}

// failureOf finds the exit code and the remedy of any error.
func failureOf(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	var refusal *wallet.Error
	var config *node.ConfigError
	var unusable *node.Error
	switch {
	case errors.As(err, &refusal), errors.As(err, &config):
		return &failure{exitUsage, err.Error(), remedyOf(err)}
	case errors.As(err, &unusable):
		return &failure{exitNode, err.Error(), unusable.Remedy}
	}
	return &failure{exitFailed, err.Error(), ""}
}

// remedyOf is what is to be done about an error; empty if nobody knows.
func remedyOf(err error) string {
	var f *failure
	var refusal *wallet.Error
	var config *node.ConfigError
	var unusable *node.Error
	switch {
	case errors.As(err, &f):
		return f.remedy
	case errors.As(err, &refusal):
		return refusal.Remedy
	case errors.As(err, &config):
		return config.Remedy
	case errors.As(err, &unusable):
		return unusable.Remedy
	}
	return ""
}

// report writes the two lines of an error and gives the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	f := failureOf(err)
	fmt.Fprintf(w, "ltcsolo: %s\n", oneLine(f.reason))
	if f.remedy != "" {
		fmt.Fprintf(w, "what to do: %s\n", oneLine(f.remedy))
	}
	return f.code
}

// withoutPath is a file error without the file's name: a name that was typed may be anything, a private key too.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
