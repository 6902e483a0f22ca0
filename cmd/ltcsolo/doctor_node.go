package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
)

// checks are those of a node that says what it is.
func (p *patient) checks(allowOld bool) []check {
	return []check{
		{"node credentials", p.checkCredentials},
		{"node template", p.checkTemplate},
		{"node version", func(ctx context.Context) finding { return p.checkVersion(ctx, allowOld) }},
		{"node chain", p.checkChain},
		{"node sync", p.checkSync},
		{"node tip", p.checkTip},
		{"node peers", p.checkPeers},
		{"node clock", p.checkClock},
		{"node warnings", p.checkWarnings},
		{"node new blocks", p.checkNews},
	}
}

// judged is what the guardian says of these kinds, in its words; ok is false if it says nothing.
func (p *patient) judged(ctx context.Context, kinds ...string) (f finding, ok bool) {
	if !p.looked {
		p.alerts, p.looked = p.client.Findings(ctx, p.status), true
	}
	for _, a := range p.alerts {
		if slices.Contains(kinds, a.Key) {
			f := finding{Result: warn, Detail: a.Text, Remedy: a.Remedy, node: true}
			if a.Grave {
				f.Result = fail
			}
			return f, true
		}
	}
	return finding{}, false
}

// checkAnswers asks the node what it is, up to wait until it can say so.
func (p *patient) checkAnswers(ctx context.Context, wait time.Duration) finding {
	until := time.Now().Add(wait)
	for {
		began := time.Now()
		status, err := p.client.Status(ctx)
		p.status, p.err = status, err
		if err == nil {
			return passed("%s in %s", status.Subversion, milliseconds(time.Since(began)))
		}
		if p.refuses(err) {
			return passed("a server does, but not to this user")
		}
		var known *node.Error
		if left := time.Until(until); left <= 0 || ctx.Err() != nil || !errors.As(err, &known) || !known.Temporary {
			return failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(askAgain, time.Until(until))):
		}
	}
}

// refuses reports whether err is about the credentials: they cannot be read, or the node does not take them.
func (p *patient) refuses(err error) bool {
	if node.Unreachable(err) {
		return false
	}
	_, _, absent := p.cfg.Credentials()
	return node.Unauthorized(err) || absent != nil
}

func (p *patient) checkCredentials(context.Context) finding {
	if p.status != nil {
		return passed("accepted: %s", p.from)
	}
	_, _, absent := p.cfg.Credentials()
	switch {
	case node.Unreachable(p.err) && absent != nil:
		return warned("let the node answer first: a cookie is there only while litecoind runs", "not tried: %v", absent)
	case absent != nil:
		return failed(absent)
	case !node.Unauthorized(p.err):
		return warned("let the node answer first", "not tried: %s", p.from)
	}
	f := failed(p.err)
	f.Detail += "; they came from: " + p.from
	return f
}

func (p *patient) checkVersion(ctx context.Context, allowOld bool) finding {
	if f, ok := p.judged(ctx, solo.AlertOldNode, solo.AlertForkAhead); ok {
		if allowOld {
			f.Result = warn
		}
		return f
	}
	s := p.status
	version := node.FormatVersion(s.Version)
	if s.Chain != "main" {
		return passed("%s", version)
	}
	need, fork, next := node.RequiredVersion(s.Height + 1)
	if fork == 0 {
		return passed("%s, at least %s is needed; no later fork is known", version, node.FormatVersion(need))
	}
	return passed("%s, at least %s is needed, from height %d on %s", version, node.FormatVersion(need), fork, node.FormatVersion(next))
}

func (p *patient) checkChain(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertWrongNode, solo.AlertLongerBranch); ok {
		return f
	}
	s := p.status
	return passed("%s, difficulty %s, network %s", s.Chain, difficulty(s.Difficulty), hashRate(s.NetworkHashRate))
}

func (p *patient) checkSync(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertInitialSync); ok {
		return f
	}
	s := p.status
	if behind := s.Headers - s.Height; behind > 0 {
		return warned("wait until it has them: a block on an old tip is worth nothing", "%d blocks are known whose contents the node has not yet", behind)
	}
	return passed("block %d of %d", s.Height, s.Headers)
}

func (p *patient) checkTip(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertStaleTip); ok {
		return f
	}
	return passed("height %d, %v", p.status.Height, p.status.BestBlock)
}

// fewPeers is when a node of main hears of blocks late, or can be told lies.
const fewPeers = 4

func (p *patient) checkPeers(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertNoPeers); ok {
		return f
	}
	switch s := p.status; {
	case s.Peers == 0:
		return passed("none, which is fine on a private chain with this version of litecoind")
	case s.Chain == "main" && s.Peers < fewPeers:
		return warned("see whether a firewall holds litecoind back; 8 or more are usual", "only %d: news and found blocks travel slowly", s.Peers)
	}
	return passed("%d", p.status.Peers)
}

func (p *patient) checkClock(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertClock); ok {
		return f
	}
	if p.template == nil {
		return warned("let the node give templates first", "the node's time is not known")
	}
	return passed("near enough to the node's and its peers'")
}

func (p *patient) checkWarnings(ctx context.Context) finding {
	if f, ok := p.judged(ctx, solo.AlertNodeWarning); ok {
		return f
	}
	return passed("none")
}

func (p *patient) checkTemplate(ctx context.Context) finding {
	began := time.Now()
	t, err := p.client.NextTemplate(ctx, nil)
	if err != nil {
		return failed(err)
	}
	p.template = t
	count := len(t.Transactions)
	return passed("height %d, %d %s, %s, in %s", t.Height, count, plural(count, "transaction"), litecoins(t.CoinbaseValue), milliseconds(time.Since(began)))
}

// checkNews says how this machine learns of a new block, and how fast.
func (p *patient) checkNews(ctx context.Context) finding {
	probe, err := p.client.ProbeTip(ctx, p.status.Height)
	if err != nil {
		return failed(err)
	}
	trip := milliseconds(probe.RoundTrip)
	switch {
	case !probe.Waits:
		return warned("add waitforblockheight to the rpcwhitelist of this user in litecoin.conf",
			"asked for every %v, round trip %s: the node refuses waitforblockheight", probe.Every, trip)
	case probe.RoundTrip > time.Second:
		return warned("find out what keeps the node or the way to it busy", "waitforblockheight, but a round trip takes %s", trip)
	}
	return passed("the node tells at once (waitforblockheight), round trip %s", trip)
}

// milliseconds writes a short time.
func milliseconds(d time.Duration) string {
	if d >= time.Second {
		return duration(d.Seconds())
	}
	return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
}
