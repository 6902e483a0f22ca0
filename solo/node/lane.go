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
	turn   chan struct{} // holds one value while a call has the lane
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
	if err := l.reachable(ctx); err != nil { // a node that is down is said to be down, even if its cookie is gone
		return nil, err
	}
	body, err := requestBody(method, params)
	if err != nil {
		return nil, err
	}
	return l.poster.logins.try(func(one login) (json.RawMessage, error) {
		result, err := l.once(ctx, limit, method, body, one)
		if broke(err) {
			result, err = l.once(ctx, limit, method, body, one)
		}
		return result, err
	})
}

// once sends one request. While it is pending the node is dialled each second, so that one that is down is noticed.
func (l *lane) once(ctx context.Context, limit time.Duration, method string, body []byte, one login) (json.RawMessage, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	watching, down := context.WithCancelCause(limited)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch := time.NewTicker(watchEvery)
		defer watch.Stop()
		for {
			select {
			case <-watching.Done():
				return
			case <-watch.C:
				if err := l.reachable(watching); err != nil {
					down(err)
				}
			}
		}
	}()
	result, err := l.poster.once(watching, limit, replyLimit(method), body, one)
	var gone *reachError
	if err != nil && limited.Err() == nil && errors.As(context.Cause(watching), &gone) {
		err = gone
	}
	down(nil)
	<-watched
	return result, err
}

// reachable returns a *reachError if the node cannot be dialled.
func (l *lane) reachable(ctx context.Context) error {
	conn, err := l.poster.dial(ctx, "tcp", l.poster.host)
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
