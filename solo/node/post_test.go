package node_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo/node"
	"ltcsolo/template"
)

// callsOf lists a call for each lane of a client, by its method, with the most that is read of its reply.
var callsOf = []struct {
	name, method string
	most         int64
	call         func(ctx context.Context, c *node.Client) error
}{
	{"template", "getblocktemplate", 64 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.NextTemplate(ctx, nil)
		return err
	}},
	{"proposal", "getblocktemplate", 64 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.Propose(ctx, make([]byte, 200))
		return err
	}},
	{"submission", "submitblock", 1 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.SubmitBlock(ctx, make([]byte, 200))
		return err
	}},
	{"status", "getnetworkinfo", 1 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.Status(ctx)
		return err
	}},
	{"header", "getblockheader", 1 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.Confirmations(ctx, template.Hash{})
		return err
	}},
	{"wait", "waitforblockheight", 1 << 20, func(ctx context.Context, c *node.Client) error {
		_, err := c.ProbeTip(ctx, 1)
		return err
	}},
}

// replying runs a server that answers a method with reply, and every other with a result for it.
func replying(t *testing.T, method string, reply http.HandlerFunc) *node.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Method string }
		json.NewDecoder(r.Body).Decode(&q)
		if q.Method == method {
			reply(w, r)
			return
		}
		io.WriteString(w, `{"result":{"chain":"regtest"},"error":null,"id":1}`)
	}))
	t.Cleanup(s.Close)
	return open(t, node.Config{URL: s.URL, Credentials: func() (string, string, error) { return "user", secret, nil }})
}

// H37: a reply without end is given up at its limit, with a clear error.
func TestH37EndlessReplyEndsAtItsLimit(t *testing.T) {
	for _, announced := range []bool{false, true} {
		for _, tt := range callsOf {
			var sent atomic.Int64
			c := replying(t, tt.method, func(w http.ResponseWriter, r *http.Request) {
				if announced {
					w.Header().Set("Content-Length", "99999999999")
				}
				io.WriteString(w, `{"result":"`)
				for chunk := bytes.Repeat([]byte("a"), 1<<20); ; {
					n, err := w.Write(chunk)
					if sent.Add(int64(n)); err != nil || sent.Load() > 200<<20 {
						return
					}
				}
			})
			err := tt.call(testContext(t), c)
			if e := asError(t, err); !strings.Contains(e.Reason, "a reply of more than "+map[bool]string{true: "64 MiB", false: "1 MiB"}[tt.most > 1<<20]) {
				t.Errorf("%s: %v", tt.name, e)
			}
			const onTheWay = 16 << 20 // in the buffers of two sockets
			if n := sent.Load(); n > tt.most+onTheWay {
				t.Errorf("%s: %d MiB were taken", tt.name, n>>20)
			}
		}
	}
}

// H37: nobody is asked to compress, and what is compressed all the same is not unpacked.
func TestH37CompressedReplyIsNotUnpacked(t *testing.T) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	io.WriteString(z, `{"result":null,"error":null,"id":1}`)
	z.Close()
	for _, tt := range callsOf {
		var asked atomic.Value
		c := replying(t, tt.method, func(w http.ResponseWriter, r *http.Request) {
			asked.Store(r.Header.Get("Accept-Encoding"))
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(small.Bytes())
		})
		if err := tt.call(testContext(t), c); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
		if asked.Load() != "" {
			t.Errorf("%s: the node is asked for %q", tt.name, asked.Load())
		}
	}
}

// Calls that are given up while they connect, or later, leave no connection to a node that never closes one.
func TestAbandonedCallsLeaveNoConnection(t *testing.T) {
	var mu sync.Mutex
	connected := map[net.Conn]bool{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	s := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}),
		ConnState: func(conn net.Conn, state http.ConnState) {
			mu.Lock()
			defer mu.Unlock()
			connected[conn] = state != http.StateClosed
		},
	}
	go s.Serve(l)
	defer s.Close()
	defer close(release)
	c := open(t, node.Config{URL: "http://" + l.Addr().String(), Credentials: func() (string, string, error) { return "user", secret, nil }})
	for i := range 200 {
		ctx, cancel := context.WithTimeout(testContext(t), time.Duration(i)*20*time.Microsecond)
		c.Confirmations(ctx, template.Hash{})
		c.SubmitBlock(ctx, make([]byte, 200))
		cancel()
	}
	eventually(t, "the end of every connection", func() bool {
		mu.Lock()
		defer mu.Unlock()
		for _, still := range connected {
			if still {
				return false
			}
		}
		return true
	})
}
