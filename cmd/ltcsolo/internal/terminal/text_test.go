package terminal

import "testing"

func TestOneLine(t *testing.T) {
	if got, want := OneLine(" a\nb\x1b[31mc\u202ed\u2028 é鉱\r "), "a b [31mc d  é鉱"; got != want {
		t.Errorf("OneLine = %q, want %q", got, want)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 22.848: "22.85", -21.789: "-21.79", 1817.283: "1,817.28", 5277975.67: "5,277,975.67", 0.0000000246: "0.0000000246",
		0.013: "0.0130", 0.996: "0.996", 3e-15: "3e-15", 2e20: "2e+20", 999.999: "1,000.00",
	} {
		if got := Number(v); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
}
