package node

// Two transports lead to litecoind: rpcclient for every call but one (lane.go), and plain HTTP here for submitblock.
// rpcclient encodes a block of a megabyte three times over, which takes longer than the rest of the way to the node. It
// sends one request at a time, so that a second block would wait for the first. And it repeats a request whose
// connection broke after pauses of its own, while the courier wants to know at once.

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// replyLimit bounds a reply to submitblock, in bytes. The reply is a word or an error.
const replyLimit = 1 << 20

// poster sends submitblock requests, each over a connection of its own and any number at once. It is safe for concurrent
// use.
type poster struct {
	url    string
	logins *logins
	http   *http.Client
	ctx    context.Context // ended by Client.Close
	end    context.CancelFunc
}

func newPoster(u *url.URL, cfg *Config, logins *logins) *poster {
	p := &poster{url: u.String(), logins: logins, http: &http.Client{Transport: cfg.transport(), CheckRedirect: noRedirect}}
	p.ctx, p.end = context.WithCancel(context.Background())
	return p
}

// submit sends the node a serialized block and returns the result. After a refusal (HTTP 401) it tries the next login. Its
// errors are those of a lane.
func (p *poster) submit(ctx context.Context, limit time.Duration, block []byte) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	const head, tail = `{"jsonrpc":"1.0","id":1,"method":"submitblock","params":["`, `"]}`
	body := make([]byte, 0, len(head)+hex.EncodedLen(len(block))+len(tail))
	body = append(hex.AppendEncode(append(body, head...), block), tail...)

	return p.logins.try(func(one login) (json.RawMessage, error) { return p.once(ctx, limit, body, one) })
}

func (p *poster) once(ctx context.Context, limit time.Duration, body []byte, one login) (json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(one.user, one.password)
	request.Header.Set("Content-Type", "application/json")
	reply, err := p.http.Do(request)
	if err != nil {
		return nil, p.unreached(ctx, limit, err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(io.LimitReader(reply.Body, replyLimit))
	if err != nil {
		return nil, p.unreached(ctx, limit, err)
	}
	return readReply(reply.StatusCode, text)
}

// unreached says why there is no reply. It unwraps net/http's error, which repeats the URL.
func (p *poster) unreached(ctx context.Context, limit time.Duration, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var op *net.OpError
	switch {
	case p.ctx.Err() != nil:
		return errClosed
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &reachError{late: limit}
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &reachError{err: err, down: errors.As(err, &op) && op.Op == "dial"}
}

// readReply returns the result of a JSON-RPC reply (httprpc.cpp). litecoind sends an error with an HTTP status of its own,
// which adds nothing to it.
func readReply(status int, text []byte) (json.RawMessage, error) {
	var reply struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	err := json.Unmarshal(text, &reply)
	switch {
	case err != nil || reply.Error == nil && len(reply.Result) == 0:
		return nil, &replyError{status: status, body: string(text)}
	case reply.Error != nil:
		return nil, &rpcError{reply.Error.Code, reply.Error.Message}
	case status != http.StatusOK:
		return nil, &replyError{status: status, body: string(text)}
	}
	return reply.Result, nil
}
