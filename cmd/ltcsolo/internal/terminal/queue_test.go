package terminal

import (
	"fmt"
	"strings"
	"testing"
)

// heldWriter blocks in Write until it is released, as a terminal does after ctrl-S.
type heldWriter struct {
	release chan struct{}
	strings.Builder
}

func (w *heldWriter) Write(b []byte) (int, error) {
	<-w.release
	return w.Builder.Write(b)
}

func TestHeldTerminalHoldsNobodyUp(t *testing.T) {
	w := &heldWriter{release: make(chan struct{})}
	q := newQueue(w, func(n uint64) { fmt.Fprintf(&w.Builder, "%d dropped\n", n) })
	const extra = 500
	for i := range queueLength + extra {
		fmt.Fprintf(q, "line %d\n", i) // would block for ever
	}
	q.flush() // returns although nothing is out
	close(w.release)
	q.flush()
	got := strings.Split(strings.TrimSpace(w.String()), "\n")
	var dropped int
	if _, err := fmt.Sscanf(got[1], "%d dropped", &dropped); err != nil || got[0] != "line 0" {
		t.Fatalf("the output begins with %q", got[:2])
	}
	if lines := len(got) - 1; lines+dropped != queueLength+extra || dropped < extra-1 {
		t.Errorf("%d lines written and %d dropped, want %d together", lines, dropped, queueLength+extra)
	}
}
