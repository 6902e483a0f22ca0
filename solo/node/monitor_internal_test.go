package node

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

func TestFindings(t *testing.T) {
	healthy := func(chain string, height int32) *Status {
		return &Status{
			Name: "http://127.0.0.1:9332", Chain: chain, Height: height, Headers: height, Peers: 8, Version: 210505,
			Subversion: "/LitecoinCore:0.21.5.5/",
		}
	}
	tests := []struct {
		name   string
		chain  string
		height int32
		change func(s *Status, o *observation)
		want   string // key, and a part of the text after it; empty: no alert
	}{
		{"healthy", "main", 3_120_000, func(*Status, *observation) {}, ""},
		{"fresh regtest node", "regtest", 1, func(s *Status, o *observation) {
			s.Peers, s.InitialDownload, o.tipAge, o.clock, s.TimeOffset = 0, true, 24*time.Hour, time.Hour, time.Hour
		}, ""},
		{"old regtest node without peers", "regtest", 1, func(s *Status, _ *observation) { s.Peers, s.Version = 0, 210201 }, ""},
		{"old test node without peers", "test", 1, func(s *Status, _ *observation) { s.Peers, s.Version = 0, 210201 }, "no-peers: has no peers"},
		{"too old", "main", 3_154_439, func(*Status, *observation) {}, "old-node: litecoind 0.21.5.5 is too old: from height 3154440 on"},
		{"soon too old", "main", 3_154_000, func(*Status, *observation) {}, "fork-ahead: too old in 439 blocks: upgrade to 0.21.5.6"},
		{"too old for a fork of the user's", "main", 3_120_000, func(s *Status, _ *observation) { s.forks = []template.Fork{{Height: 3_100_000, Version: 220000}} },
			"old-node: from height 3100000 on, 0.22.0.0"},
		{"old on test", "test", 3_154_440, func(s *Status, _ *observation) { s.Version = 210201 }, ""},
		{"syncing", "main", 3_000_000, func(s *Status, o *observation) {
			s.InitialDownload, s.Headers, o.tipAge = true, 3_100_000, 24*time.Hour
		}, "initial-sync: block 3000000 of 3100000"},
		{"syncing on test", "test", 3_000_000, func(s *Status, _ *observation) { s.InitialDownload = true }, "initial-sync: in initial sync"},
		{"alone", "main", 3_120_000, func(s *Status, o *observation) { s.Peers, o.trouble = 0, &Error{Reason: "not connected"} }, "no-peers: has no peers"},
		{"alone on test", "test", 3_120_000, func(s *Status, _ *observation) { s.Peers = 0 }, "no-peers: a block would reach nobody"},
		{"wrong chain", "test", 10, func(s *Status, _ *observation) { s.Peers = 0 }, "wrong-node: is on network test, not main"},
		{"wrong genesis", "main", 10, func(s *Status, _ *observation) { s.Genesis = template.Hash{1} }, "wrong-node: does not know the chain of the node"},
		{"wrong coin", "main", 10, func(s *Status, _ *observation) { s.Subversion = "/Satoshi:27.0.0/" }, "wrong-node: not Litecoin Core"},
		{"warning", "main", 3_120_000, func(s *Status, _ *observation) { s.Warnings = "unknown new rules activated" }, "node-warning: warns: unknown new rules"},
		{"clock ahead", "main", 3_120_000, func(_ *Status, o *observation) { o.clock = 6 * time.Minute }, "clock: this machine's clock is 6.00 minutes ahead of litecoind's"},
		{"clock near", "main", 3_120_000, func(_ *Status, o *observation) { o.clock = -4 * time.Minute }, ""},
		{"clock of the node", "test", 3_120_000, func(s *Status, _ *observation) { s.TimeOffset = 10 * time.Minute }, "clock: is 10.0 minutes behind its peers'"},
		{"tip 39 minutes old", "main", 3_120_000, func(_ *Status, o *observation) { o.tipAge = 39 * time.Minute }, ""},
		{"tip 40 minutes old", "main", 3_120_000, func(_ *Status, o *observation) { o.tipAge = 40 * time.Minute },
			"stale-tip: no block for 40.0 minutes, which has a chance of 1 in 9 million"},
		{"tip a day old", "main", 3_120_000, func(_ *Status, o *observation) { o.tipAge = 24 * time.Hour }, "stale-tip: 1 in more than a thousand million million"},
		{"old tip on test", "test", 3_120_000, func(_ *Status, o *observation) { o.tipAge = 24 * time.Hour }, ""},
		{"no template", "main", 3_120_000, func(_ *Status, o *observation) { o.trouble = &Error{Reason: "CreateNewBlock: x"} }, "no-template: gives no new template: CreateNewBlock: x"},
		{"no template, by another error", "main", 3_120_000, func(_ *Status, o *observation) { o.trouble = errors.New("closed") }, ""},
		{"branch", "main", 3_120_000, func(_ *Status, o *observation) { o.branch = &chainTip{Height: 2, Length: 7, Status: "invalid"} },
			"longer-branch: a branch of 7 blocks, 2 blocks ahead of its own chain (invalid, "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, o := healthy(tt.chain, tt.height), observation{serving: true}
			tt.change(s, &o)
			network := tt.chain
			if strings.HasPrefix(tt.name, "wrong") {
				network = "main"
			}
			var got []string
			for _, a := range findings(s, network, o) {
				got = append(got, a.Key+": "+a.Text)
				if strings.ContainsAny(a.Text+a.Remedy, "\n") || a.Remedy == "" && a.Key != solo.AlertNoTemplate {
					t.Errorf("alert %+v: want one line each", a)
				}
			}
			key, text, _ := strings.Cut(tt.want, ": ")
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], key) || !strings.Contains(got[0], text)) {
				t.Errorf("findings: %q, want %q", got, tt.want)
			}
		})
	}
}

