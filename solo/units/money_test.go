package units_test

import (
	"testing"

	"ltcsolo/solo/units"
)

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 22.848: "22.85", -21.789: "-21.79", 1817.283: "1,817.28", 5277975.67: "5,277,975.67", 0.0000000246: "0.0000000246",
		0.013: "0.0130", 0.996: "0.996", 3e-15: "3e-15", 2e20: "2e+20", 999.999: "1,000.00",
	} {
		if got := units.Number(v); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestMoneyAndWatts(t *testing.T) {
	if got, want := units.Money(-21.789, "EUR"), "-21.79 EUR"; got != want {
		t.Errorf("Money() = %q, want %q", got, want)
	}
	if got, want := units.Money(0.013, ""), "0.0130"; got != want {
		t.Errorf("Money() = %q, want %q", got, want)
	}
	for w, want := range map[float64]string{0: "0.00 W", 65: "65.0 W", 3400: "3.40 kW"} {
		if got := units.Watts(w); got != want {
			t.Errorf("Watts(%v) = %q, want %q", w, got, want)
		}
	}
}
