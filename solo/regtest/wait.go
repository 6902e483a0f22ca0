package regtest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

const (
	// patience bounds every wait of a helper. It is long: it is reached only
	// when something is broken, and a slow machine must not fail a test.
	patience = 2 * time.Minute
	// tick is the pause between two looks at a condition.
	tick = 5 * time.Millisecond
)

// Wait looks at cond again and again until it returns nil, and fails the test
// with what and cond's last error when two minutes have passed. It must be
// called from the test's own goroutine; cond runs there too.
func Wait(t testing.TB, what string, cond func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := poll(ctx, cond); err != nil {
		t.Fatalf("wait for %s: %v", what, err)
	}
}

// poll returns nil as soon as cond does, or an error that holds cond's last
// one when ctx ends.
func poll(ctx context.Context, cond func() error) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		err := cond()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w; last: %w", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// within runs f with a context that ends with the test and after patience, and
// fails the test with f's error.
func within(t testing.TB, f func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f(ctx); err != nil {
		t.Fatal(err)
	}
}
