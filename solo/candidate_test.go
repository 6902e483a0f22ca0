package solo_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// block submits one solved block and returns its result.
func (m *mined) block(t *testing.T, height int, tip byte) solo.Result {
	t.Helper()
	r, err := m.Submit(m.solve(t, m.job(t, newTemplate(t, height, tip, easy)), true))
	if err != nil || !r.Candidate {
		t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
	}
	return r
}

func (m *mined) wantVerdicts(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, f := range m.Stats().Found() {
		got = append(got, f.Verdict.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
}

func TestBlockIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		r := m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		n, settled := m.journal.blocks()
		if n != 1 || !slices.Equal(settled, []string{"node accepted"}) {
			t.Errorf("journal has %d blocks, %q", n, settled)
		}
		c := m.journal.appended[0]
		if c.BlockHash != r.BlockHash || c.Height != 10 || c.Value != 5_000_000_000 || c.Worker != "w" || !slices.Equal(c.Script, script) {
			t.Errorf("journal has %+v", c)
		}
		if again, err := m.Submit(m.solve(t, m.Stats().Job, true)); err == nil && again.BlockHash == r.BlockHash {
			t.Error("the same block was taken twice")
		}
	})
}

// Neither the disk nor the node waits for the other.
func TestH15SlowJournalDoesNotDelaySubmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted, func(c *config) {
			c.Journal.(*fakeJournal).before = func() error { time.Sleep(time.Hour); return nil }
		})
		m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		if n, _ := m.journal.blocks(); n != 0 {
			t.Fatal("the journal was not slow")
		}
	})
}

func TestDeadNodeDoesNotDelayJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(int) (delivery.Verdict, error) { time.Sleep(time.Hour); return delivery.Verdict{}, errDown })
		m.block(t, 10, 1)
		synctest.Wait()
		if n, _ := m.journal.blocks(); n != 1 {
			t.Errorf("journal has %d blocks, want 1", n)
		}
	})
}

func TestH15FullDiskIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := 5
		m := start(t, accepted, func(c *config) {
			c.Journal.(*fakeJournal).before = func() error {
				if failures--; failures >= 0 {
					return errors.New("no space left on device")
				}
				return nil
			}
		})
		m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		time.Sleep(time.Minute)
		synctest.Wait()
		if n, settled := m.journal.blocks(); n != 1 || len(settled) != 1 {
			t.Errorf("journal has %d blocks, %q", n, settled)
		}
	})
}

func TestH06H07FailedSubmissionIsRepeated(t *testing.T) {
	for failures := range 20 {
		synctest.Test(t, func(t *testing.T) {
			m := start(t, func(attempt int) (delivery.Verdict, error) {
				if attempt <= failures {
					return delivery.Verdict{}, errDown
				}
				return accepted(attempt)
			})
			m.block(t, 10, 1)
			time.Sleep(time.Hour)
			synctest.Wait()
			m.wantVerdicts(t, "accepted")
			blocks := m.sub.submitted()
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

// A failed submission is repeated twenty times at the first pause; then the pauses double.
func TestPausesBetweenSubmissionsGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		m := start(t, func(int) (delivery.Verdict, error) {
			at = append(at, time.Since(began))
			return delivery.Verdict{}, errDown
		})
		m.block(t, 10, 1)
		time.Sleep(5 * time.Minute)
		m.stop()
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
	down := func(int) (int, error) { return 0, errDown }
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
		before        []string // what the journal has besides
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
				m := start(t, func(attempt int) (delivery.Verdict, error) {
					if attempt == 1 {
						return tt.first, nil
					}
					return accepted(attempt)
				})
				m.sub.confirmations = func() (int, error) { return tt.confirmations(len(m.sub.submitted())) }
				m.block(t, 10, 1)
				time.Sleep(30 * time.Second)
				synctest.Wait()
				m.wantVerdicts(t, tt.want)
				if n := len(m.sub.submitted()); n != tt.submissions {
					t.Errorf("%d submissions, want %d", n, tt.submissions)
				}
				if _, settled := m.journal.blocks(); !slices.Equal(settled, append(tt.before, "node "+tt.want)) {
					t.Errorf("journal settled %q, want %q at its end", settled, tt.want)
				}
			})
		})
	}
}

func TestH08InconclusiveBlockComesIntoTheBestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var confirmations atomic.Int32
		confirmations.Store(-1)
		m := start(t, verdict(delivery.Inconclusive, ""), func(c *config) { c.Blocks = 1 })
		m.sub.confirmations = func() (int, error) { return int(confirmations.Load()), nil }
		m.block(t, 10, 1)
		time.Sleep(time.Hour)
		synctest.Wait()
		m.wantVerdicts(t, "inconclusive")
		confirmations.Store(1)
		<-m.Done()
		m.stop()
		m.wantVerdicts(t, "accepted")
		if _, settled := m.journal.blocks(); !slices.Equal(settled, []string{"node inconclusive", "node accepted"}) {
			t.Errorf("journal settled %q", settled)
		}
		if n := len(m.sub.submitted()); n != 1 {
			t.Errorf("%d submissions, want 1: an inconclusive block is watched, not sent again", n)
		}
	})
}

func TestH22TwoSolutionsAtOnceAreBothSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt == 1 {
				return accepted(1)
			}
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		})
		j := m.job(t, newTemplate(t, 10, 1, easy))
		for _, s := range []solo.Share{m.solve(t, j, true), m.solve(t, j, true)} {
			if r, err := m.Submit(s); err != nil || !r.Candidate {
				t.Fatalf("Submit() = %+v, %v", r, err)
			}
		}
		synctest.Wait()
		found := m.Stats().Found()
		if len(found) != 2 || len(m.sub.submitted()) != 2 {
			t.Fatalf("%d found, %d submitted, want 2 and 2", len(found), len(m.sub.submitted()))
		}
		siblings := 0
		for _, f := range found {
			if f.Sibling {
				siblings++
			}
		}
		if siblings != 1 || m.Stats().Accepted != 1 {
			t.Errorf("%d siblings, %d accepted, want 1 and 1", siblings, m.Stats().Accepted)
		}
	})
}

func TestSearchRestsOnASolvedParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
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

func TestRejectedBlockStopsItsTemplate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, verdict(delivery.Rejected, "bad-cb-amount"))
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

func TestBlocksLimitsTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted, func(c *config) { c.Blocks = 2 })
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

func TestSeveralNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &fakeSubmitter{name: "slow", submit: func(int) (delivery.Verdict, error) {
			time.Sleep(time.Minute)
			return delivery.Verdict{Outcome: delivery.Inconclusive}, nil
		}}
		refuses := &fakeSubmitter{name: "refuses", submit: verdict(delivery.RefusedForNow, "bad-prevblk")}
		m := start(t, accepted, func(c *config) { c.Nodes = append(c.Nodes, slow, refuses) })
		m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		_, settled := m.journal.blocks()
		slices.Sort(settled)
		if want := []string{"node accepted", "refuses rejected: bad-prevblk", "slow inconclusive"}; !slices.Equal(settled, want) {
			t.Errorf("journal settled %q, want %q", settled, want)
		}
	})
}

// A second node that is down does not keep the program from ending once the first has accepted the block.
func TestEndDoesNotWaitForAnotherNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := &fakeSubmitter{name: "down", submit: func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown }}
		m := start(t, accepted, func(c *config) { c.Nodes = append(c.Nodes, down) })
		m.block(t, 10, 1)
		time.Sleep(5 * time.Minute)
		if n := len(down.submitted()); n < 5 {
			t.Errorf("%d submissions to the node that is down, want it tried again and again", n)
		}
		began := time.Now()
		m.stop()
		if d := time.Since(began); d > 0 {
			t.Errorf("Run took %v to end, want no wait", d)
		}
		m.wantVerdicts(t, "accepted")
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
				second := &fakeSubmitter{name: "second", wait: tt.second, submit: verdict(delivery.Inconclusive, "")}
				m := start(t, accepted, func(c *config) { c.Nodes = append(c.Nodes, second) })
				m.block(t, 10, 1)
				synctest.Wait()
				began := time.Now()
				m.stop()
				if d := time.Since(began); d != tt.want {
					t.Errorf("Run took %v to end, want %v", d, tt.want)
				}
				m.wantVerdicts(t, "accepted")
				if _, settled := m.journal.blocks(); !slices.Equal(settled, tt.settled) {
					t.Errorf("journal settled %q, want %q", settled, tt.settled)
				}
			})
		})
	}
}

