package discover_test

import (
	"errors"
	"strings"
	"testing"

	"ltcsolo/solo/node"
)

const secret = "correct-horse"

// asError asserts that err is a *node.Error: see checkLines.
func asError(t testing.TB, err error) *node.Error {
	t.Helper()
	var e *node.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want a *node.Error", err, err)
	}
	checkLines(t, e.Reason, e.Remedy, e.Error())
	return e
}

// asConfigError asserts that err is a *node.ConfigError: see checkLines.
func asConfigError(t testing.TB, err error) *node.ConfigError {
	t.Helper()
	var e *node.ConfigError
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want a *node.ConfigError", err, err)
	}
	checkLines(t, e.Reason, e.Remedy, e.Error())
	return e
}

// checkLines asserts that each text is one line and does not contain the secret.
func checkLines(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if text == "" || strings.ContainsAny(text, "\r\n\x00") || strings.Contains(text, secret) {
			t.Errorf("error texts %q: want one line each, without secrets", texts)
		}
	}
}
