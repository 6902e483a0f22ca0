package delivery

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ltcsolo/template"
)

// Config configures a Courier.
type Config struct {
	Nodes    []Node // every candidate goes to all of them; at least one
	Journal  Journal
	Maturity int // confirmations after which the chain's coinbase can be spent
	Log      *slog.Logger

	Grace      time.Duration    // how long submissions may take after Run's ctx has ended; 0: 10 s
	RetryFirst time.Duration    // pause before a failed submission or write is repeated; it grows; 0: 500 ms
	MaxRetry   time.Duration    // longest such pause; 0: 1 min
	Now        func() time.Time // nil: time.Now
}

// Courier delivers the solved blocks of one chain. It is safe for concurrent use. Recover comes before Run. Take may be
// called at any time: what it is given before Recover has read the journal is delivered right after that.
type Courier struct {
	cfg     Config
	log     *slog.Logger
	watcher Watcher    // set by Recover
	backlog []*tracked // likewise, then used by sendBacklog only

	// A submission outlives whoever found the block, so its context is the courier's own. It is kept here because Take
	// starts submissions and has none that lasts.
	alive   context.Context
	abandon context.CancelFunc
	work    sync.WaitGroup // submissions

	unsaved, newTip chan struct{} // see wake

	observing, writing chan struct{} // of one place each: locks, which whoever has put something in holds

	mu        sync.Mutex
	blocks    []*tracked    // those of the journal at the start, then those of this run, oldest first
	early     []*Candidate  // taken before the journal was read
	recovered bool          // Recover has read the journal
	queue     []*tracked    // blocks of which the journal lacks something
	tipMoved  chan struct{} // closed and replaced by NewTip
	older     int           // blocks of earlier runs with submissions under way
	ending    bool          // Run's ctx has ended
	ended     bool          // nothing is added to work any more
}

