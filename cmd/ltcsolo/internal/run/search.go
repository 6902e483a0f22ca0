package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
)

// Reasons for which a search ends.
const (
	byBlocks = "blocks"
	byTime   = "time"
	bySignal = "signal"
	byError  = "error"
)

// Limits bounds a search. The zero value is no bound and no grace.
type Limits struct {
	For   time.Duration // how long to search; 0: for ever
	Grace time.Duration // how long a block of a search that ends by itself may then be without a node's answer

	Waiting func(blocks int) // called when the grace begins; may be nil
}

// Search runs an engine and its sources until ctx ends, the engine has found the blocks that it was asked for, the time
// has passed, or one of them fails. It then calls stopping with the reason and waits for the sources to end. If the
// search has ended by itself with found blocks that no node has answered, these have the grace, until ctx ends. Then it
// waits for the engine, which finishes submissions that are under way. searched is the time until the sources had ended.
func Search(ctx context.Context, e *solo.Engine, sources []Source, limits Limits, stopping func(reason string)) (reason string, searched time.Duration, err error) {
	began := time.Now()
	engineCtx, endEngine := context.WithCancel(context.WithoutCancel(ctx))
	defer endEngine()
	sourceCtx, endSources := context.WithCancel(engineCtx)
	defer endSources()

	engineEnded := make(chan error, 1)
	go func() { engineEnded <- e.Run(engineCtx) }()
	sourceEnded := make(chan error, len(sources))
	for _, s := range sources {
		go func() {
			err := s.Run(sourceCtx)
			if err == nil && sourceCtx.Err() == nil {
				err = errors.New("it ended by itself")
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", s.Name(), err)
			}
			sourceEnded <- err
		}()
	}

	var timeout <-chan time.Time
	if limits.For > 0 {
		timer := time.NewTimer(limits.For)
		defer timer.Stop()
		timeout = timer.C
	}
	running := len(sources)
	var engineErr, sourceErr error
	engineRuns := true
	select {
	case <-e.Done():
		reason = byBlocks
	case <-timeout:
		reason = byTime
	case <-ctx.Done():
		reason = bySignal
	case engineErr = <-engineEnded:
		reason, engineRuns = byError, false
	case sourceErr = <-sourceEnded:
		reason = byError
		running--
	}
	stopping(reason)
	endSources()
	for ; running > 0; running-- {
		sourceErr = errors.Join(sourceErr, <-sourceEnded)
	}
	searched = time.Since(began)
	if n := inHand(e); engineRuns && n > 0 && ctx.Err() == nil && limits.Grace > 0 {
		if limits.Waiting != nil {
			limits.Waiting(n)
		}
		awaitAnswers(ctx, e, limits.Grace)
	}
	endEngine()
	if engineRuns {
		engineErr = <-engineEnded
	}
	if err = errors.Join(engineErr, sourceErr); err != nil {
		reason = byError
	}
	return reason, searched, err
}

// inHand returns how many blocks of this run, of any chain, no node has answered for good.
func inHand(e *solo.Engine) (n int) {
	for _, c := range chainsOf(e.Stats()) {
		for _, b := range c.found() {
			if b.State == delivery.StateUnsettled && b.Pending() {
				n++
			}
		}
	}
	return n
}

// awaitAnswers waits until no block is in hand, until ctx ends, or for at most limit.
func awaitAnswers(ctx context.Context, e *solo.Engine, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for inHand(e) > 0 && ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
