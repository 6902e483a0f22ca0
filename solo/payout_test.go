package solo_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// freshPayout has a new script after each block found on the last.
type freshPayout struct {
	mu    sync.Mutex
	found []template.Hash
	last  byte
}

func (p *freshPayout) script(n byte) []byte {
	s := slices.Clone(script)
	s[2] = n
	return s
}

func (p *freshPayout) Script() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.script(p.last)
}

func (p *freshPayout) Found(script []byte, blockHash template.Hash) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = append(p.found, blockHash)
	if slices.Equal(script, p.script(p.last)) {
		p.last++
	}
}

// Each block that is found has the next job pay elsewhere; two on one job pay the same, as its coinbase says.
func TestPayoutIsFreshAfterEachFoundBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &freshPayout{}
		m := start(t, deliverytest.Accept, func(c *config) { c.Payout = p })
		for i := range 3 {
			j := m.job(t, newTemplate(t, 10+i, byte(1+i), easy))
			if want := p.script(byte(i)); !slices.Equal(j.Coinbase.Script, want) {
				t.Errorf("job %d pays %x, want %x", i, j.Coinbase.Script, want)
			}
			for range 2 {
				if r, err := m.Submit(m.solve(t, j, true)); err != nil || !r.Candidate {
					t.Fatalf("Submit() = %+v, %v", r, err)
				}
			}
			synctest.Wait()
		}
		if len(p.found) != 6 {
			t.Errorf("payout was told of %d blocks, want 6", len(p.found))
		}
		for i, f := range m.Stats().Found() {
			if want := p.script(byte(i / 2)); !slices.Equal(f.Script, want) {
				t.Errorf("block %d pays %x, want %x", i, f.Script, want)
			}
		}
	})
}

// A crash may come between the journal's write and the payout's: Found is called again at the next start.
func TestPayoutIsToldOfBlocksOfEarlierRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := start(t, deliverytest.Down)
		c := old.block(t, 10, 1)
		old.stop()
		p := &freshPayout{}
		m := start(t, deliverytest.Accept, func(c *config) {
			c.Journal.(*deliverytest.Journal).Pending = old.journal.Appended()
			c.Payout = p
		})
		j := m.job(t, newTemplate(t, 11, 2, hard))
		if want := p.script(1); len(p.found) != 1 || p.found[0] != c.BlockHash || !slices.Equal(j.Coinbase.Script, want) {
			t.Errorf("told of %v, and the job pays %x, want block %s and %x", p.found, j.Coinbase.Script, c.BlockHash, want)
		}
	})
}
