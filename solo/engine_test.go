package solo_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

func TestNewRefuses(t *testing.T) {
	good := func() *config {
		return &config{Node: newFakeNode(), Nodes: []delivery.Node{&deliverytest.Node{}}, Journal: &deliverytest.Journal{}, Payout: solo.FixedPayout(script)}
	}
	tests := []struct {
		name  string
		spoil func(*config)
		want  string
	}{
		{"no node", func(c *config) { c.Node = nil }, "node"},
		{"no journal", func(c *config) { c.Journal = nil }, "journal"},
		{"no node to deliver to", func(c *config) { c.Nodes = nil }, "a node"},
		{"no payout", func(c *config) { c.Payout = nil }, "payout"},
		{"no script", func(c *config) { c.Payout = solo.FixedPayout(nil) }, "script is empty"},
		{"negative blocks", func(c *config) { c.Blocks = -1 }, "negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.spoil(c)
			if _, err := c.engine(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New() = %v, want an error with %q", err, tt.want)
			}
		})
	}
	if _, err := good().engine(); err != nil {
		t.Errorf("New() = %v", err)
	}
}

func TestJobsFollowTemplates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		first := m.job(t, newTemplate(t, 10, 1, hard))
		fees := m.job(t, newTemplate(t, 10, 1, hard))
		next := m.job(t, newTemplate(t, 11, 2, hard))
		if !first.Clean || fees.Clean || !next.Clean {
			t.Errorf("Clean = %v, %v, %v, want true, false, true", first.Clean, fees.Clean, next.Clean)
		}
		if first.ID == fees.ID || fees.ID == next.ID {
			t.Errorf("IDs %q, %q, %q are not all different", first.ID, fees.ID, next.ID)
		}
		if got := next.Coinbase; string(got.Script) != string(script) || got.ExtranonceSize != solo.ExtranonceSize {
			t.Errorf("Coinbase = %+v", got)
		}
		m.stop()
		if j, err := m.NextJob(t.Context(), next); j != nil || err != nil {
			t.Errorf("NextJob() after the end = %v, %v, want no job", j, err)
		}
	})
}

func TestNextJobEndsWithItsContext(t *testing.T) {
	m := start(t, deliverytest.Accept)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.NextJob(ctx, nil); err != context.Canceled {
		t.Errorf("NextJob() = %v, want %v", err, context.Canceled)
	}
	m.job(t, newTemplate(t, 10, 1, hard))
	if _, err := m.NextJob(ctx, nil); err != context.Canceled {
		t.Errorf("NextJob() with a job to offer = %v, want %v", err, context.Canceled)
	}
}

func TestFailingTemplates(t *testing.T) {
	t.Run("tip stands still: the search goes on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := start(t, deliverytest.Accept)
			j := m.job(t, newTemplate(t, 10, 1, hard))
			m.node.templates <- deliverytest.ErrDown
			synctest.Wait()
			if s := m.Stats(); !s.Searching || s.TemplateFail != deliverytest.ErrDown.Error() {
				t.Errorf("Stats() = searching %v, failing %q", s.Searching, s.TemplateFail)
			}
			if got, _ := m.NextJob(t.Context(), nil); got != j {
				t.Errorf("NextJob() = %v, want the last good job", got)
			}
		})
	})
	t.Run("tip moved: the job is taken away, until templates come again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := start(t, deliverytest.Accept)
			j := m.job(t, newTemplate(t, 10, 1, hard))
			m.node.templates <- fmt.Errorf("%w: of some reason", solo.ErrTipMoved)
			if got, err := m.NextJob(t.Context(), j); got != nil || err != nil {
				t.Errorf("NextJob() = %v, %v, want no job", got, err)
			}
			if s := m.Stats(); s.Searching || !strings.Contains(s.Idle, "of some reason") {
				t.Errorf("Stats() = searching %v, idle %q", s.Searching, s.Idle)
			}
			m.job(t, newTemplate(t, 11, 2, hard))
			if s := m.Stats(); !s.Searching || s.Idle != "" || s.TemplateFail != "" {
				t.Errorf("Stats() = %+v, want searching again", s)
			}
		})
	})
}

func TestProposal(t *testing.T) {
	tests := []struct {
		answer solo.Opinion
		err    error
		search bool
	}{
		{solo.Opinion{}, nil, true},
		{solo.Opinion{Reason: "inconclusive-not-best-prevblk"}, nil, true},
		{solo.Opinion{Reason: "duplicate"}, nil, true},
		{solo.Opinion{}, deliverytest.ErrDown, true},
		{solo.Opinion{Refused: true, Reason: "bad-cb-amount"}, nil, false},
		{solo.Opinion{Refused: true, Reason: "mweb-missing"}, nil, false},
		{solo.Opinion{Refused: true, Reason: "something new"}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.answer.Reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := start(t, deliverytest.Accept, func(c *config) {
					c.Propose = true
					c.Node.(*fakeNode).proposal = func(block []byte) (solo.Opinion, error) {
						if b, err := template.ParseBlock(block); err != nil || len(b.Problems) > 0 || b.Height != 10 {
							t.Errorf("proposed block: height %d, %q, %v", b.Height, b.Problems, err)
						}
						return tt.answer, tt.err
					}
				})
				m.node.templates <- newTemplate(t, 10, 1, hard)
				m.checked()
				s := m.Stats()
				if s.Searching != tt.search || (s.Idle == "") != tt.search || !strings.Contains(s.Idle, tt.answer.Reason) && !tt.search {
					t.Errorf("Stats() = searching %v, idle %q", s.Searching, s.Idle)
				}
				told := len(s.Alerts) == 1 && s.Alerts[0].Key == solo.AlertRefused && s.Alerts[0].Grave && strings.Contains(s.Alerts[0].Text, tt.answer.Reason)
				if told == tt.search || tt.search && len(s.Alerts) > 0 {
					t.Errorf("alerts %+v", s.Alerts)
				}
			})
		})
	}
}

func TestRefusedTemplateIsAskedForAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := solo.Opinion{Refused: true, Reason: "bad-txns"}
		m := start(t, deliverytest.Accept, func(c *config) {
			c.Propose = true
			c.Node.(*fakeNode).proposal = func([]byte) (solo.Opinion, error) { return answer, nil }
		})
		m.node.templates <- newTemplate(t, 10, 1, hard)
		m.checked()
		answer = solo.Opinion{}
		m.node.templates <- newTemplate(t, 10, 1, hard)
		m.checked()
		if s := m.Stats(); !s.Searching || len(s.Alerts) > 0 {
			t.Errorf("Stats() = idle %q, alerts %+v, want searching without an alert", s.Idle, s.Alerts)
		}
		m.stop()
		last := m.node.asked[len(m.node.asked)-2]
		if last != nil {
			t.Errorf("after a refusal NextTemplate was asked with the refused template, want with none")
		}
	})
}

func TestCheckPayout(t *testing.T) {
	m := start(t, deliverytest.Accept)
	j := m.job(t, newTemplate(t, 10, 1, hard))
	block, err := j.Block(template.Solution{Extranonce: make([]byte, solo.ExtranonceSize), Version: j.Template.Version})
	if err != nil {
		t.Fatal(err)
	}
	if err := solo.CheckPayout(block, j.Template.CoinbaseValue, script); err != nil {
		t.Errorf("CheckPayout() = %v", err)
	}
	if err := solo.CheckPayout(block, j.Template.CoinbaseValue-1, script); err == nil {
		t.Error("CheckPayout() accepts another value")
	}
	if err := solo.CheckPayout(block, j.Template.CoinbaseValue, script[1:]); err == nil {
		t.Error("CheckPayout() accepts another script")
	}
	block[40] ^= 1 // in the merkle root
	if err := solo.CheckPayout(block, j.Template.CoinbaseValue, script); err == nil {
		t.Error("CheckPayout() accepts a wrong merkle root")
	}
}

func TestExtranonce1IsGivenOnce(t *testing.T) {
	m := start(t, deliverytest.Accept)
	seen := make(map[[4]byte]bool)
	for range 1000 {
		e := m.Extranonce1()
		if seen[e] {
			t.Fatalf("Extranonce1() = %x twice", e)
		}
		seen[e] = true
	}
}

// What repeats is logged less and less often: a fault of weeks does not fill the disk with its log.
func TestRefusedProposalsDoNotFloodTheLog(t *testing.T) {
	const most = 60 // lines in a day
	synctest.Test(t, func(t *testing.T) {
		var lines deliverytest.LineCount
		m := start(t, deliverytest.Accept, func(c *config) {
			c.Log, c.Propose = lines.Logger(), true
			c.Node.(*fakeNode).proposal = func([]byte) (solo.Opinion, error) {
				return solo.Opinion{Refused: true, Reason: "bad-txns"}, nil
			}
		})
		for range 24 * 60 {
			m.node.templates <- newTemplate(t, 10, 1, hard)
			time.Sleep(time.Minute)
		}
		m.wantSearching(t, false)
		if n := lines.Load(); n == 0 || n > most {
			t.Errorf("%d lines, want 1 to %d", n, most)
		}
	})
}

// Submit does not return before the disk has a block that was found when Run had ended.
func TestBlockFoundAfterTheEndIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept, func(c *config) {
			c.Journal.(*deliverytest.Journal).Before = func() error { time.Sleep(time.Second); return nil }
		})
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		m.stop()
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v", r, err)
		}
		if n := len(m.journal.Appended()); n != 1 {
			t.Errorf("journal has %d blocks when Submit has returned, want 1", n)
		}
	})
}

// No work is offered after the end, whatever the answer to the last submission.
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

// A block of an earlier run is shown, but is none that this run found.
func TestBlocksOfEarlierRunsDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, chain, _ := followed(t)
		old.stop()
		next := start(t, deliverytest.Accept, func(c *config) {
			c.Nodes[0].(*deliverytest.Node).Chain = chain
			c.Journal.(*deliverytest.Journal).Earlier = old.Stats().Blocks
			c.Journal.(*deliverytest.Journal).Pending = old.journal.Appended()
		})
		synctest.Wait()
		if s := next.Stats(); len(s.Blocks) != 1 || s.Blocks[0].Confirmations != 1 || len(s.Found()) != 0 || s.Accepted != 0 {
			t.Errorf("Stats() has blocks %+v, of which this run found %d and %d are accepted; want one that this run did not find",
				s.Blocks, len(s.Found()), s.Accepted)
		}
	})
}