// The branches are those of getchaintips. The node's own chain is at height 1000.
func TestH04LongerBranch(t *testing.T) {
	active := chainTip{Height: 1000, Status: statusActive}
	tests := []struct {
		name string
		tip  chainTip
		want bool
	}{
		{"an old orphan", chainTip{Height: 700, Length: 1, Status: statusFork}, false},
		{"a rival of the tip", chainTip{Height: 1000, Length: 1, Status: statusFork}, false},
		{"a block on its way", chainTip{Height: 1001, Length: 1, Status: "headers-only"}, false},
		{"blocks that do not come", chainTip{Height: 1002, Length: 2, Status: "headers-only"}, true},
		{"blocks not connected", chainTip{Height: 1005, Length: 9, Status: "valid-headers"}, true},
		{"a block that it refuses", chainTip{Height: 1001, Length: 1, Status: statusInvalid}, true},
		{"a branch that it refused just now", chainTip{Height: 995, Length: 2, Status: statusInvalid}, true},
		{"a branch that it refused a while ago", chainTip{Height: 994, Length: 2, Status: statusInvalid}, false},
		{"a branch that it refused long ago", chainTip{Height: 400, Length: 9, Status: statusInvalid}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := longerBranch([]chainTip{tt.tip, active})
			if (got != nil) != tt.want || got != nil && got.Height != tt.tip.Height-active.Height {
				t.Errorf("longerBranch() = %+v, want one: %v", got, tt.want)
			}
		})
	}
	if got := longerBranch(nil); got != nil {
		t.Errorf("longerBranch of nothing = %+v", got)
	}
}

func TestParseFork(t *testing.T) {
	for text, want := range map[string]template.Fork{
		"3172640:0.21.5.8": {Height: 3172640, Version: 210508}, "1:0.22.0": {Height: 1, Version: 220000},
		"2000000000:1.0.0.0": {Height: 2000000000, Version: 1000000},
	} {
		if got, err := ParseFork(text); got != want || err != nil {
			t.Errorf("ParseFork(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "3172640", "x:0.21.5.8", "0:0.21.5.8", "-1:0.21.5.8", "1:0.21", "1:0.21.5.8.1", "1:0.21.5.100", "1:0.21.5.x", "1:210508", "99999999999:0.21.5"} {
		var bad *ConfigError
		if got, err := ParseFork(text); !errors.As(err, &bad) || bad.Setting != "fork" {
			t.Errorf("ParseFork(%q) = %v, %v, want a ConfigError about fork", text, got, err)
		}
	}
}
