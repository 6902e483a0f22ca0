package solo_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// Where the search for the main chain's blocks ends for now, the last job is searched on for the merged chain's sake, and what
// it finds for the main chain goes to the node as ever.
func TestH23MergedChainIsSearchedWithoutTheMainOne(t *testing.T) {
	for _, tt := range []struct {
		name string
		bits string
		stop func(t *testing.T, m *mined, j *template.Job)
	}{
		{"the tip has moved and there is no template", hard, func(_ *testing.T, m *mined, _ *template.Job) {
			m.node.templates <- fmt.Errorf("%w: of some reason", solo.ErrTipMoved)
		}},
		{"the node refuses the assembled block", hard, func(_ *testing.T, m *mined, _ *template.Job) {
			m.node.proposal = func([]byte) (solo.Opinion, error) {
				return solo.Opinion{Refused: true, Reason: "bad-txns"}, nil
			}
			m.node.templates <- newTemplate(t, 10, 1, hard)
		}},
		{"a solved parent is held, as the node is down", easy, func(t *testing.T, m *mined, j *template.Job) {
			if _, err := m.Submit(m.solve(t, j, true)); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				doge, withDoge := withMerged(t, deliverytest.Accept)
				m := start(t, deliverytest.Down, withDoge, func(c *config) { c.Propose = true })
				doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
				synctest.Wait()
				j := m.job(t, newTemplate(t, 10, 1, tt.bits))
				synctest.Wait()
				tt.stop(t, m, j)
				time.Sleep(3 * time.Second)
				synctest.Wait()
				s := m.Stats()
				if !s.Searching || s.Idle == "" || !s.Merged[0].Committed || s.Merged[0].Idle != "" {
					t.Fatalf("searching %v, idle %q, merged %+v, want the merged chain alone searched", s.Searching, s.Idle, s.Merged)
				}

				// The merged chain goes on as if nothing were wrong: its next template is the next job.
				doge.node.templates <- newAuxTemplate(t, 162, 2, each)
				j = m.next(t, func(j *template.Job) bool { return hasAux(j) && j.Aux[0].Template.Height == 162 })
				if j.Template.Height != 10 || j.Clean {
					t.Errorf("its job is of height %d, clean %v", j.Template.Height, j.Clean)
				}
				main := len(m.journal.Appended())
				share := m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)
				if r, err := m.Submit(share); err != nil || !r.Candidate {
					t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
				}
				synctest.Wait()
				if settled := doge.journal.Settled(); len(settled) != 1 || settled[0] != "doge accepted" {
					t.Errorf("merged journal has verdicts %q", settled)
				}
				if n := len(m.journal.Appended()); n != main {
					t.Errorf("%d more blocks of the main chain", n-main)
				}
				m.wantSearching(t, false) // there is nothing to search for either chain
				if offered, err := m.NextJob(t.Context(), j); offered != nil || err != nil {
					t.Errorf("NextJob() = %v, %v, want none", offered, err)
				}

				doge.node.templates <- newAuxTemplate(t, 163, 3, hard)
				time.Sleep(2 * time.Second)
				m.wantSearching(t, true)
				m.node.proposal = nil
				m.node.templates <- newTemplate(t, 11, 2, hard)
				synctest.Wait()
				if s := m.Stats(); !s.Searching || s.Idle != "" {
					t.Errorf("with a main template: searching %v, idle %q", s.Searching, s.Idle)
				}
			})
		})
	}
}

// A header that is hashed for the merged chain's sake and meets the main chain's target is the node's to judge.
func TestMainBlockOnATipThatHasMovedIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Answer(delivery.Inconclusive, ""), withDoge)
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		synctest.Wait()
		j := m.job(t, newTemplate(t, 10, 1, easy))
		m.node.templates <- solo.ErrTipMoved
		m.wantSearching(t, true)
		if target := m.HitTarget(j); !atLeast(target, j.Template.Target) {
			t.Errorf("HitTarget() = %v leaves the main chain's blocks out", target)
		}
		if r, err := m.Submit(m.solve(t, j, true)); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "inconclusive")
	})
}

