package terminal

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Progress is the line that a long command shows on a terminal: the current step, how many are done, and how long the
// rest takes. Without a terminal it shows nothing. It is safe for concurrent use.
type Progress struct {
	console *Console
	began   time.Time
	stop    context.CancelFunc
	shown   sync.WaitGroup

	mu    sync.Mutex
	steps int // 0: not known
	begun int // steps that have begun
	at    time.Time
	text  string // of the current step
}

// StartProgress shows the progress of a number of steps, 0 if it is not known, until End is called.
func StartProgress(c *Console, steps int) *Progress {
	now := time.Now()
	ctx, stop := context.WithCancel(context.Background())
	p := &Progress{console: c, began: now, stop: stop, steps: steps, at: now}
	p.shown.Go(func() { c.Show(ctx, func() []string { return p.parts(time.Now()) }) })
	return p
}

// Step begins the next step.
func (p *Progress) Step(format string, a ...any) {
	p.mu.Lock()
	p.text, p.at = fmt.Sprintf(format, a...), time.Now()
	p.begun++
	p.mu.Unlock()
	if p.console.Terminal() {
		p.console.Update(p.parts(time.Now()))
	}
}

// End removes the line. It is called once, by the caller of StartProgress.
func (p *Progress) End() {
	p.stop()
	p.shown.Wait()
}

// parts returns the parts of the line, most important first.
func (p *Progress) parts(now time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.begun == 0 {
		return nil
	}
	parts := []string{OneLine(p.text)}
	if p.steps > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d", p.begun, p.steps))
	}
	if done := p.begun - 1; done > 0 && p.steps > 0 {
		// The remaining steps, this one included, take as long as those that are done, step for step.
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
