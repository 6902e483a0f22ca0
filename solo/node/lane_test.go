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
	l := newLane(silent(t), &Config{}, newLogins(Config{Credentials: credentials}), make(chan struct{}))
	_, err := l.call(t.Context(), time.Millisecond, "getblockcount", nil)
	var reach *reachError
	if !errors.As(err, &reach) || reach.late != time.Millisecond {
		t.Errorf("call = %v, want a late reply", err)
	}
	if l.rpc != nil {
		t.Error("the rpcclient of an abandoned call is kept")
	}
}

func TestLaneEndsWaitersAndCallsWithTheirContext(t *testing.T) {
	l := newLane(silent(t), &Config{}, newLogins(Config{Credentials: credentials}), make(chan struct{}))
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

func TestTranslateStatus(t *testing.T) {
	for _, tt := range []struct {
		text   string
		status int
		body   string
	}{
		{`status code: 401, response: ""`, 401, ""},
		{`status code: 500, response: "Work queue depth exceeded"`, 500, "Work queue depth exceeded"},
		{`status code: 200, response: "a\n\"b\" \x00\xff"`, 200, "a\n\"b\" \x00\xff"},
	} {
		_, err := translate(nil, errors.New(tt.text))
		var reply *replyError
		if !errors.As(err, &reply) || reply.status != tt.status || reply.body != tt.body {
			t.Errorf("translate(%q) = %v, want HTTP %d, %q", tt.text, err, tt.status, tt.body)
		}
	}
}
