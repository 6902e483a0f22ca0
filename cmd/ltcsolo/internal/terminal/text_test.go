package terminal

import "testing"

func TestOneLine(t *testing.T) {
	if got, want := OneLine(" a\nb\x1b[31mc\u202ed\u2028 é鉱\r "), "a b [31mc d  é鉱"; got != want {
		t.Errorf("OneLine = %q, want %q", got, want)
	}
}
