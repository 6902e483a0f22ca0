package node

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
	"slices"
	"sync/atomic"
	"time"
)

const (
	dialLimit = time.Second

	// A reply that is longer than these comes from no litecoind and could fill the memory.
	maxReply      = 1 << 20
	maxLargeReply = 64 << 20
)

// replyLimit bounds the reply to a call of method, in bytes. A template holds a block in hex; getblock lists one's
// transactions.
func replyLimit(method string) int64 {
	if method == "getblocktemplate" || method == "getblock" {
		return maxLargeReply
	}
	return maxReply
}

// poster sends JSON-RPC requests, each over a connection of its own and any number at once. It is safe for concurrent use.
type poster struct {
	url    *url.URL
	cfg    *Config
	logins *logins
	http   *http.Client
	ctx    context.Context // ended by Client.Close
	end    context.CancelFunc
	heard  atomic.Int64 // when a reply came last, in nanoseconds since 1970
}

// justHeard reports whether the node has replied a moment ago, as when a wait has told of a new tip.
func (p *poster) justHeard() bool {
	const moment = 100 * time.Millisecond
	since := time.Now().UnixNano() - p.heard.Load()
	return since >= 0 && since < int64(moment)
}

func newPoster(u *url.URL, cfg *Config, logins *logins) *poster {
	p := &poster{url: u, cfg: cfg, logins: logins, http: &http.Client{Transport: cfg.transport(), CheckRedirect: noRedirect}}
	p.ctx, p.end = context.WithCancel(context.Background())
	return p
}

// submit sends the node a serialized block and returns the result. After a refusal (HTTP 401) it tries the next login. Its
// errors are those of a lane.
func (p *poster) submit(ctx context.Context, limit time.Duration, block []byte) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	const head, tail = `{"jsonrpc":"1.0","id":1,"method":"submitblock","params":["`, `"]}`
	body := make([]byte, 0, len(head)+hex.EncodedLen(len(block))+len(tail))
	body = append(hex.AppendEncode(append(body, head...), block), tail...)

	return p.logins.try(func(one login) (json.RawMessage, error) { return p.once(ctx, limit, maxReply, body, one) })
}

// requestBody encodes a call.
func requestBody(method string, params []json.RawMessage) ([]byte, error) {
	if params == nil {
		params = []json.RawMessage{}
	}
	return json.Marshal(struct {
		Version string            `json:"jsonrpc"`
		ID      int               `json:"id"`
		Method  string            `json:"method"`
		Params  []json.RawMessage `json:"params"`
	}{"1.0", 1, method, params})
}

// once sends one request with a login, and reads a reply of up to most bytes. limit is for the error.
func (p *poster) once(ctx context.Context, limit time.Duration, most int64, body []byte, one login) (json.RawMessage, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url.String(), bytes.NewReader(body))
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
	p.heard.Store(time.Now().UnixNano())
	if reply.ContentLength > most {
		return nil, &replyError{status: reply.StatusCode, over: most}
	}
	text, whole, err := readUpTo(reply.Body, most)
	switch {
	case err != nil:
		return nil, p.unreached(ctx, limit, err)
	case !whole:
		return nil, &replyError{status: reply.StatusCode, over: most}
	}
	if location := reply.Header.Get("Location"); location != "" {
		return nil, &replyError{status: reply.StatusCode, body: string(text), location: location}
	}
	return readReply(reply.StatusCode, text)
}

// readUpTo reads everything, unless it is more than most bytes. What it has read is in memory once; io.ReadAll would hold
// it twice.
func readUpTo(r io.Reader, most int64) (text []byte, whole bool, err error) {
	const size = 1 << 20
	var pieces [][]byte
	for read := int64(0); read <= most; {
		piece, err := io.ReadAll(io.LimitReader(r, size))
		if err != nil {
			return nil, false, err
		}
		if read += int64(len(piece)); read <= most {
			pieces = append(pieces, piece)
		}
		if len(piece) < size {
			return slices.Concat(pieces...), read <= most, nil
		}
	}
	return nil, false, nil
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

// broke reports whether a connection was made and broke before the reply.
func broke(err error) bool {
	var e *reachError
	return errors.As(err, &e) && e.err != nil && !e.down
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
