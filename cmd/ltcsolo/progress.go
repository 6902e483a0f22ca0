package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// progress is the line that a long command shows on a terminal: what it does now, how far it is, how long it will
// take. Elsewhere nothing is shown. It is safe for concurrent use.
type progress struct {
	console *console
	began   time.Time
	stop    context.CancelFunc
	shown   sync.WaitGroup

	mu    sync.Mutex
	steps int // 0: nobody knows
	begun int // steps
	at    time.Time
	text  string // of the step that is under way
}

// startProgress shows the progress of so many steps, 0 if their number is not known, until end is called.
func startProgress(c *console, steps int) *progress {
	now := time.Now()
	ctx, stop := context.WithCancel(context.Background())
	p := &progress{console: c, began: now, stop: stop, steps: steps, at: now}
	p.shown.Go(func() { c.show(ctx, func() []string { return p.parts(time.Now()) }) })
	return p
}

// step says that the next step begins, and what it is.
func (p *progress) step(format string, a ...any) {
	p.mu.Lock()
	p.text, p.at = fmt.Sprintf(format, a...), time.Now()
	p.begun++
	p.mu.Unlock()
	if p.console.terminal {
		p.console.update(p.parts(time.Now()))
	}
}

// end takes the line away. It is called once, by whoever started it.
func (p *progress) end() {
	p.stop()
	p.shown.Wait()
}

// parts are those of the line, most important first.
func (p *progress) parts(now time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun == 0 {
		return nil
	}
	parts := []string{oneLine(p.text)}
	if p.steps > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d", p.begun, p.steps))
	}
	if done := p.begun - 1; done > 0 && p.steps > 0 {
		// What is over took the time up to the start of this step; the rest will take as long, step for step.
		whole := p.at.Sub(p.began) / time.Duration(done) * time.Duration(p.steps)
		if left := (whole - now.Sub(p.began)).Round(time.Second); left > 0 {
			return append(parts, left.String()+" left")
		}
	}
	if passed := now.Sub(p.began).Truncate(time.Second); passed > 0 {
		parts = append(parts, passed.String())
	}
	return parts
}
