package dashboard_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// checkHarmless fails if a text from outside has become markup, or the page has anything that its policy forbids.
func checkHarmless(t *testing.T, html string) {
	t.Helper()
	for _, bad := range []string{"<img", "onerror=alert(1)>\"", "\x1b", "\x00", "\u202e", "<b>", "javascript:"} {
		if bad == "<b>" {
			html = regexp.MustCompile(`<p class="what"><b>`).ReplaceAllString(html, "")
		}
		if i := strings.Index(html, bad); i >= 0 {
			t.Errorf("the page has %q: ...%s", bad, html[max(0, i-80):min(len(html), i+80)])
		}
	}
	for _, inline := range []string{`\sstyle=`, `\son[a-z]+="`, `<style`, `<script>`, `<iframe`, `<form`, `(src|href)="(https?:)?//`} {
		if at := regexp.MustCompile(inline).FindString(html); at != "" {
			t.Errorf("the page has %q", at)
		}
	}
}

func TestPageShowsEverythingWithoutScript(t *testing.T) {
	w := ask(t, full(t), "/", nil)
	html := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("GET / gives %d, %s: %.200s", w.Code, w.Header().Get("Content-Type"), html)
	}
	checkHarmless(t, html)
	for _, want := range []string{
		`<noscript><meta http-equiv="refresh"`, "76.0 kH/s", "height 447", "42 s old", "1 h 30 min", "rltc1qpayee", "71 °C", "410,400,000",
		"max-temp", "each thread rests 50 % of its time", "0.21.5.5", "nobody tells the node of blocks", "12.50000000 LTC",
		"orphaned", "24 of 100", "rejected: &lt;img", "http://127.0.0.1:19443", "/ltcsolo/ &lt;b&gt;", "garage.l9", "GodMiner/2.0.0", "192.168.1.31, 192.168.1.32", "16.5 GH/s ±10 %", "9,876 accepted, refused 12 stale", "4 s ago",
		"hash rate", "ever 45.0 G", "not connected", "its user name is an address: &lt;img", "1 connected by 3 connections", "2 of this run",
		`<p class="standing bad" role="status">no new template, last template less than 1 min old</p>`, "24 of 100, 76 to go", "7 min ago", "height 446", "883 k", "ever 5.00 M",
		`<time datetime="2026-11-24T10:34:00Z">2026-11-24 10:34:00 UTC</time>`, `as of <time datetime="2026-11-24T12:00:00Z">`, "event of miner-came &lt;img", "1 of 2", "17.0 GH/s, the average of 15 minutes",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"witness commitment", "0.00000000 LTC", "next to nothing"} {
		if strings.Contains(html, not) {
			t.Errorf("the page has %q, which says nothing", not)
		}
	}
	if grave, other := strings.Index(html, "nobody tells"), strings.Index(html, "node-down"); grave > other {
		t.Error("the grave alert does not come first")
	}
}

// There is a page before the first template too, when nothing is known.
func TestPageOfAnEmptyRun(t *testing.T) {
	d := newDashboard(t, dashboard.Config{Stats: func() solo.Stats { return solo.Stats{} }})
	if w := ask(t, d, "/?span=%22%3E%3Cscript%3E", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "waiting") {
		t.Errorf("GET / gives %d: %.300s", w.Code, w.Body)
	}
}

// The page lists at most 500 miners, and says how many more there are.
func TestPageOfManyMiners(t *testing.T) {
	s := solo.Stats{Stratum: &solo.Stratum{Connections: 777}}
	for i := range 777 {
		s.Workers = append(s.Workers, solo.Worker{Name: fmt.Sprintf("rig%d", i), Sessions: 1, HashRate: [3]float64{1, 1, float64(i)}})
	}
	html := ask(t, newDashboard(t, dashboard.Config{Stats: func() solo.Stats { return s }}), "/", nil).Body.String()
	if n := strings.Count(html, `data-label="Worker"`); n != 500 || !strings.Contains(html, "and 277 more") {
		t.Errorf("%d miners are listed", n)
	}
	if !strings.Contains(html, "rig776<") || strings.Contains(html, "rig276<") {
		t.Error("the fastest miners are not those that are listed")
	}
}

// A run that serves no miners has no section for them, and one that does says when there is none.
func TestPageWithoutMiners(t *testing.T) {
	page := func(s solo.Stats) string {
		return ask(t, newDashboard(t, dashboard.Config{Stats: func() solo.Stats { return s }}), "/", nil).Body.String()
	}
	if html := page(solo.Stats{Workers: []solo.Worker{{Name: "cpu", Kind: solo.KindCPU}}}); !strings.Contains(html, `<section id="miners" class="wide"></section>`) {
		t.Error("a search of the CPU alone has a section of miners")
	}
	if html := page(solo.Stats{Stratum: &solo.Stratum{}}); !strings.Contains(html, "None has connected yet.") || !strings.Contains(html, "0 connected") || !strings.Contains(html, "none: the CPU does not search") {
		t.Error("a server without miners does not say so")
	}
}

func TestFiles(t *testing.T) {
	d := full(t)
	for path, want := range map[string]string{"/style.css": "text/css; charset=utf-8", "/app.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml"} {
		w := ask(t, d, path, nil)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want || w.Body.Len() == 0 {
			t.Errorf("GET %s gives %d, %s, %d bytes", path, w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if outside := regexp.MustCompile(`https?://[^\s"]*`).FindString(strings.ReplaceAll(w.Body.String(), "http://www.w3.org/2000/svg", "")); outside != "" {
			t.Errorf("%s refers to %s", path, outside)
		}
		again := ask(t, d, path, func(r *http.Request) { r.Header.Set("If-None-Match", w.Header().Get("ETag")) })
		if again.Code != http.StatusNotModified {
			t.Errorf("GET %s again gives %d", path, again.Code)
		}
	}
}

// serve runs a server until the test ends and returns its address.
func serve(t *testing.T, d *dashboard.Dashboard) (address string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx, l) }()
	var once bool
	stop = func() {
		if once {
			return
		}
		once = true
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve() = %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("Serve does not end")
		}
	}
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

func TestEventsBringEverySection(t *testing.T) {
	address, stop := serve(t, showing(t, mergedSnapshot(t)))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + address + "/events?span=day")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("Content-Type is %q", got)
	}
	want := map[string]bool{"title": true, "now": true, "alerts": true, "glance": true, "happened": true, "updated": true, "rate": true, "miners": true, "odds": true, "template": true, "payee": true, "nodes": true, "machine": true, "merged": true, "blocks": true}
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 1<<20)
	for len(want) > 0 && in.Scan() {
		text, ok := strings.CutPrefix(in.Text(), "data: ")
		if !ok {
			continue
		}
		var e struct{ Section, HTML string }
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, e.HTML)
		delete(want, e.Section)
	}
	if len(want) > 0 {
		t.Errorf("sections never came: %v, %v", want, in.Err())
	}
	stop() // the stream ends with the server
	if _, err := io.Copy(io.Discard, resp.Body); err != nil && err != io.ErrUnexpectedEOF {
		t.Errorf("the stream ends with %v", err)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	address, _ := serve(t, full(t))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	open := 0
	for range 20 {
		resp, err := client.Get("http://" + address + "/events")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			open++
		} else if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
			t.Errorf("one too many gives %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
		}
	}
	if open != 16 {
		t.Errorf("%d streams are open, want 16", open)
	}
	if w, err := client.Get("http://" + address + "/healthz"); err != nil || w.StatusCode != http.StatusOK {
		t.Errorf("meanwhile /healthz gives %v, %v", w, err)
	} else {
		w.Body.Close()
	}
}
