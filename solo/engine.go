package solo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/template"
)

// Config is what an Engine is made of.
type Config struct {
	Node       Node
	Submitters []Submitter // every found block goes to all of them
	Journal    Journal
	Payout     Payout
	Tag        string // text in the coinbase; may be empty
	Propose    bool   // put each new template's assembled block to the node
	Blocks     int    // hand out no more work once so many of this run's blocks are in the best chain; 0: no limit
	Log        *slog.Logger
	Alerts     *Alerts             // shown in Stats; nil: none
	Health     func() []NodeHealth // for Stats; nil: unknown

	Grace       time.Duration    // how long submissions in flight may take when Run ends; 0: 10 s
	RetryFirst  time.Duration    // pause before a failed submission or write is tried again; it grows; 0: 500 ms
	RetryMost   time.Duration    // the longest such pause; 0: 1 min
	TemplateGap time.Duration    // pause after a failed template request; 0: 1 s
	RefusedGap  time.Duration    // pause after the node refused an assembled block; 0: 5 s
	Now         func() time.Time // nil: time.Now
}

// Engine is the heart of a miner. It is safe for concurrent use. It logs outside of its lock: a log that blocks may
// hold up news, never a block.
type Engine struct {
	cfg         Config
	log         *slog.Logger
	jobs        *jobs
	extranonces *extranonces
	shares      atomic.Uint64
	best        bestShare
	started     time.Time
	done        chan struct{} // closed by followUp when Config.Blocks blocks are in the best chain
	lastJob     uint64        // changed by follow's goroutine alone

	// A submission outlives whoever found the block, so its context is the engine's own: Run ends it, after the
	// grace period. It is kept here because Submit starts submissions and has no longer-lived one.
	alive      context.Context
	abandon    context.CancelFunc
	following  context.Context // ends with the search: what may only improve a verdict does not delay the end
	unfollow   context.CancelFunc
	deliveries sync.WaitGroup

	toSave, toFollow, enoughFound chan struct{} // see wake: for record, and for followUp

	writing sync.Mutex // held while the journal is written

	mu       sync.Mutex
	latest   *template.Job      // the newest job, offered or not
	since    time.Time          // when latest was made
	idle     string             // why latest must not be searched; empty if it may
	again    context.CancelFunc // ends the wait for the template after latest
	asked    uint64             // how often the node was asked for a template
	found    []*found           // oldest first, but those of this run after all others
	unsaved  []*found           // the journal does not have all of them
	holds    map[template.Hash]*hold
	won      map[template.Hash]int // parents on which blocks of ours are in the best chain, and how many
	wonFresh map[template.Hash]int // likewise, of this run alone
	finished bool                  // done is closed
	warned   string
	ended    bool // Run waits for no more deliveries
}

// New checks cfg. Nothing runs before Run.
func New(cfg Config) (*Engine, error) {
	switch {
	case cfg.Node == nil || cfg.Journal == nil || cfg.Payout == nil || len(cfg.Submitters) == 0:
		return nil, errors.New("new engine: node, journal, payout and submitter are needed")
	case len(cfg.Payout.Script()) == 0:
		return nil, errors.New("new engine: the payout script is empty: anyone could spend the reward")
	case cfg.Blocks < 0:
		return nil, errors.New("new engine: the number of blocks is negative")
	}
	for _, d := range []struct {
		field   *time.Duration
		byDeflt time.Duration
	}{
		{&cfg.Grace, 10 * time.Second}, {&cfg.RetryFirst, 500 * time.Millisecond}, {&cfg.RetryMost, time.Minute},
		{&cfg.TemplateGap, time.Second}, {&cfg.RefusedGap, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.byDeflt
		}
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
		cfg: cfg, log: cfg.Log, jobs: newJobs(), extranonces: newExtranonces(), started: cfg.Now(),
		done: make(chan struct{}), toSave: make(chan struct{}, 1), toFollow: make(chan struct{}, 1),
		enoughFound: make(chan struct{}, 1), holds: make(map[template.Hash]*hold),
		won: make(map[template.Hash]int), wonFresh: make(map[template.Hash]int), asked: 1,
	}
	e.alive, e.abandon = context.WithCancel(context.Background())
	e.following, e.unfollow = context.WithCancel(e.alive)
	return e, nil
}

// NextJob waits until the job to search is not prev and returns it. A nil job means that there is nothing to search
// now: the tip has moved and the node has no template, the node refused the assembled block, or a block is solved
// and the next template not here yet. The error is ctx's.
func (e *Engine) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	return e.jobs.next(ctx, prev)
}

// Extranonce1 gives out a part of the search space that nobody else has.
func (e *Engine) Extranonce1() [Extranonce1Size]byte { return e.extranonces.next() }

