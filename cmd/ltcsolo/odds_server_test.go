package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
	"ltcsolo/template"
)

// runningOn has a run with these statistics answer on a new state directory.
func runningOn(t *testing.T, s solo.Stats) (state string) {
	t.Helper()
	state = t.TempDir()
	d, err := dashboard.New(dashboard.Config{Stats: func() solo.Stats { return s }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: d}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		server.Serve(l)
	}()
	t.Cleanup(func() {
		server.Close()
		<-ended
	})
	if err := os.WriteFile(filepath.Join(state, run.StatusFile), []byte("http://"+l.Addr().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return state
}

// Without a hash rate of their own, odds are those of the miners of the server that runs.
func TestOddsOfARunningServer(t *testing.T) {
	miners := []solo.Worker{{Name: "a", Sessions: 1}, {Name: "b", Sessions: 1}, {Name: "gone"}, {Name: "cpu", Kind: solo.KindCPU}}
	serving := solo.Stats{
		Network: "main", Stratum: &solo.Stratum{Connections: 2}, Workers: miners,
		Search: solo.Search{HashRate: 9.5e9, HashRateError: 0.05},
	}
	with := func(change func(*solo.Stats)) solo.Stats {
		s := serving
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name  string
		stats solo.Stats
		want  string // empty: it is not asked
	}{
		{"miners", serving, "9.50 GH/s ±5 %, what ltcsolo serve has now from 2 miners"},
		{"with the CPU", with(func(s *solo.Stats) { s.Search.Kernel = "avx2" }), "9.50 GH/s ±5 %, what ltcsolo serve has now from 2 miners and this CPU"},
		{"no share yet", with(func(s *solo.Stats) { s.Search.HashRate = 0 }), ""},
		{"the CPU alone", with(func(s *solo.Stats) { s.Stratum = nil }), ""},
		{"another network", with(func(s *solo.Stats) { s.Network = "test" }), ""},
	} {
		q := &oddsQuestion{
			oddsChain: oddsChain{difficulty: 95e6, networkHashRate: -1, height: -1, network: litecoinNetwork("main")}, hashRate: -1, waited: -1,
		}
		asked := q.askServer(t.Context(), runningOn(t, tt.stats), "main")
		if asked != (tt.want != "") {
			t.Errorf("%s: the server's rate is taken: %t", tt.name, asked)
			continue
		}
		if !asked {
			if q.hashRate != -1 || q.source != "" {
				t.Errorf("%s: hash rate %v, %q", tt.name, q.hashRate, q.source)
			}
			continue
		}
		if text := strings.Join(strings.Fields(q.answer().text(1000)), " "); !strings.Contains(text, "hash rate "+tt.want+" network") {
			t.Errorf("%s: odds lack %q: %s", tt.name, tt.want, text)
		}
	}
	if q := (&oddsQuestion{}); q.askServer(t.Context(), t.TempDir(), "main") {
		t.Error("a server is found where none runs")
	}
}

// The command asks it too, and JSON has the rate.
func TestOddsCommandAsksTheServer(t *testing.T) {
	state := runningOn(t, solo.Stats{
		Network: "main", Stratum: &solo.Stratum{}, Search: solo.Search{HashRate: 9.5e9, Best: template.Hash{1}}, Workers: []solo.Worker{{Name: "a", Sessions: 1}},
	})
	var out strings.Builder
	app := newApp()
	app.Writer = &out
	if err := app.RunContext(t.Context(), []string{"ltcsolo", "odds", "--difficulty", "95M", "--state", state, "--json"}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), `{"hash_rate":9500000000,`) {
		t.Errorf("odds: %s", &out)
	}
}
