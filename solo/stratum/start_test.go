package stratum

import "testing"

// TestStartingPoint takes away one source of the difficulty after the other.
func TestStartingPoint(t *testing.T) {
	p := startingPoint{
		Password: passwordOptions{Fixed: 1, Start: 2}, Flag: 4, Suggested: 8, Remembered: 16, Kind: kindUnknown,
	}
	for _, tt := range []struct {
		without func()
		start   float64
		fixed   bool
		because string
	}{
		{func() {}, 1, true, becausePassword},
		{func() { p.Password.Fixed = 0 }, 2, false, becausePassword},
		{func() { p.Password.Start = 0 }, 4, true, becauseFlag},
		{func() { p.Flag = 0 }, 8, false, becauseSuggested},
		{func() { p.Suggested = 0 }, 16, false, becauseRemembered},
		{func() { p.Remembered = 0 }, 32768, false, becauseKind},
	} {
		tt.without()
		start, fixed, because := p.difficulty()
		if start != tt.start || fixed != tt.fixed || because != tt.because {
			t.Errorf("%+v: %v, %v, %q; want %v, %v, %q", p, start, fixed, because, tt.start, tt.fixed, tt.because)
		}
	}
}
