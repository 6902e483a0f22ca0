package metrics_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/metrics"
	"ltcsolo/template"
)

var update = flag.Bool("update", false, "rewrite the golden file")

const golden = "testdata/metrics.txt"

// Times of the snapshot.
var (
	now   = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	began = now.Add(-90 * time.Minute)
)

// hostile is a text that a node or a file could contain.
const hostile = "http://\"quoted\"\\\n\xff{}# HELP"

// snapshot is a run with every series.
func snapshot(t testing.TB) solo.Stats {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, began)
	if err != nil {
		t.Fatal(err)
	}
	payout := append([]byte{0x00, 0x14}, make([]byte, 20)...)
	job, err := template.NewJob("7", tmpl, template.Coinbase{Script: payout, Tag: "/ltcsolo/", ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	var best template.Hash
	best[27] = 0x13
	s := solo.Stats{
		Network: "regtest", Started: began, Job: job, JobSince: now.Add(-42500 * time.Millisecond), Searching: true, Shares: 5,
		TemplateFail: "the node gives none",
		Search: solo.Search{
			Kernel: "avx512", Threads: 2, Hashes: 410_400_000, HashRate: 76000.5, Best: best, Temperature: 71.4,
			Limits: []solo.Limit{{Name: "max-temp", Setting: "80"}, {Name: "cpu", Setting: "50 %", Holding: true}},
		},
		Workers: []solo.Worker{
			{
				Name: "cpu", Kind: solo.KindCPU, Hashes: 410_400_000, HashRate: [3]float64{76000.5, 75000, 74000},
				Rig: &solo.Rig{Chip: 71.4, When: now.Add(-4 * time.Second)},
			},
			{
				Rig: &solo.Rig{
					Address: "192.168.1.31:4028", Chip: 79, Board: 66, Fans: []int{5640, 5580, 0}, HashRate: 16.9e9, HardwareErrors: 36, DeadChips: 2,
					Boards: 3, MissingBoards: 1, When: now.Add(-30 * time.Second),
				},
				Name: "garage.l9", Kind: "Antminer", Sessions: 2, LastShare: now.Add(-4500 * time.Millisecond), Difficulty: 1 << 21, Best: 12e9,
				Hashes: 80_640_000_000_000, HashRate: [3]float64{15e9, 16.5e9, 16.8e9}, HashRateError: [3]float64{0.41, 0.105, 0.05},
				Accepted: 9876, Stale: 12, Duplicate: 1, Low: 3, Unknown: 2, Malformed: 4,
			},
			{Name: hostile, Kind: "unknown", Difficulty: 32768},
			{Name: "192.168.1.40", Kind: solo.KindRig, Rig: &solo.Rig{Watts: 15.4, Chip: 57, Fault: "it does not answer"}},
		},
		Stratum: &solo.Stratum{
			Connections: 3, Refused: 5, SlowReaders: 1, NotifyP50: 1200 * time.Microsecond, NotifyP99: 15 * time.Millisecond,
			Accepted: 9876, Stale: 12, Duplicate: 1, Low: 3, Unknown: 2, Malformed: 4, Checks: 0.2,
		},
		Nodes: []solo.NodeHealth{
			{Name: "http://127.0.0.1:19443", Serving: true, Up: true, Height: 446, Peers: 8, Version: 210505, Since: began},
			{Name: "http://127.0.0.1:19444", Up: true, Height: 12, Version: 180100, Fault: "too old"},
			{Name: hostile, Height: 7, Fault: "it does not answer"},
		},
		Alerts: []solo.Alert{{Key: solo.AlertNodeDown, Node: hostile, Since: began}, {Key: solo.AlertLowDisk, Grave: true, Since: began}},
	}
	s.Money = &solo.Money{
		Currency: "EUR", Electricity: 0.28, Power: solo.Power{Watts: 3400, Given: true}, Cost: 1.4,
		Coins: []solo.Coin{{Chain: template.Litecoin, Price: 84.5, Expected: 80_000}},
	}
	for i, state := range []delivery.BlockState{delivery.StateMature, delivery.StateMature, delivery.StateOrphaned, delivery.StateImmature} {
		s.Blocks = append(s.Blocks, delivery.Block{Height: int32(300 + i), Value: 1_250_000_000, Found: began.Add(time.Duration(i) * time.Minute), State: state})
	}
	return s
}

// ask scrapes once.
func ask(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w
}

// ours returns the lines about our series.
func ours(exposition []byte) []byte {
	var kept bytes.Buffer
	for lines := bufio.NewScanner(bytes.NewReader(exposition)); lines.Scan(); {
		if strings.Contains(lines.Text(), "ltcsolo_") {
			kept.Write(append(lines.Bytes(), '\n'))
		}
	}
	return kept.Bytes()
}

func TestExposition(t *testing.T) {
	s := snapshot(t)
	w := checkGolden(t, golden, s)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("scrape = %d, %v", w.Code, w.Header())
	}
	for _, other := range []string{"go_goroutines ", "process_start_time_seconds ", `promhttp_metric_handler_errors_total{cause="gathering"} 0`} {
		if !strings.Contains(w.Body.String(), "\n"+other) {
			t.Errorf("there is no %q", other)
		}
	}
}