// Done is closed when Config.Blocks blocks of this run are in the best chain.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Run turns the node's templates into jobs until ctx ends. Then it gives submissions in flight their grace period;
// what is unsettled after it stays in the journal. Blocks that the journal still has unsettled from earlier runs
// are sent like fresh ones, and all that are not settled are followed. The searchers should have stopped before ctx
// ends. It returns an error only if the journal cannot be read; the search goes on all the same until then.
//
// A block that is found after that all the same is on disk before Submit returns.
func (e *Engine) Run(ctx context.Context) error {
	err := e.takeUp()
	if err != nil {
		e.log.Error("journal cannot be read", "err", err)
	}
	made := make(chan *template.Job, 1) // latest wins; closed when no more are made
	delivered := make(chan struct{})    // closed when all deliveries have ended
	var helpers, recorder sync.WaitGroup
	recorder.Go(func() { e.record(delivered) })
	helpers.Go(func() { e.checkJobs(ctx, made) })
	helpers.Go(e.followUp)
	e.follow(ctx, made)
	close(made)
	e.unfollow()
	helpers.Wait()
	e.mu.Lock()
	e.ended = true
	e.reoffer()
	e.mu.Unlock()

	grace := time.AfterFunc(e.cfg.Grace, e.abandon)
	e.deliveries.Wait()
	close(delivered)
	recorder.Wait()
	grace.Stop()
	e.abandon()
	return err
}

// follow makes a job of each template until ctx ends.
func (e *Engine) follow(ctx context.Context, made chan *template.Job) {
	var prev *template.Template
	var wait context.Context
	var again context.CancelFunc // ends wait
	renew := func() { wait, again = context.WithCancel(ctx) }
	renew()
	defer func() { again() }()
	for ctx.Err() == nil {
		e.mu.Lock()
		e.asked++
		e.mu.Unlock()
		t, err := e.cfg.Node.NextTemplate(wait, prev)
		switch {
		case ctx.Err() != nil:
		case err == nil:
			again()
			renew()
			e.newTemplate(t, again, made)
			prev = t
		case wait.Err() != nil: // refused: ask afresh, for the same work too
			renew()
			prev = nil
			pause(ctx, e.cfg.RefusedGap)
		default:
			if !e.templateFailed(err) {
				prev = nil // the node may come back with the very work that is not searched now
			}
			pause(ctx, e.cfg.TemplateGap)
		}
	}
}

// newTemplate makes a job of t. again ends the wait for the template after it.
func (e *Engine) newTemplate(t *template.Template, again context.CancelFunc, made chan *template.Job) {
	e.lastJob++
	clean := e.latest == nil || e.latest.Template.PreviousBlock != t.PreviousBlock // only this goroutine changes latest
	j, err := template.NewJob(strconv.FormatUint(e.lastJob, 16), t,
		template.Coinbase{Script: e.cfg.Payout.Script(), Tag: e.cfg.Tag, ExtranonceSize: ExtranonceSize}, clean)
	e.mu.Lock()
	if err != nil {
		e.setIdle(err.Error())
		e.mu.Unlock()
		e.log.Error("no job can be made of the template", "height", t.Height, "err", err)
		return
	}
	failed := e.warned != ""
	e.warned = ""
	for parent, h := range e.holds {
		// A template on the same parent that was asked for before the block was accepted may be older than the block.
		if h.open == 0 && (parent != t.PreviousBlock || h.won < e.asked) {
			delete(e.holds, parent)
		}
	}
	e.latest, e.since, e.idle, e.again = j, e.cfg.Now(), "", again
	e.jobs.add(j)
	e.reoffer()
	// A template on the parent of a block that was in the best chain says that it is there no more.
	moved := clean || e.won[t.PreviousBlock] > 0
	e.mu.Unlock()
	if moved {
		wake(e.toFollow)
	}

	select { // the checker wants the newest job only
	case <-made:
	default:
	}
	made <- j
	if failed && !t.Empty {
		e.log.Info("the node gives templates again", "height", t.Height)
	}
	level := slog.LevelInfo
	if !clean {
		level = slog.LevelDebug
	}
	what := "new template"
	if t.Empty {
		what = "new template: an empty block, made here"
	}
	e.log.Log(context.Background(), level, what, "height", t.Height, "job", j.ID, "clean", clean,
		"transactions", 1+len(t.Transactions), "fees", t.Fees(), "value", t.CoinbaseValue,
		"difficulty", t.Target.Difficulty(), "script", fmt.Sprintf("%x", j.Coinbase.Script))
}

// templateFailed tells the operator once for each new reason, and takes the job away if its tip has gone. It reports
// whether a job is left to search.
func (e *Engine) templateFailed(err error) (searching bool) {
	e.mu.Lock()
	if errors.Is(err, ErrTipMoved) {
		e.setIdle(err.Error())
		wake(e.toFollow)
	}
	fresh := err.Error() != e.warned
	e.warned = err.Error()
	searching = e.searchable()
	e.mu.Unlock()
	if fresh {
		e.log.Error("no new template from the node", "searching", searching, "err", err)
	}
	return searching
}

// setIdle stops the search of the latest job. The caller holds mu.
func (e *Engine) setIdle(why string) {
	e.idle = why
	e.reoffer()
}

// reoffer decides what searchers get. The caller holds mu.
func (e *Engine) reoffer() {
	if e.searchable() && !e.enough() && !e.ended {
		e.jobs.offer(e.latest)
	} else {
		e.jobs.offer(nil)
	}
}

// searchable reports whether a block of the newest job could win. The caller holds mu.
func (e *Engine) searchable() bool {
	return e.latest != nil && e.idle == "" && e.holds[e.latest.Template.PreviousBlock] == nil
}

// refuse stops the search of j for good and has the node asked for a template afresh. The caller holds mu.
func (e *Engine) refuse(j *template.Job, why string) {
	if j == nil || j != e.latest {
		return
	}
	e.again()
	e.setIdle(why)
}
