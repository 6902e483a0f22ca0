package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo"
)

// Reasons for which a search ends.
const (
	byBlocks = "blocks"
	byTime   = "time"
	bySignal = "signal"
	byError  = "error"
)

// Search runs an engine and its sources until ctx ends, the engine has found the blocks that it was asked for, the limit
// has passed (0: none), or one of them fails. It then calls stopping with the reason, waits for the sources to end, and
// then for the engine, which finishes submissions that are under way. searched is the time until the sources had ended.
func Search(ctx context.Context, e *solo.Engine, sources []Source, limit time.Duration, stopping func(reason string)) (reason string, searched time.Duration, err error) {
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
	if limit > 0 {
		timer := time.NewTimer(limit)
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
	endEngine()
	if engineRuns {
		engineErr = <-engineEnded
	}
	if err = errors.Join(engineErr, sourceErr); err != nil {
		reason = byError
	}
	return reason, searched, err
}
