package dashboard

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// policy lets the page load only files from here, and no other site embed it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard passes on only requests that read, use an allowed host name and do not come from other sites' pages.
func guard(next http.Handler, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "read-only: GET and HEAD", http.StatusMethodNotAllowed)
		case !hostAllowed(r.Host, hosts):
			http.Error(w, "this host name is not allowed: use the IP address, or start ltcsolo with --http-host "+askedName(r.Host), http.StatusMisdirectedRequest)
		case foreign(r.Header):
			http.Error(w, "requests from other sites' pages are refused", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostAllowed refuses host names that an attacker's DNS server may have pointed here (DNS rebinding). That cannot happen
// with an IP address. Of names, "*.local" allows all that end in .local.
func hostAllowed(host string, names []string) bool {
	host = withoutPort(host)
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || slices.ContainsFunc(names, func(n string) bool {
		n = strings.ToLower(n)
		if end, ok := strings.CutPrefix(n, "*"); ok {
			return len(host) > len(end) && strings.HasSuffix(host, end)
		}
		return n == host && host != ""
	})
}

func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		return strings.TrimSuffix(inner, "]")
	}
	return host
}

// plainName is a host name that can be told to its asker again.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,251}$`)

// askedName returns the name by which the page was asked for, to be put behind --http-host: in a network of containers it is
// one without dots, and that must be named too.
func askedName(host string) string {
	if name := withoutPort(host); plainName.MatchString(name) {
		return name
	}
	return "NAME"
}

// foreign reports whether the request comes from another site's page, other than by a link. That page could not read the
// answer, but it could hold connections.
func foreign(h http.Header) bool {
	return h.Get("Sec-Fetch-Site") == "cross-site" && h.Get("Sec-Fetch-Mode") != "navigate"
}
