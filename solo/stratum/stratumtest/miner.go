// Package stratumtest has a Stratum miner: a client that knows of the server only what comes over the connection, and
// makes headers of it as cpuminer does. A [Rig] mines as a kind of hardware does, by luck in place of hashing. Only tests
// import it.
package stratumtest

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Config says how a Miner introduces itself. All may be empty.
type Config struct {
	User, Password string
	Agent          string // user agent
	Session        string // of an earlier connection, to be resumed
	Roll           bool   // asks for version rolling
}

// Miner is a connection to a Stratum server, on which the handshake is done. It reads all that comes. It is safe for
// concurrent use.
type Miner struct {
	Session     string // to resume the connection by
	Extranonce1 []byte

	conn  net.Conn
	user  string
	mask  uint32        // version bits that may be rolled
	gate  chan struct{} // of one place: held by whoever reads
	stop  atomic.Bool   // the read deadline is StopReading's
	ended chan struct{}

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced when something has come
	calls      int           // ids given out
	answers    map[int]answer
	difficulty float64
	work       *Work
	err        error // why reading has ended
}

type answer struct {
	ID     *int
	Result json.RawMessage
	Error  []json.RawMessage
}

// Connect subscribes and authorizes. Close the Miner, which closes conn, unless there is an error. A deadline of conn bounds
// all waiting for the server.
func Connect(conn net.Conn, cfg Config) (*Miner, error) {
	m := &Miner{conn: conn, user: cfg.User, gate: make(chan struct{}, 1), ended: make(chan struct{}), changed: make(chan struct{}), answers: make(map[int]answer)}
	go m.read()
	if err := m.shakeHands(cfg); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func (m *Miner) shakeHands(cfg Config) error {
	if cfg.Roll {
		var configured struct {
			Mask string `json:"version-rolling.mask"`
		}
		err := m.call(&configured, "mining.configure", []string{"version-rolling"}, map[string]string{"version-rolling.mask": "ffffffff"})
		if err != nil {
			return err
		}
		if m.mask, err = parseWord(configured.Mask); err != nil {
			return err
		}
	}
	var subscribed []json.RawMessage
	params := []any{cfg.Agent}
	if cfg.Session != "" {
		params = append(params, cfg.Session)
	}
	if err := m.call(&subscribed, "mining.subscribe", params...); err != nil {
		return err
	}
	if err := m.subscribed(subscribed); err != nil {
		return fmt.Errorf("answer to mining.subscribe: %w", err)
	}
	return m.call(nil, "mining.authorize", cfg.User, cfg.Password)
}

func (m *Miner) subscribed(result []json.RawMessage) error {
	if len(result) != 3 {
		return fmt.Errorf("%d elements", len(result))
	}
	var subscriptions [][2]string
	var extranonce1 string
	if err := errors.Join(json.Unmarshal(result[0], &subscriptions), json.Unmarshal(result[1], &extranonce1)); err != nil {
		return err
	}
	if len(subscriptions) > 0 {
		m.Session = subscriptions[0][1]
	}
	e1, err := hex.DecodeString(extranonce1)
	m.mu.Lock()
	m.Extranonce1 = e1
	m.mu.Unlock()
	return err
}

// call makes a request and decodes its result, unless result is nil.
func (m *Miner) call(result any, method string, params ...any) error {
	id := m.nextID()
	line, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := m.Write(string(line) + "\n"); err != nil {
		return err
	}
	a, err := m.await(id)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", method, err)
	case len(a.Error) > 0:
		return fmt.Errorf("%s: %s", method, a.Error)
	case result != nil:
		err = json.Unmarshal(a.Result, result)
	}
	return err
}

func (m *Miner) nextID() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	return m.calls
}

// Write writes text as it is.
func (m *Miner) Write(text string) error {
	_, err := io.WriteString(m.conn, text)
	return err
}

// Send submits shares, all in one piece, and returns the id of the first; the others' follow. It does not wait for the
// answers.
func (m *Miner) Send(shares ...Share) (first int, err error) {
	first, text := m.Lines(shares...)
	return first, m.Write(text)
}

