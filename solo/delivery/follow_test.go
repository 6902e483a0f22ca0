package delivery_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// rival is another miner's block.
var rival = template.Hash{0xee, 1}

// on has the first node say of blocks where they stand in chain.
func on(chain *deliverytest.Chain) func(*setup) {
	return func(s *setup) { s.node.Chain = chain }
}

// followed returns a courier that has taken block a of height 10, which is its node's tip. The node takes all blocks.
func followed(t *testing.T, options ...func(*setup)) (*running, *deliverytest.Chain, template.Hash) {
	t.Helper()
	chain, c := &deliverytest.Chain{}, newCandidate(10, 1, "a")
	r := start(t, func(attempt int) (delivery.Verdict, error) {
		chain.Add(c.Height, c.BlockHash)
		return deliverytest.Accept(attempt)
	}, append(options, on(chain))...)
	synctest.Wait() // the first observation is over, which could see the block before the node's answer comes
	r.Take(c)
	synctest.Wait()
	return r, chain, c.BlockHash
}

// What is written is the change, not every confirmation.
func TestBlockIsFollowedToMaturity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, hash := followed(t)
		for n := int32(1); n <= 99; n++ {
			chain.Set(10, 9+n, hash)
			r.tip()
		}
		r.wantBlock(t, delivery.StateImmature, 99, template.Hash{})
		r.wantMarks(t)
		chain.Set(10, 109, hash)
		r.tip()
		r.wantBlock(t, delivery.StateMature, 100, template.Hash{})
		r.wantMarks(t, "mature for good")
		r.watcher.want(t, "a sent", "a in chain", "a accepted")
	})
}

// Each chain has its own maturity.
func TestMaturityIsTheChains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, hash := followed(t, func(s *setup) { s.Maturity = 60 })
		chain.Set(10, 68, hash)
		r.tip()
		r.wantBlock(t, delivery.StateImmature, 59, template.Hash{})
		chain.Set(10, 69, hash)
		r.tip()
		r.wantBlock(t, delivery.StateMature, 60, template.Hash{})
	})
}

// H10: a block is called orphaned only when its rival is buried, it is followed on, and what a reorganisation brings
// back is in the chain again.
func TestH10ReorganisationsInBothDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, hash := followed(t)
		chain.Set(10, 11, rival)
		r.tip()
		r.wantBlock(t, delivery.StateUnsettled, -1, rival)
		r.watcher.want(t, "a sent", "a in chain", "a accepted", "a left chain")
		chain.Set(10, 14, rival)
		r.tip()
		r.wantBlock(t, delivery.StateUnsettled, -1, rival) // five deep
		chain.Set(10, 15, rival)
		r.tip()
		r.wantBlock(t, delivery.StateOrphaned, -1, rival)
		chain.Set(10, 16, hash)
		r.tip()
		r.wantBlock(t, delivery.StateImmature, 7, template.Hash{})
		r.watcher.want(t, "a sent", "a in chain", "a accepted", "a left chain", "a in chain")
		chain.Set(10, 40, rival)
		r.tip()
		r.wantBlock(t, delivery.StateOrphaned, -1, rival)
		chain.Set(10, 109, rival)
		r.tip()
		r.wantMarks(t, "unsettled", "orphaned", "immature", "orphaned", "orphaned for good")
		r.wantVerdicts(t, "accepted") // the node's answer stays what it was
		r.watcher.want(t, "a sent", "a in chain", "a accepted", "a left chain", "a in chain", "a left chain")
	})
}

// A node that is down says nothing of a block.
func TestH10SilenceChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, _ := followed(t)
		r.tip()
		chain.SetDown(true)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		r.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
		r.wantMarks(t)
	})
}

// Of two nodes that are on different chains the more favourable answer counts, and an orphan is one to both.
func TestNodesThatDisagree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := &deliverytest.Chain{}
		n := &deliverytest.Node{ID: "other", Submit: deliverytest.Answer(delivery.Inconclusive, ""), Chain: other}
		r, chain, hash := followed(t, alsoTo(n))
		other.Set(10, 10, hash)
		other.Set(10, 30, rival)
		r.tip()
		r.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
		chain.Set(10, 12, template.Hash{0xdd})
		r.tip()
		r.wantBlock(t, delivery.StateUnsettled, -1, template.Hash{0xdd}) // three deep, on the other 21
		other.SetDown(true)
		chain.Set(10, 15, rival)
		r.tip()
		r.wantBlock(t, delivery.StateOrphaned, -1, rival)
	})
}

// A node that was killed before its disk had the block is given it again.
func TestBlockThatTheNodeHasLostIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, hash := followed(t)
		chain.Forget()
		r.tip()
		r.wantSubmissions(t, 2)
		chain.Set(10, 10, hash)
		r.tip()
		r.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
	})
}

