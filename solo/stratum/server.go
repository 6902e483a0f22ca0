package stratum

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// Upstream is where jobs come from and shares go to: the engine. Implementations are safe for concurrent use.
type Upstream interface {
	// NextJob waits until the job to search is not prev and returns it; nil means that there is nothing to search now.
	NextJob(ctx context.Context, prev *template.Job) (*template.Job, error)
	// Job returns the job with an id, of an earlier run too; nil if it is not known (any more).
	Job(id string) *template.Job
	// SubmitAll judges shares, each into its place of judged. It blocks until all are hashed.
	SubmitAll(shares []solo.Share, judged []solo.Judged)
	// Extranonce1 returns a part of the search space that nobody else has.
	Extranonce1() [solo.Extranonce1Size]byte
}

// Config configures a Server. Difficulties are in pool units: difficulty 1 takes 65,536 hashes on average.
type Config struct {
	Upstream Upstream
	Log      *slog.Logger // nil: none
	Version  string       // ours, for clients that ask

	Difficulty    float64       // of every session, fixed; 0: each has its own
	MinDifficulty float64       // of those that are not fixed; 0: what the kind of miner allows
	MaxDifficulty float64       // 0: none
	ShareEvery    time.Duration // from each session, on average; 0: 10 s

	MaxConnections int          // 0: 10,000
	MaxPerAddress  int          // 0: 1,000
	Certificate    *Certificate // nil: no TLS
	Dashboard      string       // its URL, for browsers that come to the wrong port; may be empty

	// Past is what earlier runs have kept. KeepWorkers and KeepSessions keep data for the next run: all of it, or none and
	// what they were given before. They are called at most once a minute and when Serve ends, KeepSessions also soon after a
	// new session, and return when ctx ends at the latest. nil: nothing is kept.
	Past         Past
	KeepWorkers  func(ctx context.Context, data []byte) error
	KeepSessions func(ctx context.Context, data []byte) error

	Own     func(address string) bool          // whether this run pays the address; nil: unknown
	Foreign func(user string) (warning string) // of a user name that is another address; empty, or nil: nothing is wrong
}

const (
	stopTime     = time.Second
	maxAcceptGap = time.Second // after a connection could not be accepted
	keptEnded    = 100         // sessions in the order that have ended, besides as many as are open
)

var _ Upstream = (*solo.Engine)(nil)

// Server serves miners. It is safe for concurrent use.
type Server struct {
	cfg     Config
	log     *slog.Logger
	guard   *guard
	workers *workers
	memory  *memory
	offer   atomic.Pointer[offer]
	latency latency
	began   time.Time
	sending sync.WaitGroup // senders
	shares  [verdicts]atomic.Uint64
	slow    atomic.Uint64 // clients that took nothing for too long
	full    occasional    // says that there are too many connections

	mu       sync.Mutex // guards what follows
	sessions map[*session]struct{}
	order    []*session // that with the highest hash rate first
}

// New checks cfg. Nothing runs before Serve.
func New(cfg Config) (*Server, error) {
	switch {
	case cfg.Upstream == nil:
		return nil, errors.New("new stratum server: an upstream is needed")
	case cfg.Difficulty < 0 || cfg.MinDifficulty < 0 || cfg.MaxDifficulty < 0:
		return nil, errors.New("new stratum server: a difficulty is negative")
	case cfg.MaxDifficulty > 0 && cfg.MinDifficulty > cfg.MaxDifficulty:
		return nil, errors.New("new stratum server: the least difficulty is above the highest")
	case cfg.ShareEvery < 0 || cfg.MaxConnections < 0 || cfg.MaxPerAddress < 0:
		return nil, errors.New("new stratum server: a bound is negative")
	}
	if cfg.MaxDifficulty == 0 {
		cfg.MaxDifficulty = maxDifficulty
	}
	if cfg.ShareEvery == 0 {
		cfg.ShareEvery = 10 * time.Second
	}
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = 10_000
	}
	if cfg.MaxPerAddress == 0 {
		cfg.MaxPerAddress = 1000
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Own == nil {
		cfg.Own = func(string) bool { return false }
	}
	if cfg.Foreign == nil {
		cfg.Foreign = func(string) string { return "" }
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, guard: newGuard(cfg.MaxConnections, cfg.MaxPerAddress), workers: newWorkers(cfg.Past.workers),
		memory: newMemory(cfg.Past.sessions), began: time.Now(), sessions: make(map[*session]struct{}),
	}
	s.cfg.Past = Past{}
	s.offer.Store(&offer{})
	return s, nil
}

// Workers returns a snapshot of the miners, those among them that have left. The slice is the caller's.
func (s *Server) Workers() []solo.Worker { return s.workers.snapshot(time.Now()) }

