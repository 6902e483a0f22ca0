package solo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Found is a candidate and what has become of it.
type Found struct {
	*Candidate
	Verdict Verdict // of all nodes: accepted if one said so
	State   BlockState
	Sibling bool // not in the best chain, but another block of ours on the same parent is: two workers solved one job
}

// found is a block of the journal, or on its way there. Its fields are guarded by Engine.mu but for those of the first
// group, which do not change.
type found struct {
	hash   template.Hash // block hash
	height int32
	parent template.Hash // zero for one of an earlier run that needs no submission
	fresh  bool          // found by this run

	c       *Candidate // without the bytes once the journal and a node have them; nil if it was never loaded
	block   Block
	open    bool            // its parent is held for it: no node has answered
	counted bool            // it is in Engine.won
	sending map[string]bool // nodes to which it is being sent
	heard   time.Time       // when a node said last where it stands; of followUp's goroutine alone
	eased   chan struct{}   // closed by ease: nothing hangs on the nodes that do not have it yet
	ease    func()          // for a block that a node has accepted, or that is orphaned; may be called again

	kept    bool          // the journal has it
	unsaved []NodeVerdict // the journal does not have them yet
	mark    *Standing     // likewise
	queued  bool          // it is in Engine.unsaved
	failed  int           // writes in a row
	safe    chan struct{} // closed by secure once the journal or a node has it
	secured bool
}

// newFound is a block of which nothing is under way yet.
func newFound(b Block) *found {
	f := &found{hash: b.BlockHash, height: b.Height, block: b, eased: make(chan struct{})}
	f.ease = sync.OnceFunc(func() { close(f.eased) })
	if b.Verdict.Outcome == Accepted || b.State == StateOrphaned {
		f.ease()
	}
	return f
}

// solved makes the candidate of a share that meets the network target and sends it on its way: to the journal and
// to every submitter at the same moment.
func (e *Engine) solved(j *template.Job, s Share, r Result) error {
	block, err := j.Block(s.Solution)
	if err != nil {
		return fmt.Errorf("assemble block: %w", err) // the header was made from the same solution: cannot fail here
	}
	c := &Candidate{
		BlockHash: r.BlockHash, PoWHash: r.PoWHash, Height: j.Template.Height, Value: j.Template.CoinbaseValue,
		Script: j.Coinbase.Script, Found: e.cfg.Now(), Worker: s.Worker, JobID: j.ID, Block: block,
	}
	e.cfg.Payout.Found(c.Script, c.BlockHash)
	f := newFound(NewBlock(c, ""))
	f.parent, f.fresh, f.c, f.safe = j.Template.PreviousBlock, true, c, make(chan struct{})
	announced := make(chan struct{}) // closed by announce
	ended := e.hold(f)
	e.deliver(f, c, announced)
	go e.announce(c, f.safe, announced) // ends before the submitters, which wait for it
	if ended {                          // nobody else writes any more
		e.saveQueued()
	}
	return nil
}

// announceMost is how long the news of a block waits for it to be in safe hands.
const announceMost = time.Second

// announce says that a block was found, once the journal or a node has it: what was announced outlives the program,
// however it ends. If neither can take it, the operator hears of it all the same.
func (e *Engine) announce(c *Candidate, safe <-chan struct{}, announced chan<- struct{}) {
	defer close(announced)
	late := time.NewTimer(announceMost)
	defer late.Stop()
	select {
	case <-safe:
	case <-late.C:
	}
	e.log.Info("block found", "height", c.Height, "block", c.BlockHash, "worker", c.Worker, "job", c.JobID)
}

// secure notes that the journal or a node has the block. The caller holds mu.
func (f *found) secure() {
	if f.safe != nil && !f.secured {
		f.secured = true
		close(f.safe)
	}
	if f.kept && !f.open && f.c != nil && f.c.Block != nil {
		small := *f.c
		small.Block = nil // megabytes, and the journal has them
		f.c = &small
	}
}

// deliver sends a candidate, fresh or recovered, to every node that has not answered for good. Verdicts are logged
// after announced was closed.
func (e *Engine) deliver(f *found, c *Candidate, announced <-chan struct{}) {
	for _, s := range e.cfg.Submitters {
		if v, answered := e.answerOf(f, s); !answered || !v.Final() {
			e.send(f, c, s, announced)
		}
	}
}

// send starts the submission to one node, unless it is under way.
func (e *Engine) send(f *found, c *Candidate, s Submitter, announced <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f.sending[s.Name()] {
		return
	}
	if f.sending == nil {
		f.sending = make(map[string]bool)
	}
	f.sending[s.Name()] = true
	run := func() {
		v := e.submit(f, c, s)
		if v.Outcome != Unsettled {
			e.answered(f, s, v)
		}
		<-announced
		e.logVerdict(f, s, v)
		e.mu.Lock()
		delete(f.sending, s.Name())
		e.mu.Unlock()
	}
	if e.ended {
		go run()
	} else {
		e.deliveries.Go(run) // under mu: none is added once Run waits
	}
}

