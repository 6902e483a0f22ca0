package delivery_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

func TestH06H07FailedSubmissionIsRepeated(t *testing.T) {
	for failures := range 20 {
		synctest.Test(t, func(t *testing.T) {
			r := start(t, func(attempt int) (delivery.Verdict, error) {
				if attempt <= failures {
					return deliverytest.Down(attempt)
				}
				return deliverytest.Accept(attempt)
			})
			r.take()
			time.Sleep(time.Hour)
			synctest.Wait()
			r.wantVerdicts(t, "accepted")
			blocks := r.node.Submitted()
			if len(blocks) != failures+1 {
				t.Fatalf("%d submissions, want %d", len(blocks), failures+1)
			}
			for _, b := range blocks {
				if !slices.Equal(b, blocks[0]) {
					t.Error("the bytes changed")
				}
			}
		})
	}
}

// A failed submission is repeated twenty times after the first pause; then the pauses double.
func TestPausesBetweenSubmissionsGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			at = append(at, time.Since(began))
			return deliverytest.Down(attempt)
		})
		r.take()
		time.Sleep(5 * time.Minute)
		r.stop()
		var want []time.Duration
		for n := range 22 {
			want = append(want, time.Duration(n)*500*time.Millisecond)
		}
		for _, pause := range []int{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			want = append(want, want[len(want)-1]+time.Duration(pause)*time.Second)
		}
		if len(at) < len(want) || !slices.Equal(at[:len(want)], want) {
			t.Errorf("submissions after %v, want %v", at, want)
		}
	})
}

func TestH09H10AnswersOfTheNode(t *testing.T) {
	down := func(int) (int, error) { return 0, deliverytest.ErrDown }
	confirmed := func(n int) func(int) (int, error) { return func(int) (int, error) { return n, nil } }
	unknown := func(submissions int) (int, error) {
		if submissions > 1 {
			return 1, nil
		}
		return 0, delivery.ErrUnknownBlock
	}
	tests := []struct {
		name          string
		first         delivery.Verdict // then accepted
		confirmations func(submissions int) (int, error)
		want          string
		submissions   int
		before        []string // what the journal has before the last verdict
	}{
		{"accepted", delivery.Verdict{Outcome: delivery.Accepted}, down, "accepted", 1, nil},
		{"inconclusive", delivery.Verdict{Outcome: delivery.Inconclusive}, down, "inconclusive", 1, nil},
		{"duplicate in the best chain", delivery.Verdict{Outcome: delivery.Duplicate}, confirmed(3), "accepted", 1, nil},
		{"duplicate beside it", delivery.Verdict{Outcome: delivery.Duplicate}, confirmed(-1), "inconclusive", 1, nil},
		{"duplicate that the node does not know", delivery.Verdict{Outcome: delivery.Duplicate}, unknown, "accepted", 2, nil},
		{"duplicate, then the node goes away", delivery.Verdict{Outcome: delivery.Duplicate}, down, "accepted", 2, nil},
		{"clock", delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "time-too-new"}, down, "accepted", 2, []string{"node rejected: time-too-new"}},
		{"parent missing", delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "prev-blk-not-found"}, down, "accepted", 2, []string{"node rejected: prev-blk-not-found"}},
		{"rejected", delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"}, down, "rejected: high-hash", 1, nil},
		{"unlisted", delivery.Verdict{Outcome: delivery.Rejected, Reason: "what is this"}, down, "rejected: what is this", 1, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(attempt int) (delivery.Verdict, error) {
					if attempt == 1 {
						return tt.first, nil
					}
					return deliverytest.Accept(attempt)
				}, func(s *setup) {
					s.node.Depth = func() (int, error) { return tt.confirmations(len(s.node.Submitted())) }
				})
				r.take()
				time.Sleep(30 * time.Second)
				synctest.Wait()
				r.wantVerdicts(t, tt.want)
				r.wantSubmissions(t, tt.submissions)
				r.wantJournal(t, 1, append(tt.before, "node "+tt.want)...)
			})
		})
	}
}

func TestH08InconclusiveBlockComesIntoTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var confirmations atomic.Int32
		confirmations.Store(-1)
		r := start(t, deliverytest.Answer(delivery.Inconclusive, ""), func(s *setup) {
			s.node.Depth = func() (int, error) { return int(confirmations.Load()), nil }
		})
		r.take()
		time.Sleep(time.Hour)
		synctest.Wait()
		r.wantVerdicts(t, "inconclusive")
		confirmations.Store(1)
		time.Sleep(time.Minute)
		synctest.Wait()
		r.watcher.want(t, "a sent", "a inconclusive", "a in chain", "a accepted")
		r.stop()
		r.wantVerdicts(t, "accepted")
		r.wantJournal(t, 1, "node inconclusive", "node accepted")
		r.wantSubmissions(t, 1) // an inconclusive block is followed, not sent again
	})
}

