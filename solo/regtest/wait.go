package regtest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

const (
	// patience bounds every wait of a helper. It is long, so that only a fault
	// exceeds it and a slow machine fails no test.
	patience = 2 * time.Minute
	// tick is the pause between two checks of a condition.
	tick = 5 * time.Millisecond
)

// Wait calls cond again and again until it returns nil. After two minutes it
// fails the test with what and cond's last error. It must be called from the
// test's goroutine, where cond runs too.
func Wait(t testing.TB, what string, cond func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := poll(ctx, cond); err != nil {
		t.Fatalf("wait for %s: %v", what, err)
	}
}

// poll returns nil as soon as cond does. When ctx ends it returns an error with
// cond's last one.
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

// within runs f with a context that ends with the test or after patience, and
// fails the test with f's error.
func within(t testing.TB, f func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f(ctx); err != nil {
		t.Fatal(err)
	}
}
