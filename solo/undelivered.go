package solo

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// undelivered holds the found blocks of a side that no node has taken in time. Engine.mu guards its fields.
type undelivered struct {
	blocks map[template.Hash]error // and why
	last   template.Hash           // the block of the last news
	news   chan struct{}           // of one place
}

func newUndelivered() undelivered {
	return undelivered{blocks: make(map[template.Hash]error), news: make(chan struct{}, 1)}
}

// Undelivered implements [delivery.Watcher]. tellUndelivered raises the alert, since raising one logs.
func (s *side) Undelivered(r delivery.Ref, why error) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	u := &s.late
	if why == nil {
		delete(u.blocks, r.BlockHash)
	} else {
		u.blocks[r.BlockHash], u.last = why, r.BlockHash
	}
	select {
	case u.news <- struct{}{}:
	default:
	}
}

// tellUndelivered raises and ends the alert about undelivered blocks until ctx ends.
func (s *side) tellUndelivered(ctx context.Context) {
	for {
		select {
		case <-s.late.news:
		case <-ctx.Done():
			return
		}
		if a, any := s.undeliveredAlert(); any {
			s.alerts.Raise(a)
		} else {
			s.alerts.End(a.Key, a.Node)
		}
	}
}

func (s *side) undeliveredAlert() (a Alert, any bool) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	a = Alert{Key: AlertUndelivered, Grave: true}
	u := &s.late
	block, why := u.last, u.blocks[u.last]
	for other, reason := range u.blocks {
		if why != nil {
			break
		}
		block, why = other, reason
	}
	if why == nil {
		return a, false
	}
	a.Kind = why.Error()
	a.Text = fmt.Sprintf("no node has taken the found block %v: %s", block, a.Kind)
	if more := len(u.blocks) - 1; more > 0 {
		a.Text = fmt.Sprintf("no node has taken %d found blocks, %v among them: %s", more+1, block, a.Kind)
	}
	var advised interface{ Advice() string }
	if errors.As(why, &advised) {
		a.Remedy = advised.Advice()
	}
	a.Remedy = cmp.Or(a.Remedy, "see the node's debug.log") + "; the block is sent again for as long as a node may take it"
	return a, true
}
