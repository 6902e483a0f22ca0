package solo_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"ltcsolo/solo"
	"ltcsolo/template"
)

func TestSubmitRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
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
		if n := len(m.sub.submitted()); n != 0 {
			t.Errorf("%d blocks submitted, want 0", n)
		}
	})
}

// A solution for an older job, on the tip or not, is the node's to judge.
func TestH11H12H17BlockForAnOldJobIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
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
		blocks := m.sub.submitted()
		if len(blocks) != 1 {
			t.Fatalf("%d blocks submitted, want 1", len(blocks))
		}
		b, err := template.ParseBlock(blocks[0])
		if err != nil || len(b.Problems) > 0 || b.Height != 10 || b.Header.BlockHash() != r.BlockHash {
			t.Errorf("submitted block: height %d, %q, %v", b.Height, b.Problems, err)
		}
	})
}

// The network target decides, whatever the share target asks.
func TestH16BlockBelowItsShareTargetIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, accepted)
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		share.Target = template.Target{}
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		if n := len(m.sub.submitted()); n != 1 {
			t.Errorf("%d blocks submitted, want 1", n)
		}
	})
}
