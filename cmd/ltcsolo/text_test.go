package main

import (
	"testing"
	"time"
)

func TestOneLine(t *testing.T) {
	if got, want := oneLine(" a\nb\x1b[31mc\u202ed\u2028 é鉱\r "), "a b [31mc d  é鉱"; got != want {
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