// Stats describes the server, but for Checks.
func (s *Server) Stats() solo.Stratum {
	open, refused := s.guard.counts()
	return solo.Stratum{
		Connections: open, Refused: refused, SlowReaders: s.slow.Load(),
		Hashes: s.workers.hashed(), NotifyP50: s.latency.quantile(0.5), NotifyP99: s.latency.quantile(0.99),
		Accepted: s.shares[shareAccepted].Load(), Stale: s.shares[shareStale].Load(), Duplicate: s.shares[shareDuplicate].Load(),
		Low: s.shares[shareLow].Load(), Unknown: s.shares[shareUnknown].Load(), Malformed: s.shares[shareMalformed].Load(),
	}
}

// Serve serves on the listeners until ctx ends, and closes them. Shares that have arrived by then are judged and
// answered. It is called once.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	working, endWork := context.WithCancel(ctx)
	defer endWork()
	var helpers, accepting, sessions sync.WaitGroup
	helpers.Go(func() { s.follow(working) })
	helpers.Go(func() { s.tick(working) })
	keeping, endKeeping := context.WithCancel(context.WithoutCancel(ctx))
	defer endKeeping()
	for _, k := range s.keepers() {
		helpers.Go(func() { k.run(keeping) })
	}
	for _, l := range listeners {
		stop := context.AfterFunc(ctx, func() { l.Close() })
		defer stop()
		accepting.Go(func() { s.accept(ctx, l, &sessions) })
	}
	accepting.Wait()
	endWork()
	for _, x := range s.all() {
		x.leave("ltcsolo is ending")
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		sessions.Wait()
	}()
	select {
	case <-gone:
	case <-time.After(stopTime):
		for _, x := range s.all() {
			x.raw.Close()
		}
		<-gone
	}
	endKeeping()
	helpers.Wait()
	s.sending.Wait()
	return nil
}

// keepers returns what writes for the next run.
func (s *Server) keepers() (all []keeper) {
	if write := s.cfg.KeepWorkers; write != nil {
		all = append(all, keeper{
			gather: func(now time.Time) kept { return kept{Workers: s.workers.kept(now)} }, write: write,
			failed: func(err error) { s.log.Error("miners are not remembered", "err", err) },
		})
	}
	if write := s.cfg.KeepSessions; write != nil {
		all = append(all, keeper{
			gather: func(now time.Time) kept { return kept{Sessions: s.memory.kept(now)} }, write: write, soon: s.memory.fresh,
			failed: func(err error) { s.log.Error("sessions are not remembered", "err", err) },
		})
	}
	return all
}

// accept takes connections until l is closed. Whatever else fails, it tries again: the system may be out of file
// descriptors for a while.
func (s *Server) accept(ctx context.Context, l net.Listener, sessions *sync.WaitGroup) {
	defer l.Close()
	var failing occasional
	for gap := time.Duration(0); ; {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed) || ctx.Err() != nil:
			if conn != nil {
				conn.Close()
			}
			return
		case err != nil:
			if failing.due(time.Now()) {
				s.log.Error("no miner can connect", "err", err)
			}
			gap = min(max(2*gap, 5*time.Millisecond), maxAcceptGap)
			pause(ctx, gap)
			continue
		}
		gap = 0
		from := addressOf(conn)
		wait, ok := s.guard.enter(from, time.Now())
		if !ok {
			conn.Close()
			if s.full.due(time.Now()) {
				s.log.Warn("connection refused: there are too many", "address", conn.RemoteAddr().String(),
					"max_connections", s.cfg.MaxConnections, "max_per_address", s.cfg.MaxPerAddress)
			}
			continue
		}
		sessions.Go(func() {
			pause(ctx, wait)
			failed := s.serve(ctx, conn)
			s.guard.leave(from, failed, time.Now())
		})
	}
}

// serve serves one connection until its end and reports whether it failed to subscribe.
func (s *Server) serve(ctx context.Context, conn net.Conn) (failed bool) {
	keepOpen(conn)
	x := newSession(s, conn)
	s.mu.Lock()
	s.sessions[x] = struct{}{}
	s.order = append(s.order, x)
	s.mu.Unlock()
	if ctx.Err() != nil {
		x.leave("ltcsolo is ending")
	}
	why := x.run()
	x.end(why)
	s.mu.Lock()
	delete(s.sessions, x)
	if len(s.order) > 2*len(s.sessions)+keptEnded {
		s.dropEnded()
	}
	s.mu.Unlock()
	return x.id == "" && !x.harmless && ctx.Err() == nil
}

// dropEnded has order keep no sessions that have ended: thousands may come and go between two sortings. The caller holds mu.
func (s *Server) dropEnded() {
	order := make([]*session, 0, len(s.sessions)) // others read the old one
	for _, x := range s.order {
		if _, open := s.sessions[x]; open {
			order = append(order, x)
		}
	}
	s.order = order
}

func (s *Server) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*session, 0, len(s.sessions))
	for x := range s.sessions {
		all = append(all, x)
	}
	return all
}

// rollable returns the version bits that miners may roll: those that the chain's rules do not use now.
func (s *Server) rollable() uint32 {
	if w := s.offer.Load().work; w != nil {
		return rollable &^ uint32(w.job.Template.Version)
	}
	return rollable
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
