package nodetest

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// script holds the faults of coming requests and counts requests. It is safe for concurrent use.
type script struct {
	mu      sync.Mutex
	scripts map[string][]Fault
	always  map[string]Fault
	calls   map[string]int
	watched map[string]chan struct{}
	random  *rand.Rand // nil: no random faults
	rate    float64
	busy    int
	first   func(request) // called first with each request; may be nil; set before the first request
}

// Script makes the next requests of a method fail, one per fault, in order, after those scripted before.
func (s *script) Script(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scripts == nil {
		s.scripts = map[string][]Fault{}
	}
	s.scripts[method] = append(s.scripts[method], faults...)
}

// Forget drops the scripted faults that were not used yet.
func (s *script) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.scripts)
}

// Always makes every request of a method fail once its script is used up. The zero fault ends that.
func (s *script) Always(method string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.always == nil {
		s.always = map[string]Fault{}
	}
	s.always[method] = f
}

// Random makes requests that have no scripted fault fail with this probability, with one of Faults and perhaps a delay.
// The zero rate ends that.
func (s *script) Random(seed uint64, rate float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.random, s.rate = rand.New(rand.NewPCG(seed, 0)), rate
}

// Calls returns how many requests of a method came, including unread ones and ones with wrong credentials.
func (s *script) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Busy returns how many requests have come and are not answered yet.
func (s *script) Busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

func (s *script) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy += n
}

// Watch returns a channel that gets a value when requests of a method come.
func (s *script) Watch(method string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watched == nil {
		s.watched = map[string]chan struct{}{}
	}
	if s.watched[method] == nil {
		s.watched[method] = make(chan struct{}, 1)
	}
	return s.watched[method]
}

// next counts a call and returns its fault.
func (s *script) next(method string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[method]++
	select {
	case s.watched[method] <- struct{}{}: // never, if the channel is nil
	default:
	}
	if script := s.scripts[method]; len(script) > 0 {
		s.scripts[method] = script[1:]
		return script[0]
	}
	if f := s.always[method]; f != (Fault{}) || s.random == nil || s.random.Float64() >= s.rate {
		return f
	}
	f := Faults()[s.random.IntN(len(Faults()))]
	if s.random.IntN(2) == 0 {
		f.Delay = time.Duration(s.random.Int64N(int64(maxDelay)))
	}
	return f
}

// maxDelay bounds the delay of a random fault.
const maxDelay = time.Second

type request struct {
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`

	http *http.Request
	body []byte
}

// answerer executes a request and returns its reply.
type answerer func(q request) (status int, reply string)

// serve answers one call, or makes it fail. A request that takes effect in spite of its fault does so even if its caller
// is gone.
func (s *script) serve(w http.ResponseWriter, r *http.Request, authorized func(*http.Request) bool, handle answerer) {
	if r.Method != http.MethodPost {
		http.Error(w, "JSONRPC server handles only POST requests", http.StatusMethodNotAllowed)
		return
	}
	s.count(1)
	defer s.count(-1)
	body, err := io.ReadAll(r.Body) // needed for the method; an unread request still has no effect
	q := request{http: r, body: body}
	if err != nil || json.Unmarshal(body, &q) != nil {
		answer(w, http.StatusInternalServerError, `{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}`)
		return
	}
	if s.first != nil {
		s.first(q)
	}
	f := s.next(q.Method)
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
			if !f.Effect {
				return
			}
			<-f.Hold
		}
	}
	time.Sleep(f.Delay)
	var status int
	var reply string
	switch {
	case f.Unread:
	case !authorized(r):
		w.Header().Set("WWW-Authenticate", `Basic realm="jsonrpc"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	case f.Effect || !f.Reset && f.Status == 0:
		status, reply = handle(q)
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

func answer(w http.ResponseWriter, status int, body string) {
	if strings.HasPrefix(body, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}
