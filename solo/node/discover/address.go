package discover

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ltcsolo/solo/node"
)

const loopback = "127.0.0.1"

// addresses returns the host:port pairs at which litecoin.conf says that the node answers, the best first. That is
// rpcconnect, as litecoin-cli has it; else where litecoind listens: on loopback, unless both rpcbind and rpcallowip are set
// (httpserver.cpp, HTTPBindAddresses). The error is a *node.ConfigError that names the line.
func (c *conf) addresses(network string) ([]string, error) {
	number, numberErr := c.rpcPort(network)
	if s := c.get(network, "rpcconnect"); s != nil {
		host, _, own := splitHostPort(s.value)
		if own == 0 || c.get(network, "rpcport") != nil {
			if numberErr != nil {
				return nil, numberErr
			}
			own = number
		}
		if host == "" {
			return nil, c.blame(s, errors.New("it names no host"))
		}
		address, err := dialable(host, own)
		if err != nil {
			return nil, c.blame(s, err)
		}
		return []string{address}, nil
	}
	if !c.bound(network) {
		return []string{net.JoinHostPort(loopback, strconv.Itoa(number))}, numberErr
	}
	var near, far []string
	var unusable error
	for _, s := range c.all(network, "rpcbind") {
		address, err := c.bindAddress(&s, number, numberErr)
		switch {
		case err != nil && unusable == nil:
			unusable = err // litecoind goes on with the others too
		case err != nil:
		case isNear(address):
			near = append(near, address)
		default:
			far = append(far, address)
		}
	}
	// litecoind lets this machine in at a loopback address whatever rpcallowip says, and that address never goes away.
	all := append(near, far...)
	if len(all) == 0 {
		if unusable == nil {
			unusable = c.blame(c.get(network, "rpcbind"), fmt.Errorf("it leaves %s no address to listen at", c.chain.Daemon))
		}
		return nil, unusable
	}
	if slices.ContainsFunc(c.all(network, "rpcbind"), bindsAll6) { // where IPv6 sockets do not take IPv4
		_, p, _ := net.SplitHostPort(all[0])
		all = append(all, net.JoinHostPort("::1", p))
	}
	return all, nil
}

// bound reports whether rpcbind counts.
func (c *conf) bound(network string) bool {
	return c.get(network, "rpcbind") != nil && c.get(network, "rpcallowip") != nil
}

// rpcPort is the port without one in rpcbind or rpcconnect.
func (c *conf) rpcPort(network string) (int, error) {
	s := c.get(network, "rpcport")
	if s == nil {
		return node.DefaultPort(c.chain, network), nil
	}
	n, _ := strconv.ParseInt(leadingNumber.FindString(s.value), 10, 64) // as atoi64 does: 9332x is 9332
	if n < 1 || n > 65535 {
		return 0, c.blame(s, badPort(s.value))
	}
	return int(n), nil
}

var leadingNumber = regexp.MustCompile(`^[+-]?[0-9]+`)

func badPort(text string) error { return fmt.Errorf("port %.10q is not 1 to 65535", text) }

// bindAddress returns an address at which to reach a node that listens as the line of rpcbind says.
func (c *conf) bindAddress(s *setting, number int, numberErr error) (string, error) {
	host, bad, own := splitHostPort(s.value)
	switch {
	case bad != "":
		return "", c.blame(s, badPort(bad))
	case own != 0:
		number = own
	case numberErr != nil:
		return "", numberErr
	}
	address, err := dialable(host, number)
	if err != nil {
		return "", c.blame(s, err)
	}
	return address, nil
}

// splitHostPort is litecoind's SplitHostPort. The port is 0 if there is none; bad is what stands in the place of one and
// is none.
func splitHostPort(in string) (host, bad string, port int) {
	colon := strings.LastIndexByte(in, ':')
	bracketed := colon > 0 && in[0] == '[' && in[colon-1] == ']'
	if colon == 0 || bracketed || colon > 0 && strings.IndexByte(in, ':') == colon {
		if n, err := strconv.ParseInt(in[colon+1:], 10, 32); err == nil && n > 0 && n < 65536 {
			in, port = in[:colon], int(n)
		} else {
			bad = in[colon+1:]
		}
	}
	if len(in) > 1 && in[0] == '[' && in[len(in)-1] == ']' {
		in = in[1 : len(in)-1]
	}
	return in, bad, port
}

// dialable returns host:port to dial for a host to listen at: all addresses include loopback.
func dialable(host string, port int) (string, error) {
	ip, ok := parseIP(host)
	switch {
	case host == "", host == "*", ok && ip.IsUnspecified():
		host = loopback
	case ok:
		host = ip.String()
	}
	address := net.JoinHostPort(host, strconv.Itoa(port))
	if _, err := node.ParseURL(nil, "http://"+escapeZone(address), 0); err != nil {
		return "", errors.New("it is not an address or the name of a host")
	}
	return address, nil
}

// escapeZone writes the % before the zone of an IPv6 address as in a URL.
func escapeZone(address string) string { return strings.Replace(address, "%", "%25", 1) }

// isNear reports whether an address of dialable is on this machine for good.
func isNear(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost"
}

// bindsAll6 reports whether a line of rpcbind stands for all addresses of IPv6.
func bindsAll6(s setting) bool {
	host, _, _ := splitHostPort(s.value)
	ip, ok := parseIP(host)
	return ok && ip.Is6() && ip.IsUnspecified()
}

// parseIP reads an address of IPv6, or one of IPv4 in any form of inet_aton: 127.0.0.1, 127.1, 0, 0x7f000001.
func parseIP(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		return ip, true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32) // 0x: hexadecimal, 0: octal
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts)) // the last part is all that is left
		}
		if err != nil || strings.ContainsAny(part, "_bBoO+") && !strings.HasPrefix(strings.ToLower(part), "0x") || n >= 1<<bits {
			return netip.Addr{}, false
		}
		value = value<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
