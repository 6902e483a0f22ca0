package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	psnet "github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/wallet"
)

// measureKernels is for how long the kernels that check shares are measured at the start.
const measureKernels = 50 * time.Millisecond

// house serves the miners of the house: a source whose shares come through Stratum and are checked in batches.
type house struct {
	*stratum.Server
	settings    *settings.Serve
	pool        *scrypt.Pool
	listeners   []net.Listener
	certificate *stratum.Certificate // nil: no TLS
	engine      *solo.Engine
	state       *houseState
	checked     pace // headers by pool
	log         *slog.Logger
}

var _ Source = (*house)(nil)

// openHouse opens the ports, so that a port that is taken stops the run before anything else is done. Nobody is served
// before Run.
func openHouse(s *settings.Serve, state *houseState, refuted func(*scrypt.Kernel), log *slog.Logger) (h *house, err error) {
	h = &house{settings: s, state: state, log: log}
	if s.TLSCert != "" {
		if h.certificate, err = stratum.LoadCertificate(s.TLSCert, s.TLSKey); err != nil {
			return nil, terminal.Usage("tls-cert", "give PEM files that belong together and that this user can read", "%v", err)
		}
	}
	for _, at := range s.Listen {
		l, err := net.Listen("tcp", at)
		if err != nil {
			h.close()
			return nil, cannotListen(at, err)
		}
		if !s.Public {
			l = &localListener{Listener: l, log: log}
		}
		h.listeners = append(h.listeners, l)
	}
	h.pool = scrypt.NewPool(scrypt.PoolConfig{Workers: s.CheckWorkers, Measure: measureKernels, Distrusted: refuted, Log: log})
	return h, nil
}

// connect makes the server, for miners of earlier runs too. own reports whether this run pays an address.
func (h *house) connect(e *solo.Engine, past stratum.Past, dashboard, version string, own func(address string) bool) (err error) {
	h.engine = e
	most := h.settings.MaxConnections
	if limit := minersWithin(descriptorLimit()); limit < most {
		h.log.Warn("fewer miners can connect than --max-connections says", "connections", limit,
			"remedy", fmt.Sprintf("raise the limit of open files (ulimit -n) to %d or more", most+minedWith+allConnections))
		most = limit
	}
	h.Server, err = stratum.New(stratum.Config{
		Upstream: e, Log: h.log, Version: version, Difficulty: h.settings.Difficulty, MinDifficulty: h.settings.MinDifficulty,
		MaxDifficulty: h.settings.MaxDifficulty, ShareEvery: h.settings.ShareEvery, MaxConnections: most, MaxPerAddress: h.settings.MaxPerAddress,
		Certificate: h.certificate, Dashboard: dashboard, Own: own, Foreign: foreignAddress,
		Past: past, KeepWorkers: h.state.keep(workersFile), KeepSessions: h.state.keep(sessionsFile),
	})
	return err
}

// foreignAddress warns of a user name that is an address: malware in the local network sets miners to its own.
func foreignAddress(user string) (warning string) {
	if _, err := wallet.DecodeAny(user); err != nil {
		return ""
	}
	return "its user name is an address that this run does not pay: look whether somebody else has set up this miner"
}

func (h *house) Name() string { return "stratum" }

// Run serves until ctx ends and what had arrived by then is answered. Meanwhile, and at the end, it keeps what the next
// run needs to go on with these miners.
func (h *house) Run(ctx context.Context) error {
	for _, url := range h.urls() {
		h.log.Info("miners may connect", "url", url, "user", "any name", "password", "any")
	}
	checking, endChecks := context.WithCancel(context.WithoutCancel(ctx))
	var helpers sync.WaitGroup
	helpers.Go(func() { h.pool.Run(checking) })
	keeping, endKeeping := context.WithCancel(context.WithoutCancel(ctx))
	defer endKeeping()
	helpers.Go(func() { h.state.jobs.follow(keeping, h.engine) })
	err := h.Serve(ctx, h.listeners...)
	endChecks()
	endKeeping()
	helpers.Wait()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), diskLimit)
	defer cancel()
	h.state.jobs.finish(late, h.engine)
	return err
}

// Stats describes the server.
func (h *house) Stats() *solo.Stratum {
	s := h.Server.Stats()
	s.Checks = h.checked.of(time.Now(), h.pool.Stats().Hashed)
	return &s
}

// close closes the ports of a server that does not run.
func (h *house) close() {
	for _, l := range h.listeners {
		l.Close()
	}
}

// urls returns where miners can reach the server: each address of this machine in place of the unspecified one.
func (h *house) urls() (urls []string) {
	for _, l := range h.listeners {
		at, err := netip.ParseAddrPort(l.Addr().String())
		if err != nil {
			continue
		}
		addresses := []netip.Addr{at.Addr().Unmap()}
		if addresses[0].IsUnspecified() {
			addresses = reachable(addresses[0], h.settings.Public)
		}
		for _, a := range addresses {
			urls = append(urls, "stratum+tcp://"+netip.AddrPortFrom(a, at.Port()).String())
		}
	}
	return urls
}

// reachable returns the addresses of this machine that a socket on the unspecified address can be reached at, loopback
// only if there is no other.
func reachable(unspecified netip.Addr, public bool) (found []netip.Addr) {
	all, _ := net.InterfaceAddrs()
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		ip := p.Addr().Unmap()
		switch {
		case ip.IsLoopback(), ip.Is6() && (unspecified.Is4() || ip.IsLinkLocalUnicast()), !public && !settings.IsLocal(ip):
		default:
			found = append(found, ip)
		}
	}
	if len(found) == 0 {
		found = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	slices.SortFunc(found, netip.Addr.Compare)
	return found
}

// localListener accepts connections from the local network only.
type localListener struct {
	net.Listener
	log  *slog.Logger
	last atomic.Int64 // when a refusal was logged, in Unix seconds
}

func (l *localListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if from, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err != nil || settings.IsLocal(from.Addr()) {
			return conn, nil
		}
		if now, last := time.Now().Unix(), l.last.Load(); now-last >= 60 && l.last.CompareAndSwap(last, now) {
			l.log.Warn("a miner from outside of the local network was refused: --public lets it connect", "address", conn.RemoteAddr().String())
		}
		conn.Close()
	}
}

// cannotListen is the error of a port that cannot be opened.
func cannotListen(at string, err error) error {
	reason := err.Error()
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		reason = sys.Err.Error()
	}
	remedy := "give another address or port with --listen"
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		remedy += ", or stop the program that uses it"
		if who := portOwner(at); who != "" {
			reason += ", by " + who
		}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		remedy = "give one of this machine's addresses with --listen, or 0.0.0.0 for all of them"
	case errors.Is(err, syscall.EACCES):
		remedy = "give a port above 1023 with --listen"
	}
	return terminal.Usage("listen", remedy, "miners cannot be served on %s: %s", at, reason)
}

// portOwner returns the program that listens on the port of an address, empty if this user cannot find it out.
func portOwner(at string) string {
	_, port, _ := net.SplitHostPort(at)
	open, err := psnet.Connections("tcp")
	if err != nil {
		return ""
	}
	for _, c := range open {
		if c.Status != "LISTEN" || strconv.Itoa(int(c.Laddr.Port)) != port || c.Pid == 0 {
			continue
		}
		if p, err := process.NewProcess(c.Pid); err == nil {
			if name, err := p.Name(); err == nil {
				return fmt.Sprintf("%s (process %d)", terminal.OneLine(name), c.Pid)
			}
		}
	}
	return ""
}
