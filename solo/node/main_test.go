package node_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// patience is exceeded only when something is broken.
const patience = time.Minute

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// newClient makes a client of s with cfg, whose zero fields it fills in. The client is closed with the test.
func newClient(t testing.TB, s *nodetest.Server, cfg node.Config) *node.Client {
	t.Helper()
	cfg.URL = s.URL
	if cfg.Credentials == nil {
		cfg.Credentials = s.Credentials
	}
	if cfg.Refresh == 0 {
		cfg.Refresh = time.Hour
	}
	return open(t, cfg)
}

func open(t testing.TB, cfg node.Config) *node.Client {
	t.Helper()
	c, err := node.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// eventually waits until cond holds.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
		time.Sleep(time.Millisecond) // between two checks
	}
}

// asError asserts that err is an *Error, with one line each of reason and remedy, and without the secret.
func asError(t testing.TB, err error) *node.Error {
	t.Helper()
	var e *node.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want a *node.Error", err, err)
	}
	for _, text := range []string{e.Reason, e.Remedy, e.Error()} {
		if text == "" || strings.ContainsAny(text, "\r\n\x00") || strings.Contains(text, secret) {
			t.Errorf("error %q, remedy %q: want one line each, without secrets", e.Reason, e.Remedy)
		}
	}
	return e
}

const secret = "correct-horse"

// record is a log that a test can read.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) count(s string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Count(r.text.String(), s)
}

func (r *record) logger() *slog.Logger { return slog.New(slog.NewTextHandler(r, nil)) }

// next is the result of NextTemplate.
type next struct {
	template *template.Template
	err      error
}

func nextTemplate(ctx context.Context, c *node.Client, prev *template.Template) <-chan next {
	out := make(chan next, 1)
	go func() {
		t, err := c.NextTemplate(ctx, prev)
		out <- next{t, err}
	}()
	return out
}

// first returns the template that a client starts with.
func first(t testing.TB, c *node.Client) *template.Template {
	t.Helper()
	got, err := c.NextTemplate(testContext(t), nil)
	if err != nil {
		t.Fatalf("NextTemplate(nil): %v", err)
	}
	return got
}

func hashOf(s *nodetest.Server) template.Hash {
	hash, _ := s.Tip()
	return hash
}

// asConfigError is asError for a *ConfigError.
func asConfigError(t testing.TB, err error) *node.ConfigError {
	t.Helper()
	var e *node.ConfigError
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want a *node.ConfigError", err, err)
	}
	for _, text := range []string{e.Reason, e.Remedy, e.Error()} {
		if text == "" || strings.ContainsAny(text, "\r\n\x00") || strings.Contains(text, secret) {
			t.Errorf("error %q, remedy %q: want one line each, without secrets", e.Reason, e.Remedy)
		}
	}
	return e
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