// A block that one node had accepted is given to the node that stands in its place at the next start, under another
// name, if that does not know it: nobody else may have it.
func TestBlockThatNoNodeHasIsSentToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, _, _ := followed(t)
		old.stop()
		next := start(t, deliverytest.Accept, recovering(old), func(s *setup) {
			s.Nodes = []delivery.Node{&deliverytest.Node{ID: "elsewhere", Submit: deliverytest.Accept, Chain: &deliverytest.Chain{}}}
		})
		synctest.Wait()
		next.wantJournal(t, 0, "elsewhere accepted")
	})
}

// A node that never answered in an earlier run is given the block at the next start if it lacks it, though another node has
// accepted the block: that one may be alone in the world. A node that refused it for good is not asked again.
func TestH28NodeThatWasNeverGivenTheBlock(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(int) (delivery.Verdict, error) // the second node's answers in the earlier run
		want   int
	}{
		{"silent", deliverytest.Down, 1},
		{"refused for now", deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found"), 1},
		{"lost it", deliverytest.Accept, 1},
		{"knew it beside its chain and lost it", deliverytest.Answer(delivery.Inconclusive, ""), 1},
		{"refused for good", deliverytest.Answer(delivery.Rejected, "high-hash"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				old, chain, _ := followed(t, alsoTo(&deliverytest.Node{ID: "second", Submit: tt.before, Chain: &deliverytest.Chain{}}))
				old.stop()
				second := &deliverytest.Node{ID: "second", Submit: deliverytest.Accept, Chain: &deliverytest.Chain{}}
				next := start(t, deliverytest.Accept, recovering(old), on(chain), alsoTo(second))
				time.Sleep(time.Second)
				synctest.Wait()
				if n := len(second.Submitted()); n != tt.want {
					t.Errorf("%d submissions to the node that lacks the block, want %d", n, tt.want)
				}
				next.wantSubmissions(t, 0)
			})
		})
	}
}

// Blocks of earlier runs are followed on; those that are settled are not asked about.
func TestBlocksOfEarlierRunsAreFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, _, hash := followed(t)
		old.stop()
		b := old.Blocks()[0]
		orphan, done := b, b
		orphan.BlockHash, orphan.State = template.Hash{7}, delivery.StateOrphaned
		done.BlockHash, done.State, done.Settled = template.Hash{8}, delivery.StateMature, true
		chain := &deliverytest.Chain{}
		chain.AddBeside(template.Hash{7})
		chain.Set(10, 60, hash)
		next := start(t, deliverytest.Accept, on(chain), func(s *setup) {
			s.journal.Earlier, s.journal.Pending = []delivery.Block{b, orphan, done}, old.journal.Appended()
		})
		synctest.Wait()
		blocks := next.Blocks()
		if len(blocks) != 3 || blocks[0].Confirmations != 51 || blocks[1].ReplacedBy != hash || blocks[2].State != delivery.StateMature {
			t.Errorf("Blocks() = %+v", blocks)
		}
		next.wantSubmissions(t, 0)
		for _, b := range blocks {
			if b.ThisRun {
				t.Errorf("block %v is of this run", b.BlockHash)
			}
		}
		next.watcher.want(t, "earlier a in chain")
	})
}

// A node that hangs does not keep the other nodes' answers from being heard.
func TestObserveDoesNotWaitForANodeThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &deliverytest.Node{ID: "hung", Wait: time.Hour, Hangs: true, Submit: deliverytest.Accept}
		r, chain, hash := followed(t, func(s *setup) { s.Nodes = []delivery.Node{hung, s.node} })
		chain.Set(10, 12, hash)
		began := time.Now()
		r.Observe(t.Context())
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("Observe took %v", d)
		}
		r.wantBlock(t, delivery.StateImmature, 3, template.Hash{})
	})
}

// rationed answers that many questions, and then none until it is given a new ration.
type rationed struct {
	delivery.Node
	left atomic.Int64
}

func (r *rationed) Confirmations(ctx context.Context, blockHash template.Hash) (int, error) {
	if r.left.Add(-1) < 0 {
		return 0, deliverytest.ErrDown
	}
	return r.Node.Confirmations(ctx, blockHash)
}

// acceptedAt returns a block of an earlier run that a node has accepted, named by its height.
func acceptedAt(height int32) delivery.Block {
	return delivery.Block{
		BlockHash: template.Hash{9, byte(height)}, Height: height, State: delivery.StateImmature,
		Verdict: delivery.Verdict{Outcome: delivery.Accepted},
	}
}

