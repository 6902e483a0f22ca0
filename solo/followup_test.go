package solo_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// rival is another miner's block.
var rival = template.Hash{0xee, 1}

// followed is an engine that has found a block of height 10, which is its node's tip. The node takes all blocks.
func followed(t *testing.T, options ...func(*config)) (*mined, *fakeChain, template.Hash) {
	t.Helper()
	c := &fakeChain{}
	var s *fakeSubmitter
	m := start(t, func(int) (delivery.Verdict, error) {
		blocks := s.submitted()
		b, err := template.ParseBlock(blocks[len(blocks)-1])
		if err != nil {
			t.Error(err)
		}
		c.add(b.Height, b.Header.BlockHash())
		return delivery.Verdict{Outcome: delivery.Accepted}, nil
	}, append(options, func(cfg *config) {
		s = cfg.Nodes[0].(*fakeSubmitter)
		s.chain = c
	})...)
	r := m.block(t, 10, 1)
	synctest.Wait()
	return m, c, r.BlockHash
}

// newTip tells the engine of a new tip and lets it look.
func (m *mined) newTip(t *testing.T, height int, name byte) {
	t.Helper()
	m.node.templates <- newTemplate(t, height+1, name, hard)
	time.Sleep(2 * time.Second) // the shortest time between two looks
	synctest.Wait()
}

func (m *mined) wantBlock(t *testing.T, state delivery.BlockState, confirmations int, replacedBy template.Hash) {
	t.Helper()
	blocks := m.Stats().Blocks
	if len(blocks) != 1 {
		t.Fatalf("%d blocks, want 1", len(blocks))
	}
	if b := blocks[0]; b.State != state || b.Confirmations != confirmations || b.ReplacedBy != replacedBy {
		t.Errorf("block is %s with %d confirmations, replaced by %v; want %s, %d, %v",
			b.State, b.Confirmations, b.ReplacedBy, state, confirmations, replacedBy)
	}
}

func (m *mined) wantMarks(t *testing.T, want ...string) {
	t.Helper()
	m.journal.mu.Lock()
	defer m.journal.mu.Unlock()
	if !slices.Equal(m.journal.marked, want) {
		t.Errorf("journal marked %q, want %q", m.journal.marked, want)
	}
}

// What is written is the change, not every confirmation.
func TestBlockIsFollowedToMaturity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, hash := followed(t)
		for n := 1; n <= 99; n++ {
			c.set(10, int32(9+n), hash)
			m.newTip(t, 9+n, byte(n))
		}
		m.wantBlock(t, delivery.StateImmature, 99, template.Hash{})
		m.wantMarks(t)
		c.set(10, 109, hash)
		m.newTip(t, 109, 200)
		m.wantBlock(t, delivery.StateMature, 100, template.Hash{})
		m.wantMarks(t, "mature for good")
	})
}

// H10: a block is called orphaned only when its rival is buried, it is followed on, and what a reorganisation brings
// back is in the chain again.
func TestH10ReorganisationsInBothDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, hash := followed(t)
		c.set(10, 11, rival)
		m.newTip(t, 11, 2)
		m.wantBlock(t, delivery.StateUnsettled, -1, rival)
		if n := m.Stats().Accepted; n != 0 {
			t.Errorf("%d blocks count, want none", n)
		}
		c.set(10, 14, rival)
		m.newTip(t, 14, 3)
		m.wantBlock(t, delivery.StateUnsettled, -1, rival) // five deep
		c.set(10, 15, rival)
		m.newTip(t, 15, 4)
		m.wantBlock(t, delivery.StateOrphaned, -1, rival)
		c.set(10, 16, hash)
		m.newTip(t, 16, 5)
		m.wantBlock(t, delivery.StateImmature, 7, template.Hash{})
		if n := m.Stats().Accepted; n != 1 {
			t.Errorf("%d blocks count, want 1", n)
		}
		c.set(10, 40, rival)
		m.newTip(t, 40, 6)
		m.wantBlock(t, delivery.StateOrphaned, -1, rival)
		c.set(10, 109, rival)
		m.newTip(t, 109, 7)
		m.wantMarks(t, "unsettled", "orphaned", "immature", "orphaned", "orphaned for good")
		m.wantVerdicts(t, "accepted") // the node's answer stays what it was
	})
}

