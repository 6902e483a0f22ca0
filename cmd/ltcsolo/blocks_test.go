package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ltcsolo/template"
)

// Each block has a row, and no line is wider than a terminal of 80 columns.
func TestBlocksTable(t *testing.T) {
	some, most := 99, 1234567
	rival := template.Hash{1}
	list := []listedBlock{
		{Height: 435, Value: 1250000000, Verdict: "accepted", State: "immature", Confirmations: &some},
		{Height: 12345678, Value: 62512345678, Verdict: "accepted", State: "mature", Confirmations: &most},
		{Height: 3, Value: 0, Verdict: "accepted", State: "orphaned", ReplacedBy: &rival},
		{Height: 4, Value: 5000000000, Verdict: "accepted", State: "unsettled", ReplacedBy: &rival},
		{Height: 6, Verdict: "accepted", State: "mature", Worker: "cpu"},
		{Height: 7, Verdict: "accepted", State: "mature", Confirmations: &most, Worker: "garage.l9\x1b[2J" + strings.Repeat("x", 64)},
		{Height: 5, Value: 5000000000, Verdict: "rejected: " + strings.Repeat("bad-txns-mweb-fee-mismatch ", 5), State: "rejected"},
	}
	for i := range list {
		list[i].Time = "2026-11-24T20:25:06Z"
	}
	text := blocksTable(list)
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(line) - 1; n > 80 {
			t.Errorf("a line has %d columns: %q", n, line)
		}
	}
	if n := strings.Count(text, "2026-11-24 20:25 "); n != len(list) {
		t.Errorf("%d rows, want %d:\n%s", n, len(list), text)
	}
	for _, want := range []string{
		"2026-11-24 20:25        435  00000000  12.50000000  immature, 99 confirmations\n",
		"  mature\n2026-11-24 20:25          7 ", // the CPU goes without saying
		" confirmations; found by\n", " garage.l9",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("the table has a worker's control characters: %q", text)
	}
}
