package delivery

import (
	"context"
	"slices"
	"time"

	"ltcsolo/template"
)

// tracked is a block of the journal, or on its way there. doc.go says which mutex guards what.
type tracked struct {
	parent   template.Hash // as Ref.Parent; does not change
	announce func()        // logs that the block was found, once; nil for one of an earlier run; does not change
	late     *time.Timer   // calls announce if nothing else does; does not change
	rival    bool          // announced as the rival of another one of ours; does not change

	c       *Candidate // without its bytes once the journal and a node have them; nil if it was never loaded
	block   Block
	open    bool // no node has answered in this run
	inChain bool // as the watcher knows it

	sending   map[string]bool // nodes with a submission under way, by name
	retry     context.Context // submissions are repeated until it ends; nil before the first
	stopRetry context.CancelFunc

	overdue  bool   // no node had taken it in time; see expect
	refusal  error  // why a node has not taken it, the last reason
	reported string // what the watcher heard last of that

	kept     bool          // the journal has the block
	unsaved  []NodeVerdict // the journal lacks these
	mark     *Standing     // likewise; nil if it lacks none
	queued   bool          // it is in Courier.queue
	failures int           // writes in a row that failed

	observed   time.Time // when a node last said where the block stands
	unreadable int       // failures in a row to read it from the journal
}

func newTracked(b Block) *tracked { return &tracked{block: b} }

func (t *tracked) ref() Ref {
	return Ref{BlockHash: t.block.BlockHash, Parent: t.parent, JobID: t.block.JobID, ThisRun: t.block.ThisRun}
}

// settledEnough reports whether nothing hangs on the nodes that have not answered: another one has accepted the block,
// or it is orphaned. The caller holds mu.
func (t *tracked) settledEnough() bool {
	return t.block.Verdict.Outcome == Accepted || t.block.State == StateOrphaned
}

// secured notes that the journal or a node has the block: then it is announced, and once both have it, it needs no
// memory. The caller holds mu.
func (c *Courier) secured(t *tracked) {
	if t.late != nil && t.late.Stop() {
		c.start(t.announce)
	}
	if t.kept && !t.open && t.c != nil && t.c.Block != nil {
		small := *t.c
		small.Block = nil
		t.c = &small
	}
}

// answered records one node's answer. An answer that is already known only counts as the first of this run.
func (c *Courier) answered(t *tracked, n Node, v Verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, before := t.open, t.block.Verdict
	t.open = false
	if last, ok := t.block.AnswerOf(n.Name()); !ok || last != v {
		a := NodeVerdict{Node: n.Name(), Verdict: v, At: c.cfg.Now()}
		t.block.Answer(a)
		t.unsaved = append(t.unsaved, a)
		c.enqueue(t)
	}
	c.secured(t)
	c.noteChain(t)
	c.noteDelivery(t)
	if first || t.block.Verdict != before {
		c.watcher.Answered(t.ref(), t.block.Verdict)
	}
	c.endRetries(t)
}

// noteChain tells the watcher if the block has come into the best chain or left it. The caller holds mu.
func (c *Courier) noteChain(t *tracked) {
	if in := t.block.InChain(); in != t.inChain {
		t.inChain = in
		c.watcher.InChain(t.ref(), in)
	}
}

// endRetries ends the repetitions of a block's submissions if Run is ending and the block is settledEnough. The caller
// holds mu.
func (c *Courier) endRetries(t *tracked) {
	if c.ending && t.stopRetry != nil && t.settledEnough() {
		t.stopRetry()
	}
}

// blockOf returns what is known of a block now.
func (c *Courier) blockOf(t *tracked) Block {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.block
}

// hasSibling reports whether another block of ours has the same parent, as far as that is known.
func (c *Courier) hasSibling(t *tracked) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.parent != (template.Hash{}) &&
		slices.ContainsFunc(c.blocks, func(o *tracked) bool { return o != t && o.parent == t.parent })
}

// isOurs reports whether the block is one that we found.
func (c *Courier) isOurs(blockHash template.Hash) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.has(blockHash)
}
