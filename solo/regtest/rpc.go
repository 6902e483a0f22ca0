package regtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// RPCError is an error in a node's JSON reply. The codes are in its
// src/rpc/protocol.h.
type RPCError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *RPCError) Error() string { return fmt.Sprintf("the node: %s (%d)", e.Message, e.Code) }

// Error codes that the helpers handle.
const (
	rpcNoPeer         = -9
	rpcWalletNotFound = -18
	rpcInWarmup       = -28
	rpcMethodNotFound = -32601
)

// transport makes a connection for each call: litecoind closes an idle one after
// 30 s, and a call written into a closing connection fails.
var transport = &http.Transport{DisableKeepAlives: true}

// Call makes an RPC and returns the raw result. An error in litecoind's reply is
// an *[RPCError]; an HTTP status without JSON (401: wrong credentials) and an
// unreachable node are other errors. Call reads the cookie each time. It is safe
// for concurrent use.
func (n *Node) Call(ctx context.Context, method string, params ...any) (json.RawMessage, error) {
	return n.call(ctx, "", method, params...)
}

// call is Call for a loaded wallet; "" is the node's only one.
func (n *Node) call(ctx context.Context, wallet, method string, params ...any) (json.RawMessage, error) {
	if params == nil {
		params = []any{} // litecoind refuses null
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "1.0", "id": "regtest", "method": method, "params": params})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", method, err)
	}
	address := n.URL
	if wallet != "" {
		address += "/wallet/" + url.PathEscape(wallet)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	user, password, err := n.Credentials()
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	req.SetBasicAuth(user, password)
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	var reply struct {
		Result json.RawMessage `json:"result"`
		Error  *RPCError       `json:"error"`
	}
	if json.Unmarshal(text, &reply) != nil {
		return nil, fmt.Errorf("call %s: status %s: %q", method, resp.Status, text)
	}
	if reply.Error != nil {
		return nil, fmt.Errorf("call %s: %w", method, reply.Error)
	}
	return reply.Result, nil
}

// Credentials returns the user and password that the node accepts now: those of
// the Config, else the cookie's, which changes at every start of the node.
func (n *Node) Credentials() (user, password string, err error) {
	if n.net.cfg.RPCPassword != "" {
		return n.net.cfg.RPCUser, n.net.cfg.RPCPassword, nil
	}
	cookie, err := os.ReadFile(n.CookiePath)
	if err != nil {
		return "", "", fmt.Errorf("read cookie: %w", err)
	}
	user, password, ok := strings.Cut(string(cookie), ":")
	if !ok {
		return "", "", fmt.Errorf("read cookie: no colon in %s", n.CookiePath)
	}
	return user, password, nil
}

// MustCall is Call for tests: an error fails the test.
func (n *Node) MustCall(t testing.TB, method string, params ...any) json.RawMessage {
	t.Helper()
	var result json.RawMessage
	within(t, func(ctx context.Context) (err error) {
		result, err = n.Call(ctx, method, params...)
		return err
	})
	return result
}

// Get is MustCall with the result decoded into a T. Use [json.Number] for numbers
// that must stay exact, such as amounts.
func Get[T any](t testing.TB, n *Node, method string, params ...any) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(n.MustCall(t, method, params...), &v); err != nil {
		t.Fatalf("decode %s: %v", method, err)
	}
	return v
}

// get is Get for code that returns errors, with a wallet ("" is the only one).
func get[T any](ctx context.Context, n *Node, wallet, method string, params ...any) (v T, err error) {
	text, err := n.call(ctx, wallet, method, params...)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("decode %s: %w", method, err)
	}
	return v, nil
}
