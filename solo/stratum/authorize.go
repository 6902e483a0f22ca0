package stratum

import (
	"log/slog"
	"net"
	"strings"
	"time"
)

// authorize answers mining.authorize. Every user name and password is accepted: a refusal would end some clients for
// good, and the names are the owner's. The first name of a connection is its worker's.
func (s *session) authorize(q request) {
	if !s.authorized {
		s.user, s.options = q.params.text(0), parsePassword(q.params.text(1))
		s.authorized = true
		s.setReadDeadline(s.deadline())
	}
	s.agree(q)
}

// begin makes a session ready for work once it has subscribed and authorized. It runs after all lines that came together
// were read, so that a difficulty that was suggested right behind is the first that is sent.
func (s *session) begin() {
	if s.worker != nil || s.id == "" || !s.authorized {
		return
	}
	now := time.Now()
	s.kind, s.name = classify(s.client), s.server.workerName(s.user)
	start, fixed, because := s.startDifficulty()
	network := float64(maxDifficulty)
	if w := s.server.offer.Load().current(now); w != nil {
		network = w.network
	}
	s.mu.Lock()
	s.setVardiff(start, fixed, because, now)
	first, _ := s.vardiff.next(now, network)
	s.mu.Unlock()
	info := sessionInfo{
		Client: s.client, Address: host(s.address), Because: because, Warning: s.server.warning(s.user),
		Difficulty: first, At: now,
	}
	s.worker = s.server.workers.join(s.name, info)
	s.mu.Lock()
	if s.resumed > 0 {
		s.difficulties.add(0, s.resumed)
	}
	s.meter.start(start/s.server.cfg.ShareEvery.Seconds(), now)
	s.ready = true
	s.mu.Unlock()
	s.server.log.Info("miner connected", "worker", s.name, "client", s.client, "address", info.Address, "difficulty", shown(first), "because", because)
	if info.Warning != "" {
		s.server.log.Warn(info.Warning, "worker", s.name, "address", info.Address)
	}
}

// shown returns a difficulty for the log: a whole one in all its digits.
func shown(difficulty float64) slog.Value {
	if difficulty >= 1 {
		return slog.Int64Value(int64(difficulty))
	}
	return slog.Float64Value(difficulty)
}

// restart goes on with the difficulty that the client suggests after its first job, unless the owner's word goes first.
func (s *session) restart() {
	start, fixed, because := s.startDifficulty()
	if because != becauseSuggested {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setVardiff(start, fixed, because, time.Now())
}

func (s *session) startDifficulty() (start float64, fixed bool, because string) {
	remembered := s.resumed
	if remembered == 0 {
		remembered = s.server.workers.remembered(s.name, s.client)
	}
	return startingPoint{
		Password: s.options, Flag: s.server.cfg.Difficulty, Suggested: s.suggested, Remembered: remembered, Kind: s.kind,
	}.difficulty()
}

// setVardiff begins with a difficulty. The caller holds mu.
func (s *session) setVardiff(start float64, fixed bool, because string, now time.Time) {
	c := s.server.cfg
	s.vardiff = newVardiff(vardiffConfig{
		Aim: c.ShareEvery, Min: max(c.MinDifficulty, s.minimum), Max: c.MaxDifficulty, Floor: s.kind.Floor, Least: s.kind.least(), Fixed: fixed,
		Known: because == becauseRemembered,
	}, start, now)
	s.fixed, s.because, s.fresh = fixed, because, true
}

// host returns an address without its port.
func host(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// workerName returns the name of a user's worker: what stands after our own address and a dot, or all of it.
func (s *Server) workerName(user string) string {
	name := printable(user)
	if address, rest, ok := strings.Cut(user, "."); ok && s.cfg.Own(address) {
		name = printable(rest)
	}
	if name == "" {
		return "unnamed"
	}
	return name
}

// warning says what is wrong with a user name that is an address that we do not pay; empty if it is none.
func (s *Server) warning(user string) string {
	address, _, _ := strings.Cut(user, ".")
	if s.cfg.Own(address) {
		return ""
	}
	return s.cfg.Foreign(user)
}
