package stratum

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// An address whose connections fail so often in so short a time waits at its next ones. A connection fails if it ends
// before it has subscribed. There are no bans: behind an address may be a house full of miners.
const (
	failures    = 10
	failureTime = time.Minute
	penalty     = 10 * time.Second
	maxFailing  = 100_000 // addresses whose failures are remembered
)

// guard bounds how many connections there are, together and from one address. It is safe for concurrent use.
type guard struct {
	max, perAddress int

	mu      sync.Mutex
	open    int
	refused uint64

	lastRefused    time.Time
	refusedAddress netip.Prefix // then, if it alone had too many

	addresses map[netip.Prefix]*visitor
}

// visitor is an address that has connections, or had ones that failed.
type visitor struct {
	open   int
	failed []time.Time // the latest failures, oldest first
}

func newGuard(max, perAddress int) *guard {
	return &guard{max: max, perAddress: perAddress, addresses: make(map[netip.Prefix]*visitor)}
}

// enter counts a new connection, which must leave. It refuses one too many, and says how long one from an address that
// fails too often has to wait.
func (g *guard) enter(from netip.Prefix, now time.Time) (wait time.Duration, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := g.addresses[from]
	full := g.open >= g.max
	if full || v != nil && v.open >= g.perAddress {
		g.refused++
		g.lastRefused, g.refusedAddress = now, from
		if full {
			g.refusedAddress = netip.Prefix{}
		}
		return 0, false
	}
	if v == nil {
		v = &visitor{}
		g.addresses[from] = v
	}
	g.open++
	v.open++
	if len(v.failed) == failures && now.Sub(v.failed[0]) < failureTime {
		return penalty, true
	}
	return 0, true
}

// leave ends what enter began.
func (g *guard) leave(from netip.Prefix, failed bool, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := g.addresses[from]
	g.open--
	v.open--
	if failed && len(g.addresses) < maxFailing {
		if len(v.failed) == failures {
			v.failed = v.failed[1:]
		}
		v.failed = append(v.failed, now)
	}
	g.forget(from, v, now)
}

// forget drops an address without connections and without recent failures. The caller holds mu.
func (g *guard) forget(from netip.Prefix, v *visitor, now time.Time) {
	if v.open == 0 && (len(v.failed) == 0 || now.Sub(v.failed[len(v.failed)-1]) >= failureTime) {
		delete(g.addresses, from)
	}
}

// sweep forgets addresses that have not been here for a while.
func (g *guard) sweep(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for from, v := range g.addresses {
		g.forget(from, v, now)
	}
}

// counts returns how many connections there are, and how many were refused.
func (g *guard) counts() (open int, refused uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open, g.refused
}

// addressOf returns the address that a connection comes from: of IPv6 its network, which a single machine may have whole.
func addressOf(conn net.Conn) netip.Prefix {
	const network = 64
	a, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Prefix{}
	}
	ip := a.Addr().Unmap().WithZone("")
	p, err := ip.Prefix(min(ip.BitLen(), network))
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