// New checks cfg. Nothing runs before Recover.
func New(cfg Config) (*Courier, error) {
	switch {
	case len(cfg.Nodes) == 0 || cfg.Journal == nil:
		return nil, errors.New("new courier: a node and a journal are needed")
	case cfg.Maturity < 1:
		return nil, errors.New("new courier: the chain's maturity is needed")
	}
	for _, d := range []struct {
		field    *time.Duration
		fallback time.Duration
	}{
		{&cfg.Grace, 10 * time.Second}, {&cfg.RetryFirst, 500 * time.Millisecond}, {&cfg.MaxRetry, time.Minute},
	} {
		if *d.field == 0 {
			*d.field = d.fallback
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	c := &Courier{
		cfg: cfg, log: cfg.Log, unsaved: make(chan struct{}, 1), newTip: make(chan struct{}, 1), tipMoved: make(chan struct{}),
		observing: make(chan struct{}, 1), writing: make(chan struct{}, 1),
	}
	c.alive, c.abandon = context.WithCancel(context.Background())
	return c, nil
}

// Recover reads the journal: what is not settled is followed from now on, and what no node has answered for good is
// sent. w hears of these blocks and of all later ones. An error means that some blocks could not be read; the others are
// recovered all the same. Call it once, before Run.
func (c *Courier) Recover(w Watcher) error {
	c.watcher = w
	var names []string
	for _, n := range c.cfg.Nodes {
		names = append(names, n.Name())
	}
	blocks, err := c.cfg.Journal.Blocks()
	pending := 0
	for _, b := range blocks {
		if b.Pending(names...) {
			pending++
		}
	}
	for _, b := range blocks {
		b.ThisRun, b.Sibling = false, false
		t := newTracked(b)
		t.kept = true
		if !b.Pending(names...) {
			c.followOnly(t)
			continue
		}
		if pending--; pending >= sentAtOnce {
			c.followOnly(t)
			c.backlog = append(c.backlog, t)
			continue
		}
		log := c.log.With("height", b.Height, "block", b.BlockHash)
		cand, loadErr := c.cfg.Journal.Load(b.BlockHash)
		if loadErr != nil {
			log.Error("unsettled block of an earlier run cannot be read", "err", loadErr)
			c.followOnly(t)
			continue
		}
		if b.State == StateOrphaned {
			log.Debug("orphaned block of an earlier run is sent to a node that has not answered")
		} else {
			log.Info("unsettled block of an earlier run is sent")
		}
		c.mu.Lock()
		c.deliver(t, cand)
		c.mu.Unlock()
	}
	slices.Reverse(c.backlog) // the newest first
	if n := len(c.backlog); n > 0 {
		c.log.Info("more unsettled blocks of earlier runs are sent one after the other", "blocks", n)
	}
	c.takeEarly()
	return err
}

// takeEarly delivers what was taken before the journal was read: a block that stands there is not delivered again.
func (c *Courier) takeEarly() {
	c.mu.Lock()
	early := c.early
	c.early, c.recovered = nil, true
	c.mu.Unlock()
	for _, cand := range early {
		c.Take(cand)
	}
}

// followOnly tracks a block that needs no submission, or whose bytes cannot be read.
func (c *Courier) followOnly(t *tracked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blocks = append(c.blocks, t)
}

// Take delivers a candidate: the write to the journal and the submissions to all nodes start at once, and Take returns
// at once. Once Run has stopped waiting for new work there may be nobody else to write, so then Take returns when the
// journal has been tried. A block that the courier already has, of this run or of an earlier one, is not delivered again:
// two solutions of a merged chain's block differ only in their proofs.
func (c *Courier) Take(cand *Candidate) {
	if c.isEarly(cand) {
		return
	}
	t := newTracked(NewBlock(cand, ""))
	t.block.ThisRun = true
	log := c.log.With("height", cand.Height, "block", cand.BlockHash, "worker", cand.Worker, "job", cand.JobID)
	c.mu.Lock()
	known, ended := c.has(cand.BlockHash), c.ended
	t.rival = c.rivalsOwn(cand)
	t.announce = sync.OnceFunc(func() {
		if t.rival {
			log.Debug("block found beside another one of ours on its parent: only one of them can stay")
		} else {
			log.Info("block found", EventKey, EventFound)
		}
	})
	if !known {
		t.late = time.AfterFunc(maxUnannounced, t.announce)
		c.deliver(t, cand)
	}
	c.mu.Unlock()
	if known {
		log.Debug("block found again")
	}
	if ended {
		c.saveQueued()
	}
}

// isEarly keeps the candidate if the journal has not been read yet, and reports whether it has done so.
func (c *Courier) isEarly(cand *Candidate) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.recovered {
		c.early = append(c.early, cand)
	}
	return !c.recovered
}

// has reports whether the block is tracked. The caller holds mu.
func (c *Courier) has(blockHash template.Hash) bool {
	return slices.ContainsFunc(c.blocks, func(t *tracked) bool { return t.block.BlockHash == blockHash })
}

// rivalsOwn reports whether another block of this run on the same parent may stay in the chain: two workers solved one
// job within microseconds, which is no second event. Both are sent, since the first may be refused. The caller holds mu.
func (c *Courier) rivalsOwn(cand *Candidate) bool {
	parent := cand.parent()
	return slices.ContainsFunc(c.blocks, func(t *tracked) bool {
		return t.block.ThisRun && t.parent == parent && t.block.Verdict.Outcome != Rejected && t.block.State != StateOrphaned
	})
}

// maxUnannounced is how long the news of a block waits for the journal or a node to have it. What was announced then
// outlives the program, however that ends; if neither takes the block, the operator hears of it all the same.
const maxUnannounced = time.Second

// The attribute by which a log handler knows the records that a solo miner waits for.
const (
	EventKey      = "event"
	EventFound    = "block-found"
	EventAccepted = "block-accepted"
)

// deliver tracks a block and sends it to every node that has not answered for good. The caller holds mu.
func (c *Courier) deliver(t *tracked, cand *Candidate) {
	t.c, t.parent, t.open = cand, cand.parent(), true
	c.blocks = append(c.blocks, t)
	c.watcher.Sent(t.ref())
	if !t.kept {
		c.enqueue(t)
	}
	for _, n := range c.cfg.Nodes {
		if v, answered := t.block.AnswerOf(n.Name()); !answered || !v.Final() {
			c.send(t, cand, n)
		}
	}
}

// Run delivers and follows blocks until ctx ends. Then submissions under way have the grace period; what is unsettled
// after it stays in the journal. It always returns nil; a fault of node or disk is logged and outlasted.
func (c *Courier) Run(ctx context.Context) error {
	recording, stopRecording := context.WithCancel(context.Background())
	defer stopRecording()
	var recorder, follower sync.WaitGroup
	recorder.Go(func() { c.record(recording) })
	follower.Go(func() { c.follow(ctx) })
	follower.Go(func() { c.sendBacklog(ctx) })
	<-ctx.Done()
	c.mu.Lock()
	c.ending = true
	for _, t := range c.blocks {
		c.endRetries(t)
	}
	c.mu.Unlock()
	follower.Wait()
	c.observing <- struct{}{} // an observation of somebody else may be under way
	<-c.observing
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()

	grace := time.AfterFunc(c.cfg.Grace, c.abandon)
	defer grace.Stop()
	c.work.Wait()
	stopRecording()
	recorded := make(chan struct{}) // closed when the journal has what it takes
	go func() {
		recorder.Wait()
		c.recordRest()
		close(recorded)
	}()
	select {
	case <-recorded:
	case <-c.alive.Done(): // a disk that hangs is left: nothing can end the write
		late := time.NewTimer(lastWord)
		defer late.Stop()
		select {
		case <-recorded:
		case <-late.C:
		}
	}
	c.abandon()
	return nil
}

// Unsaved returns the blocks that neither the journal nor the best chain of a node has, with their bytes.
func (c *Courier) Unsaved() []*Candidate {
	c.mu.Lock()
	defer c.mu.Unlock()
	lost := slices.Clone(c.early)
	for _, t := range c.blocks {
		if !t.kept && t.c != nil && t.block.Verdict.Outcome != Accepted {
			lost = append(lost, t.c)
		}
	}
	return lost
}

// NewTip says that the best chain may have changed. It returns at once.
func (c *Courier) NewTip() {
	wake(c.newTip)
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.tipMoved)
	c.tipMoved = make(chan struct{})
}

