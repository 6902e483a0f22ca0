package solo_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// The best is the lowest PoW hash of all that were submitted, by the reference, whatever became of the share; and it is the
// hit target until it meets the network target.
func TestBestIsTheLowestSubmittedPoWHash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		j := m.job(t, newTemplate(t, 10, 1, hard))
		network := j.Template.Target
		if got := m.Best(); got != (template.Hash{}) {
			t.Errorf("Best() = %s before the first share, want zero", got)
		}
		if got, want := m.HitTarget(j), template.Target(bytes.Repeat([]byte{0xff}, template.HashSize)); got != want {
			t.Errorf("HitTarget() = %x before the first share, want the highest", got)
		}
		share := m.solve(t, j, false)
		var lowest template.Hash
		for range 20 {
			share.Solution.Nonce++
			share.Target = template.Target{} // no share meets it
			r, err := m.Submit(share)
			if !errors.Is(err, solo.ErrLowDifficulty) {
				t.Fatalf("Submit() = %v, want low difficulty", err)
			}
			if lowest == (template.Hash{}) || (*template.Target)(&lowest).MetBy(&r.PoWHash) {
				lowest = r.PoWHash
			}
			if m.Best() != lowest || m.HitTarget(j) != template.Target(lowest) {
				t.Fatalf("Best() = %s and HitTarget() = %x, want %s", m.Best(), m.HitTarget(j), lowest)
			}
		}
		if network.MetBy(&lowest) {
			t.Fatalf("PoW hash %s meets the network target", lowest)
		}
		m.block(t, 11, 2)
		if best := m.Best(); !(*template.Target)(&lowest).MetBy(&best) {
			t.Errorf("Best() = %s, above a share's %s", best, lowest)
		}
		easyJob := m.job(t, newTemplate(t, 12, 3, easy))
		if got := m.HitTarget(easyJob); got != easyJob.Template.Target {
			t.Errorf("HitTarget() = %x once the best meets the network target, want that, %x", got, easyJob.Template.Target)
		}
	})
}
