package solo

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/template"
)

// Config configures an Engine.
type Config struct {
	Main    Side
	Merged  []Side     // chains whose blocks the main chain's work wins too; none is fine
	Tag     string     // text in the coinbase; may be empty
	Propose bool       // put each new template's assembled block to its node
	Blocks  int        // hand out no more work once so many of this run's main-chain blocks are in the best chain; 0: no limit
	Hasher  Hasher     // of SubmitAll; nil: golang.org/x/crypto/scrypt, one header at a time
	Earlier []KnownJob // of earlier runs, in any order: shares for them are judged while they are not too old
	// Reserved are the extranonce1 values of searchers of earlier runs, who may go on with them: nobody else gets them.
	Reserved [][Extranonce1Size]byte

	Log    *slog.Logger
	Alerts *Alerts             // shown in Stats; nil: none
	Health func() []NodeHealth // Main.Health, unless that is set

	TemplateGap time.Duration    // pause after a failed template request; 0: 1 s
	RefusedGap  time.Duration    // pause after a node refused an assembled block; 0: 5 s
	Now         func() time.Time // nil: time.Now
}

// Engine makes jobs and judges shares. It is safe for concurrent use. Nothing is logged with mu held.
type Engine struct {
	cfg         Config
	log         *slog.Logger
	jobs        *jobs
	extranonces *extranonces
	shares      atomic.Uint64
	best        bestShare
	lowChecks   quota
	seed        maphash.Seed // of marks
	started     time.Time
	sides       []*side // the main one first

	done    chan struct{} // closed by confirmBlocks when Config.Blocks blocks are in the best chain
	reached chan struct{} // of one place: wakes confirmBlocks

	renewal chan struct{} // of one place: wakes renewJobs

	mu      sync.Mutex      // guards what follows, and every side
	lastJob uint64          // ID of the job that was begun last
	latest  *template.Job   // the newest job, offered or not
	aux     []*template.Aux // what latest was to commit to
	since   time.Time       // when latest was made
	ended   bool            // Run offers nothing any more
}

// New checks cfg. Nothing runs before Run.
func New(cfg Config) (*Engine, error) {
	if err := cfg.checkSides(); err != nil {
		return nil, err
	}
	if cfg.Main.Health == nil {
		cfg.Main.Health = cfg.Health
	}
	if cfg.Blocks < 0 {
		return nil, errors.New("new engine: the number of blocks is negative")
	}
	if cfg.TemplateGap == 0 {
		cfg.TemplateGap = time.Second
	}
	if cfg.RefusedGap == 0 {
		cfg.RefusedGap = 5 * time.Second
	}
	if cfg.Hasher == nil {
		cfg.Hasher = reference{}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Alerts == nil {
		cfg.Alerts = NewAlerts(cfg.Log, nil)
	}
	e := &Engine{
		cfg: cfg, log: cfg.Log, jobs: newJobs(cfg.Now), extranonces: newExtranonces(cfg.Reserved), started: cfg.Now(),
		lastJob:   firstJobID(),
		lowChecks: quota{most: maxLowChecks}, seed: maphash.MakeSeed(),
		done: make(chan struct{}), reached: make(chan struct{}, 1), renewal: make(chan struct{}, 1),
	}
	e.sides = append(e.sides, newSide(e, cfg.Main))
	for _, s := range cfg.Merged {
		e.sides = append(e.sides, newMergedSide(e, s))
	}
	e.jobs.restore(cfg.Earlier)
	return e, nil
}

// NextJob implements [Upstream]. A chain is not searched while its tip has moved and its node has no template, while the
// node refuses the assembled block, and after a block was solved until the next template is here. There is nothing to
// search while that holds for all chains: the last main template is searched on for the sake of merged ones.
func (e *Engine) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	return e.jobs.next(ctx, prev)
}

// Job returns the job with that ID, nil if it is not known, or not any more.
func (e *Engine) Job(id string) *template.Job {
	if entry, _ := e.jobs.find(id); entry != nil {
		return entry.job
	}
	return nil
}

// Extranonce1 returns a part of the search space that nobody else has.
func (e *Engine) Extranonce1() [Extranonce1Size]byte { return e.extranonces.next() }

// Done is closed when Config.Blocks blocks of this run are in the main chain's best chain.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Run recovers the blocks of earlier runs, then turns templates into jobs and runs the couriers until ctx ends, and
// returns when the couriers have drained. The searchers should have stopped before ctx ends; a block that is found after
// that all the same is on disk before Submit returns. The error says which journal could not be read whole; the search
// goes on all the same until then.
func (e *Engine) Run(ctx context.Context) error {
	err := e.recoverJournals()
	var couriers, helpers, tellers sync.WaitGroup
	telling, endTelling := context.WithCancel(context.WithoutCancel(ctx))
	defer endTelling()
	for _, s := range e.sides {
		tellers.Go(func() { s.tellUndelivered(telling) })
		couriers.Go(func() { s.Courier.Run(ctx) })
		helpers.Go(func() { s.run(ctx) })
	}
	helpers.Go(func() { e.confirmBlocks(ctx) })
	helpers.Go(func() { e.renewJobs(ctx) })
	helpers.Wait()
	e.mu.Lock()
	e.ended = true
	e.reoffer()
	e.mu.Unlock()
	couriers.Wait()
	endTelling()
	tellers.Wait()
	return err
}

// recoverJournals has each courier read its journal, and tells each payout of the blocks there: a crash may have come between
// the two.
func (e *Engine) recoverJournals() error {
	var errs []error
	for _, s := range e.sides {
		if err := s.Courier.Recover(s); err != nil {
			e.log.Error("journal cannot be read", "chain", s.Chain.Name, "err", err)
			errs = append(errs, err)
		}
		for _, b := range s.Courier.Blocks() {
			s.Payout.Found(b.Script, b.BlockHash)
		}
	}
	return errors.Join(errs...)
}

// main returns the side of the main chain.
func (e *Engine) main() *side { return e.sides[0] }

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
