package delivery_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/journal"
)

func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*delivery.Config)
		want  string
	}{
		{"no node", func(c *delivery.Config) { c.Nodes = nil }, "a node"},
		{"no journal", func(c *delivery.Config) { c.Journal = nil }, "journal"},
		{"no maturity", func(c *delivery.Config) { c.Maturity = 0 }, "maturity"},
		{"nothing", func(*delivery.Config) {}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := delivery.Config{Nodes: []delivery.Node{&deliverytest.Node{}}, Journal: &deliverytest.Journal{}, Maturity: 100}
			tt.spoil(&c)
			_, err := delivery.New(c)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New() = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// Two shares of one job may solve the same merged block: it is delivered once, and followed once.
func TestBlockIsTakenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines deliverytest.LineCount
		r := start(t, deliverytest.Accept, func(s *setup) { s.Log = lines.Logger() })
		r.take()
		synctest.Wait()
		before := lines.Load()
		r.take()
		time.Sleep(time.Minute)
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		r.wantSubmissions(t, 1)
		r.wantJournal(t, 1, "node accepted")
		r.watcher.want(t, "a sent", "a in chain", "a accepted")
		if n := lines.Load() - before; n != 0 {
			t.Errorf("%d lines about the second time, want none for operators", n)
		}
		r.stop()
		r.take()
		r.wantJournal(t, 1, "node accepted")
	})
}

// Nor is a block that an earlier run has found.
func TestBlockOfAnEarlierRunIsNotTakenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := start(t, deliverytest.Down)
		old.take()
		old.stop()
		r := start(t, deliverytest.Accept, recovering(old))
		r.take()
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		r.wantSubmissions(t, 1)
		r.watcher.want(t, "earlier a sent", "earlier a in chain", "earlier a accepted")
	})
}

// Take does not return before the disk has a block that is found after Run has returned.
func TestTakeAfterTheEndWritesTheBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Accept, func(s *setup) {
			s.journal.Before = func() error { time.Sleep(time.Second); return nil }
		})
		r.stop()
		began := time.Now()
		r.take()
		r.wantJournal(t, 1)
		if d := time.Since(began); d != time.Second {
			t.Errorf("Take took %v, want the second that the disk takes", d)
		}
		r.watcher.want(t, "a sent")
	})
}

// A block that is found while the last ones are written waits its turn, and is on disk as well when Take returns.
func TestTakeDuringTheDrainWritesTheBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Accept, func(s *setup) {
			s.journal.Before = func() error { time.Sleep(3 * time.Second); return nil }
		})
		r.take()
		ended := make(chan struct{})
		go func() { defer close(ended); r.stop() }()
		time.Sleep(time.Second)
		r.Take(newCandidate(10, 1, "b"))
		if n := len(r.journal.Appended()); n != 2 {
			t.Errorf("the journal has %d blocks when Take has returned, want 2", n)
		}
		<-ended
	})
}