// submit gives the block to one node again and again until its answer is final, the block has no chance any more, or
// the engine gives up at its end: after the grace period, or without trying again and after lastWord if the block is
// eased. An unclear answer is settled by asking where the block stands, never by guess.
func (e *Engine) submit(f *found, c *Candidate, s Submitter) Verdict {
	log := e.log.With("height", c.Height, "block", c.BlockHash, "node", s.Name())
	first := backoff{wait: e.cfg.RetryFirst, most: e.cfg.RetryMost, steady: steadyTries}
	pause := first
	for attempt := 1; !e.isSettled(f) && (attempt == 1 || e.trying(f).Err() == nil); attempt++ {
		ctx, end := e.offering(f)
		v, err := delivery.Offer(ctx, c, s)
		over := ctx.Err() != nil // not by end
		end()
		switch {
		case err == nil && v.Final():
			return v
		case over:
			return Verdict{}
		case err == nil:
			e.answered(f, s, v)
			if seldom(attempt) {
				log.Warn("the node refuses the block for now: it is sent again", "attempt", attempt, "verdict", v)
			}
			pause.sleep(e.trying(f))
			continue
		case seldom(attempt):
			log.Warn("submission failed: the block is sent again", "attempt", attempt, "err", err)
		}
		switch has, back := e.await(e.trying(f), c, s, pause.next()); {
		case has:
			return Verdict{Outcome: Accepted}
		case back:
			pause = first
		}
	}
	return Verdict{}
}

// trying is how long a block is offered again and again.
func (e *Engine) trying(f *found) context.Context {
	select {
	case <-f.eased:
		return e.following
	default:
		return e.alive
	}
}

// lastWord is how long, at the end, answers are waited for on which nothing hangs.
const lastWord = time.Second

// offering is the context of one submission. A node that hangs does not keep the program from ending once another one
// has accepted the block.
func (e *Engine) offering(f *found) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancel(e.alive)
	stop := context.AfterFunc(e.following, func() {
		select {
		case <-f.eased:
			pause(ctx, lastWord)
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { stop(); cancel() }
}

// seldom reports whether the nth of equal failures is worth a line in the log: the 1st, 2nd, 4th, 8th ...
func seldom(n int) bool { return n&(n-1) == 0 }

// askEvery is how often a node that took no submission is asked whether it answers at all, and how long that may take.
const askEvery = 2 * time.Second

// await waits before a failed submission is repeated. Meanwhile it asks where the block stands: the reply alone may
// have been lost, and a node that was away is back as soon as it answers.
func (e *Engine) await(ctx context.Context, c *Candidate, s Submitter, wait time.Duration) (has, back bool) {
	for up := true; ; {
		asking, cancel := context.WithTimeout(ctx, askEvery)
		n, err := s.Confirmations(asking, c.BlockHash)
		cancel()
		was := up
		switch up = err == nil || isUnknown(err); {
		case err == nil && n > 0:
			return true, false
		case up && !was:
			return false, true
		}
		step := min(wait, askEvery)
		pause(ctx, step)
		if wait -= step; wait <= 0 || ctx.Err() != nil {
			return false, false
		}
	}
}

// logVerdict says how a submission ended.
func (e *Engine) logVerdict(f *found, s Submitter, v Verdict) {
	log := e.log.With("height", f.height, "block", f.hash, "node", s.Name())
	switch {
	case v.Outcome == Accepted:
		log.Info("block accepted", "verdict", v)
	case v.Outcome == Unsettled && e.isSettled(f):
		log.Info("this node was not given the block, which is settled")
	case v.Outcome == Unsettled && e.isAccepted(f):
		log.Warn("this node could not be given the block; another one has accepted it")
	case v.Outcome == Unsettled && e.isOrphaned(f):
		log.Debug("this node could not be given the block, which is orphaned")
	case v.Outcome == Unsettled:
		log.Warn("block is not settled: it stays in the journal for the next start", "verdict", v)
	case v.Outcome == Inconclusive && e.hasSibling(f):
		log.Info("block is beside another one of ours at its height: only one of them can stay", "verdict", v)
	case v.Outcome == Inconclusive:
		log.Warn("block known but not in the best chain: another one of the same height is ahead", "verdict", v)
	default:
		log.Error("block rejected by the node; its bytes stay in the journal", "verdict", v)
	}
}

// steadyTries is how often a submission is repeated before its pauses grow.
const steadyTries = 20

// backoff waits equally long steady times, then twice as long each time, up to most.
type backoff struct {
	wait, most time.Duration
	steady     int
}

// next is how long to wait now.
func (b *backoff) next() time.Duration {
	d := b.wait
	if b.steady--; b.steady < 0 {
		b.wait = min(2*b.wait, b.most)
	}
	return d
}

func (b *backoff) sleep(ctx context.Context) { pause(ctx, b.next()) }

// pause waits, or returns at once when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
