package delivery_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// The watcher hears the first answer and each change of the most favourable one, and nothing twice.
func TestWatcherHearsChangesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := func(wait time.Duration, o delivery.Outcome, reason string) *deliverytest.Node {
			return &deliverytest.Node{ID: reason, Wait: wait, Submit: deliverytest.Answer(o, reason)}
		}
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt <= 10 {
				return delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "time-too-new"}, nil
			}
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		}, alsoTo(late(time.Second, delivery.Rejected, "worse"), late(time.Minute, delivery.Accepted, ""), late(time.Hour, delivery.Rejected, "last")))
		r.take()
		synctest.Wait()
		r.watcher.want(t, "a sent", "a rejected: time-too-new")
		time.Sleep(30 * time.Second)
		synctest.Wait()
		r.watcher.want(t, "a sent", "a rejected: time-too-new", "a inconclusive")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		r.watcher.want(t, "a sent", "a rejected: time-too-new", "a inconclusive", "a in chain", "a accepted")
	})
}

// An answer that a node takes back is a change as well.
func TestWatcherHearsAnAnswerTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		c := newCandidate(10, 1, "a")
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt == 1 {
				chain.Add(c.Height, c.BlockHash)
				return deliverytest.Accept(attempt)
			}
			return delivery.Verdict{Outcome: delivery.Rejected, Reason: "bad-txns"}, nil
		}, on(chain))
		r.Take(c)
		synctest.Wait()
		chain.Forget()
		r.tip()
		r.watcher.want(t, "a sent", "a in chain", "a accepted", "a left chain", "a rejected: bad-txns")
	})
}

// A block that no node takes is given up when its rival is buried: nobody waits for an answer then.
func TestWatcherHearsThatABlockIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		chain.Set(10, 109, template.Hash{0xee})
		r := start(t, deliverytest.Down, on(chain))
		r.Take(newCandidate(10, 1, "a"))
		r.tip()
		r.watcher.want(t, "a sent", "a unsettled")
	})
}

// Of blocks of earlier runs the watcher hears the same; those that need no submission have no parent.
func TestWatcherHearsOfEarlierRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		won, lost := newCandidate(10, 1, "a"), newCandidate(11, 2, "b")
		chain := &deliverytest.Chain{}
		chain.Add(10, won.BlockHash)
		earlier := delivery.NewBlock(won, "")
		earlier.Answer(delivery.NodeVerdict{Node: "node", Verdict: delivery.Verdict{Outcome: delivery.Accepted}})
		r := start(t, deliverytest.Answer(delivery.Inconclusive, ""), on(chain), func(s *setup) {
			s.journal.Pending = []*delivery.Candidate{won, lost}
			s.journal.Earlier = []delivery.Block{earlier, delivery.NewBlock(lost, "")}
		})
		synctest.Wait()
		r.watcher.mu.Lock()
		defer r.watcher.mu.Unlock()
		got := map[string]delivery.Ref{}
		for i, what := range r.watcher.heard {
			got[what] = r.watcher.refs[i]
		}
		ref := delivery.Ref{BlockHash: lost.BlockHash, Parent: template.Hash{2, 1}, JobID: "b"}
		for what, want := range map[string]delivery.Ref{
			"earlier a in chain": {BlockHash: won.BlockHash, JobID: "a"}, "earlier b sent": ref, "earlier b inconclusive": ref,
		} {
			if r, heard := got[what]; !heard || r != want {
				t.Errorf("%s: heard %v of %+v, want %+v", what, heard, r, want)
			}
		}
		if len(r.watcher.heard) != 3 {
			t.Errorf("the watcher heard %q, want 3 things", r.watcher.heard)
		}
	})
}

// An answer that is in the journal already is the first of this run all the same: whoever waits for it must not wait
// for ever.
func TestAnswerOfAnEarlierRunIsHeardAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found")
		old := start(t, refuse)
		old.take()
		synctest.Wait()
		old.stop()
		old.wantJournal(t, 1, "node rejected: prev-blk-not-found")
		r := start(t, refuse, recovering(old))
		time.Sleep(time.Minute)
		synctest.Wait()
		r.watcher.want(t, "earlier a sent", "earlier a rejected: prev-blk-not-found")
		r.wantJournal(t, 0) // it has the answer
	})
}