// A node that is down says nothing of a block.
func TestH10SilenceChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, _ := followed(t)
		m.newTip(t, 10, 2)
		c.setDown(true)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		m.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
		m.wantMarks(t)
	})
}

// Of two nodes that are on different chains the better word counts, and an orphan is one to both.
func TestNodesThatDisagree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := &fakeChain{}
		s := &fakeSubmitter{name: "other", submit: verdict(delivery.Inconclusive, ""), chain: other}
		m, c, hash := followed(t, alsoTo(s))
		other.set(10, 10, hash)
		other.set(10, 30, rival)
		m.newTip(t, 11, 2)
		m.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
		c.set(10, 12, template.Hash{0xdd})
		m.newTip(t, 12, 3)
		m.wantBlock(t, delivery.StateUnsettled, -1, template.Hash{0xdd}) // three deep, on the other 21
		other.setDown(true)
		c.set(10, 15, rival)
		m.newTip(t, 15, 4)
		m.wantBlock(t, delivery.StateOrphaned, -1, rival)
	})
}

// A node that was killed before its disk had the block is given it again.
func TestBlockThatTheNodeHasLostIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, hash := followed(t)
		c.forget()
		m.newTip(t, 9, 2)
		if n := len(m.sub.submitted()); n != 2 {
			t.Errorf("%d submissions, want 2", n)
		}
		c.set(10, 10, hash)
		m.newTip(t, 10, 3)
		m.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
	})
}

// A block that one node had accepted is given to the node that stands in its place at the next start, under another
// name, if that does not know it: nobody else may have it.
func TestBlockThatNoNodeHasIsSentToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, _, _ := followed(t)
		old.stop()
		next := start(t, accepted, func(cfg *config) {
			cfg.Nodes = []delivery.Node{&fakeSubmitter{name: "elsewhere", submit: accepted, chain: &fakeChain{}}}
			cfg.Journal.(*fakeJournal).earlier = old.Stats().Blocks
			cfg.Journal.(*fakeJournal).pending = old.journal.appended
		})
		synctest.Wait()
		if _, settled := next.journal.blocks(); !slices.Equal(settled, []string{"elsewhere accepted"}) {
			t.Errorf("verdicts %q, want the other node's", settled)
		}
	})
}

// A lost reply is settled by asking: the block is not sent again.
func TestLostReplyIsSettledByAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown }, func(c *config) {
			c.Nodes[0].(*fakeSubmitter).confirmations = func() (int, error) { return 1, nil }
		})
		m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		if n := len(m.sub.submitted()); n != 1 {
			t.Errorf("%d submissions, want 1", n)
		}
	})
}

// A block is sent for as long as it can win, and not longer: until its rival is as deep as a coinbase that can be spent.
func TestSubmissionEndsWhenTheRivalIsBuried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeChain{}
		c.set(10, 108, rival)
		m := start(t, verdict(delivery.RefusedForNow, "prev-blk-not-found"), func(cfg *config) {
			cfg.Nodes[0].(*fakeSubmitter).chain = c
		})
		m.block(t, 10, 1)
		time.Sleep(time.Hour)
		before := len(m.sub.submitted())
		time.Sleep(time.Hour)
		synctest.Wait()
		m.wantBlock(t, delivery.StateOrphaned, 0, rival)
		if n := len(m.sub.submitted()); n <= before {
			t.Error("the block is not sent any more, but its rival has only 99 confirmations")
		}
		c.set(10, 109, rival)
		time.Sleep(2 * time.Minute)
		before = len(m.sub.submitted())
		time.Sleep(time.Hour)
		synctest.Wait()
		m.wantMarks(t, "orphaned", "orphaned for good")
		if n := len(m.sub.submitted()); n != before {
			t.Errorf("%d submissions after the rival has 100 confirmations", n-before)
		}
	})
}

// Of the blocks asked for one leaves the best chain before the last is found: the search goes on.
func TestBlocksAreCountedInTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, _ := followed(t, func(c *config) { c.Blocks = 2 })
		c.set(10, 11, rival)
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

