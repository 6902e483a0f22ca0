package stratum

import "time"

// A miner whose shares are nearly all refused, for long, works on something else than it was told. Stale shares do not
// count: they say that the line is slow, or the miner, and closing the connection would only make more of them.
const (
	refusalWindow = 200 // shares
	refusalMost   = 180 // refused of them: more are too many
	refusalTime   = time.Minute
	raiseBy       = 8 // the difficulty
)

// refusals watches one session for refusals that go on.
type refusals struct {
	began   time.Time // of the window
	shares  int
	refused int
	since   time.Time // since when every window had too many; zero if the last one had not
	strikes int
}

// count counts a share, and reports whether too many were refused for too long. It begins anew then.
func (r *refusals) count(v verdict, now time.Time) bool {
	if v == shareStale {
		return false
	}
	if r.shares == 0 {
		r.began = now
	}
	r.shares++
	if v != shareAccepted {
		r.refused++
	}
	if r.shares < refusalWindow {
		return false
	}
	bad := r.refused > refusalMost
	r.shares, r.refused = 0, 0
	switch {
	case !bad:
		r.since, r.strikes = time.Time{}, 0
		return false
	case r.since.IsZero():
		r.since = r.began
	}
	if now.Sub(r.since) < refusalTime {
		return false
	}
	r.since = time.Time{}
	r.strikes++
	return true
}

// resist answers refusals that go on: with a clean job and a higher difficulty first, and then by closing the
// connection. The address may come back at once.
func (s *session) resist() {
	if s.refusals.strikes > 1 {
		s.leave("nearly all of its shares were refused")
		return
	}
	s.log().Warn("nearly all shares are refused", "worker", s.name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushed, s.clean, s.raise = true, true, !s.fixed
}
