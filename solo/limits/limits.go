// Package limits pauses mining on a machine that has other uses: while one of its rules holds, searchers get no job.
// Templates, submissions and everything else continue.
//
// A Limiter is an upstream in front of another one. Its rules:
//
//	Schedule   mines at some hours only
//	MaxTemp    pauses while the processor is hot
//	MaxLoad    pauses while the machine has other work
//	OnBattery  pauses without mains power
package limits

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// defaultEvery is how often the rules are checked.
const defaultEvery = 2 * time.Second

// Rule is one reason to pause.
type Rule struct {
	Name    string // the flag's, without dashes
	Setting string // as the user gave it
	// Check says in one line why mining must pause now; empty if it need not. One goroutine at a time calls it. An error
	// means that the reason is unknown; mining then pauses, since whatever the rule protects may need it.
	Check func(now time.Time) (why string, err error)
}

// Config configures a Limiter.
type Config struct {
	Upstream solo.Upstream
	Rules    []Rule
	Every    time.Duration    // how often the rules are checked; 0: 2 s
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: none
}

// Limiter offers its upstream's job, or none while a rule holds. It is safe for concurrent use.
type Limiter struct {
	cfg Config
	log *slog.Logger

	mu      sync.Mutex
	limits  []solo.Limit  // the rules' latest answers
	held    bool          // at least one of them holds
	changed chan struct{} // closed and replaced when held changes
}

var _ solo.Upstream = (*Limiter)(nil)

// New checks cfg and checks each rule once. A rule that fails is a RuleError: a limit that does nothing must not look like
// a limit.
func New(cfg Config) (*Limiter, error) {
	if cfg.Upstream == nil {
		return nil, errors.New("new limiter: upstream is needed")
	}
	if cfg.Every <= 0 {
		cfg.Every = defaultEvery
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	l := &Limiter{cfg: cfg, log: cfg.Log, changed: make(chan struct{})}
	for _, r := range cfg.Rules {
		why, err := r.Check(cfg.Now())
		if err != nil {
			return nil, &RuleError{r.Name, err}
		}
		l.limits = append(l.limits, solo.Limit{Name: r.Name, Setting: r.Setting})
		l.take(len(l.limits)-1, why)
	}
	return l, nil
}

// Check checks each rule once. One that does not work on this machine is a *RuleError.
func Check(rules []Rule, now time.Time) error {
	for _, r := range rules {
		if _, err := r.Check(now); err != nil {
			return &RuleError{r.Name, err}
		}
	}
	return nil
}

// RuleError is the error of a rule that does not work on this machine.
type RuleError struct {
	Name string // the rule's
	Err  error
}

func (e *RuleError) Error() string { return "--" + e.Name + ": " + e.Err.Error() }
func (e *RuleError) Unwrap() error { return e.Err }

// Run checks the rules until ctx ends.
func (l *Limiter) Run(ctx context.Context) {
	tick := time.NewTicker(l.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i, r := range l.cfg.Rules {
			why, err := r.Check(l.cfg.Now())
			if err != nil {
				why = "cannot tell: " + err.Error()
			}
			l.take(i, why)
		}
	}
}

// take stores the answer of rule i, and logs when the rule begins and ceases to hold.
func (l *Limiter) take(i int, why string) {
	l.mu.Lock()
	limit := &l.limits[i]
	was := limit.Holding
	limit.Holding, limit.Why = why != "", why
	held := false
	for _, other := range l.limits {
		held = held || other.Holding
	}
	if held != l.held {
		l.held = held
		close(l.changed)
		l.changed = make(chan struct{})
	}
	now := *limit
	l.mu.Unlock()
	switch log := l.log.With("limit", now.Name, "setting", now.Setting); {
	case now.Holding && !was:
		log.Info("mining is paused", "why", now.Why)
	case was && !now.Holding && held:
		log.Info("a limit no longer holds, but another one does")
	case was && !now.Holding:
		log.Info("mining resumes")
	}
}

// Limits returns the state of each rule. The slice is the caller's.
func (l *Limiter) Limits() []solo.Limit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]solo.Limit(nil), l.limits...)
}

// NextJob waits until the job to search is not prev and returns it. A nil job means that there is nothing to search now.
// The error is ctx's.
func (l *Limiter) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.mu.Lock()
		held, changed := l.held, l.changed
		l.mu.Unlock()
		if !held {
			if job, err := l.nextUntil(ctx, prev, changed); err == nil {
				return job, nil
			}
			continue // ctx has ended, or held has changed
		}
		if prev != nil {
			return nil, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// nextUntil waits for the upstream's next job, but only until changed is closed.
func (l *Limiter) nextUntil(ctx context.Context, prev *template.Job, changed <-chan struct{}) (*template.Job, error) {
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	defer watch.Wait()
	defer cancel()
	watch.Go(func() {
		select {
		case <-changed:
			cancel()
		case <-ctx.Done():
		}
	})
	return l.cfg.Upstream.NextJob(ctx, prev)
}

// HitTarget returns the upstream's.
func (l *Limiter) HitTarget(j *template.Job) template.Target { return l.cfg.Upstream.HitTarget(j) }

// Submit passes the share on: nothing that was found is held back.
func (l *Limiter) Submit(s solo.Share) (solo.Result, error) { return l.cfg.Upstream.Submit(s) }
