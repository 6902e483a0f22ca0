package nodetest

import (
	"net/http"
	"sync"
	"testing"

	"ltcsolo/template"
)

// Server is a scripted node. It is safe for concurrent use.
type Server struct {
	script
	port

	mu       sync.Mutex
	user     string
	password string
	chain
}

// Start runs a scripted litecoind until the test ends: on regtest, at height 0, with a peer, the user "user" and the
// password "password".
func Start(t testing.TB) *Server {
	t.Helper()
	return StartChain(t, template.Litecoin)
}

// StartChain is Start for the node of a chain: of a merged chain, a dogecoind 1.14.9 without a wallet, which takes merge-mined
// blocks from height 1 on.
func StartChain(t testing.TB, of *template.Chain) *Server {
	t.Helper()
	s := &Server{user: "user", password: "password", chain: newChain(of)}
	s.open(t, s)
	return s
}

// Credentials returns what the server accepts now.
func (s *Server) Credentials() (user, password string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user, s.password, nil
}

// SetCredentials changes what the server accepts, as a node's restart changes its cookie.
func (s *Server) SetCredentials(user, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user, s.password = user, password
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.authorized, s.handle)
}

func (s *Server) authorized(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, password, ok := r.BasicAuth()
	return ok && user == s.user && password == s.password
}
