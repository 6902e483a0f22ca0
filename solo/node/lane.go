package node

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// watchEvery is how often a node that has not answered is dialled.
const watchEvery = time.Second

// errClosed ends the calls on a closed Client.
var errClosed = errors.New("the client is closed")

// lane makes one call at a time. Its errors are the context's, errClosed, those of Credentials, an *rpcError, a
// *replyError or a *reachError.
type lane struct {
	poster *poster
	turn   chan struct{} // holds one value while a call has the lane; guards the field below
	known  bool          // an HTTP server is at the node's address
}

func newLane(p *poster) *lane { return &lane{poster: p, turn: make(chan struct{}, 1)} }

// call waits for its turn, sends the request and waits for the reply, until ctx ends or limit has passed. After a refusal
// (HTTP 401) it tries the next login at once. A request whose connection broke is repeated once: a node that is busy may
// drop one.
func (l *lane) call(ctx context.Context, limit time.Duration, method string, params []json.RawMessage) (json.RawMessage, error) {
	select {
	case l.turn <- struct{}{}:
	case <-l.poster.ctx.Done():
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-l.turn }()
	if !l.poster.justHeard() { // a node that is down is said to be down, even if its cookie is gone
		if err := l.reachable(ctx); err != nil {
			return nil, err
		}
	}
	body, err := requestBody(method, params)
	if err != nil {
		return nil, err
	}
	return l.poster.logins.try(func(one login) (json.RawMessage, error) {
		result, err := l.once(ctx, limit, method, body, one)
		if !broke(err) {
			return result, err
		}
		if other := look(ctx, l.poster.cfg, l.poster.url); other != nil {
			return nil, other
		}
		return l.once(ctx, limit, method, body, one)
	})
}

// once sends one request, and watches the node while it is pending.
func (l *lane) once(ctx context.Context, limit time.Duration, method string, body []byte, one login) (json.RawMessage, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	pending, giveUp := context.WithCancelCause(limited)
	watched := make(chan struct{})
	known := l.known
	go func() {
		defer close(watched)
		known = l.watch(pending, giveUp, known)
	}()
	result, err := l.poster.once(pending, limit, replyLimit(method), body, one)
	giveUp(nil)
	<-watched
	if why := context.Cause(pending); err != nil && limited.Err() == nil && why != context.Canceled {
		known, err = false, why
	}
	l.known = known && !errors.As(err, new(*reachError)) || err == nil || answered(err)
	return result, err
}

// watch dials the node each second until ctx ends, and finds out what is at its address unless that is known or a call is
// answered soon. It gives the call up if no litecoind is there, and reports whether an HTTP server is.
func (l *lane) watch(ctx context.Context, giveUp context.CancelCauseFunc, known bool) bool {
	dial, lookAt := time.NewTicker(watchEvery), time.NewTimer(lookAfter)
	defer dial.Stop()
	defer lookAt.Stop()
	for {
		select {
		case <-ctx.Done():
			return known
		case <-lookAt.C:
			if known {
				continue
			}
			other := look(ctx, l.poster.cfg, l.poster.url)
			if other != nil {
				giveUp(other)
			}
			known = other == nil && ctx.Err() == nil
		case <-dial.C:
			if err := l.reachable(ctx); err != nil {
				giveUp(err)
			}
		}
	}
}

// reachable returns a *reachError if the node cannot be dialled.
func (l *lane) reachable(ctx context.Context) error {
	conn, err := l.poster.cfg.dial(ctx, l.poster.url.Host)
	if err == nil {
		return conn.Close()
	}
	return l.poster.unreached(ctx, 0, err)
}

// retire waits for the last call of a closed client's lane.
func (l *lane) retire() {
	l.turn <- struct{}{}
	<-l.turn
}
