package dashboard_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/history"
)

// record runs a recorder of a snapshot on a directory for a time, and returns it. It must be called in a synctest bubble.
func record(t *testing.T, dir string, s solo.Stats, d time.Duration) *history.Recorder {
	t.Helper()
	r, err := history.New(history.Config{Dir: dir, Disk: disk.Local(), Stats: func() solo.Stats { return s }})
	if err != nil {
		t.Fatal(err)
	}
	r.Load()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	r.Run(ctx)
	return r
}

// recorded returns a dashboard whose program ran for half an hour, was off for as long, and has run for five minutes.
func recorded(t *testing.T) *dashboard.Dashboard {
	s, dir := snapshot(t), t.TempDir()
	record(t, dir, s, 30*time.Minute)
	time.Sleep(30 * time.Minute)
	s.Search.Temperature = 65
	return newDashboard(t, dashboard.Config{Stats: func() solo.Stats { return s }, History: record(t, dir, s, 5*time.Minute)})
}

// anHour returns a recorder of an hour up to now, in the middle of which the program was off.
func anHour(t *testing.T, now func() time.Time) *history.Recorder {
	t.Helper()
	dir := t.TempDir()
	var lines strings.Builder
	for i := range 60 {
		if i/10 != 3 {
			fmt.Fprintf(&lines, `{"t":%d,"n":12,"rate":49.5e9,"temp":71.4}`+"\n", now().Add(time.Duration(i-60)*time.Minute).Unix())
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "minutes-000001.jsonl"), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := history.New(history.Config{Dir: dir, Disk: disk.Local(), Stats: func() solo.Stats { return solo.Stats{} }, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	r.Load()
	return r
}

func historyOf(t *testing.T, d *dashboard.Dashboard, query string) (h dashboard.History) {
	t.Helper()
	w := ask(t, d, "/api/history"+query, nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("GET /api/history%s gives %d, %s: %s", query, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistoryAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := recorded(t)
		day := historyOf(t, d, "?span=day")
		if n := len(day.Points); day.Span != "day" || day.Worker != "" || n < 34 || n > 37 {
			t.Fatalf("%d points of %q: %+v", n, day.Span, day)
		}
		first, last := day.Points[0], day.Points[len(day.Points)-2]
		if first.HashRate != 76000 || first.Seconds != 60 || *first.Temperature != 71.4 || *last.Temperature != 65 || time.Since(last.Time) > 3*time.Minute {
			t.Errorf("points %+v, %+v", first, last)
		}
		if got := strings.Join(day.Workers, ","); got != "192.168.1.40,cpu,garage.l9" {
			t.Errorf("workers %q", got)
		}
		if h := historyOf(t, d, "?span=month&worker=garage.l9"); h.Worker != "garage.l9" || len(h.Points) < 4 || h.Points[0].HashRate != 16.5e9 || *h.Points[0].Temperature != 79 {
			t.Errorf("month of one worker %+v", h)
		}
		if h := historyOf(t, d, "?worker="+url.QueryEscape(hostile)); h.Span != "hour" || len(h.Points) != 0 {
			t.Errorf("an unknown worker has %+v", h)
		}
		if w := ask(t, d, "/api/history?span=decade", nil); w.Code != http.StatusBadRequest {
			t.Errorf("an unknown span gives %d", w.Code)
		}
	})
	if h := historyOf(t, full(t), "?span=year"); len(h.Points) != 0 {
		t.Errorf("without a recorder: %+v", h)
	}
}

// The plot has what was recorded before this run, and nothing where the program was off.
func TestPlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := recorded(t)
		for _, span := range []string{"hour", "day"} {
			html := ask(t, d, "/?span="+span, nil).Body.String()
			line := regexp.MustCompile(`class="line" d="([^"]*)"`).FindStringSubmatch(html)
			if line == nil {
				t.Fatalf("%s: the page has no plot:\n%s", span, html)
			}
			parts := strings.Split(line[1], "M")[1:]
			if len(parts) != 2 {
				t.Fatalf("%s: %d parts, want 2: %s", span, len(parts), line[1])
			}
			ends := func(part string) (from, to float64) {
				xs := regexp.MustCompile(`(^|L)([\d.]+) `).FindAllStringSubmatch(part, -1)
				from, _ = strconv.ParseFloat(xs[0][2], 64)
				to, _ = strconv.ParseFloat(xs[len(xs)-1][2], 64)
				return from, to
			}
			_, off := ends(parts[0])
			on, end := ends(parts[1])
			if off < 400 || off > 545 || on < 860 || on > 940 || end < 995 {
				t.Errorf("%s: the parts end at %v and go from %v to %v", span, off, on, end)
			}
			if !strings.Contains(html, "temperature at most 71 °C") {
				t.Errorf("%s: the page has no temperature", span)
			}
		}
		html := ask(t, d, "/?span=day&worker=garage.l9", nil).Body.String()
		for _, want := range []string{
			"Hash rate of <bdi>garage.l9</bdi>", `<p class="figure">16.5 GH/s ±10 %</p>`, `href="?span=day">show all`, `href="?span=year&amp;worker=garage.l9"`, `class="line"`,
		} {
			if !strings.Contains(html, want) {
				t.Errorf("the page of a worker lacks %q", want)
			}
		}
		html = ask(t, d, "/?worker="+url.QueryEscape(hostile), nil).Body.String()
		checkHarmless(t, html)
		if !strings.Contains(html, "not connected") || !strings.Contains(html, "Nothing is recorded yet.") {
			t.Error("the page of an unknown worker does not say so")
		}
	})
}
