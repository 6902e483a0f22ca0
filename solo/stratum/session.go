package stratum

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

const (
	subscribeTime = 30 * time.Second
	authorizeTime = time.Minute
	writeTime     = 10 * time.Second       // a client that takes nothing for so long is closed
	drainTime     = 250 * time.Millisecond // shares that come so shortly before a connection is closed here are judged
	maxMalformed  = 3                      // lines
	maxAnswers    = 16 << 10               // bytes that are gathered before they are written
)

// session is one connection. The fields up to turn belong to its reader.
type session struct {
	server  *Server
	raw     net.Conn
	conn    net.Conn // raw, or TLS on it
	lines   *lineReader
	address string // with the port; the session's name in the log
	began   time.Time

	id          string // to resume the session by; empty before mining.subscribe
	extranonce1 [solo.Extranonce1Size]byte
	resumed     float64 // the difficulty of the session that this one goes on with; 0: none
	client      string  // user agent
	kind        kind
	mask        uint32  // version bits that the miner may roll
	suggested   float64 // 0: nothing
	minimum     float64 // of mining.configure; 0: none
	user        string
	options     passwordOptions
	authorized  bool
	name        string  // the worker's
	worker      *member // nil until the session is ready for work

	malformed int  // lines
	greeted   bool // a line has come
	quit      bool // the reader closes the connection
	harmless  bool // the connection does not count as a failed one
	out       []byte
	pending   []pendingShare
	refusals  refusals
	accepted  uint64
	looked    uint32          // the last notify whose transactions were sent
	judgedBy  float64         // the difficulty of the last share
	target    template.Target // its share target

	turn chan struct{} // of one place: held by whoever writes, as long as the client takes; guards deaf and news
	deaf bool          // a write failed
	news *work         // on a new parent; in what is about to be written
	owed atomic.Bool   // work may be due: whoever gives the turn back looks

	mu           sync.Mutex // guards what follows; never held while waiting
	ready        bool       // subscribed and authorized
	leaving      string     // why the connection is about to be closed; empty if it is not
	vardiff      *vardiff
	fixed        bool    // the difficulty is the owner's word and does not move
	because      string  // why the difficulty is as it is
	fresh        bool    // it was set for another reason than the hash rate, and was not sent yet
	difficulty   float64 // that was sent last
	difficulties difficulties
	notifies     uint32        // mining.notify sent
	parent       template.Hash // of the last one's job
	ntime        uint32        // of the last one
	notified     time.Time     // when the last one was sent
	pushed       bool          // a notify is due, as soon as its time differs from the last one's
	clean        bool          // the next notify has clean_jobs, whatever its parent
	raise        bool          // the next notify has a higher difficulty
	meter        meter
}

func newSession(s *Server, conn net.Conn) *session {
	return &session{
		server: s, raw: conn, conn: conn, lines: newLineReader(conn), address: conn.RemoteAddr().String(), began: time.Now(),
		turn: make(chan struct{}, 1),
	}
}

// closedByMiner is the usual reason why a session ends.
const closedByMiner = "the miner closed the connection"

// run serves the connection until its end, and returns why it ended.
func (s *session) run() string {
	s.setReadDeadline(s.began.Add(subscribeTime))
	for first := true; ; first = false {
		err := s.lines.fill()
		if first && s.lines.isTLS() {
			if !s.startTLS() {
				s.harmless = true
				return "it speaks TLS, and there is no certificate"
			}
			continue
		}
		for !s.quit {
			line, ok := s.lines.next()
			if !ok {
				break
			}
			if s.handle(line); len(s.out) > maxAnswers {
				s.flush()
			}
		}
		if s.lines.overlong() {
			s.garbage()
		}
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !s.quit {
			s.handleLast(s.lines.rest())
		}
		s.flush()
		switch why := s.isLeaving(); {
		case why != "" && (err != nil || s.quit):
			return why
		case errors.Is(err, os.ErrDeadlineExceeded) && s.id == "":
			return "it did not subscribe"
		case errors.Is(err, os.ErrDeadlineExceeded):
			return "it did not authorize"
		case errors.Is(err, io.EOF):
			return closedByMiner
		case err != nil:
			return "the connection broke: " + err.Error()
		}
	}
}

