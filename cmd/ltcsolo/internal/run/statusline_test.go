package run

import (
	"testing"

	"ltcsolo/solo"
)

func TestHeldBack(t *testing.T) {
	cpu := solo.Search{Limits: []solo.Limit{{Name: "threads", Setting: "1"}, {Name: "cpu", Setting: "25 %"}}}
	for name, tt := range map[string]struct {
		stats solo.Stats
		want  string
	}{
		"free":   {solo.Stats{Searching: true}, ""},
		"slowed": {solo.Stats{Searching: true, Search: cpu}, "cpu 25 %"},
		"paused": {solo.Stats{Idle: "paused by --max-load 0.5:\n2.1", Search: cpu}, "idle: paused by --max-load 0.5: 2.1"},
	} {
		if got := heldBack(tt.stats); got != tt.want {
			t.Errorf("%s: heldBack = %q, want %q", name, got, tt.want)
		}
	}
}