// Where requests fail, every block has its turn: the first of them do not keep the others from being observed.
func TestH10EveryBlockIsObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain, scarce := &deliverytest.Chain{}, &rationed{}
		r := start(t, deliverytest.Accept, on(chain), func(s *setup) {
			scarce.Node = s.node
			s.Nodes = []delivery.Node{scarce}
			for height := range int32(10) {
				b := acceptedAt(height)
				chain.Add(height, b.BlockHash)
				s.journal.Earlier = append(s.journal.Earlier, b)
			}
		})
		for range 10 {
			scarce.left.Store(1)
			r.tip()
		}
		for _, b := range r.Blocks() {
			if b.Confirmations < 1 {
				t.Errorf("the block of height %d was never observed", b.Height)
			}
		}
	})
}

// silentOn fails when it is asked for one block.
type silentOn struct {
	delivery.Node
	blockHash template.Hash
}

func (s *silentOn) Confirmations(ctx context.Context, blockHash template.Hash) (int, error) {
	if blockHash == s.blockHash {
		return 0, deliverytest.ErrDown
	}
	return s.Node.Confirmations(ctx, blockHash)
}

// A node that cannot say anything of one block is asked for the others.
func TestH10OneBlockDoesNotHideTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		first, second := acceptedAt(1), acceptedAt(2)
		chain.Add(2, second.BlockHash)
		r := start(t, deliverytest.Accept, on(chain), func(s *setup) {
			s.Nodes = []delivery.Node{&silentOn{s.node, first.BlockHash}}
			s.journal.Earlier = []delivery.Block{first, second}
		})
		synctest.Wait()
		if b := r.Blocks()[1]; b.Confirmations != 1 {
			t.Errorf("the second block has %d confirmations, want 1", b.Confirmations)
		}
	})
}

// While the disk is full, the journal does not have the block that its node has lost, but the courier has.
func TestLostBlockThatIsNotOnDiskIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, chain, _ := followed(t, func(s *setup) { s.journal.Before = func() error { return errFull } })
		chain.Forget()
		r.tip()
		r.wantSubmissions(t, 2)
	})
}

// A node says that it lacks the block, and takes it while another node has yet to answer: what it said before is not
// taken for news.
func TestAnswerDuringAnObservationIsNewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &deliverytest.Node{ID: "hung", Wait: time.Hour, Hangs: true, Submit: deliverytest.Accept}
		chain := &deliverytest.Chain{}
		c := newCandidate(10, 1, "a")
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt == 1 {
				return deliverytest.Down(attempt)
			}
			chain.Add(c.Height, c.BlockHash)
			return deliverytest.Accept(attempt)
		}, on(chain), alsoTo(hung))
		time.Sleep(5 * time.Second) // the first observation is over
		synctest.Wait()
		r.Take(c)
		r.NewTip()
		time.Sleep(time.Minute)
		synctest.Wait()
		r.watcher.want(t, "a sent", "a in chain", "a accepted")
		r.wantMarks(t)
		r.wantBlock(t, delivery.StateImmature, 1, template.Hash{})
		r.wantSubmissions(t, 2)
	})
}

// Another goroutine's observation may be under way when Run ends: what it finds out is in the journal when Run returns.
func TestRunWaitsForAnObservation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		a, b := newCandidate(10, 1, "a"), newCandidate(11, 2, "b")
		chain.AddBeside(a.BlockHash)
		chain.AddBeside(b.BlockHash)
		r := start(t, deliverytest.Answer(delivery.Inconclusive, ""), on(chain), func(s *setup) {
			s.Log = slog.New(slowLines{slog.DiscardHandler})
		})
		r.Take(a)
		r.Take(b)
		time.Sleep(10 * time.Second)
		chain.Add(10, a.BlockHash)
		chain.Add(11, b.BlockHash)
		observed := make(chan struct{})
		go func() { defer close(observed); r.Observe(r.ctx) }()
		synctest.Wait() // in the line about a
		r.stop()
		<-observed
		r.wantJournal(t, 2, "node inconclusive", "node inconclusive", "node accepted", "node accepted")
	})
}

// A block of an earlier run whose parent is not known is nobody's sibling.
func TestBlocksOfUnknownParentsAreNoSiblings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		a, b := newCandidate(10, 1, "a"), newCandidate(11, 2, "b")
		start(t, deliverytest.Answer(delivery.Inconclusive, ""), on(&deliverytest.Chain{}), func(s *setup) {
			s.Log = slog.New(slog.NewTextHandler(&log, nil))
			s.journal.Pending = []*delivery.Candidate{a, b}
			for _, c := range s.journal.Pending {
				earlier := delivery.NewBlock(c, "")
				earlier.Answer(delivery.NodeVerdict{Node: "node", Verdict: delivery.Verdict{Outcome: delivery.Accepted}})
				s.journal.Earlier = append(s.journal.Earlier, earlier)
			}
		})
		synctest.Wait()
		if text := log.String(); strings.Contains(text, "another one of ours") || strings.Count(text, "block known but not in the best chain") != 2 {
			t.Errorf("the log calls blocks of different heights siblings:\n%s", text)
		}
	})
}