// On a parent where a block is solved, a CPU that hashes on for the merged chain's sake looks for no rivals, which would be
// many where blocks are easy. A rival that comes all the same is delivered, since the first block may yet be refused; and
// once it is, the main chain is searched again.
func TestNoRivalsAreSoughtOnASolvedParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		var up atomic.Bool
		m := start(t, func(int) (delivery.Verdict, error) {
			if !up.Load() {
				return delivery.Verdict{}, deliverytest.ErrDown
			}
			return delivery.Verdict{Outcome: delivery.Rejected, Reason: "bad-txns"}, nil
		}, withDoge)
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		synctest.Wait()
		j := m.job(t, newTemplate(t, 10, 1, easy))
		first, second := m.solve(t, j, true), m.solve(t, j, true)
		if _, err := m.Submit(first); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		m.wantSearching(t, true)
		if best := template.Target(m.Best()); m.HitTarget(j) != best {
			t.Errorf("HitTarget() = %v, want a new best, %v: no rivals", m.HitTarget(j), best)
		}
		if r, err := m.Submit(second); err != nil || !r.Candidate {
			t.Fatalf("Submit() of a rival = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		if n := len(m.journal.Appended()); n != 2 {
			t.Errorf("%d blocks are kept, want both", n)
		}
		up.Store(true)
		time.Sleep(time.Minute)
		j = m.job(t, newTemplate(t, 10, 1, easy))
		if target := m.HitTarget(j); target != j.Template.Target {
			t.Errorf("HitTarget() = %v after the blocks were refused, want the main chain's target", target)
		}
	})
}

// A job whose chains are all solved has nothing to look for.
func TestNothingMeetsTheHitTargetOfASolvedJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, withDoge)
		doge.node.templates <- newAuxTemplate(t, 161, 1, each)
		synctest.Wait()
		j := m.job(t, newTemplate(t, 10, 1, easy))
		if _, err := m.Submit(m.solve(t, j, true)); err != nil {
			t.Fatal(err)
		}
		if target := m.HitTarget(j); target != (template.Target{}) {
			t.Errorf("HitTarget() = %v, want none", target)
		}
		m.wantSearching(t, false)
	})
}

// --blocks counts the main chain's, and ends the search for both.
func TestBlocksEndsTheSearchOfMergedChainsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, withDoge, func(c *config) { c.Blocks = 1 })
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		synctest.Wait()
		m.block(t, 10, 1)
		<-m.Done()
		m.wantSearching(t, false)
		doge.node.templates <- newAuxTemplate(t, 162, 2, hard)
		time.Sleep(time.Minute)
		m.wantSearching(t, false)
	})
}

// The two blocks of one header stand and fall by themselves, and a merged block that was refused does not stop the main chain.
func TestH23BlocksOfOneHeaderStandByThemselves(t *testing.T) {
	refuse := deliverytest.Answer(delivery.Rejected, "high-hash")
	for _, tt := range []struct {
		name       string
		main, doge func(int) (delivery.Verdict, error)
		want       [2]string
	}{
		{"main refused", refuse, deliverytest.Accept, [2]string{"node rejected: high-hash", "doge accepted"}},
		{"merged refused", deliverytest.Accept, refuse, [2]string{"node accepted", "doge rejected: high-hash"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				doge, withDoge := withMerged(t, tt.doge)
				m := start(t, tt.main, withDoge)
				doge.node.templates <- newAuxTemplate(t, 161, 1, each)
				synctest.Wait()
				m.block(t, 10, 1)
				synctest.Wait()
				main, merged := m.journal.Settled(), doge.journal.Settled()
				if len(main) != 1 || len(merged) != 1 || main[0] != tt.want[0] || merged[0] != tt.want[1] {
					t.Errorf("verdicts %q and %q, want %q", main, merged, tt.want)
				}
				time.Sleep(5 * time.Second)
				m.node.templates <- newTemplate(t, 11, 2, hard)
				doge.node.templates <- newAuxTemplate(t, 162, 2, hard)
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if s := m.Stats(); !s.Searching || s.Idle != "" || !s.Merged[0].Committed {
					t.Errorf("with new templates: searching %v, idle %q, %+v", s.Searching, s.Idle, s.Merged[0])
				}
			})
		})
	}
}

// A merged block is delivered after its node was down and the tip has moved on both chains: its bytes are here.
func TestH39MergedBlockOutlivesItsNodeAndTheTip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		doge, withDoge := withMerged(t, func(int) (delivery.Verdict, error) {
			if !up.Load() {
				return delivery.Verdict{}, deliverytest.ErrDown
			}
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		})
		m := start(t, deliverytest.Accept, withDoge)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		j := m.next(t, hasAux)
		share := m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)
		want, err := j.AuxBlock(0, share.Solution)
		if err != nil {
			t.Fatal(err)
		}
		doge.node.templates <- deliverytest.ErrDown
		if _, err := m.Submit(share); err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			time.Sleep(time.Minute)
			m.job(t, newTemplate(t, 11+i, byte(2+i), hard))
		}
		up.Store(true)
		doge.node.templates <- newAuxTemplate(t, 190, 2, hard)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if settled := doge.journal.Settled(); len(settled) != 1 || settled[0] != "doge inconclusive" {
			t.Errorf("verdicts %q, want inconclusive: the node judges", settled)
		}
		for _, block := range doge.sub.Submitted() {
			if !bytes.Equal(block, want) {
				t.Fatal("other bytes are submitted than the job's aux block")
			}
		}
	})
}
