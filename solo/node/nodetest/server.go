package nodetest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Server is a scripted litecoind. It is safe for concurrent use.
type Server struct {
	URL  string // http://127.0.0.1:port
	addr string

	mu       sync.Mutex
	http     *http.Server // nil while it is down
	listener net.Listener
	user     string
	password string
	scripts  map[string][]Fault
	always   map[string]Fault
	calls    map[string]int
	chain
}

// Start runs a server until the test ends: on regtest, at height 0, with a peer, the user "user" and the password
// "password".
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		user: "user", password: "password",
		scripts: map[string][]Fault{}, always: map[string]Fault{}, calls: map[string]int{},
		chain: newChain(),
	}
	s.up(t, "127.0.0.1:0")
	t.Cleanup(s.Down)
	return s
}

// Down ends the server as a crash would: connections break, new ones are refused.
func (s *Server) Down() {
	s.mu.Lock()
	h, l := s.http, s.listener
	s.http = nil
	s.mu.Unlock()
	if h != nil {
		l.Close() // h knows it only once its goroutine runs
		h.Close()
	}
}

// Up lets a server that is down listen on its old port again, with its chain.
func (s *Server) Up(t testing.TB) {
	t.Helper()
	s.up(t, s.addr)
}

func (s *Server) up(t testing.TB, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	h := &http.Server{Handler: s}
	s.mu.Lock()
	s.http, s.listener, s.addr, s.URL = h, l, l.Addr().String(), "http://"+l.Addr().String()
	s.mu.Unlock()
	go h.Serve(l)
}

// Credentials are those that the server takes now.
func (s *Server) Credentials() (user, password string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user, s.password, nil
}

// SetCredentials changes what the server takes, as a node's restart changes its cookie.
func (s *Server) SetCredentials(user, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user, s.password = user, password
}

// Script lets the next requests of a method meet these faults, one each, in order, after those scripted before.
func (s *Server) Script(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[method] = append(s.scripts[method], faults...)
}

// Always lets every request of a method meet a fault once its script is used up. The zero fault ends that.
func (s *Server) Always(method string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[method] = f
}

// Calls is how many requests of a method came, those with wrong credentials and unread ones among them.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

type request struct {
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "JSONRPC server handles only POST requests", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(r.Body) // to know its method; an unread request has no effect all the same
	var q request
	if err != nil || json.Unmarshal(body, &q) != nil {
		answer(w, http.StatusInternalServerError, `{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}`)
		return
	}
	f, authorized := s.next(q.Method, r)
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
			return
		}
	}
	var status int
	var reply string
	switch {
	case f.Unread:
	case !authorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="jsonrpc"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	case f.Effect || !f.Reset && f.Status == 0:
		status, reply = s.handle(r.Context(), q)
	}
	switch {
	case f.Unread || f.Reset:
		reset(w)
	case f.Cut:
		answer(w, status, reply[:len(reply)/2])
	case f.Status != 0:
		answer(w, f.Status, f.Body)
	default:
		answer(w, status, reply)
	}
}

// next counts the call and takes the fault that it meets.
func (s *Server) next(method string, r *http.Request) (f Fault, authorized bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[method]++
	user, password, ok := r.BasicAuth()
	authorized = ok && user == s.user && password == s.password
	if script := s.scripts[method]; len(script) > 0 {
		s.scripts[method] = script[1:]
		return script[0], authorized
	}
	return s.always[method], authorized
}

func answer(w http.ResponseWriter, status int, body string) {
	if strings.HasPrefix(body, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}
