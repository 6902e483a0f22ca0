package run

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo/node"
)

// ClearTextRemedy says what to do about a login that others can read on its way to the node.
const ClearTextRemedy = "use a tunnel (ssh -N -L 9332:127.0.0.1:9332 HOST, then --rpc http://127.0.0.1:9332), or a TLS proxy and --rpc https://..."

// lookupLimit bounds how long the name of a node's host is looked up.
const lookupLimit = time.Second

// ClearText returns the URLs of nodes to which the login goes unencrypted: over a private network, and over public ones.
func ClearText(ctx context.Context, nodes []node.Config) (private, public []string) {
	for _, cfg := range nodes {
		u, err := url.Parse(cfg.URL)
		if err != nil || u.Scheme != "http" {
			continue
		}
		addresses := hostAddresses(ctx, u.Hostname())
		switch {
		case slices.ContainsFunc(addresses, isPublic):
			public = append(public, cfg.URL)
		case slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !isOwn(a) }):
			private = append(private, cfg.URL)
		}
	}
	return private, public
}

// hostAddresses returns the addresses of a host, none if they cannot be found out.
func hostAddresses(ctx context.Context, host string) []netip.Addr {
	ctx, cancel := context.WithTimeout(ctx, lookupLimit)
	defer cancel()
	addresses, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for i := range addresses {
		addresses[i] = addresses[i].Unmap()
	}
	return addresses
}

func isPublic(a netip.Addr) bool { return !settings.IsLocal(a) && !isOwn(a) }

// isOwn reports whether an address is this machine's.
func isOwn(a netip.Addr) bool {
	if a.IsLoopback() || a.IsUnspecified() {
		return true
	}
	own, _ := net.InterfaceAddrs()
	return slices.ContainsFunc(own, func(o net.Addr) bool {
		p, err := netip.ParsePrefix(o.String())
		return err == nil && p.Addr().Unmap() == a.WithZone("")
	})
}
