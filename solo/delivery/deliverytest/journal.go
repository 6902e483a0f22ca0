package deliverytest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Journal keeps candidates in memory. Set the fields before its first use.
type Journal struct {
	Before  func() error          // runs before each append, which fails with its error; may be nil
	Pending []*delivery.Candidate // blocks of an earlier run
	Earlier []delivery.Block      // what became of them; nil: no node has answered

	mu       sync.Mutex
	appended []*delivery.Candidate
	settled  []string
	marked   []string
}

var _ delivery.Journal = (*Journal)(nil)

// Append implements [delivery.Journal].
func (j *Journal) Append(c *delivery.Candidate) error {
	if j.Before != nil {
		if err := j.Before(); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.appended = append(j.appended, c)
	return nil
}

// Settle implements [delivery.Journal].
func (j *Journal) Settle(_ template.Hash, node string, v delivery.Verdict, _ time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settled = append(j.settled, node+" "+v.String())
	return nil
}

// Mark implements [delivery.Journal].
func (j *Journal) Mark(_ template.Hash, s delivery.Standing) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	word := string(s.State)
	if s.Settled {
		word += " for good"
	}
	j.marked = append(j.marked, word)
	return nil
}

// Blocks implements [delivery.Journal]: it returns the blocks of earlier runs.
func (j *Journal) Blocks() ([]delivery.Block, error) {
	if j.Earlier != nil {
		return j.Earlier, nil
	}
	var blocks []delivery.Block
	for _, c := range j.Pending {
		blocks = append(blocks, delivery.NewBlock(c, ""))
	}
	return blocks, nil
}

// Load implements [delivery.Journal].
func (j *Journal) Load(blockHash template.Hash) (*delivery.Candidate, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range slices.Concat(j.Pending, j.appended) {
		if c.BlockHash == blockHash {
			return c, nil
		}
	}
	return nil, errors.New("no such block")
}

// Appended returns the appended blocks, oldest first.
func (j *Journal) Appended() []*delivery.Candidate {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.appended)
}

// Settled returns the verdicts in the order in which they came: "node accepted".
func (j *Journal) Settled() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.settled)
}

// Marked returns the standings in the order in which they came: "immature", "orphaned for good".
func (j *Journal) Marked() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.marked)
}
