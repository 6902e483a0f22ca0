package solo_test

import (
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

func TestSearchRestsOnASolvedParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		m.block(t, 10, 1)
		synctest.Wait()
		if m.Stats().Searching {
			t.Error("the solved job is still searched")
		}
		m.job(t, newTemplate(t, 11, 2, hard))
		if !m.Stats().Searching {
			t.Error("the next template is not searched")
		}
		m.job(t, newTemplate(t, 10, 1, hard)) // the tip went back: the user invalidated our block
		if !m.Stats().Searching {
			t.Error("the same parent is not searched again after the tip went back")
		}
	})
}

// The tip moved, the node failed, and when it is back the tip is the old one again (it crashed before it had written
// the new block): the node has no other work than before, but it must be searched.
func TestTipThatMovedAndCameBackIsSearchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
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
		m := start(t, deliverytest.Accept)
		m.block(t, 10, 1)
		m.wantSearching(t, false)
		m.node.templates <- deliverytest.ErrDown
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
		m := start(t, deliverytest.Accept)
		m.block(t, 10, 1)
		m.wantSearching(t, false)
		m.node.templates <- newTemplate(t, 10, 1, hard) // asked for before the block
		m.wantSearching(t, false)
		m.node.templates <- newTemplate(t, 10, 1, hard) // asked for after it: the block is gone
		m.wantSearching(t, true)
	})
}

func TestRejectedBlockStopsItsTemplate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Answer(delivery.Rejected, "bad-cb-amount"))
		m.block(t, 10, 1)
		synctest.Wait()
		if s := m.Stats(); s.Searching || s.Idle == "" {
			t.Errorf("Stats() = searching %v, idle %q", s.Searching, s.Idle)
		}
		m.job(t, newTemplate(t, 10, 1, hard))
		if s := m.Stats(); !s.Searching {
			t.Errorf("a new template on the tip is not searched: %q", s.Idle)
		}
	})
}

func TestRefusedTemplateIsAskedForOnceAGap(t *testing.T) {
	for name, refusal := range map[string]delivery.Verdict{
		"for good": {Outcome: delivery.Rejected, Reason: "bad-cb-amount"},
		"for now":  {Outcome: delivery.RefusedForNow, Reason: "bad-prevblk"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := start(t, deliverytest.Answer(refusal.Outcome, refusal.Reason), func(c *config) { c.RefusedGap = 5 * time.Second })
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
				m := start(t, deliverytest.Answer(o, "why"), alsoTo(downNode()), func(c *config) { c.Blocks = 1 })
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
		m := start(t, deliverytest.Answer(delivery.Inconclusive, ""), alsoTo(downNode()), func(c *config) { c.Blocks = 2 })
		m.sub.Depth = func() (int, error) { return int(confirmations.Load()), nil }
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
		old := start(t, deliverytest.Down)
		old.block(t, 10, 1)
		old.stop()
		m := start(t, deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found"), func(c *config) {
			c.Journal.(*deliverytest.Journal).Pending = old.journal.Appended()
			c.Blocks = 1
		})
		m.node.templates <- newTemplate(t, 10, 2, hard)
		m.wantSearching(t, true)
	})
}

// Of two blocks on one parent only one can stay, whatever two nodes say.
func TestTwoBlocksOnOneParentCountAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept, func(c *config) { c.Blocks = 2 })
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

func TestBlocksLimitsTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept, func(c *config) { c.Blocks = 2 })
		m.block(t, 10, 1)
		synctest.Wait()
		select {
		case <-m.Done():
			t.Fatal("done after one of two blocks")
		default:
		}
		m.block(t, 11, 2)
		<-m.Done()
		m.node.templates <- newTemplate(t, 12, 3, easy)
		synctest.Wait()
		if m.Stats().Searching {
			t.Error("work is handed out after the last block")
		}
	})
}

// Of the blocks asked for one leaves the best chain before the last is found: the search goes on.
func TestBlocksAreCountedInTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, chain, _ := followed(t, func(c *config) { c.Blocks = 2 })
		chain.Set(10, 11, template.Hash{0xee, 1})
		m.block(t, 12, 3)
		synctest.Wait()
		m.wantSearching(t, false) // until the next tip
		select {
		case <-m.Done():
			t.Fatal("done, but the first block has left the best chain")
		default:
		}
		m.newTip(t, 12, 4)
		m.wantSearching(t, true)
		m.block(t, 13, 5)
		<-m.Done()
		if n := m.Stats().Accepted; n != 2 {
			t.Errorf("%d blocks count, want 2", n)
		}
	})
}

// The tip goes back before the engine has seen the new one: the template is on the old parent again.
func TestBlockIsObservedWhenItsParentIsTheTipAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, chain, _ := followed(t)
		chain.Invalidate(10)
		m.node.templates <- newTemplate(t, 10, 1, hard)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		blocks := m.Stats().Blocks
		if len(blocks) != 1 || blocks[0].State != delivery.StateUnsettled || blocks[0].Confirmations != -1 || blocks[0].ReplacedBy != (template.Hash{}) {
			t.Errorf("Stats().Blocks = %+v, want one, unsettled and beside the chain, replaced by none", blocks)
		}
	})
}

// A node that hangs does not keep the other nodes' answers from being heard: the blocks asked for are found at once.
func TestDoneDoesNotWaitForANodeThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &deliverytest.Node{ID: "hung", Wait: time.Hour, Hangs: true, Submit: deliverytest.Accept}
		chain := &deliverytest.Chain{}
		m := start(t, deliverytest.Accept, func(c *config) {
			c.Nodes = []delivery.Node{hung, c.Nodes[0]}
			c.Nodes[1].(*deliverytest.Node).Chain = chain
			c.Blocks = 1
		})
		began := time.Now()
		r := m.block(t, 10, 1)
		chain.Add(10, r.BlockHash)
		<-m.Done()
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("the block was in the best chain after %v", d)
		}
	})
}

// A block that a node has beside its chain is one of those asked for once it comes into the best chain.
func TestDoneWhenAnInconclusiveBlockComesIntoTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var confirmations atomic.Int32
		confirmations.Store(-1)
		m := start(t, deliverytest.Answer(delivery.Inconclusive, ""), func(c *config) { c.Blocks = 1 })
		m.sub.Depth = func() (int, error) { return int(confirmations.Load()), nil }
		m.block(t, 10, 1)
		time.Sleep(time.Hour)
		synctest.Wait()
		m.wantVerdicts(t, "inconclusive")
		confirmations.Store(1)
		<-m.Done()
		m.wantVerdicts(t, "accepted")
	})
}

// Accepted counts the blocks that are in the best chain now.
func TestAcceptedFollowsTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, chain, hash := followed(t)
		for i, tt := range []struct {
			block template.Hash
			want  int
		}{{hash, 1}, {template.Hash{0xee, 1}, 0}, {hash, 1}} {
			chain.Set(10, int32(11+i), tt.block)
			m.newTip(t, 11+i, byte(2+i))
			if n := m.Stats().Accepted; n != tt.want {
				t.Errorf("%d blocks count with %v in the chain, want %d", n, tt.block, tt.want)
			}
		}
	})
}