// TestTwoCouriersSideBySide has two chains' couriers in one process, each with a journal folder and a node.
func TestTwoCouriersSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dirs [2]string
		open := func(i int) *journal.Journal {
			if dirs[i] == "" {
				dirs[i] = t.TempDir()
			}
			j, err := journal.Open(dirs[i], journal.Labels{Network: "regtest"})
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		// wantKept checks that the folder has this block and no other.
		wantKept := func(i int, c *delivery.Candidate, verdict string, state delivery.BlockState) {
			t.Helper()
			blocks, err := open(i).Blocks()
			if err != nil || len(blocks) != 1 {
				t.Fatalf("folder %d: Blocks() = %+v, %v, want one block", i, blocks, err)
			}
			if b := blocks[0]; b.BlockHash != c.BlockHash || b.Verdict.String() != verdict || b.State != state {
				t.Errorf("folder %d has %s, %v, %s; want %s, %s, %s", i, b.BlockHash, b.Verdict, b.State, c.BlockHash, verdict, state)
			}
		}
		chain := &deliverytest.Chain{}
		up := start(t, deliverytest.Accept, on(chain), func(s *setup) { s.Config.Journal, s.Maturity = open(0), 60 })
		down := start(t, deliverytest.Down, func(s *setup) { s.Config.Journal = open(1) })
		a, b := newCandidate(10, 1, "a"), newCandidate(10, 1, "b") // they may even be of one height
		chain.Add(10, a.BlockHash)
		up.Take(a)
		down.Take(b)
		synctest.Wait()
		up.watcher.want(t, "a sent", "a in chain", "a accepted")
		down.watcher.want(t, "b sent")
		wantKept(0, a, "accepted", delivery.StateImmature)
		wantKept(1, b, "unsettled", delivery.StateUnsettled)

		up.wantEnd(t, 0) // the other chain's node is none of its business
		time.Sleep(time.Hour)
		if n := len(down.node.Submitted()); n < 60 {
			t.Errorf("%d submissions to the node that is down, want the block sent again and again", n)
		}
		down.stop()
		wantKept(0, a, "accepted", delivery.StateImmature)
		wantKept(1, b, "unsettled", delivery.StateUnsettled)

		chain.Set(10, 69, a.BlockHash)
		up = start(t, deliverytest.Accept, on(chain), func(s *setup) { s.Config.Journal, s.Maturity = open(0), 60 })
		down = start(t, deliverytest.Accept, func(s *setup) { s.Config.Journal = open(1) })
		synctest.Wait()
		up.wantSubmissions(t, 0)
		down.wantSubmissions(t, 1)
		up.watcher.want(t, "earlier a in chain")
		down.watcher.want(t, "earlier b sent", "earlier b in chain", "earlier b accepted")
		up.stop()
		down.stop()
		wantKept(0, a, "accepted", delivery.StateMature)
		wantKept(1, b, "accepted", delivery.StateImmature)
	})
}

// TestNothingIsLeftAfterRun looks for goroutines of a courier that had a node that hangs, one that is down and a block
// of after its end.
func TestNothingIsLeftAfterRun(t *testing.T) {
	hung := &deliverytest.Node{ID: "hung", Wait: time.Hour, Hangs: true, Submit: deliverytest.Accept}
	r := start(t, deliverytest.Accept, alsoTo(hung, downNode()), func(s *setup) {
		s.Grace, s.RetryFirst = 20*time.Millisecond, time.Millisecond
	})
	r.take()
	r.Take(newCandidate(10, 1, "b"))
	r.NewTip()
	r.stop()
	r.Take(newCandidate(11, 2, "c"))
	if n := len(r.journal.Appended()); n != 3 {
		t.Errorf("the journal has %d blocks, want 3", n)
	}
	goleak.VerifyNone(t)
}

// A server may hear of a block before the journal has been read: jobs outlive a run.
func TestBlockThatIsTakenBeforeRecoverIsDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		early := newCandidate(10, 1, "a")
		r := start(t, deliverytest.Accept, func(s *setup) { s.early = []*delivery.Candidate{early, early} })
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		r.wantSubmissions(t, 1)
		r.wantJournal(t, 1, "node accepted")
		r.watcher.want(t, "a sent", "a in chain", "a accepted")

		after := start(t, deliverytest.Accept, recovering(r), func(s *setup) { s.early = []*delivery.Candidate{early} })
		synctest.Wait()
		after.wantSubmissions(t, 0)
		after.wantJournal(t, 0)
	})
}

func TestBlockThatIsTakenWithoutRecoverIsUnsaved(t *testing.T) {
	c, err := delivery.New(delivery.Config{Nodes: []delivery.Node{&deliverytest.Node{}}, Journal: &deliverytest.Journal{}, Maturity: 100})
	if err != nil {
		t.Fatal(err)
	}
	early := newCandidate(10, 1, "a")
	c.Take(early)
	if lost := c.Unsaved(); len(lost) != 1 || lost[0] != early {
		t.Errorf("Unsaved() = %v, want the block", lost)
	}
}
