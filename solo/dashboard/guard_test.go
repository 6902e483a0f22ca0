package dashboard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

func newDashboard(t *testing.T, cfg dashboard.Config) *dashboard.Dashboard {
	t.Helper()
	if cfg.Stats == nil {
		cfg.Stats = func() solo.Stats { return solo.Stats{Network: "regtest", Started: time.Now()} }
	}
	d, err := dashboard.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ask sends one request, after change has changed it.
func ask(t *testing.T, d http.Handler, path string, change func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "127.0.0.1:8080"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func TestHosts(t *testing.T) {
	d := newDashboard(t, dashboard.Config{Hosts: []string{"miner.lan", "Node.Example", "*.local", "ltcsolo"}})
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200, "192.168.1.5:8080": 200, "localhost:8080": 200,
		"LOCALHOST": 200, "localhost.": 200, "miner.lan:8080": 200, "node.example": 200, "[fe80::1%25eth0]:80": 200,
		"umbrel.local": 200, "a.b.LOCAL:80": 200, "local": 421, ".local": 421, "evillocal": 421, "umbrel.local.evil.example": 421, "ltcsolo:8080": 200,
		"": 421, ".": 421, ":8080": 421, "evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421,
		"127.0.0.1.evil.example": 421, "miner.lan.evil.example": 421, "xminer.lan": 421, "127.0.0.1@evil.example": 421, "localhost:80:80": 421,
		"2130706433": 421, "0x7f.1": 421, "[::1": 200, "miner.lan\x00": 421,
	} {
		if got := ask(t, d, "/api/stats", func(r *http.Request) { r.Host = host }).Code; got != want {
			t.Errorf("Host %q gives %d, want %d", host, got, want)
		}
	}
}

// Whoever asks by another name is told what to do, with the name; it does not come back if it could be more than one.
func TestHostsToldHow(t *testing.T) {
	d := newDashboard(t, dashboard.Config{})
	for host, want := range map[string]string{
		"ltcsolo:8080": "--http-host ltcsolo\n", "miner.home": "--http-host miner.home\n", "<b>": "--http-host NAME\n", "": "--http-host NAME\n",
	} {
		if got := ask(t, d, "/", func(r *http.Request) { r.Host = host }).Body.String(); !strings.HasSuffix(got, want) {
			t.Errorf("Host %q is told %q, want %q at the end", host, got, want)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	d := newDashboard(t, dashboard.Config{})
	for _, path := range []string{"/", "/api/stats", "/healthz", "/readyz", "/metrics", "/nowhere"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"} {
			w := ask(t, d, path, func(r *http.Request) { r.Method = method })
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s gives %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
}

func TestOtherSitesMayOnlyLink(t *testing.T) {
	d := newDashboard(t, dashboard.Config{})
	for _, tt := range []struct {
		site, mode string
		want       int
	}{{"cross-site", "no-cors", 403}, {"cross-site", "cors", 403}, {"cross-site", "navigate", 200}, {"same-origin", "cors", 200}, {"none", "navigate", 200}, {"", "", 200}} {
		got := ask(t, d, "/api/stats", func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", tt.site)
			r.Header.Set("Sec-Fetch-Mode", tt.mode)
		}).Code
		if got != tt.want {
			t.Errorf("%s %s gives %d, want %d", tt.site, tt.mode, got, tt.want)
		}
	}
}

// Every answer has the headers, including refusals, and none repeats the request.
func TestHeadersEverywhere(t *testing.T) {
	d := newDashboard(t, dashboard.Config{})
	const mark = "zqxj"
	for _, path := range []string{
		"/api/stats", "/healthz", "/" + mark, "/../" + mark, "/..%2f..%2f" + mark, "//" + mark + ".example/", "/api/stats/" + mark,
		"/%00" + mark, "/<script>" + mark, "/metrics?" + mark, "/api/stats?" + mark + "=<script>", "/\\" + mark,
	} {
		w := ask(t, d, "/", func(r *http.Request) {
			r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
			r.RequestURI = path
		})
		if w.Code >= 500 {
			t.Errorf("GET %q gives %d", path, w.Code)
		}
		if w.Code != http.StatusOK && strings.Contains(w.Body.String(), mark) && w.Code/100 != 3 {
			t.Errorf("GET %q repeats it: %q", path, w.Body)
		}
		if where := w.Header().Get("Location"); strings.HasPrefix(where, "//") || strings.Contains(where, ":") {
			t.Errorf("GET %q leads away: %q", path, where)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("GET %q: %s is %q, want %q", path, name, got, want)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("GET %q: policy %q", path, csp)
		}
	}
}
