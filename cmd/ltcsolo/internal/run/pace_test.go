package run

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	var p pace
	began := time.Unix(1e9, 0)
	for _, tt := range []struct {
		after time.Duration
		count uint64
		want  float64
	}{
		{0, 1000, 0}, {time.Second, 1100, 0}, {10 * time.Second, 2000, 100}, {11 * time.Second, 9000, 100}, {20 * time.Second, 2000, 0},
	} {
		if got := p.of(began.Add(tt.after), tt.count); got != tt.want {
			t.Errorf("after %v: %v a second, want %v", tt.after, got, tt.want)
		}
	}
}
