// Package rigstest has miners that answer as a script says, for tests.
package rigstest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
)

// HTTP is the name of the reply to a GET of /api/system/info.
const HTTP = "http"

// Miner answers what it has replies for. It is safe for concurrent use.
type Miner struct {
	Silent bool // it accepts connections, and says nothing

	mu      sync.Mutex
	replies map[string]string
	asked   []string
}

// New returns a miner with replies by the name of the command of cgminer's API, which has "-new_api" at its end if that was
// asked for, or HTTP. Where there is no such reply, new_api makes no difference, and other commands are unknown.
func New(replies map[string]string) *Miner {
	m := &Miner{}
	for name, reply := range replies {
		m.Set(name, reply)
	}
	return m
}

// Load returns a miner that answers with the files of a folder, each named like its command.
func Load(t testing.TB, dir string) *Miner {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := New(nil)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		m.Set(e.Name(), string(text))
	}
	return m
}

// Set changes a reply; an empty one removes it.
func (m *Miner) Set(name, reply string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.replies == nil {
		m.replies = make(map[string]string)
	}
	if m.replies[name] = reply; reply == "" {
		delete(m.replies, name)
	}
}

// Reply returns a reply; it is empty if there is none.
func (m *Miner) Reply(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.replies[name]
}

// Asked returns all that the miner was asked so far, as it was written.
func (m *Miner) Asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.asked)
}

// Listen has the miner answer on a port of the loopback interface until the test ends, and returns its address.
func (m *Miner) Listen(t testing.TB) (address string) {
	t.Helper()
	return Serve(t, m.Serve)
}

// Serve has connections to a port of the loopback interface served until the test ends, and returns its address. Then those
// that are left are closed.
func Serve(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var conns []net.Conn
	var served sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		served.Wait()
	})
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			served.Go(func() { serve(conn) })
		}
	})
	return l.Addr().String()
}

// Dial returns a connection to the miner without a network.
func (m *Miner) Dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go m.Serve(theirs)
	return ours, nil
}

// ErrRefused is the error of a dial to a port at which nobody listens.
var ErrRefused = errors.New("connection refused")

var commandOf = regexp.MustCompile(`^\{"command":"(\w+)"(,"new_api":true)?\}$`)

// Serve answers one request and closes the connection.
func (m *Miner) Serve(conn net.Conn) {
	defer conn.Close()
	request := make([]byte, 4096)
	n, err := conn.Read(request)
	if err != nil {
		return
	}
	request = request[:n]
	m.mu.Lock()
	m.asked = append(m.asked, string(request))
	m.mu.Unlock()
	switch found := commandOf.FindSubmatch(request); {
	case m.Silent:
		io.Copy(io.Discard, conn)
	case found != nil:
		name := string(found[1])
		if len(found[2]) > 0 && m.Reply(name+"-new_api") != "" {
			name += "-new_api"
		}
		reply := m.Reply(name)
		if reply == "" {
			reply = `{"STATUS":[{"STATUS":"E","When":1,"Code":14,"Msg":"Invalid command","Description":"miner"}],"id":1}`
		}
		conn.Write(append(bytes.TrimSpace([]byte(reply)), 0))
	default:
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
		if err != nil {
			return
		}
		reply := &http.Response{StatusCode: http.StatusNotFound, ProtoMajor: 1, ProtoMinor: 1, Request: r, Close: true}
		if text := m.Reply(HTTP); text != "" && r.Method == http.MethodGet && r.URL.Path == "/api/system/info" {
			reply.StatusCode, reply.ContentLength, reply.Body = http.StatusOK, int64(len(text)), io.NopCloser(bytes.NewReader([]byte(text)))
		}
		reply.Write(conn)
	}
}
