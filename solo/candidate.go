package solo

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ltcsolo/template"
)

// maturity is how many confirmations a coinbase needs to be spent (consensus/consensus.h).
const maturity = 100

// seldomMost is the longest pause before a node is asked again what only time can change.
const seldomMost = time.Minute

// Candidate is a solved block: a share whose PoW hash meets the network target, with the block's bytes. It is
// immutable.
type Candidate struct {
	BlockHash template.Hash
	PoWHash   template.Hash
	Height    int32
	Value     int64     // litoshi that the coinbase pays to Script
	Script    []byte    // payout script
	Found     time.Time // by the local clock
	Worker    string
	JobID     string
	Block     []byte // serialized, as submitblock takes it
}

// Found is a candidate and what has become of it.
type Found struct {
	*Candidate
	Verdict Verdict // of all nodes: accepted if one said so
	Sibling bool    // not accepted, but another block of ours on the same parent was: two workers solved one job
}

// found is a candidate under way. Its fields are guarded by Engine.mu.
type found struct {
	c       *Candidate
	parent  template.Hash
	verdict Verdict
	fresh   bool // found by this run, not recovered from the journal
}

// answer is what one submitter said.
type answer struct {
	node    string
	verdict Verdict
	at      time.Time
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
	announced := make(chan struct{}) // closed here: a log that blocks must not delay the submission
	recorded := e.deliver(c, j, announced)
	e.log.Info("block found", "height", c.Height, "block", c.BlockHash, "worker", c.Worker, "job", c.JobID)
	close(announced)
	e.mu.Lock()
	ended := e.ended
	e.mu.Unlock()
	if ended { // Run may not have seen it
		<-recorded
	}
	return nil
}

// deliver starts what brings a candidate, fresh or recovered, to its verdict. j is nil for a recovered one. A
// verdict is logged after announced was closed. The channel is closed when the journal has all that there is to say.
func (e *Engine) deliver(c *Candidate, j *template.Job, announced <-chan struct{}) (recorded <-chan struct{}) {
	f := &found{c: c, parent: (*template.Header)(c.Block).PreviousBlock(), fresh: j != nil}
	e.hold(f)
	answers := make(chan answer, 2*len(e.cfg.Submitters)) // two at most of each; closed when every submitter has ended
	var submitters sync.WaitGroup
	for _, s := range e.cfg.Submitters {
		submitters.Go(func() {
			v := e.submit(f, c, s)
			if v.Outcome != Unsettled {
				e.settle(f, j, v)
				answers <- answer{s.Name(), v, e.cfg.Now()}
			}
			<-announced
			log := e.log.With("height", c.Height, "block", c.BlockHash, "node", s.Name())
			switch {
			case v.Outcome == Unsettled && e.isAccepted(f):
				log.Warn("this node could not be given the block; another one has accepted it")
			case v.Outcome == Inconclusive && e.hasSibling(f):
				log.Info("block is beside another one of ours at its height: only one of them can stay", "verdict", v)
			default:
				logVerdict(log, v)
			}
			if v.Outcome == Inconclusive && e.watch(c.Height, c.BlockHash, s) {
				v = Verdict{Outcome: Accepted}
				e.settle(f, j, v)
				answers <- answer{s.Name(), v, e.cfg.Now()}
				logVerdict(log, v)
			}
		})
	}
	go func() { // ends before the record, which waits for it
		submitters.Wait()
		close(answers)
	}()
	done := make(chan struct{}) // closed by the record's goroutine
	record := func() {
		defer close(done)
		e.record(c, answers, f.fresh)
	}
	e.mu.Lock()
	if e.ended {
		go record()
	} else {
		e.deliveries.Go(record) // under mu: none is added once Run waits
	}
	e.mu.Unlock()
	return done
}