// Blocks of earlier runs are followed on; those that are settled are not asked for.
func TestBlocksOfEarlierRunsAreFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, _, hash := followed(t)
		old.stop()
		b := old.Stats().Blocks[0]
		orphan, done := b, b
		orphan.BlockHash, orphan.State = template.Hash{7}, delivery.StateOrphaned
		done.BlockHash, done.State, done.Settled = template.Hash{8}, delivery.StateMature, true
		c := &fakeChain{beside: []template.Hash{{7}}}
		c.set(10, 60, hash)
		next := start(t, accepted, func(cfg *config) {
			cfg.Nodes[0].(*fakeSubmitter).chain = c
			cfg.Journal.(*fakeJournal).earlier = []delivery.Block{b, orphan, done}
			cfg.Journal.(*fakeJournal).pending = old.journal.appended
		})
		synctest.Wait()
		blocks := next.Stats().Blocks
		if len(blocks) != 3 || blocks[0].Confirmations != 51 || blocks[1].ReplacedBy != hash || blocks[2].State != delivery.StateMature {
			t.Errorf("Stats().Blocks = %+v", blocks)
		}
		if n := len(next.sub.submitted()); n != 0 {
			t.Errorf("%d submissions, want none", n)
		}
		if s := next.Stats(); len(s.Found()) != 0 || s.Accepted != 0 {
			t.Errorf("%d found and %d accepted by this run, want none", len(s.Found()), s.Accepted)
		}
	})
}

// The tip goes back before the engine has seen the new one: the template is on the old parent again.
func TestBlockIsLookedAtWhenItsParentIsTheTipAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, _ := followed(t)
		c.set(10, 9, template.Hash{}) // invalidateblock
		c.mu.Lock()
		delete(c.best, 10)
		c.mu.Unlock()
		m.node.templates <- newTemplate(t, 10, 1, hard)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		m.wantBlock(t, delivery.StateUnsettled, -1, template.Hash{})
	})
}

// rationed answers that many questions, and then none until it is asked for a new ration.
type rationed struct {
	delivery.Node
	left atomic.Int64
}

func (r *rationed) Confirmations(ctx context.Context, h template.Hash) (int, error) {
	if r.left.Add(-1) < 0 {
		return 0, errDown
	}
	return r.Node.Confirmations(ctx, h)
}

// Where requests fail, every block has its turn: the first of them do not keep the others from being looked at.
func TestH10EveryBlockIsLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeChain{}
		var earlier []delivery.Block
		for height := range int32(10) {
			hash := template.Hash{9, byte(height)}
			c.add(height, hash)
			earlier = append(earlier, delivery.Block{BlockHash: hash, Height: height, State: delivery.StateImmature, Verdict: delivery.Verdict{Outcome: delivery.Accepted}})
		}
		scarce := &rationed{}
		m := start(t, accepted, func(cfg *config) {
			s := cfg.Nodes[0].(*fakeSubmitter)
			s.chain, scarce.Node = c, s
			cfg.Nodes = []delivery.Node{scarce}
			cfg.Journal.(*fakeJournal).earlier = earlier
		})
		for round := range 10 {
			scarce.left.Store(1)
			m.newTip(t, 20+round, byte(round))
		}
		for _, b := range m.Stats().Blocks {
			if b.Confirmations < 1 {
				t.Errorf("the block of height %d was never looked at", b.Height)
			}
		}
	})
}

// A node that cannot say anything of one block is asked for the others.
func TestH10OneBlockDoesNotHideTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeChain{}
		c.add(2, template.Hash{9, 2})
		silent := &silentOn{hash: template.Hash{9, 1}}
		m := start(t, accepted, func(cfg *config) {
			s := cfg.Nodes[0].(*fakeSubmitter)
			s.chain, silent.Node = c, s
			cfg.Nodes = []delivery.Node{silent}
			for height := int32(1); height <= 2; height++ {
				cfg.Journal.(*fakeJournal).earlier = append(cfg.Journal.(*fakeJournal).earlier, delivery.Block{
					BlockHash: template.Hash{9, byte(height)}, Height: height, State: delivery.StateImmature, Verdict: delivery.Verdict{Outcome: delivery.Accepted},
				})
			}
		})
		synctest.Wait()
		if b := m.Stats().Blocks[1]; b.Confirmations != 1 {
			t.Errorf("the second block has %d confirmations, want 1", b.Confirmations)
		}
	})
}

// silentOn fails when it is asked for one block.
type silentOn struct {
	delivery.Node
	hash template.Hash
}

func (s *silentOn) Confirmations(ctx context.Context, h template.Hash) (int, error) {
	if h == s.hash {
		return 0, errDown
	}
	return s.Node.Confirmations(ctx, h)
}
