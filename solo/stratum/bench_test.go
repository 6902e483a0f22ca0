package stratum_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/node"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// everyHash is a password whose difficulty nearly every hash meets.
const everyHash = "d=0.0000152587890625"

// served is an engine and a server on a socket, with one worker that checks shares, on as many processors as the program
// takes.
type served struct {
	*stratum.Server
	address   string
	templates given
}

// serveOn starts one whose blocks the node gets. kernels nil: all.
func serveOn(b *testing.B, kernels []*scrypt.Kernel, n delivery.Node) *served {
	b.Helper()
	const checking = 1
	processors := runtime.GOMAXPROCS(checking + 2)
	pool := scrypt.NewPool(scrypt.PoolConfig{Kernels: kernels, Workers: checking, Measure: 50 * time.Millisecond})
	courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{n}, Journal: &deliverytest.Journal{}, Maturity: 100, Grace: time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	s := &served{templates: make(given)}
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
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
	b.Cleanup(func() {
		endServing()
		server.Wait()
		cancel()
		rest.Wait()
		runtime.GOMAXPROCS(processors)
	})
	return s
}

func accepting() delivery.Node { return &deliverytest.Node{ID: "node", Submit: deliverytest.Accept} }

// client is a miner that costs next to nothing, beside the server that is measured.
type client struct {
	conn  net.Conn
	lines *bufio.Reader
	job   string
	time  string
	nonce uint32
}

// dial connects a client and waits for its first work.
func dial(address, password string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn, lines: bufio.NewReaderSize(conn, 1024)}
	_, err = fmt.Fprintf(conn, `{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}`+"\n"+
		`{"id":2,"method":"mining.authorize","params":["rig","%s"]}`+"\n", password)
	for err == nil && c.job == "" {
		var line string
		if line, err = c.lines.ReadString('\n'); err == nil && strings.Contains(line, `"mining.notify","params"`) {
			var notify struct{ Params []any }
			if err = json.Unmarshal([]byte(line), &notify); err == nil {
				c.job, c.time = notify.Params[0].(string), notify.Params[7].(string)
			}
		}
	}
	return c, err
}

// connect dials until the benchmark ends.
func (s *served) connect(b *testing.B, n int) (clients []*client) {
	b.Helper()
	for range n {
		c, err := dial(s.address, everyHash)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.conn.Close() })
		clients = append(clients, c)
	}
	return clients
}

// submit sends a share and waits for the answer, which must be good.
func (c *client) submit() error {
	c.nonce++
	_, err := fmt.Fprintf(c.conn, `{"id":4,"method":"mining.submit","params":["rig","%s","00000000","%s","%08x"]}`+"\n", c.job, c.time, c.nonce)
	for err == nil {
		var line string
		if line, err = c.lines.ReadString('\n'); strings.HasPrefix(line, `{"id":4,`) {
			if strings.Contains(line, `"error":[`) && !strings.Contains(line, "Low difficulty") { // one hash in 65,536 is too low
				err = fmt.Errorf("answer %s", line)
			}
			return err
		}
	}
	return err
}

