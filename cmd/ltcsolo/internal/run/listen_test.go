package run

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// interfaces are a machine's addresses as net.InterfaceAddrs returns them.
func interfaces(texts ...string) (all []net.Addr) {
	for _, text := range texts {
		ip, n, err := net.ParseCIDR(text)
		if err != nil {
			panic(err)
		}
		all = append(all, &net.IPNet{IP: ip, Mask: n.Mask})
	}
	return all
}

func TestReachable(t *testing.T) {
	machine := interfaces("127.0.0.1/8", "::1/128", "203.0.113.5/24", "192.168.1.5/24", "10.8.0.2/16", "fe80::1/64", "fd00::5/64", "2001:db8::5/64")
	for _, tt := range []struct {
		name   string
		at     string
		own    []net.Addr
		public bool
		want   string
	}{
		{"one address", "192.168.1.5", machine, false, "192.168.1.5"},
		{"loopback", "127.0.0.1", machine, false, "127.0.0.1"},
		{"all of IPv4", "0.0.0.0", machine, false, "10.8.0.2 192.168.1.5"},
		{"all of IPv4, public", "0.0.0.0", machine, true, "10.8.0.2 192.168.1.5 203.0.113.5"},
		{"all", "::", machine, false, "10.8.0.2 192.168.1.5 fd00::5"},
		{"all, public", "::", machine, true, "10.8.0.2 192.168.1.5 203.0.113.5 2001:db8::5 fd00::5"},
		{"nothing but loopback", "0.0.0.0", interfaces("127.0.0.1/8", "::1/128"), false, "127.0.0.1"},
		{"nothing but public", "::", interfaces("203.0.113.5/24"), false, "127.0.0.1"},
		{"twice the same", "0.0.0.0", interfaces("10.0.0.1/8", "10.0.0.1/24"), false, "10.0.0.1"},
		{"IPv4 in IPv6", "::ffff:192.168.1.5", machine, false, "192.168.1.5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, a := range reachable(netip.MustParseAddr(tt.at), tt.own, tt.public) {
				got = append(got, a.String())
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("reachable at %s: %s", text, tt.want)
			}
		})
	}
}

// from is a connection of a remote address. Only Close does something.
type from struct {
	net.Conn
	address string
	closed  bool
}

func (c *from) RemoteAddr() net.Addr { return address(c.address) }

func (c *from) Close() error {
	c.closed = true
	return nil
}

type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

// queued is a listener whose connections have all come.
type queued struct {
	net.Listener
	connections []*from
}

func (l *queued) Accept() (net.Conn, error) {
	if len(l.connections) == 0 {
		return nil, net.ErrClosed
	}
	c := l.connections[0]
	l.connections = l.connections[1:]
	return c, nil
}

// Without --public nobody from outside is served, and the log says so once.
func TestLocalListener(t *testing.T) {
	var all []*from
	for _, a := range []string{"192.168.1.31:1", "203.0.113.9:2", "[2001:db8::1]:3", "[fe80::1%eth0]:4", "127.0.0.1:5", "8.8.8.8:6", "nonsense"} {
		all = append(all, &from{address: a})
	}
	var log bytes.Buffer
	l := &localListener{Listener: &queued{connections: slices.Clone(all)}, log: slog.New(slog.NewTextHandler(&log, nil))}
	var served []string
	for {
		c, err := l.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept = %v", err)
			}
			break
		}
		served = append(served, c.RemoteAddr().String())
	}
	if got, want := strings.Join(served, " "), "192.168.1.31:1 [fe80::1%eth0]:4 127.0.0.1:5"; got != want {
		t.Errorf("served: %s, want %s", got, want)
	}
	for _, c := range all {
		if c.closed == slices.Contains(served, c.address) {
			t.Errorf("%s: closed is %v", c.address, c.closed)
		}
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "--public") || !strings.Contains(text, "203.0.113.9:2") {
		t.Errorf("log: %s", text)
	}
}

func TestOpenPorts(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	taken := first.Addr().String()
	listeners, err := openPorts([]string{"127.0.0.1:0", taken})
	if listeners != nil || !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatalf("openPorts of a port that is taken = %v, %v", listeners, err)
	}
	e := terminal.Explain(err)
	if e.Code != terminal.ExitUsage || e.Setting != "listen" || !strings.Contains(e.Remedy, "or stop the program that uses it") {
		t.Errorf("error %+v", e)
	}
	if _, port, _ := net.SplitHostPort(taken); runtime.GOOS == "linux" {
		me := fmt.Sprintf("(process %d)", os.Getpid())
		for _, at := range []string{taken, "0.0.0.0:" + port, "[::]:" + port} {
			if got := portOwner(at); !strings.HasSuffix(got, me) {
				t.Errorf("portOwner(%s) = %q, want this test", at, got)
			}
		}
		if got := portOwner("127.0.0.2:" + port); got != "" {
			t.Errorf("portOwner of the port on another address = %q", got)
		}
	}
	if got := portOwner("nonsense"); got != "" {
		t.Errorf("portOwner(nonsense) = %q", got)
	}
}

func TestTryPorts(t *testing.T) {
	s := &settings.Serve{Listen: []string{"127.0.0.1:0"}}
	urls, err := TryPorts(s)
	if err != nil || len(urls) != 1 || !strings.HasPrefix(urls[0], "stratum+tcp://127.0.0.1:") {
		t.Fatalf("TryPorts = %v, %v", urls, err)
	}
	s.Listen = []string{strings.TrimPrefix(urls[0], "stratum+tcp://")}
	if again, err := TryPorts(s); err != nil || !slices.Equal(again, urls) {
		t.Errorf("TryPorts of the same port = %v, %v", again, err)
	}
}

func TestCannotListen(t *testing.T) {
	for _, tt := range []struct {
		err    error
		reason string
		remedy string
	}{
		{os.NewSyscallError("bind", syscall.EACCES), "permission denied", "a port above 1023"},
		{os.NewSyscallError("bind", syscall.EADDRNOTAVAIL), "cannot assign requested address", "one of this machine's addresses"},
		{os.NewSyscallError("socket", syscall.EMFILE), "too many open files", "another address or port"},
		{errors.New("strange"), "strange", "another address or port"},
	} {
		e := terminal.Explain(cannotListen("10.0.0.1:80", tt.err))
		if runtime.GOOS == "windows" {
			tt.reason = ""
		}
		if !strings.HasPrefix(e.Reason, "miners cannot be served on 10.0.0.1:80: ") || !strings.HasSuffix(e.Reason, tt.reason) || !strings.Contains(e.Remedy, tt.remedy) {
			t.Errorf("%v: %q, %q", tt.err, e.Reason, e.Remedy)
		}
	}
}
