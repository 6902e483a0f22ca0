package run

import "testing"

func TestConnections(t *testing.T) {
	for _, tt := range []struct {
		limit uint64
		want  int
	}{{0, 100}, {1, 4}, {48, 4}, {64, 4}, {128, 20}, {256, 52}, {1024, 100}, {1 << 63, 100}} {
		if got := connections(tt.limit); got != tt.want {
			t.Errorf("connections(%d) = %d, want %d", tt.limit, got, tt.want)
		}
	}
}
