package stratum

import (
	"testing"
	"time"
)

func TestOccasional(t *testing.T) {
	var o occasional
	for _, tt := range []struct {
		at   time.Duration
		want bool
	}{
		{0, true}, {0, false}, {59 * time.Second, false}, {time.Minute, true}, {61 * time.Second, false},
		{-5 * time.Hour, true}, {-5*time.Hour + time.Second, false}, {5 * time.Hour, true}, {5*time.Hour + time.Second, false},
	} {
		if got := o.due(simStart.Add(tt.at)); got != tt.want {
			t.Errorf("at %v a line is due: %v", tt.at, got)
		}
	}
}
