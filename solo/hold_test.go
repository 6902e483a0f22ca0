package solo_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
)

func (m *mined) wantSearching(t *testing.T, want bool) {
	t.Helper()
	synctest.Wait()
	if s := m.Stats(); s.Searching != want {
		t.Errorf("searching %v, idle %q, want searching %v", s.Searching, s.Idle, want)
	}
}

func alsoTo(s ...delivery.Node) func(*config) {
	return func(c *config) { c.Nodes = append(c.Nodes, s...) }
}

func downNode() *fakeSubmitter {
	return &fakeSubmitter{name: "down", submit: func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown }}
}

// The tip moved, the node failed, and when it is back the tip is the old one again (it crashed before it had written
// the new block): the node has no other work than before, but it must be searched.
func TestTipThatMovedAndCameBackIsSearchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		m.job(t, newTemplate(t, 10, 1, hard))
		m.node.templates <- fmt.Errorf("%w: of some reason", solo.ErrTipMoved)
		m.wantSearching(t, false)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if prev := m.node.lastAsked(); prev != nil {
			t.Error("NextTemplate is asked for other work than the last, want any")
		}
		m.job(t, newTemplate(t, 10, 1, hard))
		m.wantSearching(t, true)
	})
}

// The node forgot the block that it had accepted: it is asked for any work, and that is searched.
func TestAcceptedBlockThatTheNodeForgot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		m.block(t, 10, 1)
		m.wantSearching(t, false)
		m.node.templates <- errDown
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if prev := m.node.lastAsked(); prev != nil {
			t.Error("NextTemplate is asked for other work than the last, want any")
		}
		m.job(t, newTemplate(t, 10, 1, hard))
		m.wantSearching(t, true)
	})
}

// A template that the node made before it took our block does not open the block's parent again.
func TestTemplateFromBeforeTheBlockIsNotSearched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		m.block(t, 10, 1)
		m.wantSearching(t, false)
		m.node.templates <- newTemplate(t, 10, 1, hard) // asked for before the block
		m.wantSearching(t, false)
		m.node.templates <- newTemplate(t, 10, 1, hard) // asked for after it: the block is gone
		m.wantSearching(t, true)
	})
}

func TestRefusedTemplateIsAskedForOnceAGap(t *testing.T) {
	for name, refusal := range map[string]delivery.Verdict{
		"for good": {Outcome: delivery.Rejected, Reason: "bad-cb-amount"},
		"for now":  {Outcome: delivery.RefusedForNow, Reason: "bad-prevblk"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := start(t, verdict(refusal.Outcome, refusal.Reason), func(c *config) { c.RefusedGap = 5 * time.Second })
				m.block(t, 10, 1)
				m.wantSearching(t, false)
				time.Sleep(5*time.Second + time.Millisecond)
				select {
				case m.node.templates <- newTemplate(t, 10, 1, hard):
					m.wantSearching(t, true)
				default:
					synctest.Wait()
					t.Error("the node is not asked for a template after the gap")
				}
			})
		})
	}
}

// A node that is down for good keeps nobody from searching once another has said what it thinks of the block.
func TestNodeThatIsDownDoesNotHoldTheParent(t *testing.T) {
	for _, o := range []delivery.Outcome{delivery.Inconclusive, delivery.Rejected} {
		t.Run(delivery.Verdict{Outcome: o}.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := start(t, verdict(o, "why"), alsoTo(downNode()), func(c *config) { c.Blocks = 1 })
				m.block(t, 10, 1)
				time.Sleep(time.Minute)
				if o == delivery.Rejected {
					m.node.templates <- newTemplate(t, 10, 1, hard)
				}
				m.wantSearching(t, true)
			})
		})
	}
}

// A block that one node has beside its chain while another is down comes into the best chain after all.
func TestUpgradeWhileAnotherNodeIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var confirmations atomic.Int32
		confirmations.Store(-1)
		m := start(t, verdict(delivery.Inconclusive, ""), alsoTo(downNode()), func(c *config) { c.Blocks = 2 })
		m.sub.confirmations = func() (int, error) { return int(confirmations.Load()), nil }
		m.block(t, 10, 1)
		time.Sleep(time.Minute)
		confirmations.Store(1)
		time.Sleep(2 * time.Minute)
		m.node.templates <- newTemplate(t, 11, 2, hard)
		m.wantSearching(t, true)
		m.wantVerdicts(t, "accepted")
		m.node.templates <- newTemplate(t, 10, 1, hard) // and back
		m.wantSearching(t, true)
	})
}

