package rigs

import (
	"net"
	"net/netip"
	"time"

	"ltcsolo/solo"
)

// machine is a miner that is asked. It is guarded by Asker.mu.
type machine struct {
	at     string     // what is dialled
	named  bool       // by Config
	ip     netip.Addr // zero until a host name has been resolved
	way    way        // that it answered last
	asking bool       // or about to be asked
	rig    solo.Rig
	most   int // boards that have worked at once

	connected time.Time // when it was seen connected last
	since     time.Time // of its worker's oldest connection
	failures  int       // in a row
	failed    time.Time // the last of them
}

// literal returns the IP address that at has; the zero one if it has a host name.
func literal(at string) netip.Addr {
	if host, _, err := net.SplitHostPort(at); err == nil {
		at = host
	}
	ip, _ := netip.ParseAddr(at)
	return ip.Unmap()
}

// isConnected notes that a worker is connected from the machine's address, whose oldest connection began at since. before is
// the last time that somebody looked.
func (m *machine) isConnected(since, now, before time.Time) {
	if !m.connected.Equal(before) && !m.connected.Equal(now) || since.After(m.since) {
		m.failures = 0   // it was away
		m.way.model = "" // it may have other firmware now
	}
	m.connected = now
	if since.After(m.since) { // two workers may share the address
		m.since = since
	}
}

// due reports whether the machine is to be asked now.
func (m *machine) due(now time.Time) bool {
	wait := askAgain
	if m.named {
		wait = askNamed
	}
	return !m.asking && (m.named || m.connected.Equal(now)) && (m.failures < patience || now.Sub(m.failed) >= wait)
}

// answer keeps what the machine told.
func (m *machine) answer(rig solo.Rig, w way, now time.Time) {
	m.way, m.failures = w, 0
	if rig.Model != m.rig.Model {
		m.most = 0 // another machine
	}
	m.most = max(m.most, rig.Boards)
	rig.MissingBoards = max(rig.MissingBoards, m.most-rig.Boards)
	rig.When = now
	m.rig = rig
	if at, err := netip.ParseAddrPort(rig.Address); err == nil {
		m.ip = at.Addr().Unmap()
	}
}

// fail notes that the machine did not answer. From the second time on what it told is not shown any more: it may have
// changed since.
func (m *machine) fail(err error, now time.Time) {
	m.failures++
	m.failed = now
	if m.failures >= patience {
		m.way = way{}
		m.rig = solo.Rig{Address: m.rig.Address, Model: m.rig.Model, Firmware: m.rig.Firmware, When: m.rig.When}
	}
	m.rig.Fault = err.Error()
}

// addresses returns the machine's IP address, as of a worker.
func (m *machine) addresses() []string {
	if !m.ip.IsValid() {
		return nil
	}
	return []string{m.ip.String()}
}
