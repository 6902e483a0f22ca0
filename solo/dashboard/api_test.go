package dashboard_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"strings"
	"testing"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// Programs rely on the form of /api/stats: review the golden file's diff when it changes.
func TestStatsGolden(t *testing.T) {
	const golden = "testdata/stats.json"
	w := ask(t, full(t), "/api/stats", nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("GET /api/stats gives %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
	checkGolden(t, golden, w.Body.Bytes())
}

// checkGolden compares JSON, indented, with a file.
func checkGolden(t *testing.T, golden string, text []byte) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the JSON is\n%s\nwant that of %s:\n%s", &got, golden, want)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	all := snapshot(t)
	with := func(change func(*solo.Stats)) solo.Stats {
		s := all
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name  string
		stats solo.Stats
		want  int
		says  string
	}{
		{"all well", all, 200, "ok"},
		{"no template", with(func(s *solo.Stats) { s.Job = nil }), 503, "no template"},
		{"no node", with(func(s *solo.Stats) { s.Nodes = []solo.NodeHealth{{}, {}} }), 503, "no node answers"},
		{"nodes unknown, a template", with(func(s *solo.Stats) { s.Nodes, s.TemplateFail = nil, "" }), 200, "ok"},
		{"nodes unknown, no new template", with(func(s *solo.Stats) { s.Nodes = nil }), 503, "no new template"},
		{"paused by the user's limit", with(func(s *solo.Stats) { s.Searching = false }), 200, "ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDashboard(t, dashboard.Config{Stats: func() solo.Stats { return tt.stats }})
			if w := ask(t, d, "/readyz", nil); w.Code != tt.want || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("/readyz gives %d %q, want %d %q", w.Code, w.Body, tt.want, tt.says)
			}
			if w := ask(t, d, "/healthz", nil); w.Code != 200 {
				t.Errorf("/healthz gives %d %q", w.Code, w.Body)
			}
		})
	}
}

// An engine that hangs is called only once, however many requests there are, and each request soon gets an error.
func TestStuckEngine(t *testing.T) {
	t.Parallel()
	calls, release, ended := make(chan struct{}, 10), make(chan struct{}), make(chan struct{}, 10)
	d := newDashboard(t, dashboard.Config{Stats: func() solo.Stats {
		calls <- struct{}{}
		<-release
		ended <- struct{}{}
		return solo.Stats{}
	}})
	codes := make(chan int, 6)
	for _, path := range []string{"/", "/api/stats", "/healthz", "/readyz", "/events", "/healthz"} {
		go func() { codes <- ask(t, d, path, nil).Code }()
	}
	refused := 0
	for range 6 {
		if code := <-codes; code == http.StatusServiceUnavailable {
			refused++
		}
	}
	if refused != 5 || len(calls) != 1 { // the stream of events just ends
		t.Errorf("%d of 5 requests were refused, and the engine was asked %d times, want once", refused, len(calls))
	}
	close(release)
	<-ended
}
