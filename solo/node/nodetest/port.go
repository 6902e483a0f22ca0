package nodetest

import (
	"net"
	"net/http"
	"sync"
	"testing"
)

// port is an HTTP server on loopback that can go down and come up again on the same port.
type port struct {
	URL string // http://127.0.0.1:port

	handler  http.Handler
	mu       sync.Mutex
	http     *http.Server // nil while it is down
	listener net.Listener
	addr     string
}

// open serves h until the test ends.
func (p *port) open(t testing.TB, h http.Handler) {
	t.Helper()
	p.handler, p.addr = h, "127.0.0.1:0"
	p.Up(t)
	p.URL = "http://" + p.addr
	t.Cleanup(p.Down)
}

// Down stops the server as a crash would: connections break, new ones are refused.
func (p *port) Down() {
	p.mu.Lock()
	h, l := p.http, p.listener
	p.http = nil
	p.mu.Unlock()
	if h != nil {
		l.Close() // h may not know l yet: it learns of it in Up's goroutine
		h.Close()
	}
}

// Up makes a server that is down listen on the same port again, with its state.
func (p *port) Up(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.http, p.listener, p.addr = &http.Server{Handler: p.handler}, l, l.Addr().String()
	go p.http.Serve(l)
}
