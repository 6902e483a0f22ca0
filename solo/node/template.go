package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// maxClockGap is how far the header time, counted on from an older template, may be from the node's time. The gap grows
// when this machine sleeps, since that time is not counted, or when the node's clock is set.
const maxClockGap = 30 * time.Second

// stuckGap is the pause between two requests for a template while the tip has moved and the template has not.
const stuckGap = time.Second

// NextTemplate implements [solo.Node]. While the tip stays, it is no error that the node gives no new template: prev is
// still good. The log tells when that starts and ends. Failing to ask for the tip is an error, but not solo.ErrTipMoved.
// Errors are the context's or an *Error (errors.As).
func (c *Client) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	if prev == nil {
		return c.templateOrEmpty(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	var polling sync.WaitGroup
	defer polling.Wait()
	defer cancel()
	news := make(chan tipNews)
	polling.Go(func() { c.pollTip(ctx, prev.PreviousBlock, news) })

	refresh := time.NewTimer(time.Until(c.refreshAt(prev)))
	defer refresh.Stop()
	for {
		var waited <-chan struct{}
		wait := c.waitFor(prev.Height)
		if wait != nil {
			waited = wait.done
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.closed:
			return nil, errClosed
		case <-waited:
			if wait.err != nil && !c.refusesWaits(wait.err) {
				return nil, wait.err
			}
			if wait.err != nil || wait.tip == prev.PreviousBlock {
				continue
			}
		case n := <-news:
			if n.err != nil {
				return nil, n.err
			}
		case <-refresh.C:
			ask := c.template // an empty block is worth less than prev
			if prev.Empty {
				ask = c.templateOrEmpty
			}
			t, err := ask(ctx)
			if err != nil {
				if err := c.refreshFailed(ctx, err); err != nil {
					return nil, err
				}
				refresh.Reset(c.cfg.Refresh)
				continue
			}
			if !t.Empty {
				c.refreshWorks()
			}
			if !prev.SameWork(t) || prev.MaxTime != t.MaxTime || clocksParted(prev, t) {
				return t, nil
			}
			refresh.Reset(time.Until(c.refreshAt(t)))
			continue
		}
		t, err := c.templateOrEmpty(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("%w: %w", solo.ErrTipMoved, err)
		}
		if !prev.SameWork(t) {
			return t, nil
		}
		// The tip moved and came back, or the template stays on the old one: then it would be asked for without a pause.
		if !pause(ctx, stuckGap) {
			return nil, ctx.Err()
		}
	}
}

// pause waits for d, and reports whether ctx has not ended before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// clocksParted reports whether the header time counted on from the older template is far from the newer one's.
func clocksParted(older, newer *template.Template) bool {
	apart := int64(older.TimeAt(newer.Received)) - int64(newer.CurTime)
	return max(apart, -apart) > int64(maxClockGap/time.Second)
}

// refreshAt is when to ask for a template in place of t: for its fees, or because testnet's bits change.
func (c *Client) refreshAt(t *template.Template) time.Time {
	at := t.Received.Add(c.cfg.Refresh)
	if t.Empty {
		at = t.Received.Add(min(c.cfg.Refresh, emptyRefresh))
	}
	if t.MaxTime != 0 {
		border := t.Received.Add(time.Duration(int64(t.MaxTime)-int64(t.CurTime)+1) * time.Second)
		if border.Before(at) {
			return border
		}
	}
	return at
}

// refreshFailed handles the error of a refresh. A node that answers without giving a template is logged, once until
// refreshWorks, and yields nil. Any other error is returned.
func (c *Client) refreshFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var reach *reachError
	var known *Error
	if !errors.As(err, &known) || errors.As(err, &reach) {
		return err
	}
	c.mu.Lock()
	first := !c.failing
	c.failing = true
	c.mu.Unlock()
	if first {
		level := slog.LevelWarn
		if c.watched.Load() {
			level = slog.LevelDebug // lasting trouble is an alert of the group
		}
		c.cfg.Log.Log(ctx, level, "the node gives no new template: going on with the last one", "node", c.name, "err", err, "remedy", known.Remedy)
	}
	return nil
}