// submit gives the block to one node again and again until its answer is final, or the engine gives up at its end:
// after the grace period, or at once if another node has accepted the block. An unclear answer is settled by asking
// where the block stands, never by guess.
func (e *Engine) submit(f *found, c *Candidate, s Submitter) Verdict {
	log := e.log.With("height", c.Height, "block", c.BlockHash, "node", s.Name())
	failed := backoff{wait: e.cfg.RetryFirst, most: e.cfg.RetryMost}
	refused := backoff{wait: e.cfg.RetryFirst, most: seldomMost}
	for attempt := 1; ; attempt++ {
		ctx := e.alive
		if e.isAccepted(f) {
			ctx = e.following
		}
		v, err := s.SubmitBlock(ctx, c.Block)
		if err == nil && v.Outcome == Duplicate {
			v, err = lookUp(ctx, c, s)
		}
		pause := &failed
		switch {
		case err == nil && v.Final():
			return v
		case ctx.Err() != nil:
			return Verdict{}
		case err == nil:
			pause = &refused
			if seldom(attempt) {
				log.Warn("the node refuses the block for now: it is sent again", "attempt", attempt, "verdict", v)
			}
		case seldom(attempt):
			log.Warn("submission failed: the block is sent again", "attempt", attempt, "err", err)
		}
		if e.isAccepted(f) { // by another node, perhaps just now
			ctx = e.following
		}
		pause.sleep(ctx)
	}
}

// seldom reports whether the nth of equal failures is worth a line in the log: the 1st, 2nd, 4th, 8th ...
func seldom(n int) bool { return n&(n-1) == 0 }

// lookUp finds out what a duplicate is: in the best chain, or beside it.
func lookUp(ctx context.Context, c *Candidate, s Submitter) (Verdict, error) {
	n, err := s.Confirmations(ctx, c.BlockHash)
	switch {
	case err != nil:
		return Verdict{}, err
	case n > 0:
		return Verdict{Outcome: Accepted}, nil
	}
	return Verdict{Outcome: Inconclusive}, nil
}

// watch looks whether an inconclusive block comes into the best chain after all: the node may have heard of its rival
// first, or not have connected its parent yet. It gives up at the end of the search, or when the chain has grown so
// far past the block that a coinbase of that height would be mature.
func (e *Engine) watch(height int32, blockHash template.Hash, s Submitter) bool {
	pause := backoff{wait: e.cfg.RetryFirst, most: seldomMost}
	for e.following.Err() == nil && e.tipHeight() < height+maturity {
		if n, err := s.Confirmations(e.following, blockHash); err == nil && n > 0 {
			return true
		}
		pause.sleep(e.following)
	}
	return false
}

func logVerdict(log *slog.Logger, v Verdict) {
	switch v.Outcome {
	case Unsettled:
		log.Warn("block is not settled: it stays in the journal for the next start", "verdict", v)
	case Accepted:
		log.Info("block accepted", "verdict", v)
	case Inconclusive:
		log.Warn("block known but not in the best chain: another one of the same height is ahead", "verdict", v)
	default:
		log.Error("block rejected by the node; its bytes stay in the journal", "verdict", v)
	}
}

// record writes the candidate to the journal, tries again for as long as the disk refuses, and adds the answers.
func (e *Engine) record(c *Candidate, answers <-chan answer, fresh bool) {
	log := e.log.With("height", c.Height, "block", c.BlockHash)
	appended := !fresh
	pause := backoff{wait: e.cfg.RetryFirst, most: e.cfg.RetryMost}
	for attempt := 1; !appended; attempt++ {
		err := e.cfg.Journal.Append(c)
		if appended = err == nil; appended {
			break
		}
		if seldom(attempt) || e.alive.Err() != nil {
			log.Error("block cannot be written to the journal: free or mend the disk of the state directory", "err", err)
		}
		if e.alive.Err() != nil {
			break
		}
		pause.sleep(e.alive)
	}
	for a := range answers {
		if !appended {
			continue
		}
		if err := e.cfg.Journal.Settle(c.BlockHash, a.node, a.verdict, a.at); err != nil {
			log.Error("verdict cannot be written to the journal", "verdict", a.verdict, "err", err)
		}
	}
}

// backoff waits twice as long each time, up to most.
type backoff struct {
	wait, most time.Duration
}

func (b *backoff) sleep(ctx context.Context) {
	pause(ctx, b.wait)
	b.wait = min(2*b.wait, b.most)
}

// pause waits, or returns at once when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