func TestH22TwoBlocksOnOneParentAreBothSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt == 1 {
				return deliverytest.Accept(1)
			}
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		})
		r.Take(newCandidate(10, 1, "a"))
		r.Take(newCandidate(10, 1, "b"))
		synctest.Wait()
		r.wantSubmissions(t, 2)
		var siblings int
		blocks := r.Blocks()
		for _, b := range blocks {
			if b.Sibling {
				siblings++
			}
		}
		if len(blocks) != 2 || siblings != 1 {
			t.Errorf("%d blocks, %d of them siblings, want 2 and 1", len(blocks), siblings)
		}
	})
}

// A block beside one that was accepted is no loss of its own when a reorganisation takes that one away.
func TestRivalOfABlockThatWasReorganisedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		a, b := newCandidate(10, 1, "a"), newCandidate(10, 1, "b")
		r := start(t, withRival(chain, a, b), on(chain))
		r.Take(a)
		synctest.Wait()
		r.Take(b)
		synctest.Wait()
		chain.Set(10, 30, newCandidate(10, 1, "c").BlockHash)
		r.tip()
		synctest.Wait()
		if blocks := r.Blocks(); blocks[0].State != delivery.StateOrphaned || blocks[0].Sibling || !blocks[1].Sibling {
			t.Errorf("blocks %+v, want the accepted one orphaned, and the other its sibling", blocks)
		}
	})
}

func TestSeveralNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &deliverytest.Node{ID: "slow", Submit: func(int) (delivery.Verdict, error) {
			time.Sleep(time.Minute)
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		}}
		refuses := &deliverytest.Node{ID: "refuses", Submit: deliverytest.Answer(delivery.RefusedForNow, "bad-prevblk")}
		r := start(t, deliverytest.Accept, alsoTo(slow, refuses))
		r.take()
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		settled := r.journal.Settled()
		slices.Sort(settled)
		if want := []string{"node accepted", "refuses rejected: bad-prevblk", "slow inconclusive"}; !slices.Equal(settled, want) {
			t.Errorf("the journal settled %q, want %q", settled, want)
		}
	})
}

// A node that was down is given the block within seconds of its return, however long it was away.
func TestBlockIsSentSoonAfterTheNodeIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			if !up.Load() {
				return deliverytest.Down(attempt)
			}
			return deliverytest.Accept(attempt)
		}, func(s *setup) {
			s.node.Depth = func() (int, error) {
				if !up.Load() {
					return 0, deliverytest.ErrDown
				}
				return 0, delivery.ErrUnknownBlock
			}
		})
		r.take()
		time.Sleep(time.Hour)
		up.Store(true)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
	})
}

// A lost reply is settled by asking: the block is not sent again.
func TestLostReplyIsSettledByAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, deliverytest.Down, func(s *setup) { s.node.Depth = func() (int, error) { return 1, nil } })
		r.take()
		synctest.Wait()
		r.wantVerdicts(t, "accepted")
		r.wantSubmissions(t, 1)
	})
}

// A word that is not known is no answer for good: the block is sent again each minute for as long as its parent is near the
// tip, even if the node remembers that it has refused it; another node does not wait for that.
func TestUnclearRefusalIsRepeatedSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		chain.Set(9, 9, template.Hash{9})
		var taken atomic.Bool
		r := start(t, func(attempt int) (delivery.Verdict, error) {
			switch {
			case taken.Load():
				chain.Set(10, 10, newCandidate(10, 1, "a").BlockHash)
				return deliverytest.Accept(attempt)
			case attempt == 1:
				return delivery.Verdict{Outcome: delivery.RefusedUnclear, Reason: "a new word"}, nil
			}
			return delivery.Verdict{Outcome: delivery.Rejected, Reason: "duplicate-invalid"}, nil
		}, on(chain))
		r.take()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		r.wantSubmissions(t, 11)
		r.wantVerdicts(t, "rejected: a new word")
		r.watcher.wantUndelivered(t, "node: rejected: a new word, a word that is not known here")
		r.wantBlock(t, delivery.StateUnsettled, 0, template.Hash{})

		chain.Set(10, 15, rival)
		time.Sleep(2 * time.Minute) // at most, until it is known
		before := len(r.node.Submitted())
		time.Sleep(time.Hour)
		synctest.Wait()
		r.wantBlock(t, delivery.StateOrphaned, 0, rival)
		r.watcher.wantUndelivered(t, "node: rejected: a new word, a word that is not known here", "<nil>")
		r.wantSubmissions(t, before) // its parent is not near the tip any more

		chain.Set(9, 9, template.Hash{9})
		taken.Store(true)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		r.wantSubmissions(t, before+1)
		r.wantVerdicts(t, "accepted")
		r.wantJournal(t, 1, "node rejected: a new word", "node accepted")
	})
}