// refreshWorks logs the end of failing refreshes.
func (c *Client) refreshWorks() {
	c.mu.Lock()
	failed := c.failing
	c.failing = false
	c.mu.Unlock()
	if failed {
		c.cfg.Log.Info("the node gives templates again", "node", c.name)
	}
}

// template asks for the current template, after checking the node's network.
func (c *Client) template(ctx context.Context) (*template.Template, error) {
	network, err := c.networkName(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	t, err := c.askTemplate(ctx, network)
	if ctx.Err() == nil {
		c.noteTemplate(err)
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.last, c.lastAsked = t, began
	c.mu.Unlock()
	if n, ok := c.cfg.Chain.Network(network); ok && n.MinDifficulty && n.Retargets {
		return c.untilBorder(ctx, t)
	}
	return t, nil
}

func (c *Client) askTemplate(ctx context.Context, network string) (*template.Template, error) {
	result, err := c.call(ctx, c.work, callLimit, "getblocktemplate", c.templateRequest())
	if err != nil {
		return nil, err
	}
	t, err := c.cfg.Chain.Decode(result, time.Now())
	if n, ok := c.cfg.Chain.Network(network); err == nil && ok {
		err = t.CheckValue(n)
		if err == nil && n.Chain.AuxPoW { // else a merged chain's node could make every header of the main chain's a block
			err = t.CheckTarget(n)
		}
	}
	if err != nil {
		return nil, c.unminable(err)
	}
	if isPrivate(network) {
		// The block that activates MWEB is valid only with a peg-in, which somebody's wallet has to make: blocks of ours
		// that signal would lead a chain that has nobody else to a height where it stands still.
		t = t.WithoutMWEBSignal()
	}
	return t, nil
}

// templateRequest is the parameter of getblocktemplate.
func (c *Client) templateRequest() any { return map[string]any{"rules": c.cfg.Chain.RequestRules} }

// unminable is the error about a template that must not be mined on.
func (c *Client) unminable(err error) *Error {
	w := c.words()
	return &Error{
		Reason: fmt.Sprintf("the template of %s at %s cannot be mined on: %s", w.daemon(), c.name, oneLine(err.Error())),
		Remedy: fmt.Sprintf("check that %s is a %s and that nothing between changes its replies", w.flag("rpc"), w.client()),
		Err:    err,
	}
}

// networkName returns the node's network. It asks again after the node was unreachable, since another may run there now.
func (c *Client) networkName(ctx context.Context) (string, error) {
	c.mu.Lock()
	network := c.network
	c.mu.Unlock()
	if network != "" {
		return network, nil
	}
	var reply struct {
		Chain string `json:"chain"`
	}
	if err := c.get(ctx, c.work, &reply, "getblockchaininfo"); err != nil {
		return "", err
	}
	if err := c.checkNetwork(reply.Chain); err != nil {
		return "", err
	}
	c.mu.Lock()
	c.network = reply.Chain
	c.mu.Unlock()
	return reply.Chain, nil
}

func (c *Client) checkNetwork(network string) error {
	if c.cfg.Network == "" || c.cfg.Network == network {
		return nil
	}
	return words{c.cfg.Chain, network}.wrongNetwork(c.name, c.cfg.Network)
}

// untilBorder applies testnet's rule (pow.cpp, GetNextWorkRequired): a header time too far above the parent's (300 s with
// Litecoin) needs other bits, so it limits the template to times up to that border. A template past the border has those bits already.
func (c *Client) untilBorder(ctx context.Context, t *template.Template) (*template.Template, error) {
	c.mu.Lock()
	p := c.parent
	c.mu.Unlock()
	if p.block != t.PreviousBlock {
		var header struct {
			Time uint32 `json:"time"`
		}
		if err := c.get(ctx, c.work, &header, "getblockheader", t.PreviousBlock); err != nil {
			return nil, err
		}
		p = parent{t.PreviousBlock, header.Time}
		c.mu.Lock()
		c.parent = p
		c.mu.Unlock()
	}
	gap := int64(c.cfg.Chain.MinDifficultyGap / time.Second)
	if border := int64(p.time) + gap; int64(t.CurTime) <= border {
		return t.WithMaxTime(uint32(min(border, int64(^uint32(0))))), nil
	}
	return t, nil
}