// Lines returns what Send writes, for a test that sends it in its own way.
func (m *Miner) Lines(shares ...Share) (first int, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first = m.calls + 1
	var b strings.Builder
	for _, s := range shares {
		m.calls++
		fmt.Fprintf(&b, `{"id":%d,"method":"mining.submit","params":["%s","%s","%08x","%08x","%08x"`, m.calls, m.user, s.Work.ID, s.Extranonce2, s.Time, s.Nonce)
		if m.mask != 0 {
			fmt.Fprintf(&b, `,"%08x"`, s.VersionBits)
		}
		b.WriteString("]}\n")
	}
	return first, b.String()
}

// Submit submits a share, and returns why it was refused; empty if it was not.
func (m *Miner) Submit(s Share) (refusal string, err error) {
	id, err := m.Send(s)
	if err != nil {
		return "", err
	}
	return m.Answer(id)
}

// Answer waits for the answer to a share, and returns why it was refused; empty if it was not.
func (m *Miner) Answer(id int) (refusal string, err error) {
	a, err := m.await(id)
	if err != nil || len(a.Error) < 2 {
		return "", err
	}
	return refusal, json.Unmarshal(a.Error[1], &refusal)
}

// await waits for an answer and forgets it.
func (m *Miner) await(id int) (a answer, err error) {
	err = m.wait(func() (ok bool) {
		if a, ok = m.answers[id]; ok {
			delete(m.answers, id)
		}
		return ok
	})
	return a, err
}

// Next waits for newer work than prev, the latest that there is.
func (m *Miner) Next(prev *Work) (w *Work, err error) {
	err = m.wait(func() bool {
		w = m.work
		return w != prev
	})
	return w, err
}

// Work returns the newest work, nil before the first.
func (m *Miner) Work() *Work {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.work
}

// wait waits until come, which is called with mu held, or the end of the connection.
func (m *Miner) wait(come func() bool) error {
	for {
		m.mu.Lock()
		ok, err, changed := come(), m.err, m.changed
		m.mu.Unlock()
		if ok || err != nil {
			if ok {
				err = nil
			}
			return err
		}
		<-changed
	}
}

// Ended is closed when the server has closed the connection, or Close has.
func (m *Miner) Ended() <-chan struct{} { return m.ended }

// Close closes the connection.
func (m *Miner) Close() {
	m.conn.Close()
	<-m.ended
}

// read takes lines until the connection ends.
func (m *Miner) read() {
	defer close(m.ended)
	lines := bufio.NewScanner(gated{m})
	lines.Buffer(nil, 1<<20)
	err := error(nil)
	for err == nil && lines.Scan() {
		err = m.take(lines.Bytes())
	}
	if err == nil {
		err = lines.Err()
	}
	if err == nil {
		err = io.EOF
	}
	m.conn.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
	m.tell()
}

// gated reads from the connection of a miner that is not stopped.
type gated struct{ *Miner }

func (g gated) Read(b []byte) (int, error) {
	for {
		g.gate <- struct{}{}
		n, err := g.conn.Read(b)
		stopped := g.stop.Load() && errors.Is(err, os.ErrDeadlineExceeded)
		<-g.gate
		if !stopped {
			return n, err
		}
	}
}

// StopReading has the miner take nothing from the connection until resume is called.
func (m *Miner) StopReading() (resume func()) {
	m.stop.Store(true)
	m.conn.SetReadDeadline(time.Now())
	m.gate <- struct{}{}
	m.conn.SetReadDeadline(time.Time{})
	m.stop.Store(false)
	return func() { <-m.gate }
}

// tell wakes those who wait. The caller holds mu.
func (m *Miner) tell() {
	close(m.changed)
	m.changed = make(chan struct{})
}

func (m *Miner) take(line []byte) error {
	var got struct {
		answer
		Method string
		Params []json.RawMessage
	}
	if err := json.Unmarshal(line, &got); err != nil {
		return fmt.Errorf("line from the server: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.tell()
	switch {
	case got.Method == "" && got.ID != nil:
		m.answers[*got.ID] = got.answer
	case got.Method == "mining.set_difficulty" && len(got.Params) == 1:
		return json.Unmarshal(got.Params[0], &m.difficulty)
	case got.Method == "mining.notify":
		w, err := newWork(got.Params)
		if err != nil {
			return fmt.Errorf("mining.notify: %w", err)
		}
		w.Difficulty, w.extranonce1, w.mask = m.difficulty, m.Extranonce1, m.mask
		m.work = w
	}
	return nil
}