// checkGolden compares what a scrape gives of a run with a golden file.
func checkGolden(t *testing.T, golden string, s solo.Stats) *httptest.ResponseRecorder {
	t.Helper()
	w := ask(metrics.Handler(metrics.Config{
		Stats: func() solo.Stats { return s }, Version: "1.2.3", Revision: "0123abc", Now: func() time.Time { return now },
	}))
	got := ours(w.Body.Bytes())
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("exposition differs from %s (-update rewrites it):\n%s", golden, got)
	}
	return w
}

// TestBeforeTheFirstTemplate checks that there is no series whose zero would pass for a fact: that no block was ever found,
// or that the template is new.
func TestBeforeTheFirstTemplate(t *testing.T) {
	got := string(ours(ask(metrics.Handler(metrics.Config{Stats: func() solo.Stats { return solo.Stats{} }})).Body.Bytes()))
	for _, name := range []string{"blocks", "template_age", "template_height", "network_", "best_", "temperature", "node_", "alert_", "stratum_", "worker_"} {
		if strings.Contains(got, "ltcsolo_"+name) {
			t.Errorf("there is a series of ltcsolo_%s…:\n%s", name, got)
		}
	}
	if !strings.Contains(got, "ltcsolo_hashes_total 0\n") || !strings.Contains(got, "ltcsolo_searching 0\n") {
		t.Errorf("what is known is missing:\n%s", got)
	}
}

// TestTwoNodesOfOneName checks that the other series are shown all the same.
func TestTwoNodesOfOneName(t *testing.T) {
	s := snapshot(t)
	s.Nodes[1].Name = s.Nodes[0].Name
	w := ask(metrics.Handler(metrics.Config{Stats: func() solo.Stats { return s }}))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ltcsolo_blocks_found_total 4\n") {
		t.Errorf("scrape = %d\n%s", w.Code, w.Body)
	}
}

