package main

import (
	"math"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	const year = 365.25 * 86400
	for _, tt := range []struct {
		seconds float64
		want    string
	}{
		{0.0001, "less than 0.01 seconds"}, {0.9, "0.90 seconds"}, {90, "90.0 seconds"}, {600, "10.0 minutes"},
		{7200, "2.00 hours"}, {86400 * 3.2, "3.20 days"}, {2 * year, "2.00 years"}, {999 * year, "999 years"},
		{285_142 * year, "285,000 years"}, {4.2e6 * year, "4.20 million years"}, {1.3e9 * year, "1.30 billion years"},
		{math.Inf(1), "forever"}, {math.NaN(), "forever"},
	} {
		if got := duration(tt.seconds); got != tt.want {
			t.Errorf("duration(%v) = %q, want %q", tt.seconds, got, tt.want)
		}
	}
}

func TestHashRate(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.00 H/s", 9.5: "9.50 H/s", 999.4: "999 H/s", 999.6: "1.00 kH/s", 67000.1: "67.0 kH/s", 9.5e9: "9.50 GH/s", 1e21: "1000 EH/s",
	} {
		if got := hashRate(v); got != want {
			t.Errorf("hashRate(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestDifficulty(t *testing.T) {
	for v, want := range map[float64]string{4.6565423739069247e-10: "4.657e-10", 1: "1", 999: "999", 53_200_000: "53.2 M"} {
		if got := difficulty(v); got != want {
			t.Errorf("difficulty(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestThousandsAndLitecoins(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0.00000000 LTC", 1: "0.00000001 LTC", 625_000_000: "6.25000000 LTC", -1: "-0.00000001 LTC"} {
		if got := litecoins(n); got != want {
			t.Errorf("litecoins(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	if got, want := oneLine(" a\nb\x1b[31mc\r "), "a b [31mc"; got != want {
		t.Errorf("oneLine = %q, want %q", got, want)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"address", "address-from-wallet", "cpu", "threads", "rpc", "for", "json"}
	for typed, want := range map[string]string{
		"adress": "address", "threds": "threads", "cup": "cpu", "addr": "address", "jsno": "json", "x": "", "": "", "weather": "",
		"6uqcLWWwYrJRHaGpNyhGPRbJ3VwvbQVMnWCsr2XdbJvMzVj3WeL": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestMeter(t *testing.T) {
	var m meter
	at := time.Unix(0, 0)
	if got := m.rate(at, 5000); got != 0 {
		t.Errorf("first rate = %v, want 0", got)
	}
	var got float64
	for i := range uint64(30) {
		rate := uint64(100) // H/s
		if i >= 15 {
			rate = 200
		}
		at = at.Add(time.Second)
		got = m.rate(at, m.hashes[len(m.hashes)-1]+rate)
	}
	if got != 200 {
		t.Errorf("rate = %v H/s, want 200: old readings must go", got)
	}
}
