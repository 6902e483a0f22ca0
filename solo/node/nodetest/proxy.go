package nodetest

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"ltcsolo/template"
)

// forwardLimit bounds a request to the real node. Its waits are shorter.
const forwardLimit = time.Minute

// Proxy forwards requests to a real node, unless they fail by a fault. A request that takes effect is forwarded unchanged,
// with its credentials, even if the caller has died: a node executes what it has read. A Proxy is safe for concurrent
// use.
type Proxy struct {
	script
	port

	client *http.Client

	mu      sync.Mutex
	node    string // its URL
	offered []template.Hash
	blocks  []template.Hash
}

// StartProxy runs a proxy in front of the node with this URL until the test ends.
func StartProxy(t testing.TB, node string) *Proxy {
	t.Helper()
	p := &Proxy{node: node, client: &http.Client{
		Timeout: forwardLimit, Transport: &http.Transport{DisableKeepAlives: true},
	}}
	p.first = func(q request) { p.note(&p.offered, q) }
	p.open(t, p)
	return p
}

// Point puts the node with this URL behind the proxy in place of the one before. It must take the same credentials.
func (p *Proxy) Point(node string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.node = node
}

// Offered returns the hashes of the blocks that were submitted, whatever became of the request, each once, in the order
// of arrival.
func (p *Proxy) Offered() []template.Hash {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.offered)
}

// Blocks returns the hashes of the blocks that were forwarded to the node, each once, in the order in which that was done. A
// node that is not there is forwarded nothing.
func (p *Proxy) Blocks() []template.Hash {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.blocks)
}

// ServeHTTP answers one call.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.serve(w, r, func(*http.Request) bool { return true }, p.forward)
}

// forward returns the node's answer; 502 if there is none.
func (p *Proxy) forward(q request) (status int, reply string) {
	ctx := q.http.Context()
	if q.Method == "submitblock" {
		ctx = context.WithoutCancel(ctx)
	}
	p.mu.Lock()
	node := p.node
	p.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, node+q.http.URL.Path, bytes.NewReader(q.body))
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	r.Header = q.http.Header.Clone()
	answer, err := p.client.Do(r)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		p.note(&p.blocks, q)
	}
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	return answer.StatusCode, string(text)
}

// note adds the block of a submission to a list.
func (p *Proxy) note(list *[]template.Hash, q request) {
	var text string
	if q.Method != "submitblock" || len(q.Params) == 0 || json.Unmarshal(q.Params[0], &text) != nil || len(text) < 2*template.HeaderSize {
		return
	}
	header, err := hex.DecodeString(text[:2*template.HeaderSize])
	if err != nil {
		return
	}
	hash := template.DoubleSHA256(header)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(*list, hash) {
		*list = append(*list, hash)
	}
}
