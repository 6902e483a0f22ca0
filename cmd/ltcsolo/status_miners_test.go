package main

import (
	"strings"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/dashboard"
)

// serving is the report of a server with two miners, one of them gone, and this CPU if it has a kernel.
func serving(kernel string) *dashboard.Report {
	silent, chance, since := 4.5, 0.0312, time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	r := &dashboard.Report{
		Network: "main", Searching: true, Stratum: &dashboard.Stratum{Connections: 2, Accepted: 9876, Stale: 12, Low: 3, NotifyP50: 0.0012, NotifyP99: 0.015, Refused: 5},
		Search: dashboard.Search{Kernel: kernel, HashRate: 16.5e9, HashRateError: 0.105, Hashes: 1e12},
		Workers: []dashboard.Worker{
			{
				Name: "garage.l9", Kind: "Antminer", Client: "GodMiner/2.0.0", Addresses: []string{"192.168.1.31"}, Sessions: 2, Since: &since,
				Difficulty: 1 << 21, Because: "hash rate", Rate: 16.5e9, RateError: 0.105, HashRate: dashboard.Rates{M1: 15e9, M15: 16.5e9, M60: 16.8e9},
				HashRateError: dashboard.Rates{M1: 0.41, M15: 0.105, M60: 0.05}, Accepted: 9876, Stale: 12, Low: 3, RefusedPart: 15. / 9891,
				Best: 12e9, BestEver: 45e9, Silent: &silent, ChanceYear: &chance,
			},
			{Name: "LThief" + strings.Repeat("x", 50), Kind: "unknown", Since: &since, Difficulty: 32768, Warning: "its user name is an address that this run does not pay"},
		},
	}
	if kernel != "" {
		r.Search.Threads = 1
		r.Workers = append(r.Workers, dashboard.Worker{Name: "cpu", Kind: solo.KindCPU, HashRate: dashboard.Rates{M1: 76000}})
	}
	return r
}

func TestStatusShowsMiners(t *testing.T) {
	text := statusText(serving(""), 80)
	for _, want := range []string{
		"\nhash rate   16.5 GH/s ±10 %\n",
		"1 connected by 2 connections; shares: 9,876 accepted, refused 12 stale, 3 low; new work in 1.2 ms, for the slowest hundredth in 15 ms; 5 connections refused",
		"            garage.l9          16.5 GH/s ±10 %      2.10 M    0.2 %         4 s\n",
		"GodMiner/2.0.0 (Antminer) at 192.168.1.31, connected since 2026-11-24 10:00 UTC by 2 connections; reason for its difficulty: hash rate",
		"16.5 GH/s ±10 % in 15 minutes, 16.8 GH/s ±5 % in an hour; a block in a year: 3.12 %",
		"9,876 accepted, refused 12 stale, 3 low; best share 12.0 G; best ever 45.0 G",
		"LThiefxxxx", "…", "not connected", "none yet", "warning: its user name is an address that this run does not pay", "left 2026-11-24 10:00 UTC",
	} {
		if !strings.Contains(text, want) && !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("status lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "kernel") {
		t.Errorf("status names a kernel, but the CPU does not search:\n%s", text)
	}
	if text := statusText(serving("avx512"), 80); !strings.Contains(text, "\nhash rate   16.5 GH/s ±10 %\nthis CPU    76.0 kH/s by kernel avx512 on 1 thread\n") {
		t.Errorf("status does not show both:\n%s", text)
	}
	for _, width := range []int{30, 40, 60, 80, 200} {
		for line := range strings.Lines(statusText(serving("avx512"), width)) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
				t.Errorf("%d columns: a line of %d: %q", width, n, line)
			}
		}
	}
}

// Many miners have a line each, and many more are counted.
func TestStatusOfManyMiners(t *testing.T) {
	r := serving("")
	for range 100 {
		r.Workers = append(r.Workers, r.Workers[0])
	}
	text := statusText(r, 80)
	if n := strings.Count(text, "\n            garage.l9 "); n != statusMiners-1 || !strings.Contains(text, "and 52 more") || strings.Contains(text, "GodMiner") {
		t.Errorf("%d lines of miners:\n%s", n, text)
	}
	if !strings.Contains(text, "warning: its user name") {
		t.Errorf("no warning:\n%s", text)
	}
}

// A server that no miner has found yet says so.
func TestStatusWithoutMiners(t *testing.T) {
	text := statusText(&dashboard.Report{Network: "main", Stratum: &dashboard.Stratum{}}, 80)
	if !strings.Contains(text, "\nhash rate   0.00 H/s\n") || !strings.Contains(text, "\nminers      0 connected\n") {
		t.Errorf("status:\n%s", text)
	}
}
