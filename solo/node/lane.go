package node

// Two transports lead to litecoind. This one, rpcclient behind one lane per kind of call, carries every call but
// submitblock: rpcclient knows litecoind's protocol, and a call that waits its turn or is repeated costs nothing.
// post.go says why submitblock has its own.

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/btcsuite/btcd/btcjson"
	"github.com/btcsuite/btcd/rpcclient"
)

const (
	dialLimit  = time.Second
	watchEvery = time.Second // how often a node that has not answered is dialled
)

// errClosed ends the calls on a closed Client.
var errClosed = errors.New("the client is closed")

// lane makes one call at a time. Its errors are the context's, errClosed, those of Credentials, an *rpcError, a
// *replyError or a *reachError.
type lane struct {
	url    *url.URL
	cfg    *Config
	logins *logins
	closed <-chan struct{}
	turn   chan struct{} // holds one value while a call has the lane; guards the fields below

	rpc     *rpcclient.Client // nil before the first call and after drop
	login   login             // the login of rpc
	address string            // where rpc connects to
	known   bool              // rpc talks to an HTTP server
}

func newLane(u *url.URL, cfg *Config, logins *logins, closed <-chan struct{}) *lane {
	return &lane{url: u, cfg: cfg, logins: logins, closed: closed, turn: make(chan struct{}, 1)}
}

// call waits for its turn, sends the request and waits for the reply, until ctx ends or limit has passed. After a refusal
// (HTTP 401) it tries the next login at once.
func (l *lane) call(ctx context.Context, limit time.Duration, method string, params []json.RawMessage) (json.RawMessage, error) {
	select {
	case l.turn <- struct{}{}:
	case <-l.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-l.turn }()
	address, err := l.dial(ctx) // a node that is down is said to be down, even if its cookie is gone
	if err != nil {
		l.drop()
		return nil, err
	}
	return l.logins.try(func(one login) (json.RawMessage, error) {
		return l.once(ctx, limit, address, one, method, params)
	})
}

// once sends one request. If anything but the reply ends it, the rpcclient is dropped, which cancels the request.
func (l *lane) once(ctx context.Context, limit time.Duration, address string, one login, method string, params []json.RawMessage) (json.RawMessage, error) {
	select {
	case <-l.closed:
		return nil, errClosed
	default:
	}
	if err := l.open(address, one); err != nil {
		return nil, err
	}
	timer, watch := time.NewTimer(limit), time.NewTicker(watchEvery)
	defer timer.Stop()
	defer watch.Stop()
	seen, stop := l.look(ctx)
	defer stop()
	future := l.rpc.RawRequestAsync(method, params)
	for {
		select {
		case r := <-future:
			future <- r // it has room for one, and only Receive can read r
			result, err := translate(future.Receive())
			l.known = !errors.As(err, new(*reachError))
			return result, err
		case other := <-seen:
			if l.known = other == nil; !l.known {
				l.drop()
				return nil, other
			}
		case <-watch.C:
			if _, err := l.dial(ctx); err != nil {
				l.drop()
				return nil, err
			}
		case <-timer.C:
			l.drop()
			return nil, &reachError{late: limit}
		case <-l.closed:
			l.drop()
			return nil, errClosed
		case <-ctx.Done():
			l.drop()
			return nil, ctx.Err()
		}
	}
}

// look finds out what is at the node's address, unless that is known or a call is answered soon. It sends nil for an HTTP
// server. The caller calls stop.
func (l *lane) look(ctx context.Context) (seen <-chan *foreignError, stop func()) {
	if l.known {
		return nil, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	found, done := make(chan *foreignError, 1), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-time.After(lookAfter):
			found <- look(ctx, l.cfg, l.url)
		case <-ctx.Done():
		}
	}()
	return found, func() {
		cancel()
		<-done
	}
}

// dial connects, closes the connection and returns the address that answered.
func (l *lane) dial(ctx context.Context) (string, error) {
	conn, err := l.cfg.dial(ctx, l.url.Host)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &reachError{err: err, down: true}
	}
	defer conn.Close()
	return conn.RemoteAddr().String(), nil
}

// open makes the rpcclient if there is none with this login at this address. Over http the rpcclient gets the address that
// answered, since it resolves names without a time limit.
func (l *lane) open(address string, one login) error {
	if l.rpc != nil && l.login == one && (len(l.cfg.Also) == 0 || l.address == address) {
		return nil
	}
	l.drop()
	l.login, l.address = one, address
	if l.url.Scheme != "http" {
		address = l.url.Host
	}
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(l.login.user, l.login.password)
	rpc, err := rpcclient.New(&rpcclient.ConnConfig{
		Host: address, HTTPPostMode: true, DisableTLS: l.url.Scheme == "http",
		// With an empty password rpcclient would look for a cookie by itself.
		DisableAuth:  true,
		Certificates: l.cfg.CA,
		ExtraHeaders: map[string]string{"Authorization": r.Header.Get("Authorization")},
	}, nil)
	if err != nil {
		return &reachError{err: err}
	}
	l.rpc = rpc
	return nil
}

// drop discards the rpcclient. That cancels the request; the rpcclient's goroutines end by themselves.
func (l *lane) drop() {
	if l.rpc != nil {
		l.rpc.Shutdown()
	}
	l.rpc, l.known = nil, false
}

// retire waits for the last call of a closed lane and shuts its rpcclient down.
func (l *lane) retire() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if rpc := l.rpc; rpc != nil {
		l.drop()
		rpc.WaitForShutdown()
	}
}

// statusText matches rpcclient's error for a reply that is not JSON-RPC. The error has no type.
var statusText = regexp.MustCompile(`(?s)^status code: (\d+), response: (".*")$`)

// translate turns rpcclient's errors into ours. None of its types leave this file.
func translate(result json.RawMessage, err error) (json.RawMessage, error) {
	if err == nil {
		if len(result) == 0 {
			return nil, &replyError{status: http.StatusOK} // JSON, but neither result nor error
		}
		return result, nil
	}
	var answer *btcjson.RPCError
	if errors.As(err, &answer) {
		return nil, &rpcError{int(answer.Code), answer.Message}
	}
	if m := statusText.FindStringSubmatch(err.Error()); m != nil {
		status, _ := strconv.Atoi(m[1])
		body, _ := strconv.Unquote(m[2])
		return nil, &replyError{status, body}
	}
	if errors.Is(err, rpcclient.ErrClientShutdown) {
		return nil, errClosed
	}
	return nil, &reachError{err: err}
}
