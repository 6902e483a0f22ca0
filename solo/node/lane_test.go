package node

import (
	"context"
	"errors"
	"net"
	"net/url"
	"testing"
	"time"
)

func credentials() (string, string, error) { return "user", "password", nil }

// silent starts a server that accepts connections and never replies.
func silent(t *testing.T) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &url.URL{Scheme: "http", Host: l.Addr().String()}
}

func TestLaneEndsACallAtItsLimit(t *testing.T) {
	l := newLane(newPoster(silent(t), &Config{}, newLogins(Config{Credentials: credentials})))
	_, err := l.call(t.Context(), time.Millisecond, "getblockcount", nil)
	var reach *reachError
	if !errors.As(err, &reach) || reach.late != time.Millisecond {
		t.Errorf("call = %v, want a late reply", err)
	}
}

func TestLaneEndsWaitersAndCallsWithTheirContext(t *testing.T) {
	l := newLane(newPoster(silent(t), &Config{}, newLogins(Config{Credentials: credentials})))
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 3)
	for range cap(errs) { // one has the lane, two queue
		go func() {
			_, err := l.call(ctx, time.Hour, "getblockcount", nil)
			errs <- err
		}()
	}
	cancel()
	for range cap(errs) {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("call = %v, want context.Canceled", err)
		}
	}
}

func TestCloseEndsCalls(t *testing.T) {
	c, err := New(Config{URL: silent(t).String(), Credentials: credentials})
	if err != nil {
		t.Fatal(err)
	}
	c.waitFor(5)
	errs := make(chan error, 2)
	for range cap(errs) {
		go func() {
			_, err := c.Status(context.Background())
			errs <- err
		}()
	}
	c.Close()
	c.Close()
	for range cap(errs) {
		if err := <-errs; !errors.Is(err, errClosed) {
			t.Errorf("Status = %v, want errClosed", err)
		}
	}
	if _, err := c.NextTemplate(t.Context(), nil); !errors.Is(err, errClosed) {
		t.Errorf("NextTemplate of a closed client = %v, want errClosed", err)
	}
}