// A block of an earlier run whose parent the chain no longer has is sent for ever; it is none of those asked for.
func TestRecoveredBlockDoesNotCountAsOneAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := start(t, func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown })
		old.block(t, 10, 1)
		old.stop()
		m := start(t, verdict(delivery.RefusedForNow, "prev-blk-not-found"), func(c *config) {
			c.Journal.(*fakeJournal).pending = old.journal.appended
			c.Blocks = 1
		})
		m.node.templates <- newTemplate(t, 10, 2, hard)
		m.wantSearching(t, true)
	})
}

// Of two blocks on one parent only one can stay, whatever two nodes say.
func TestTwoBlocksOnOneParentCountAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted, func(c *config) { c.Blocks = 2 })
		j := m.job(t, newTemplate(t, 10, 1, easy))
		for _, s := range []solo.Share{m.solve(t, j, true), m.solve(t, j, true)} {
			if r, err := m.Submit(s); err != nil || !r.Candidate {
				t.Fatalf("Submit() = %+v, %v", r, err)
			}
		}
		synctest.Wait()
		if n := m.Stats().Accepted; n != 1 {
			t.Errorf("%d blocks accepted, want 1", n)
		}
		m.node.templates <- newTemplate(t, 11, 2, hard)
		m.wantSearching(t, true)
	})
}

// Submit does not return before the disk has a block that was found when Run had ended.
func TestBlockFoundAfterTheEndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted, func(c *config) {
			c.Journal.(*fakeJournal).before = func() error { time.Sleep(time.Second); return nil }
		})
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		m.stop()
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v", r, err)
		}
		if n, _ := m.journal.blocks(); n != 1 {
			t.Errorf("journal has %d blocks when Submit has returned, want 1", n)
		}
	})
}

// No work is handed out after the end, whatever comes back of the last submission.
func TestNothingIsOfferedAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(int) (delivery.Verdict, error) {
			time.Sleep(3 * time.Second)
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		})
		m.block(t, 10, 1)
		m.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if j, err := m.NextJob(ctx, nil); err == nil {
			t.Errorf("NextJob() after the end = job %s", j.ID)
		}
	})
}

// A node that was down is given the block within seconds of its return, however long it was away.
func TestBlockIsSentSoonAfterTheNodeIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		m := start(t, func(int) (delivery.Verdict, error) {
			if !up.Load() {
				return delivery.Verdict{}, errDown
			}
			return delivery.Verdict{Outcome: delivery.Accepted}, nil
		})
		m.sub.confirmations = func() (int, error) {
			if !up.Load() {
				return 0, errDown
			}
			return 0, delivery.ErrUnknownBlock
		}
		m.block(t, 10, 1)
		time.Sleep(time.Hour)
		up.Store(true)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
	})
}

// What repeats is told less and less often: a fault of weeks does not fill the disk with its log.
func TestFaultsDoNotFloodTheLog(t *testing.T) {
	const most = 60 // lines in a day of faults
	tests := []struct {
		name string
		run  func(t *testing.T, log func(*config))
	}{
		{"node down", func(t *testing.T, log func(*config)) {
			m := start(t, func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown }, log)
			m.block(t, 10, 1)
			time.Sleep(24 * time.Hour)
		}},
		{"disk full", func(t *testing.T, log func(*config)) {
			m := start(t, accepted, log, func(c *config) {
				c.Journal.(*fakeJournal).before = func() error { return errors.New("no space left on device") }
			})
			m.block(t, 10, 1)
			time.Sleep(24 * time.Hour)
		}},
		{"proposal refused", func(t *testing.T, log func(*config)) {
			m := start(t, accepted, log, func(c *config) {
				c.Propose = true
				c.Node.(*fakeNode).proposal = func([]byte) (solo.Opinion, error) {
					return solo.Opinion{Refused: true, Reason: "bad-txns"}, nil
				}
			})
			for range 24 * 60 {
				m.node.templates <- newTemplate(t, 10, 1, hard)
				time.Sleep(time.Minute)
			}
			m.wantSearching(t, false)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lines lineCount
				tt.run(t, func(c *config) { c.Log = lines.logger() })
				synctest.Wait()
				if n := lines.Load(); n == 0 || n > most {
					t.Errorf("%d lines, want 1 to %d", n, most)
				}
			})
		})
	}
}

// What is kept of a share is bounded by the shares that were good: a flood of bad ones costs no memory.
func TestBadSharesAreNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		s := m.solve(t, m.job(t, newTemplate(t, 10, 1, hard)), false)
		for range 2 {
			if _, err := m.Submit(s); !errors.Is(err, solo.ErrLowDifficulty) {
				t.Errorf("Submit() = %v, want %v", err, solo.ErrLowDifficulty)
			}
		}
	})
}