// BenchmarkShares measures shares from line in to line out: 256 sessions of which each sends a share as soon as the last one
// is answered, and one worker that checks them. x-xcrypto is the ratio to the same server with x/crypto/scrypt in place of
// the kernels, which is measured in turn with it. One iteration is a round of both.
func BenchmarkShares(b *testing.B) {
	const sessions, each = 256, 16
	ours, reference := serveOn(b, nil, accepting()), serveOn(b, []*scrypt.Kernel{}, accepting())
	var clients [2][]*client
	for i, s := range []*served{ours, reference} {
		s.templates <- newTemplate(b, 1, hard, small)
		clients[i] = s.connect(b, sessions)
	}
	round := func(clients []*client, each int) float64 {
		began := time.Now()
		var all sync.WaitGroup
		for _, c := range clients {
			all.Go(func() {
				for range each {
					if err := c.submit(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		return float64(len(clients)*each) / time.Since(began).Seconds()
	}
	round(clients[0], each)
	var rates, references []float64
	for b.Loop() {
		rates = append(rates, round(clients[0], each))
		references = append(references, round(clients[1], 1))
	}
	slices.Sort(rates)
	slices.Sort(references)
	rate := rates[len(rates)/2]
	b.ReportMetric(rate, "shares/s")
	b.ReportMetric(rate/references[len(references)/2], "x-xcrypto")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkLoneShare measures a share from line in to line out while nobody else sends one.
func BenchmarkLoneShare(b *testing.B) {
	s := serveOn(b, nil, accepting())
	s.templates <- newTemplate(b, 1, hard, small)
	c := s.connect(b, 1)[0]
	for range 100 {
		c.submit()
	}
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		if err := c.submit(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	reportTimes(b, times)
}

// BenchmarkConnects has a hundred thousand clients come and go, eight at a time, each of which subscribes. It reports how many a
// second, and by how much the heap has grown when all are gone. One iteration is all of them.
func BenchmarkConnects(b *testing.B) {
	const clients, atOnce = 100_000, 8
	s := serveOn(b, nil, accepting())
	s.templates <- newTemplate(b, 1, hard, small)
	s.connect(b, 1)
	before := heap()
	for b.Loop() {
		var all sync.WaitGroup
		for range atOnce {
			all.Go(func() {
				for range clients / atOnce {
					if err := subscribeAndLeave(s.address); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if err := s.connect(b, 1)[0].submit(); err != nil {
			b.Errorf("a miner that comes after them: %v", err)
		}
	}
	b.ReportMetric(float64(b.N*clients)/b.Elapsed().Seconds(), "connects/s")
	b.ReportMetric((heap()-before)/1e6, "MB-grown")
	b.ReportMetric(0, "ns/op")
	if most := 1 + b.N; s.Stats().Connections > most+atOnce {
		b.Errorf("%d connections are left, want %d", s.Stats().Connections, most)
	}
}

// subscribeAndLeave resets its connection, so that its port is free at once.
func subscribeAndLeave(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.(*net.TCPConn).SetLinger(0)
	if _, err := io.WriteString(conn, subscribe); err != nil {
		return err
	}
	_, err = bufio.NewReaderSize(conn, 256).ReadSlice('\n')
	return err
}

// heap returns the bytes of the heap that are reachable.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkBlockShare measures from a block's line in until the node has read the whole submitblock request: by itself, and
// while another session sends nothing but low shares as fast as they are answered.
func BenchmarkBlockShare(b *testing.B) {
	for _, flood := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "flood"}[flood], func(b *testing.B) {
			arrived := make(chan time.Time, 1)
			s := serveOn(b, nil, nodeOf(b, arrived))
			s.templates <- newTemplate(b, 1, easy, small)
			m := benchMiner(b, s)
			if flood {
				defer floodBy(b, benchMiner(b, s))()
			}
			var times []time.Duration
			var w *stratumtest.Work
			for i := 2; b.Loop(); i++ {
				var err error
				if w, err = m.Next(w); err != nil {
					b.Fatal(err)
				}
				block := w.Share()
				if !block.Solve(w.Target(), 10_000) {
					b.Fatal("no block found")
				}
				_, line := m.Lines(block)
				began := time.Now()
				if err := m.Write(line); err != nil {
					b.Fatal(err)
				}
				times = append(times, (<-arrived).Sub(began))
				next := newTemplate(b, 0, easy, small)
				next.PreviousBlock = template.Hash{byte(i), byte(i >> 8), 1} // each tip is won once
				s.templates <- next
			}
			reportTimes(b, times)
		})
	}
}

// nodeOf returns a node that says when it has read a block.
func nodeOf(b *testing.B, arrived chan<- time.Time) *node.Client {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		now := time.Now()
		if err == nil && strings.Contains(string(body[:min(len(body), 200)]), "submitblock") {
			arrived <- now
		}
		var call struct{ ID any }
		json.Unmarshal(body, &call)
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

func benchMiner(b *testing.B, s *served) *stratumtest.Miner {
	b.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		b.Fatal(err)
	}
	m, err := stratumtest.Connect(conn, stratumtest.Config{User: "rig", Password: "d=64"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(m.Close)
	return m
}

// floodBy has a miner send low shares until stop is called.
func floodBy(b *testing.B, m *stratumtest.Miner) (stop func()) {
	b.Helper()
	w, err := m.Next(nil)
	if err != nil {
		b.Fatal(err)
	}
	_, lines := m.Lines(low(w, 512)...)
	var flood sync.WaitGroup
	flood.Go(func() {
		for m.Write(lines) == nil {
		}
	})
	return func() {
		m.Close()
		flood.Wait()
	}
}

// reportTimes reports the median and the 99th percentile in milliseconds.
func reportTimes(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(times[len(times)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}
