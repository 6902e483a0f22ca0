package solo_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

func TestSubmitRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		old := m.job(t, newTemplate(t, 10, 1, hard))
		stale := m.solve(t, old, false)
		j := m.job(t, newTemplate(t, 11, 2, hard))
		low := m.solve(t, j, false)
		easyTarget, err := template.TargetFromBits(0x207fffff)
		if err != nil {
			t.Fatal(err)
		}
		var good solo.Share
		for good = low; ; good.Solution.Nonce++ { // half of all hashes meet the easy share target
			good.Target = easyTarget
			if r, err := m.Submit(good); err == nil {
				if r.Candidate {
					t.Fatal("a share above the network target is called a candidate")
				}
				break
			} else if !errors.Is(err, solo.ErrLowDifficulty) {
				t.Fatalf("Submit() = %v", err)
			}
		}
		unknown, short := good, good
		unknown.JobID = "none"
		short.Solution.Extranonce = short.Solution.Extranonce[1:]
		low.Solution.Nonce = good.Solution.Nonce + 1
		tests := []struct {
			name  string
			share solo.Share
			want  error
		}{
			{"unknown job", unknown, solo.ErrUnknownJob},
			{"stale", stale, solo.ErrStale},
			{"duplicate", good, solo.ErrDuplicate},
			{"low difficulty", low, solo.ErrLowDifficulty},
		}
		for _, tt := range tests {
			if _, err := m.Submit(tt.share); !errors.Is(err, tt.want) {
				t.Errorf("%s: Submit() = %v, want %v", tt.name, err, tt.want)
			}
		}
		if _, err := m.Submit(short); err == nil {
			t.Error("Submit() accepts an extranonce that is too short")
		}
		if n := len(m.sub.Submitted()); n != 0 {
			t.Errorf("%d blocks submitted, want 0", n)
		}
	})
}

// A solution for an older job is submitted, on the tip or not: the node decides.
func TestH11H12H17BlockForAnOldJobIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		old := m.job(t, newTemplate(t, 10, 1, easy))
		share := m.solve(t, old, true)
		for i := range byte(3) {
			m.job(t, newTemplate(t, 11+int(i), 2+i, hard))
		}
		r, err := m.Submit(share)
		if err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		blocks := m.sub.Submitted()
		if len(blocks) != 1 {
			t.Fatalf("%d blocks submitted, want 1", len(blocks))
		}
		b, err := template.ParseBlock(blocks[0])
		if err != nil || len(b.Problems) > 0 || b.Height != 10 || b.Header.BlockHash() != r.BlockHash {
			t.Errorf("submitted block: height %d, %q, %v", b.Height, b.Problems, err)
		}
	})
}

// A job is known for as long as a block of it could be worth sending: by age, not by count.
func TestH38SolutionOfAJobOfTenMinutesIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		late := m.solve(t, m.Stats().Job, true)
		for i := range 59 { // a new tip or other work each ten seconds, many more than any table holds by count
			m.job(t, newTemplate(t, 11+i/2, byte(2+i/2), hard))
			time.Sleep(10 * time.Second)
		}
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		time.Sleep(11 * time.Second)
		m.job(t, newTemplate(t, 50, 90, hard))
		if _, err := m.Submit(late); !errors.Is(err, solo.ErrUnknownJob) {
			t.Errorf("Submit() after more than ten minutes = %v, want %v", err, solo.ErrUnknownJob)
		}
	})
}

// The network target decides, whatever the share target asks.
func TestH16BlockBelowItsShareTargetIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		share.Target = template.Target{}
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		if n := len(m.sub.Submitted()); n != 1 {
			t.Errorf("%d blocks submitted, want 1", n)
		}
	})
}

// A queue held the share for longer than the network needed for blocks of its own.
func TestH13ShareThatWasHeldUpIsJudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		time.Sleep(10 * time.Second)
		m.job(t, newTemplate(t, 10, 1, hard))
		m.job(t, newTemplate(t, 11, 2, hard))
		time.Sleep(time.Minute)
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
	})
}

// Whatever else comes, nothing stands before the test of the network target.
func TestH14BlockInAFloodOfBadShares(t *testing.T) {
	m := start(t, deliverytest.Accept)
	bad := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), false)
	block := m.solve(t, m.Stats().Job, true)
	var flood sync.WaitGroup
	stop, going := make(chan struct{}), make(chan struct{}, 8)
	for range cap(going) {
		flood.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				s := bad
				if s.Target = (template.Target{}); i%2 == 0 {
					s.JobID = "none"
				}
				if r, err := m.Submit(s); err == nil || r.Candidate {
					t.Errorf("Submit() of a bad share = %+v, %v", r, err)
					return
				}
				if i == 100 {
					going <- struct{}{}
				}
			}
		})
	}
	for range cap(going) {
		<-going
	}
	if r, err := m.Submit(block); err != nil || !r.Candidate {
		t.Errorf("Submit() = %+v, %v, want a candidate", r, err)
	}
	close(stop)
	flood.Wait()
	m.stop()
	m.wantVerdicts(t, "accepted")
}

// A header with rolled version bits is exactly what is submitted.
func TestH18RolledVersionIsInTheBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		j := m.job(t, newTemplate(t, 10, 1, easy))
		share := m.solveVersion(t, j, j.Template.Version|0x00c0e000, true)
		header, err := j.Header(share.Solution)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := m.Submit(share); err != nil || !r.Candidate || r.BlockHash != header.BlockHash() {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		if blocks := m.sub.Submitted(); len(blocks) != 1 || template.Header(blocks[0][:template.HeaderSize]) != header {
			t.Errorf("%d blocks submitted, want the one of the solution's header", len(blocks))
		}
	})
}

func TestBlockIsAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		r := m.block(t, 10, 1)
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		blocks := m.journal.Appended()
		if settled := m.journal.Settled(); len(blocks) != 1 || !slices.Equal(settled, []string{"node accepted"}) {
			t.Fatalf("journal has %d blocks, %q", len(blocks), settled)
		}
		c := blocks[0]
		if c.BlockHash != r.BlockHash || c.Height != 10 || c.Value != 5_000_000_000 || c.Worker != "w" || !slices.Equal(c.Script, script) {
			t.Errorf("journal has %+v", c)
		}
		if again, err := m.Submit(m.solve(t, m.Stats().Job, true)); err == nil && again.BlockHash == r.BlockHash {
			t.Error("the same block was taken twice")
		}
	})
}

func TestH22TwoSolutionsAtOnceAreBothSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, func(attempt int) (delivery.Verdict, error) {
			if attempt == 1 {
				return deliverytest.Accept(1)
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
		if len(found) != 2 || len(m.sub.Submitted()) != 2 {
			t.Fatalf("%d found, %d submitted, want 2 and 2", len(found), len(m.sub.Submitted()))
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

// What is kept of a share is bounded by the shares that were good: a flood of bad ones costs no memory.
func TestBadSharesAreNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		s := m.solve(t, m.job(t, newTemplate(t, 10, 1, hard)), false)
		for range 2 {
			if _, err := m.Submit(s); !errors.Is(err, solo.ErrLowDifficulty) {
				t.Errorf("Submit() = %v, want %v", err, solo.ErrLowDifficulty)
			}
		}
	})
}
