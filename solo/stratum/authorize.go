package stratum

import (
	"math"
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
	s.kind = classify(s.client)
	name := s.server.workerName(s.user)
	host, _, err := net.SplitHostPort(s.address)
	if err != nil {
		host = s.address
	}
	s.info = sessionInfo{Client: s.client, Address: host, Warning: s.server.warning(s.user), At: now}
	start, because, fixed := s.startDifficulty(name)
	s.info.Difficulty, s.info.Because, s.fixed = start, because, fixed
	s.worker = s.server.workers.join(name, s.info)
	s.mu.Lock()
	s.vardiff = newVardiff(s.vardiffConfig(), start, now)
	if s.resumed > 0 {
		s.difficulties.add(0, s.resumed)
	}
	s.meter.start(start/s.server.cfg.ShareEvery.Seconds(), now)
	s.ready, s.pushed = true, true
	s.mu.Unlock()
	s.server.log.Info("miner connected", "worker", name, "client", s.client, "address", host, "difficulty", start, "because", because)
	if s.info.Warning != "" {
		s.server.log.Warn(s.info.Warning, "worker", name, "address", host)
	}
}

// restart begins anew with the difficulty that the client has suggested after its first job, unless the owner's setting
// goes before it.
func (s *session) restart() {
	start, because, fixed := s.startDifficulty(s.worker.name)
	if because != becauseSuggested {
		return
	}
	s.info.Difficulty, s.info.Because, s.fixed = start, because, fixed
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vardiff = newVardiff(s.vardiffConfig(), start, time.Now())
	s.pushed = true
}

// Why a session has its difficulty, for people.
const (
	becausePassword  = "password"
	becauseSetting   = "--difficulty"
	becauseSuggested = "asked for by the miner"
	becauseKnown     = "what it had last"
	becauseKind      = "kind of miner"
)

// startDifficulty returns what a session starts with, why, and whether it stays so. The owner's word goes first, then the
// miner's, then what is known.
func (s *session) startDifficulty(worker string) (difficulty float64, because string, fixed bool) {
	for _, from := range []struct {
		difficulty float64
		because    string
		fixed      bool
	}{
		{s.options.Fixed, becausePassword, true},
		{s.options.Start, becausePassword, false},
		{s.server.cfg.Difficulty, becauseSetting, true},
		{s.suggested, becauseSuggested, false},
		{s.resumed, becauseKnown, false},
		{s.server.memory.difficultyOf(worker), becauseKnown, false},
	} {
		if d := sane(from.difficulty); d > 0 {
			return s.sendable(d, from.fixed), from.because, from.fixed
		}
	}
	return s.sendable(s.kind.Start, false), becauseKind, false
}

// sendable returns a difficulty to start with, within the bounds of those that nobody has fixed.
func (s *session) sendable(difficulty float64, fixed bool) float64 {
	if c := s.vardiffConfig(); !fixed {
		difficulty = min(max(difficulty, c.Min), c.Max)
	}
	return s.readable(difficulty)
}

// readable returns a difficulty that every client of the session's kind reads as it is meant: whole numbers, and
// fractions only for those that know them.
func (s *session) readable(difficulty float64) float64 {
	switch {
	case difficulty >= 1:
		return math.Floor(difficulty)
	case s.kind.Fractions, s.kind.Bfgminer:
		return difficulty
	}
	return 1
}

func (s *session) vardiffConfig() vardiffConfig {
	c := s.server.cfg
	return vardiffConfig{
		Aim: c.ShareEvery, Min: max(c.MinDifficulty, s.minimum), Max: c.MaxDifficulty, Floor: s.kind.Floor, Fixed: s.fixed,
	}
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