// A block is sent for as long as it can win, and no longer: until its rival is as deep as a coinbase that can be spent.
func TestSubmissionEndsWhenTheRivalIsBuried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &deliverytest.Chain{}
		chain.Set(10, 108, rival)
		r := start(t, deliverytest.Answer(delivery.RefusedForNow, "prev-blk-not-found"), on(chain))
		r.take()
		time.Sleep(time.Hour)
		before := len(r.node.Submitted())
		time.Sleep(time.Hour)
		synctest.Wait()
		r.wantBlock(t, delivery.StateOrphaned, 0, rival)
		if n := len(r.node.Submitted()); n <= before {
			t.Error("the block is not sent any more, but its rival has only 99 confirmations")
		}
		chain.Set(10, 109, rival)
		time.Sleep(2 * time.Minute)
		before = len(r.node.Submitted())
		time.Sleep(time.Hour)
		synctest.Wait()
		r.wantMarks(t, "orphaned", "orphaned for good")
		if n := len(r.node.Submitted()); n != before {
			t.Errorf("%d submissions after the rival has 100 confirmations", n-before)
		}
	})
}

// The connection of a submission is swallowed: the block goes again within seconds, and the first submission goes on.
func TestH29SubmissionThatIsSwallowedIsSentAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		first time.Duration // until the first submission is answered
		then  func(int) (delivery.Verdict, error)
		after time.Duration // until the block is in
	}{
		{"swallowed", time.Hour, deliverytest.Accept, 3 * time.Second},
		{"slow, and no second one gets through", 20 * time.Second, deliverytest.Down, 20 * time.Second},
		{"slow, and the node says meanwhile that it has the block beside its chain", 5 * time.Second, deliverytest.Answer(delivery.Inconclusive, ""), 5 * time.Second},
		{"answered in time", 2 * time.Second, deliverytest.Down, 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &swallowing{first: tt.first, Node: deliverytest.Node{ID: "node", Submit: tt.then}}
				r := start(t, nil, func(s *setup) { s.Nodes = []delivery.Node{n} })
				r.take()
				time.Sleep(tt.after - 1)
				synctest.Wait()
				if v := r.Blocks()[0].Verdict; v.Outcome == delivery.Accepted {
					t.Errorf("the block is in before %v", tt.after)
				}
				time.Sleep(2 * time.Nanosecond)
				synctest.Wait()
				r.wantVerdicts(t, "accepted")
			})
		})
	}
}

// swallowing answers its first submission late, and accepts it then.
type swallowing struct {
	deliverytest.Node
	first time.Duration
	came  atomic.Bool
}

func (n *swallowing) SubmitBlock(ctx context.Context, block []byte) (delivery.Verdict, error) {
	if n.came.Swap(true) {
		return n.Node.SubmitBlock(ctx, block)
	}
	select {
	case <-time.After(n.first):
		return deliverytest.Accept(1)
	case <-ctx.Done():
		return delivery.Verdict{}, ctx.Err()
	}
}

// A node that did not know the block's parent is sent the block at each new tip, and every few seconds at first.
func TestH30BlockIsSentSoonAfterItsParentIsKnown(t *testing.T) {
	for _, tt := range []struct {
		name   string
		after  time.Duration // when the node gets the parent
		tip    bool          // and says so
		within time.Duration
	}{
		{"at once", time.Second, false, time.Second},
		{"after 45 s", 45 * time.Second, false, 5 * time.Second},
		{"after two minutes", 118 * time.Second, false, 5 * time.Second},
		{"after an hour, with a new tip", time.Hour + 10*time.Second, true, 0},
		{"after an hour, in silence", time.Hour + 10*time.Second, false, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var known atomic.Bool
				r := start(t, func(attempt int) (delivery.Verdict, error) {
					if !known.Load() {
						return delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "prev-blk-not-found"}, nil
					}
					return deliverytest.Accept(attempt)
				})
				r.take()
				time.Sleep(tt.after)
				known.Store(true)
				if tt.tip {
					r.NewTip()
				}
				time.Sleep(tt.within)
				synctest.Wait()
				r.wantVerdicts(t, "accepted")
			})
		})
	}
}

// withRival is a node that takes a first block of a chain and has its rival beside it.
func withRival(chain *deliverytest.Chain, first, rival *delivery.Candidate) func(attempt int) (delivery.Verdict, error) {
	return func(attempt int) (delivery.Verdict, error) {
		if attempt == 1 {
			chain.Add(first.Height, first.BlockHash)
			return deliverytest.Accept(attempt)
		}
		chain.AddBeside(rival.BlockHash)
		return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
	}
}