// TestManyWorkers checks that the fastest workers have series of their own, and that all others are one.
func TestManyWorkers(t *testing.T) {
	s := snapshot(t)
	s.Workers = nil
	for i := range 1000 {
		s.Workers = append(s.Workers, solo.Worker{
			Name: fmt.Sprintf("rig%d", i), Sessions: 1, Difficulty: 64, Hashes: uint64(i), HashRate: [3]float64{2, 2, float64(i)}, HashRateError: [3]float64{0.1, 0.1, 0.1}, Accepted: 10, Best: float64(i),
			LastShare: now.Add(-time.Duration(i) * time.Second),
		})
	}
	s.Workers = append(s.Workers, solo.Worker{Name: "cpu", Kind: solo.KindCPU, Hashes: 1e6, HashRate: [3]float64{7, 7, 5000}},
		solo.Worker{Name: "cpu", Sessions: 1, Hashes: 1, HashRate: [3]float64{1, 1, 5000}, HashRateError: [3]float64{0.1, 0.1, 0.1}, Accepted: 3})
	w := ask(metrics.Handler(metrics.Config{Stats: func() solo.Stats { return s }}))
	got := string(ours(w.Body.Bytes()))
	if n := strings.Count(got, "\nltcsolo_worker_hashes_total{"); n != 200 { // of 199 names, two of them the same, and other
		t.Errorf("%d workers have series", n)
	}
	for _, want := range []string{
		`ltcsolo_worker_sessions{worker="other"} 802`, `ltcsolo_worker_hash_rate{worker="other"} 1604`, `ltcsolo_worker_hashes_total{worker="rig999"} 999`,
		`ltcsolo_worker_shares_total{verdict="accepted",worker="other"} 8020`, `ltcsolo_worker_best_difficulty{worker="other"} 801`,
		`ltcsolo_worker_hash_rate{worker="cpu"} 8`, `ltcsolo_worker_shares_total{verdict="accepted",worker="cpu"} 3`,
		fmt.Sprintf(`ltcsolo_worker_last_share_timestamp_seconds{worker="other"} %v`, float64(now.Unix())),
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Contains(got, `ltcsolo_worker_difficulty{worker="other"}`) {
		t.Error("the others have a difficulty")
	}
}

// TestCountersNeverFall has workers get series of their own and lose them, be forgotten, and come back. Nothing that the others
// have counted is lost, or counted twice.
func TestCountersNeverFall(t *testing.T) {
	s := snapshot(t)
	h := metrics.Handler(metrics.Config{Stats: func() solo.Stats { return s }})
	worker := func(i int, hashes, rate float64) solo.Worker {
		return solo.Worker{Name: fmt.Sprintf("rig%d", i), Hashes: uint64(hashes), Accepted: uint64(hashes), HashRate: [3]float64{rate, rate, rate}}
	}
	crowd := func(more ...solo.Worker) (all []solo.Worker) {
		for i := range 200 {
			all = append(all, worker(i, 1000, 100))
		}
		return append(all, more...)
	}
	for i, tt := range []struct {
		workers []solo.Worker
		want    int // of the others; 0: there are none
	}{
		{crowd(), 0},
		{crowd(worker(500, 10, 1), worker(501, 20, 1)), 30},
		{crowd(worker(500, 10, 1), worker(501, 20, 1)), 30},
		{crowd(worker(500, 15, 1), worker(501, 20, 1)), 35},
		{crowd(worker(500, 15, 1), worker(501, 50, 500)), 35}, // 501 takes the place of one with 1,000
		{crowd(worker(500, 15, 1), worker(501, 60, 1)), 45},   // and gives it back, with 50
		{crowd(worker(500, 15, 1), worker(501, 61, 1)), 46},
		{crowd(worker(501, 61, 1)), 46}, // 500 is forgotten
		{crowd(worker(500, 3, 1), worker(501, 61, 1)), 49},
		{crowd(), 49},
		{crowd(solo.Worker{Name: "other", Hashes: 5, Accepted: 5, HashRate: [3]float64{500, 500, 500}}), 54},
		{crowd(), 54},
	} {
		s.Workers = tt.workers
		got := string(ours(ask(h).Body.Bytes()))
		for _, series := range []string{`ltcsolo_worker_hashes_total{worker="other"} `, `ltcsolo_worker_shares_total{verdict="accepted",worker="other"} `} {
			if want := fmt.Sprintf("%s%d\n", series, tt.want); tt.want > 0 && !strings.Contains(got, want) || tt.want == 0 && strings.Contains(got, series) {
				_, found, _ := strings.Cut(got, series)
				t.Errorf("scrape %d: there is no %sbut %.10q", i, want, found)
			}
		}
	}
}

// TestAlertsOfWorkers checks that alerts of one kind about many workers are one series.
func TestAlertsOfWorkers(t *testing.T) {
	s := snapshot(t)
	s.Alerts = []solo.Alert{{Key: solo.AlertWorkerSilent, Worker: "a"}, {Key: solo.AlertWorkerSilent, Worker: "b"}, {Key: solo.AlertWorkerSlow, Worker: "b"}}
	w := ask(metrics.Handler(metrics.Config{Stats: func() solo.Stats { return s }}))
	if n := strings.Count(w.Body.String(), "\nltcsolo_alert_active{"); w.Code != http.StatusOK || n != 2 {
		t.Errorf("scrape = %d with %d alerts, want one of each kind", w.Code, n)
	}
}

// TestStuck scrapes an engine that does not answer. The scraper gets an error, and the number of goroutines that wait for
// the engine is bounded.
func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		release := make(chan struct{})
		var waiting sync.WaitGroup
		h := metrics.Handler(metrics.Config{Stats: func() solo.Stats { asked.Add(1); <-release; return solo.Stats{} }})
		const scrapes = 20
		for range scrapes {
			waiting.Go(func() {
				if code := ask(h).Code; code != http.StatusServiceUnavailable {
					t.Errorf("scrape of a stuck engine = %d", code)
				}
			})
		}
		waiting.Wait()
		if n := asked.Load(); n == 0 || n > scrapes/4 {
			t.Errorf("%d scrapes wait for the engine", n)
		}
		close(release)
	})
}
