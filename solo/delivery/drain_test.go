package delivery_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// wantEnd ends Run and checks how long that takes.
func (r *running) wantEnd(t *testing.T, want time.Duration) {
	t.Helper()
	began := time.Now()
	r.stop()
	if d := time.Since(began); d != want {
		t.Errorf("Run took %v to end, want %v", d, want)
	}
}

// A second node that is down does not keep the program from ending once the first has accepted the block.
func TestEndDoesNotWaitForAnotherNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := downNode()
		r := start(t, deliverytest.Accept, alsoTo(down))
		r.take()
		time.Sleep(5 * time.Minute)
		if n := len(down.Submitted()); n < 5 {
			t.Errorf("%d submissions to the node that is down, want it tried again and again", n)
		}
		r.wantEnd(t, 0)
		r.wantVerdicts(t, "accepted")
	})
}

// Nor does one that hangs since before that, but what takes it a moment longer is heard.
func TestEndDoesNotWaitForANodeThatHangs(t *testing.T) {
	for _, tt := range []struct {
		name         string
		second, want time.Duration
		settled      []string
	}{
		{"hangs", time.Hour, time.Second, []string{"node accepted"}},
		{"slow", 500 * time.Millisecond, 500 * time.Millisecond, []string{"node accepted", "second inconclusive"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				second := &deliverytest.Node{ID: "second", Wait: tt.second, Submit: deliverytest.Answer(delivery.Inconclusive, "")}
				r := start(t, deliverytest.Accept, alsoTo(second))
				r.take()
				synctest.Wait()
				r.wantEnd(t, tt.want)
				r.wantVerdicts(t, "accepted")
				r.wantJournal(t, 1, tt.settled...)
			})
		})
	}
}

// A submission under way outlives the search by the grace period; what is unsettled then is sent at the next start.
func TestH21UnsettledBlockIsSentAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Down)
		c := r.take()
		began := time.Now()
		r.stop()
		if d := time.Since(began); d < 10*time.Second || d > 11*time.Second {
			t.Errorf("Run took %v to end, want the grace period", d)
		}
		r.wantVerdicts(t, "unsettled")
		r.wantJournal(t, 1)
		next := start(t, deliverytest.Accept, func(s *setup) { s.journal.Pending = r.journal.Appended() })
		synctest.Wait()
		blocks := next.node.Submitted()
		if len(blocks) != 1 || (*template.Header)(blocks[0]).BlockHash() != c.BlockHash {
			t.Fatalf("%d blocks sent at the next start, want the one", len(blocks))
		}
		next.wantJournal(t, 0, "node accepted")
		next.watcher.want(t, "earlier a sent", "earlier a in chain", "earlier a accepted")
		if b := next.Blocks(); len(b) != 1 || b[0].ThisRun {
			t.Errorf("Blocks() = %+v, want the one, of an earlier run", b)
		}
	})
}

func TestShutdownWaitsForASubmissionUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Accept, func(s *setup) { s.node.Wait = 3 * time.Second })
		r.take()
		r.wantEnd(t, 3*time.Second)
		r.wantVerdicts(t, "accepted")
		r.wantJournal(t, 1, "node accepted")
	})
}

// While the disk is full, the drain tries it again until the grace period is over.
func TestShutdownWaitsForTheDisk(t *testing.T) {
	for _, tt := range []struct {
		name        string
		full        time.Duration // after the end
		want        time.Duration // at most 2 s later: the longest pause between two writes
		wantWritten bool
	}{
		{"that has room again", 5 * time.Second, 5 * time.Second, true},
		{"that has none", time.Hour, 10 * time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var room time.Time
				r := start(t, deliverytest.Accept, func(s *setup) {
					s.journal.Before = func() error {
						if time.Now().Before(room) {
							return errFull
						}
						return nil
					}
				})
				room = time.Now().Add(time.Minute + tt.full)
				r.take()
				time.Sleep(time.Minute)
				began := time.Now()
				r.stop()
				if d := time.Since(began); d < tt.want || d > tt.want+2*time.Second {
					t.Errorf("Run took %v to end, want %v", d, tt.want)
				}
				if written := len(r.journal.Appended()) == 1; written != tt.wantWritten {
					t.Errorf("written %v, want %v", written, tt.wantWritten)
				}
			})
		})
	}
}

// A disk that hangs does not keep Run from ending once a node has the block, and the block is not among those that the
// journal has. Without a node it is handed out, so that it can be written elsewhere.
func TestRunEndsWhileTheDiskHangs(t *testing.T) {
	for _, tt := range []struct {
		name    string
		submit  func(int) (delivery.Verdict, error)
		unsaved int
	}{{"node well", deliverytest.Accept, 0}, {"node down", deliverytest.Down, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				thaw := make(chan struct{})
				defer close(thaw)
				r := start(t, tt.submit, func(s *setup) { s.journal.Before = func() error { <-thaw; return nil } })
				r.take()
				time.Sleep(time.Minute)
				r.wantEnd(t, 11*time.Second)
				if n := len(r.Unsaved()); n != tt.unsaved {
					t.Errorf("%d unsaved blocks, want %d", n, tt.unsaved)
				}
			})
		})
	}
}