// flush judges the shares that are left, and writes the answers. Work that has become due goes with them: the first job
// right after the answer to mining.authorize.
func (s *session) flush() {
	s.judge()
	s.begin()
	if len(s.out) == 0 {
		return
	}
	s.turn <- struct{}{}
	s.put(s.appendWork(s.out, time.Now()))
	s.release()
	if s.quit {
		s.drain()
	}
	s.out = nil // most sessions are idle now
}

// update sends the work that is due, unless somebody is writing: then that one does.
func (s *session) update() {
	s.owed.Store(true)
	s.settle()
}

// release gives the turn back.
func (s *session) release() {
	<-s.turn
	s.settle()
}

// lines are buffers for work that is sent to thousands at once.
var lines = sync.Pool{New: func() any { return new([]byte) }}

// settle sends what is owed, unless somebody else has the turn.
func (s *session) settle() {
	for s.owed.Load() {
		select {
		case s.turn <- struct{}{}:
		default:
			return
		}
		s.owed.Store(false)
		line := lines.Get().(*[]byte)
		*line = s.appendWork((*line)[:0], time.Now())
		s.put(*line)
		lines.Put(line)
		<-s.turn
	}
}

// put writes lines, and logs them. The caller has the turn.
func (s *session) put(b []byte) {
	if len(b) > 0 && !s.deaf {
		s.logSent(b)
		s.write(b)
	}
}

// write writes b unless a write has failed. The caller has the turn.
func (s *session) write(b []byte) {
	if s.deaf {
		return
	}
	s.conn.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := s.conn.Write(b)
	if news := s.news; news != nil && err == nil {
		s.server.latency.add(time.Since(news.made))
	}
	s.news = nil
	if err == nil {
		return
	}
	s.deaf = true
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.server.slow.Add(1)
		s.leave("it took nothing for " + writeTime.String())
		return
	}
	s.leave(closedByMiner)
}

// drain lets a client read the last answer: closed with something unread, the connection would break, and the answer be
// lost.
func (s *session) drain() {
	if tcp, ok := s.raw.(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
	io.Copy(io.Discard, io.LimitReader(s.raw, 4*maxLine))
}

// leave has the reader close the connection. What the client has sent already is judged, however it ends: it may be a
// block.
func (s *session) leave(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leaving == "" {
		s.leaving = why
		s.raw.SetReadDeadline(time.Now().Add(drainTime))
	}
}

func (s *session) isLeaving() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaving
}

// setReadDeadline bounds the wait for the client, unless the connection is about to be closed anyway.
func (s *session) setReadDeadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leaving == "" {
		s.raw.SetReadDeadline(t)
	}
}

// garbage counts a line that is no Stratum. One too many ends the session, but not before a share behind it is judged.
func (s *session) garbage() {
	s.judge()
	s.malformed++
	if s.malformed <= maxMalformed {
		s.out = appendError(s.out, nullID, codeOther, "Malformed line: not a JSON object, or longer than 16 KiB")
	}
	if s.malformed == maxMalformed {
		s.leave("its lines are no Stratum")
	}
}

// log returns the server's log with the session's attributes.
func (s *session) log() *slog.Logger { return s.server.log.With("session", s.address) }

// end releases what the session holds.
func (s *session) end(why string) {
	s.raw.Close()
	s.turn <- struct{}{} // for good: nobody writes any more
	if s.id != "" {
		s.server.memory.release(s.id, time.Now())
	}
	if s.worker == nil {
		s.log().Debug("connection closed", "reason", why, "client", s.client)
		return
	}
	s.mu.Lock()
	s.ready = false
	s.mu.Unlock()
	s.worker.leave(time.Now())
	s.server.log.Info("miner disconnected", "worker", s.name, "address", host(s.address), "reason", why,
		"shares", s.accepted, "connected", time.Since(s.began).Round(time.Second))
}
