package stratum_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/node"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

// served is an engine and a server on a socket, with one worker that checks shares, on as many processors as the program
// takes, and with as much garbage.
type served struct {
	*stratum.Server
	pool      *scrypt.Pool
	address   string
	templates given
	stop      func()
}

// serveOn starts one whose blocks the node gets. kernels nil: all. It stops when the benchmark ends at the latest.
func serveOn(b *testing.B, kernels []*scrypt.Kernel, n delivery.Node) *served {
	b.Helper()
	const checking = 1
	processors := runtime.GOMAXPROCS(checking + 2)
	garbage := debug.SetGCPercent(50)
	ballast := make([]byte, 32<<20)
	pool := scrypt.NewPool(scrypt.PoolConfig{Kernels: kernels, Workers: checking, Measure: 50 * time.Millisecond})
	courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{n}, Journal: &deliverytest.Journal{}, Maturity: 100, Grace: time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	s := &served{pool: pool, templates: make(given)}
	engine, err := solo.New(solo.Config{
		Main:   solo.Side{Chain: template.Litecoin, Node: s.templates, Courier: courier, Payout: solo.FixedPayout(script)},
		Hasher: pool,
	})
	if err != nil {
		b.Fatal(err)
	}
	if s.Server, err = stratum.New(stratum.Config{Upstream: engine, MaxConnections: 20_000, MaxPerAddress: 20_000}); err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s.address = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	serving, endServing := context.WithCancel(ctx)
	var server, rest sync.WaitGroup
	rest.Go(func() { pool.Run(ctx) })
	rest.Go(func() { engine.Run(ctx) })
	server.Go(func() { s.Serve(serving, l) })
	s.stop = sync.OnceFunc(func() {
		endServing()
		server.Wait()
		cancel()
		rest.Wait()
		runtime.GOMAXPROCS(processors)
		debug.SetGCPercent(garbage)
		runtime.KeepAlive(ballast)
	})
	b.Cleanup(s.stop)
	return s
}

func accepting() delivery.Node { return &deliverytest.Node{ID: "node", Submit: deliverytest.Accept} }

// nodeOf returns a node that says when it has read a block for the first time: it knows nothing of blocks afterwards, and
// gets them again.
func nodeOf(b *testing.B, arrived chan<- time.Time) *node.Client {
	b.Helper()
	var seen sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		now := time.Now()
		var call struct {
			ID     any
			Method string
			Params []any
		}
		if err == nil {
			err = json.Unmarshal(body, &call)
		}
		if err == nil && call.Method == "submitblock" {
			if _, again := seen.LoadOrStore(call.Params[0], true); !again {
				arrived <- now
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"result": nil, "error": nil, "id": call.ID})
	}))
	b.Cleanup(server.Close)
	client, err := node.New(node.Config{URL: server.URL, Credentials: func() (string, string, error) { return "u", "p", nil }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return client
}
