package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNarrowBlocks(t *testing.T) {
	one := 1
	block := listedBlock{
		Height: 435, Time: "2026-11-24T20:25:06Z", Value: 1250000000, Verdict: "accepted", State: "immature", Confirmations: &one,
		Address: "rltc1qvdgzuwmn0cjf46u8ha3wfk6238pew4syxw0lzs",
	}
	for _, width := range []int{40, 80} {
		text := narrowBlocks([]listedBlock{block, block}, width)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(line) - 1; n >= width {
				t.Errorf("%d columns have a line of %d: %q", width, n, line)
			}
		}
		if got := strings.Count(text, "435"); got != 2 {
			t.Errorf("%d columns name %d blocks, want 2:\n%s", width, got, text)
		}
	}
}