// Nor does it keep the other nodes' words on a block from being heard: the blocks asked for are found at once.
func TestFollowUpDoesNotWaitForANodeThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &fakeSubmitter{name: "hung", wait: time.Hour, hangs: true, submit: accepted}
		chain := &fakeChain{}
		m := start(t, accepted, func(c *config) {
			c.Nodes = []delivery.Node{hung, c.Nodes[0]}
			c.Nodes[1].(*fakeSubmitter).chain = chain
			c.Blocks = 1
		})
		began := time.Now()
		r := m.block(t, 10, 1)
		chain.add(10, r.BlockHash)
		<-m.Done()
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("the block was in the best chain after %v", d)
		}
	})
}

// A submission in flight outlives the search by the grace period; what is unsettled then is sent at the next start.
func TestH21UnsettledBlockIsSentAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(int) (delivery.Verdict, error) { return delivery.Verdict{}, errDown })
		r := m.block(t, 10, 1)
		began := time.Now()
		m.stop()
		if d := time.Since(began); d < 10*time.Second || d > 11*time.Second {
			t.Errorf("Run took %v to end, want the grace period", d)
		}
		m.wantVerdicts(t, "unsettled")
		n, settled := m.journal.blocks()
		if n != 1 || len(settled) != 0 {
			t.Fatalf("journal has %d blocks, %q", n, settled)
		}
		next := start(t, accepted, func(c *config) { c.Journal.(*fakeJournal).pending = m.journal.appended })
		synctest.Wait()
		blocks := next.sub.submitted()
		if len(blocks) != 1 || (*template.Header)(blocks[0]).BlockHash() != r.BlockHash {
			t.Fatalf("%d blocks sent at the next start, want the one", len(blocks))
		}
		if n, settled := next.journal.blocks(); n != 0 || !slices.Equal(settled, []string{"node accepted"}) {
			t.Errorf("journal appended %d and settled %q", n, settled)
		}
		if len(next.Stats().Found()) != 0 {
			t.Error("a recovered block counts as found by this run")
		}
	})
}

// What was announced outlives the program: the journal or a node has it by then. Where neither takes it, the news does
// not wait for ever.
func TestH21BlockIsAnnouncedWhenItIsInSafeHands(t *testing.T) {
	for _, tt := range []struct {
		name          string
		journal, node time.Duration // until they have it; 0: never
		want          time.Duration
	}{
		{"node first", 500 * time.Millisecond, 300 * time.Millisecond, 300 * time.Millisecond},
		{"journal first", 20 * time.Millisecond, 300 * time.Millisecond, 20 * time.Millisecond},
		{"node is down", 20 * time.Millisecond, 0, 20 * time.Millisecond},
		{"node is down and the disk full", 0, 0, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lines lineCount
				m := start(t, func(int) (delivery.Verdict, error) {
					time.Sleep(tt.node)
					if tt.node == 0 {
						return delivery.Verdict{}, errDown
					}
					return delivery.Verdict{Outcome: delivery.Accepted}, nil
				}, func(c *config) {
					c.Log = slog.New(foundLines{slog.NewTextHandler(&lines, nil)})
					c.Journal.(*fakeJournal).before = func() error {
						time.Sleep(tt.journal)
						if tt.journal == 0 {
							return errors.New("no space left on device")
						}
						return nil
					}
				})
				m.block(t, 10, 1)
				time.Sleep(tt.want - time.Nanosecond)
				synctest.Wait()
				if n := lines.Load(); n != 0 {
					t.Errorf("announced %d times before %v", n, tt.want)
				}
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				if n := lines.Load(); n != 1 {
					t.Errorf("announced %d times after %v, want once", n, tt.want)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

// foundLines lets only the announcement of a block through.
type foundLines struct{ slog.Handler }

func (h foundLines) Handle(ctx context.Context, r slog.Record) error {
	if r.Message != "block found" {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h foundLines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return foundLines{h.Handler.WithAttrs(attrs)}
}

func TestShutdownWaitsForASubmissionInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(int) (delivery.Verdict, error) {
			time.Sleep(3 * time.Second)
			return delivery.Verdict{Outcome: delivery.Accepted}, nil
		})
		m.block(t, 10, 1)
		m.stop()
		m.wantVerdicts(t, "accepted")
	})
}
