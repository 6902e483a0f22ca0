package doctor

import (
	"context"
	"crypto/tls"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/neterr"
)

// serveChecks returns the checks of what serve needs besides mine's; none if no other miners are to be served.
func (d *doctor) serveChecks() []check {
	s := d.Settings.Serve
	if s == nil {
		return nil
	}
	checks := []check{
		{"miners' ports", d.checkPorts},
		{"miners' network", func(context.Context) finding { return checkNetwork(s, run.LocalAddresses()) }},
		{"miners' number", func(context.Context) finding { return minersFinding(s.MaxConnections, run.MostMiners) }},
		{"miners' clock", func(context.Context) finding { return clockFinding(clockSynchronized()) }},
	}
	if s.TLSCert != "" && s.TLSKey != "" {
		checks = append(checks, check{"certificate", func(context.Context) finding { return checkCertificate(s.TLSCert, s.TLSKey, time.Now()) }})
	}
	return checks
}

// checkPorts opens the ports for a moment. One that is taken is no fault while an ltcsolo runs.
func (d *doctor) checkPorts(context.Context) finding {
	if len(d.Settings.Serve.Listen) == 0 {
		return warned("fix what settings reports", "not checked: the addresses are not known")
	}
	urls, err := run.TryPorts(d.Settings.Serve)
	switch {
	case neterr.PortTaken(err) && d.isLocked():
		return passed("%v: that may be the ltcsolo that runs on this state directory", err)
	case err != nil:
		return failed(err)
	}
	return passed("free: miners can connect to %s", strings.Join(urls, ", "))
}

// isLocked reports whether an ltcsolo runs on the state directory.
func (d *doctor) isLocked() bool {
	if d.state == "" {
		return false
	}
	l := flock.New(filepath.Join(d.state, run.LockFile), flock.SetFlag(os.O_RDONLY)) // it is not made
	free, err := l.TryRLock()
	defer l.Close()
	return err == nil && !free
}

// checkNetwork reports whether other machines can connect. local are this machine's addresses in local networks.
func checkNetwork(s *settings.Serve, local []netip.Addr) finding {
	for _, at := range s.Listen {
		if a, err := netip.ParseAddrPort(at); err != nil || !a.Addr().IsLoopback() {
			if s.Public {
				return warned("leave out --public if no miner comes from outside, and let a firewall pass only those that you know",
					"everyone on the internet who reaches the port can connect (--public); blocks pay you all the same")
			}
			return passed("the local network can connect, if no firewall of this machine forbids it")
		}
	}
	remedy := "give --listen with this machine's address in the network of the miners, or 0.0.0.0"
	if len(local) > 0 {
		remedy = "give this machine's address in the network of the miners: --listen " + local[0].String()
	}
	return warned(remedy, "only this machine can connect")
}

func minersFinding(wanted int, most func(wanted int) (int, string)) finding {
	if n, remedy := most(wanted); n < wanted {
		return warned(remedy, "only %d of %d can be connected at once: each needs an open file", n, wanted)
	}
	return passed("%d can be connected at once", wanted)
}

// clockFinding judges this machine's clock: miners' firmware sets its own by it.
func clockFinding(synchronized, known bool) finding {
	switch {
	case !known:
		return passed("this system does not tell whether its clock is synchronized")
	case !synchronized:
		return warned("let the system keep its clock right: timedatectl set-ntp true, or install chrony",
			"nothing keeps this machine's clock right, and some miners set theirs by it")
	}
	return passed("this machine's is kept right; some miners set theirs by it")
}

// soonExpired is how long before its end a certificate should be replaced.
const soonExpired = 14 * 24 * time.Hour

func checkCertificate(certFile, keyFile string, now time.Time) finding {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return failed(run.UnusableCertificate(err))
	}
	remedy := renewCertificate(runtime.GOOS)
	switch c := pair.Leaf; {
	case now.After(c.NotAfter):
		return failed(terminal.Usage("tls-cert", remedy, "it has expired on %s: miners that check it do not connect", day(c.NotAfter)))
	case now.Before(c.NotBefore):
		return failed(terminal.Usage("tls-cert", "set this machine's clock, or replace it", "it is not valid before %s", day(c.NotBefore)))
	case c.NotAfter.Sub(now) < soonExpired:
		return warned(remedy, "it expires on %s", day(c.NotAfter))
	default:
		return passed("valid until %s", day(c.NotAfter))
	}
}

// renewCertificate says what to do about a certificate that is old, on a system (GOOS).
func renewCertificate(system string) string {
	switch system {
	case "linux":
		return "replace it; a running serve reads it again on SIGHUP (systemctl kill --signal=HUP --kill-whom=main ltcsolo-serve)"
	case "windows":
		return "replace it, and restart serve"
	}
	return "replace it; a running serve reads it again on SIGHUP (killall -HUP ltcsolo)"
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
