package stratum_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/stratum"
	"ltcsolo/template"
)

// curTime is the node's time when a test begins.
const curTime = 0x65000000

// hard is a network target as of Litecoin's main network: no share in these tests meets it.
const hard = 0x1927fcd7

// newTemplate returns a template on a tip that is named by one byte, with transactions if the file has them.
func newTemplate(t testing.TB, tip byte, bits uint32, file string) *template.Template {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatal(err)
	}
	target, err := template.TargetFromBits(bits)
	if err != nil {
		t.Fatal(err)
	}
	reply["bits"], reply["target"] = hexWord(bits), target.String()
	reply["previousblockhash"] = template.Hash{tip, 0, 1, 0, 2, 0, 3}.String()
	reply["curtime"], reply["mintime"] = curTime, curTime-600
	if raw, err = json.Marshal(reply); err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// newJob returns a job on such a template.
func newJob(t testing.TB, id string, tip byte, bits uint32, file string) *template.Job {
	t.Helper()
	return jobOf(t, id, newTemplate(t, tip, bits, file))
}

// jobOf returns a job of a template.
func jobOf(t testing.TB, id string, tmpl *template.Template) *template.Job {
	t.Helper()
	j, err := template.NewJob(id, tmpl, template.Coinbase{Script: script, Tag: "/ltcsolo/", ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// script is some payout script.
var script = append([]byte{0x00, 0x14}, make([]byte, 20)...)

const (
	small = "gbt-regtest-h2.json"
	mixed = "gbt-regtest-h447-mixed.json"
)

func hexWord(n uint32) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 8)
	for i := range b {
		b[i] = digits[n>>(28-4*i)&15]
	}
	return string(b)
}

// upstream gives the jobs that a test offers, and judges shares as the test says.
type upstream struct {
	verdict func(solo.Share) solo.Judged // nil: all are good

	mu      sync.Mutex
	offered *template.Job
	changed chan struct{}
	known   map[string]*template.Job
	given   uint32
	shares  []solo.Share
	calls   []int // shares of each call of SubmitAll
}

func newUpstream() *upstream {
	return &upstream{changed: make(chan struct{}), known: make(map[string]*template.Job)}
}

func (u *upstream) offer(j *template.Job) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.offered = j; j != nil {
		u.known[j.ID] = j
	}
	close(u.changed)
	u.changed = make(chan struct{})
}

func (u *upstream) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	for {
		u.mu.Lock()
		offered, changed := u.offered, u.changed
		u.mu.Unlock()
		if offered != prev {
			return offered, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (u *upstream) Job(id string) *template.Job {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.known[id]
}

func (u *upstream) SubmitAll(shares []solo.Share, judged []solo.Judged) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.calls = append(u.calls, len(shares))
	for i, s := range shares {
		u.shares = append(u.shares, s)
		switch {
		case u.verdict != nil:
			judged[i] = u.verdict(s)
		case s.Target == template.Target{}:
			judged[i].Err = solo.ErrLowDifficulty
		}
	}
}

// submitted returns the shares that were judged.
func (u *upstream) submitted() []solo.Share {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.shares
}

func (u *upstream) Extranonce1() (e [solo.Extranonce1Size]byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.given++
	binary.BigEndian.PutUint32(e[:], u.given)
	return e
}

// listener is in memory.
type listener struct {
	conns chan net.Conn
	fails chan error
	once  sync.Once
	done  chan struct{}
}

func newListener() *listener {
	return &listener{conns: make(chan net.Conn), fails: make(chan error), done: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case err := <-l.fails:
		return nil, err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// from is a connection with a remote address.
type from struct {
	net.Conn
	address net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.address }

// dial connects from an IP address.
func (l *listener) dial(address string) net.Conn {
	here, there := net.Pipe()
	l.conns <- from{there, net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 50000))}
	return here
}

// house is a server under test, in a bubble.
type house struct {
	t *testing.T
	*stratum.Server
	up     *upstream
	l      *listener
	log    *bytes.Buffer
	cancel func() // ends Serve
	stop   func() // ends Serve and waits for it
}

// serve starts a server, with the first job. Change its configuration with the options.
func serve(t *testing.T, options ...func(*stratum.Config)) *house {
	t.Helper()
	h := &house{t: t, up: newUpstream(), l: newListener(), log: &bytes.Buffer{}}
	cfg := stratum.Config{
		Upstream: h.up, Log: slog.New(slog.NewTextHandler(&lockedWriter{w: h.log}, &slog.HandlerOptions{Level: slog.LevelDebug})), Version: "1.2.3",
	}
	for _, o := range options {
		o(&cfg)
	}
	var err error
	if h.Server, err = stratum.New(cfg); err != nil {
		t.Fatal(err)
	}
	h.up.offer(newJob(t, "a1", '1', hard, small))
	var ctx context.Context
	ctx, h.cancel = context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, h.l) }()
	h.stop = sync.OnceFunc(func() {
		h.cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve() = %v", err)
		}
	})
	t.Cleanup(h.stop)
	synctest.Wait()
	return h
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// miner is a client that reads all that comes.
type miner struct {
	t    *testing.T
	conn net.Conn

	gate  chan struct{} // of one place: held by whoever reads, and by a test that wants nothing to be read
	ended chan struct{} // closed when the test ends

	mu     sync.Mutex
	lines  []string
	closed bool
}

func (h *house) connect(address string) *miner {
	m := &miner{t: h.t, conn: h.l.dial(address), gate: make(chan struct{}, 1), ended: make(chan struct{})}
	h.t.Cleanup(func() {
		m.conn.Close()
		close(m.ended)
	})
	go m.read(m.conn)
	synctest.Wait()
	return m
}

// read gathers lines until the connection is closed.
func (m *miner) read(r io.Reader) {
	var partial strings.Builder
	b := make([]byte, 4096)
	for {
		select {
		case m.gate <- struct{}{}:
		case <-m.ended:
			return
		}
		n, err := r.Read(b)
		<-m.gate
		if errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		m.mu.Lock()
		partial.Write(b[:n])
		for {
			line, rest, ok := strings.Cut(partial.String(), "\n")
			if !ok {
				break
			}
			m.lines = append(m.lines, line)
			partial.Reset()
			partial.WriteString(rest)
		}
		m.closed = m.closed || err != nil
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// send writes without waiting for more than the server's reading; an error is the server's closing.
func (m *miner) send(text string) {
	m.conn.SetWriteDeadline(time.Now().Add(time.Minute))
	io.WriteString(m.conn, text)
	synctest.Wait()
}

// stopReading has the client take nothing until resume is called.
func (m *miner) stopReading() (resume func()) {
	m.conn.SetReadDeadline(time.Now())
	m.gate <- struct{}{}
	m.conn.SetReadDeadline(time.Time{})
	return func() { <-m.gate }
}

// peek returns the lines that have come, without waiting.
func (m *miner) peek() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lines
}

// next returns the next line, "" if there is none.
func (m *miner) next() string {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) == 0 {
		return ""
	}
	line := m.lines[0]
	m.lines = m.lines[1:]
	return line
}

// all returns all lines that have come.
func (m *miner) all() (lines []string) {
	for line := m.next(); line != ""; line = m.next() {
		lines = append(lines, line)
	}
	return lines
}

func (m *miner) isClosed() bool {
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}
