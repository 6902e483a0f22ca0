package run

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	psnet "github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/neterr"
)

// listenForMiners returns the ports that the service manager has opened (sd_listen_fds), which take the place of --listen,
// or else opens those of --listen.
func listenForMiners(s *settings.Serve, log *slog.Logger) ([]net.Listener, error) {
	listeners, err := activated()
	if err == nil && len(listeners) == 0 {
		listeners, err = openPorts(s.Listen)
	}
	if err != nil {
		return nil, err
	}
	if !s.Public {
		for i, l := range listeners {
			listeners[i] = &localListener{Listener: l, log: log}
		}
	}
	return listeners, nil
}

// activated returns the service manager's ports, none if there are none. What the run starts does not inherit them.
func activated() ([]net.Listener, error) {
	listeners, err := activation.Listeners()
	if err != nil {
		return nil, terminal.Failed("look at the socket unit", "the service manager's ports cannot be used: %v", err)
	}
	for _, l := range listeners {
		if _, tcp := l.(*net.TCPListener); !tcp {
			closeAll(listeners)
			return nil, terminal.Usage("listen", "let the socket unit have ListenStream= with ports and addresses only", "the service manager passed a socket that is not TCP's")
		}
	}
	return listeners, nil
}

// openPorts listens on each address, host:port, or on none.
func openPorts(addresses []string) (listeners []net.Listener, err error) {
	for _, at := range addresses {
		l, err := net.Listen("tcp", at)
		if err != nil {
			closeAll(listeners)
			return nil, cannotListen(at, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		if l != nil {
			l.Close()
		}
	}
}

// TryPorts opens the ports of --listen, closes them again, and returns the URLs where miners could reach them. Whether a
// port is taken, neterr.PortTaken tells of the error.
func TryPorts(s *settings.Serve) (urls []string, err error) {
	listeners, err := openPorts(s.Listen)
	closeAll(listeners)
	return stratumURLs(listeners, s.Public), err
}

// stratumURLs returns where miners can reach the listeners.
func stratumURLs(listeners []net.Listener, public bool) (urls []string) {
	own, _ := net.InterfaceAddrs()
	for _, l := range listeners {
		at, err := netip.ParseAddrPort(l.Addr().String())
		if err != nil {
			continue
		}
		for _, a := range reachable(at.Addr(), own, public) {
			urls = append(urls, "stratum+tcp://"+netip.AddrPortFrom(a, at.Port()).String())
		}
	}
	return urls
}

// reachable returns the addresses at which a socket on an address can be reached: of the unspecified one those of own,
// this machine's, but loopback only if there is no other. Without public they are of the local network.
func reachable(at netip.Addr, own []net.Addr, public bool) (found []netip.Addr) {
	if at = at.Unmap(); !at.IsUnspecified() {
		return []netip.Addr{at}
	}
	for _, a := range own {
		p, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		ip := p.Addr().Unmap()
		switch {
		case ip.IsLoopback(), ip.Is6() && (at.Is4() || ip.IsLinkLocalUnicast()), !public && !settings.IsLocal(ip):
		default:
			found = append(found, ip)
		}
	}
	if len(found) == 0 {
		found = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	slices.SortFunc(found, netip.Addr.Compare)
	return slices.Compact(found)
}

// LocalAddresses returns this machine's addresses in local networks.
func LocalAddresses() []netip.Addr {
	own, _ := net.InterfaceAddrs()
	return slices.DeleteFunc(reachable(netip.IPv4Unspecified(), own, false), netip.Addr.IsLoopback)
}

// localListener accepts connections from the local network only.
type localListener struct {
	net.Listener
	log  *slog.Logger
	last atomic.Int64 // when a refusal was logged, in Unix seconds
}

const refusalEvery = 60 // seconds between two lines about refused connections

func (l *localListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if from, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil && settings.IsLocal(from.Addr()) {
			return conn, nil
		}
		if now, last := time.Now().Unix(), l.last.Load(); now-last >= refusalEvery && l.last.CompareAndSwap(last, now) {
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
	case neterr.PortTaken(err):
		remedy += ", or stop the program that uses it"
		if who := portOwner(at); who != "" {
			reason += ", by " + who
		}
	case neterr.NoSuchAddress(err):
		remedy = "give one of this machine's addresses with --listen, or 0.0.0.0 for all of them"
		if local := LocalAddresses(); len(local) > 0 {
			remedy = fmt.Sprintf("give one of this machine's addresses with --listen (%s), or 0.0.0.0 for all of them", joined(local))
		}
	case neterr.Forbidden(err):
		remedy = "give a port above 1023 with --listen"
	}
	e := terminal.Usage("listen", remedy, "miners cannot be served on %s: %s", at, reason)
	e.Err = err
	return e
}

func joined(addresses []netip.Addr) string {
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// portOwner returns the program that keeps others off an address, host:port; empty if this user cannot find it out.
func portOwner(address string) string {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ""
	}
	open, err := psnet.Connections("tcp")
	if err != nil {
		return ""
	}
	for _, c := range open {
		on, err := netip.ParseAddr(c.Laddr.IP)
		overlaps := err == nil && (on.IsUnspecified() || at.Addr().IsUnspecified() || on.Unmap() == at.Addr().Unmap())
		if c.Status != "LISTEN" || c.Laddr.Port != uint32(at.Port()) || c.Pid == 0 || !overlaps {
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
