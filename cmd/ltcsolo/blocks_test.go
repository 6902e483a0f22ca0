package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
)

// Each block has a row, and no line is wider than a terminal of 80 columns.
func TestBlocksTable(t *testing.T) {
	some, most := 99, 1234567
	rival := template.Hash{1}
	list := []listedBlock{
		{Height: 435, Amount: terminal.AmountOf(1250000000, template.Litecoin), Verdict: "accepted", State: "immature", Confirmations: &some},
		{Height: 12345678, Amount: terminal.AmountOf(62512345678, template.Litecoin), Verdict: "accepted", State: "mature", Confirmations: &most},
		{Height: 3, Amount: terminal.AmountOf(0, template.Litecoin), Verdict: "accepted", State: "orphaned", ReplacedBy: &rival},
		{Height: 4, Amount: terminal.AmountOf(5000000000, template.Litecoin), Verdict: "accepted", State: "unsettled", ReplacedBy: &rival},
		{Height: 6, Verdict: "accepted", State: "mature", Worker: "cpu"},
		{Height: 7, Verdict: "accepted", State: "mature", Confirmations: &most, Worker: "garage.l9\x1b[2J" + strings.Repeat("x", 64)},
		{Height: 5, Amount: terminal.AmountOf(5000000000, template.Litecoin), Verdict: "rejected: " + strings.Repeat("bad-txns-mweb-fee-mismatch ", 5), State: "rejected"},
	}
	for i := range list {
		list[i].Time = "2026-11-24T20:25:06Z"
	}
	text := blocksTable(list, 80)
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
		"  mature, 1,234,567 conf;\n", " found by garage.l9",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("the table has a worker's control characters: %q", text)
	}
}

// Where standard output is no terminal, each block has one line.
func TestBlocksTableOnAPipe(t *testing.T) {
	some := 239
	list := []listedBlock{
		{Chain: "litecoin", Height: 7, Time: "2026-11-24T20:25:06Z", Verdict: "rejected: " + strings.Repeat("why ", 50), State: "rejected"},
		{Chain: "dogecoin", Height: 5912345, Time: "2026-11-24T20:25:06Z", Verdict: "accepted", State: "immature", Confirmations: &some, Worker: "garage"},
	}
	lines := strings.Split(strings.TrimSuffix(blocksTable(list, 0), "\n"), "\n")
	if len(lines) != 3 || !strings.HasSuffix(lines[1], " why") || !strings.HasSuffix(lines[2], "  immature, 239 confirmations; found by garage") {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}

// With blocks of several chains there is a column that names the chain, and the lines are as wide as without.
func TestBlocksTableOfSeveralChains(t *testing.T) {
	some := 239
	list := []listedBlock{
		{Chain: "litecoin", Height: 433, Amount: terminal.AmountOf(625000000, template.Litecoin), Verdict: "accepted", State: "mature"},
		{Chain: "dogecoin", Height: 5912345, Amount: terminal.AmountOf(1_000_012_345_678, template.Dogecoin), Verdict: "accepted", State: "immature", Confirmations: &some},
	}
	for i := range list {
		list[i].Time = "2026-11-24T20:25:06Z"
	}
	text := blocksTable(list, 80)
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(line) - 1; n > 80 {
			t.Errorf("a line has %d columns: %q", n, line)
		}
	}
	for _, want := range []string{
		"2026-11-24 20:25  litecoin       433  00000000   6.25000000  mature\n",
		"2026-11-24 20:25  dogecoin   5912345  00000000  10000.12345  immature, 239 conf\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
