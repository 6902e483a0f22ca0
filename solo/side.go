package solo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Side is a chain with what mining it needs. A Courier belongs to one Side of one Engine, which runs it.
type Side struct {
	Chain   *template.Chain
	Node    Node
	Courier *delivery.Courier
	Payout  Payout              // of a merged chain its script may be empty at first: until it is not, no job commits to the chain
	Health  func() []NodeHealth // for Stats; nil: unknown
}

// checkSides refuses sides that cannot be mined together.
func (c *Config) checkSides() error {
	if err := c.Main.check(); err != nil {
		return err
	}
	if len(c.Main.Payout.Script()) == 0 {
		return errors.New("new engine: the payout script is empty: anyone could spend the reward")
	}
	ids := make(map[uint16]bool)
	for _, s := range c.Merged {
		if err := s.check(); err != nil {
			return err
		}
		if !s.Chain.AuxPoW {
			return fmt.Errorf("new engine: %s is not merge-mined", s.Chain.Name)
		}
		if ids[s.Chain.ID] {
			return fmt.Errorf("new engine: two merged chains have the chain id %d", s.Chain.ID)
		}
		ids[s.Chain.ID] = true
	}
	return nil
}

func (s *Side) check() error {
	if s.Chain == nil || s.Node == nil || s.Courier == nil || s.Payout == nil {
		return errors.New("new engine: a side needs chain, node, courier and payout")
	}
	return nil
}

const (
	// tipStands is how long an aux block is committed to while its chain's node gives no template: of the blocks of a chain
	// with one a minute, one in e^20 takes longer.
	tipStands = 20 * time.Minute
	// auxPace is the least time between two templates of a merged chain: whatever its node does, it costs little.
	auxPace = 100 * time.Millisecond
)

// side is a Side at work. Engine.mu guards its fields, but for told.
type side struct {
	Side
	engine *Engine
	alerts *Alerts
	log    *slog.Logger // names the chain if it is a merged one

	template  *template.Template // the newest, searched or not; nil before the first
	aux       *template.Aux      // made of template, on a merged side
	idle      string             // why template must not be searched; empty if it may
	again     context.CancelFunc // ends the wait for the template after it
	asked     uint64             // how often the node was asked for a template
	failing   string             // why the node gives no new template; empty if it does
	failed    time.Time          // since when
	expiry    *time.Timer        // calls expire, on a merged side while failing; else nil
	holds     map[template.Hash]*hold
	found     delivery.Ref          // the last block of this run
	won       map[template.Hash]int // parents on which blocks of ours are in the best chain, and how many
	thisRun   map[template.Hash]int // likewise, of this run's blocks alone
	late      undelivered
	checked   *template.Template // the last one of which a job was queued for a check
	unchecked chan *template.Job // of one place: the newest job to check

	told time.Time // when a new tip was logged last; used by follow alone
}

func newSide(e *Engine, s Side) *side {
	return &side{
		Side: s, engine: e, alerts: e.cfg.Alerts.Of(s.Chain), log: e.log, asked: 1, holds: make(map[template.Hash]*hold), won: make(map[template.Hash]int),
		thisRun: make(map[template.Hash]int), late: newUndelivered(), unchecked: make(chan *template.Job, 1),
	}
}

func newMergedSide(e *Engine, s Side) *side {
	merged := newSide(e, s)
	merged.log = e.log.With("chain", s.Chain.Name)
	return merged
}

func (s *side) isMain() bool { return s == s.engine.main() }

// coinbase returns what the next block of the side pays, and to whom.
func (s *side) coinbase() template.Coinbase {
	c := template.Coinbase{Script: s.Payout.Script(), Tag: s.engine.cfg.Tag}
	if s.isMain() {
		c.ExtranonceSize = ExtranonceSize
	}
	return c
}

// searchable reports whether a block of the newest template could win. The caller holds mu.
func (s *side) searchable() bool {
	return s.template != nil && s.idle == "" && s.holds[s.template.PreviousBlock] == nil
}

// templateOf returns the template of the side's block in a job, nil if there is none.
func (s *side) templateOf(j *template.Job) *template.Template {
	if s.isMain() {
		return j.Template
	}
	for _, a := range j.Aux {
		if a.Template.Chain == s.Chain {
			return a.Template
		}
	}
	return nil
}

// run takes templates from the node until ctx ends, and has the block of each checked.
func (s *side) run(ctx context.Context) {
	var checker sync.WaitGroup
	checker.Go(func() { s.checkJobs(ctx) })
	s.awaitPayout(ctx)
	s.follow(ctx)
	checker.Wait()
}

// awaitPayout waits until it is known whom the side's blocks pay.
func (s *side) awaitPayout(ctx context.Context) {
	for len(s.Payout.Script()) == 0 && ctx.Err() == nil {
		s.setIdle("its node has not said yet what script pays the address")
		pause(ctx, s.engine.cfg.TemplateGap)
	}
	s.setIdle("")
}

func (s *side) setIdle(why string) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	s.idle = why
}

