package terminal

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 7, "one two/three"}, {"one two three", 0, "one two three"}, {"one two three", -5, "one two three"},
		{"91 °C °C", 5, "91 °C/°C"}, {"abcdefgh", 3, "abc/def/gh"}, {"a abcdefgh b", 4, "a ab/cdef/gh b"}, {"", 5, ""},
	} {
		if got := strings.Join(Wrap(tt.text, tt.width), "/"); got != tt.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
