package solo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// Side is a chain with what mining it needs. A Courier belongs to one Side of one Engine, which runs it.
type Side struct {
	Chain   *template.Chain
	Node    Node
	Courier *delivery.Courier
	Payout  Payout
}

// check refuses a side that cannot be mined.
func (s *Side) check() error {
	switch {
	case s.Chain == nil || s.Node == nil || s.Courier == nil || s.Payout == nil:
		return errors.New("new engine: a side needs chain, node, courier and payout")
	case len(s.Payout.Script()) == 0:
		return errors.New("new engine: the payout script is empty: anyone could spend the reward")
	}
	return nil
}

// side is a Side at work. Engine.mu guards its fields.
type side struct {
	Side
	engine *Engine

	template  *template.Template // the newest, searched or not; nil before the first
	aux       *template.Aux      // made of template, on a merged side
	idle      string             // why template must not be searched; empty if it may
	again     context.CancelFunc // ends the wait for the template after it
	asked     uint64             // how often the node was asked for a template
	failing   string             // why the node gives no new template; empty if it does
	holds     map[template.Hash]*hold
	won       map[template.Hash]int // parents on which blocks of ours are in the best chain, and how many
	late      undelivered
	unchecked chan *template.Job // of one place: the newest job to check; closed by run
}

func newSide(e *Engine, s Side) *side {
	return &side{
		Side: s, engine: e, asked: 1, holds: make(map[template.Hash]*hold), won: make(map[template.Hash]int),
		late: newUndelivered(), unchecked: make(chan *template.Job, 1),
	}
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

// run makes a job of each template until ctx ends, and has it checked.
func (s *side) run(ctx context.Context) {
	var checker sync.WaitGroup
	checker.Go(func() { s.checkJobs(ctx) })
	s.follow(ctx)
	close(s.unchecked)
	checker.Wait()
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

// newTemplate makes a job of t and publishes it. again ends the wait for the template after it.
func (s *side) newTemplate(t *template.Template, again context.CancelFunc) {
	e := s.engine
	e.making.Lock()
	defer e.making.Unlock()
	e.mu.Lock()
	old := s.template
	newTip := old == nil || old.PreviousBlock != t.PreviousBlock
	recovered := s.failing != "" && !t.Empty
	s.failing = ""
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
	j, aux, err := s.makeJob(t, newTip)
	e.mu.Lock()
	s.template, s.aux, s.again, s.idle = t, aux, again, ""
	if err != nil {
		s.idle = err.Error()
	}
	if j != nil {
		e.publish(j)
	}
	e.reoffer()
	e.mu.Unlock()
	if err != nil {
		e.log.Error("no job can be made of the template", "chain", s.Chain.Name, "height", t.Height, "err", err)
	}
	if j == nil {
		return
	}
	if recovered {
		e.log.Info("the node gives templates again", "height", t.Height)
	}
	s.logTemplate(j, t, newTip)
	select { // the checker wants the newest job only
	case <-s.unchecked:
	default:
	}
	s.unchecked <- j
}

// makeJob makes the job of a new template of the side, which has the newest templates of the others. There is none before
// the main chain's first template, though there may be an aux block. The caller holds Engine.making.
func (s *side) makeJob(t *template.Template, newTip bool) (*template.Job, *template.Aux, error) {
	e := s.engine
	e.mu.Lock()
	main, all, held := e.main().template, e.auxes(s), s.holds[t.PreviousBlock] != nil
	e.mu.Unlock()
	var aux *template.Aux
	if s.isMain() {
		main = t
	} else {
		var err error
		if aux, err = template.NewAux(t, s.coinbase()); err != nil {
			return nil, nil, err
		}
		if !held {
			all = append(all, aux)
		}
	}
	if main == nil {
		return nil, aux, nil
	}
	e.lastJob++
	j, err := template.NewJob(strconv.FormatUint(e.lastJob, 16), main, e.main().coinbase(), newTip && s.isMain(), all...)
	return j, aux, err
}

// logTemplate logs a template, at a level for operators if its tip is new.
func (s *side) logTemplate(j *template.Job, t *template.Template, newTip bool) {
	level := slog.LevelInfo
	if !newTip {
		level = slog.LevelDebug
	}
	what := "new template"
	if t.Empty {
		what = "new template: an empty block, made here"
	}
	script := j.Coinbase.Script
	log := s.engine.log
	if !s.isMain() {
		log, script = log.With("chain", s.Chain.Name), s.Payout.Script()
	}
	log.Log(context.Background(), level, what, "height", t.Height, "job", j.ID, "clean", j.Clean,
		"transactions", 1+len(t.Transactions), "fees", t.Fees(), "value", t.CoinbaseValue,
		"difficulty", t.Target.Difficulty(), "script", fmt.Sprintf("%x", script))
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
	s.failing = err.Error()
	searching = s.searchable()
	e.mu.Unlock()
	if moved {
		s.Courier.NewTip()
	}
	if fresh {
		level := slog.LevelError
		if e.cfg.Health != nil { // whoever watches the nodes raises an alert, and one fault is told once
			level = slog.LevelDebug
		}
		e.log.Log(context.Background(), level, "no new template from the node", "searching", searching, "err", err)
	}
	return searching
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