// follow asks the node for one template after the other until ctx ends.
func (s *side) follow(ctx context.Context) {
	e := s.engine
	var prev *template.Template
	var wait context.Context
	var again context.CancelFunc // ends wait
	renew := func() { wait, again = context.WithCancel(ctx) }
	renew()
	defer func() { again() }()
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		s.endExpiry()
	}()
	for ctx.Err() == nil {
		e.mu.Lock()
		s.asked++
		e.mu.Unlock()
		t, err := s.Node.NextTemplate(wait, prev)
		switch {
		case ctx.Err() != nil:
		case err == nil:
			again()
			renew()
			s.newTemplate(t, again)
			prev = t
			if !s.isMain() {
				pause(wait, auxPace)
			}
		case wait.Err() != nil: // refused: ask afresh, for the same work too
			renew()
			prev = nil
			pause(ctx, e.cfg.RefusedGap)
		default:
			if !s.templateFailed(err) {
				prev = nil // the node may come back with the very work that is not searched now
			}
			pause(ctx, e.cfg.TemplateGap)
		}
	}
}

// newTemplate takes t: of the main chain's it makes a job and publishes it, of a merged chain's an aux block for the next
// job. again ends the wait for the template after it.
func (s *side) newTemplate(t *template.Template, again context.CancelFunc) {
	e := s.engine
	recovered := s.works() && !t.Empty
	e.mu.Lock()
	old := s.template
	newTip := old == nil || old.PreviousBlock != t.PreviousBlock
	s.release(t.PreviousBlock)
	reverted := s.won[t.PreviousBlock] > 0 // a block of ours on this parent was in the best chain, and is no more
	if !newTip && s.searchable() && e.jobs.full() {
		s.again = again // the job that is searched is as good, but for some fees
		e.mu.Unlock()
		return
	}
	e.mu.Unlock()
	if newTip || reverted {
		s.Courier.NewTip()
	}
	if old != nil {
		t = t.Share(old)
	}
	var m made
	var aux *template.Aux
	var err error
	if s.isMain() {
		m, err = e.makeJob(t, newTip)
	} else {
		aux, err = template.NewAux(t, s.coinbase())
	}
	e.mu.Lock()
	s.template, s.aux, s.again, s.idle = t, aux, again, ""
	if err != nil {
		s.idle = err.Error()
	}
	if m.job != nil {
		e.publish(m)
	}
	e.reoffer()
	e.mu.Unlock()
	switch {
	case err != nil && s.isMain():
		s.log.Error("no job can be made of the template", "height", t.Height, "err", err)
	case err != nil:
		s.log.Error("no block can be made of the template", "height", t.Height, "err", err)
	default:
		if recovered {
			s.log.Info("the node gives templates again", "height", t.Height)
		}
		s.logTemplate(m.job, t, newTip)
	}
}

// logTemplate logs a template, at a level for operators if its tip is new. j is the job that was made of it, nil on a merged
// side, where a tip a second is news enough.
func (s *side) logTemplate(j *template.Job, t *template.Template, newTip bool) {
	level := slog.LevelDebug
	if now := time.Now(); newTip && (j != nil || now.Sub(s.told) >= time.Second) {
		level, s.told = slog.LevelInfo, now
	}
	what := "new template"
	if t.Empty {
		what = "new template: an empty block, made here"
	}
	attrs := []any{"height", t.Height}
	script := s.Payout.Script()
	if j != nil {
		attrs = append(attrs, "job", j.ID, "clean", j.Clean)
		script = j.Coinbase.Script
	}
	s.log.Log(context.Background(), level, what, append(attrs, "transactions", 1+len(t.Transactions), "fees", t.Fees(),
		"value", t.CoinbaseValue, "difficulty", t.Target.Difficulty(), "script", fmt.Sprintf("%x", script))...)
}

// templateFailed tells the operator once for each new reason, and ends the search if the tip has gone. It reports
// whether the newest template is still searched.
func (s *side) templateFailed(err error) (searching bool) {
	e := s.engine
	e.mu.Lock()
	moved := errors.Is(err, ErrTipMoved)
	if moved {
		s.idle = err.Error()
		e.reoffer()
	}
	fresh := err.Error() != s.failing
	if s.failing == "" {
		s.failed = time.Now()
		if !s.isMain() {
			s.expiry = time.AfterFunc(tipStands, s.expire)
		}
	}
	s.failing = err.Error()
	searching = s.searchable()
	e.mu.Unlock()
	if moved {
		s.Courier.NewTip()
	}
	if fresh {
		level := slog.LevelError
		if s.Health != nil { // whoever watches the nodes raises an alert, and one fault is told once
			level = slog.LevelDebug
		}
		s.log.Log(context.Background(), level, "no new template from the node", "searching", searching, "err", err)
	}
	return searching
}

// works says that the node gives templates, and reports whether it gave none before.
func (s *side) works() (recovered bool) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	recovered, s.failing = s.failing != "", ""
	s.endExpiry()
	return recovered
}

// endExpiry keeps expire from being called, if it has not begun. The caller holds mu.
func (s *side) endExpiry() {
	if s.expiry != nil {
		s.expiry.Stop()
		s.expiry = nil
	}
}

// expire ends the search of a template for whose tip nobody has vouched for too long.
func (s *side) expire() {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	if s.failing == "" || time.Since(s.failed) < tipStands {
		return // a template came at the last moment
	}
	if s.idle == "" {
		s.idle = fmt.Sprintf("its node has given no template for %d minutes: %s", int(tipStands.Minutes()), s.failing)
		s.engine.reoffer()
	}
}

// refuse ends the search of a template for good and has the node asked afresh. The caller holds mu.
func (s *side) refuse(t *template.Template, why string) {
	if t == nil || t != s.template {
		return
	}
	s.again()
	s.idle = why
	s.engine.reoffer()
}