// tipNews returns a channel that is closed at the next NewTip.
func (c *Courier) tipNews() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tipMoved
}

// Blocks returns every block of the journal and of this run, oldest first, those of this run last. The slice is the
// caller's.
func (c *Courier) Blocks() []Block {
	c.mu.Lock()
	defer c.mu.Unlock()
	won := make(map[template.Hash]bool)  // parents on which a block of ours is in the best chain
	lead := make(map[template.Hash]bool) // or was when a node accepted it
	for _, t := range c.blocks {
		won[t.parent] = won[t.parent] || t.inChain
		lead[t.parent] = lead[t.parent] || t.block.Verdict.Outcome == Accepted
	}
	blocks := make([]Block, 0, len(c.blocks))
	for _, t := range c.blocks {
		b := t.block
		beside := b.Verdict.Outcome == Accepted && won[t.parent] || b.Verdict.Outcome == Inconclusive && (won[t.parent] || lead[t.parent])
		b.Sibling = beside && !t.inChain && t.parent != (template.Hash{})
		blocks = append(blocks, b)
	}
	return blocks
}

// start runs f as part of the work that Run waits for. The caller holds mu.
func (c *Courier) start(f func()) {
	if c.ended {
		go f()
	} else {
		c.work.Go(f) // under mu: nothing is added once Run waits
	}
}
