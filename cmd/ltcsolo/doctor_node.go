package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltcsolo/solo/node"
)

// checks are those of a node that says what it is.
func (p *patient) checks(allowOld bool) []check {
	return []check{
		{"node credentials", p.checkCredentials},
		{"node version", func(context.Context) finding { return p.checkVersion(allowOld) }},
		{"node chain", p.checkChain},
		{"node sync", p.checkSync},
		{"node peers", p.checkPeers},
		{"node warnings", p.checkWarnings},
		{"node template", p.checkTemplate},
		{"node clock", p.checkClock},
		{"node new blocks", p.checkTip},
	}
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

func (p *patient) checkVersion(allowOld bool) finding {
	s := p.status
	if err := s.CheckVersion(); err != nil {
		if allowOld {
			return warnedOf(err)
		}
		return failed(err)
	}
	if text := s.ForkWarning(); text != "" {
		return warned("upgrade litecoind in time: older nodes make blocks that the others refuse", "%s", text)
	}
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

func (p *patient) checkChain(context.Context) finding {
	s := p.status
	if err := s.CheckChain(p.cfg.Network); err != nil {
		return failed(err)
	}
	return passed("%s, height %d, difficulty %s, network %s", s.Chain, s.Height, difficulty(s.Difficulty), hashRate(s.NetworkHashRate))
}

func (p *patient) checkSync(context.Context) finding {
	s := p.status
	behind := s.Headers - s.Height
	switch err := s.CheckSync(); {
	case err != nil:
		return failed(err)
	case s.InitialDownload:
		return passed("block %d of %d; the node counts itself in initial sync, but gives templates", s.Height, s.Headers)
	case behind > 0:
		return warned("wait until it has them: a block on an old tip is worth nothing", "%d blocks are known whose contents the node has not yet", behind)
	}
	return passed("block %d of %d", s.Height, s.Headers)
}

// fewPeers is when a node of main hears of blocks late, or can be told lies.
const fewPeers = 4

func (p *patient) checkPeers(context.Context) finding {
	s := p.status
	switch err := s.CheckPeers(); {
	case err != nil:
		return failed(err)
	case s.Peers == 0 && s.Chain == "regtest":
		return passed("none, which is fine on regtest with this version of litecoind")
	case s.Peers == 0:
		return warned("connect it if others shall see the blocks: litecoin-cli addnode HOST onetry", "none: the node gives templates, but nobody would see a found block")
	case s.Chain == "main" && s.Peers < fewPeers:
		return warned("see whether a firewall holds litecoind back; 8 or more are usual", "only %d: news and found blocks travel slowly", s.Peers)
	}
	return passed("%d", s.Peers)
}

func (p *patient) checkWarnings(context.Context) finding {
	if text := p.status.Warnings; text != "" {
		return warned("see the node's debug.log; a warning of unknown rules asks for an upgrade", "the node warns: %s", text)
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
	return passed("height %d, %d transactions, %s, in %s", t.Height, len(t.Transactions), litecoins(t.CoinbaseValue), milliseconds(time.Since(began)))
}

// clocksApart is what clocks may be apart; from 70 minutes on litecoind stops to heed its peers' clocks.
const clocksApart = 2 * time.Minute

func (p *patient) checkClock(context.Context) finding {
	const remedy = "set the clock, best by NTP (timedatectl set-ntp true)"
	if off := p.status.TimeOffset; off.Abs() > clocksApart {
		return warned("on the node's machine: "+remedy, "the node's clock is %v from its peers'", off.Abs())
	}
	t := p.template
	if t == nil {
		return warned("let the node give templates first", "the node's time is not known")
	}
	// The time of a template is never before its least time, which can be ahead of all clocks.
	if off := time.Unix(int64(t.CurTime), 0).Sub(t.Received); t.CurTime > t.MinTime && off.Abs() > clocksApart {
		return warned("on the machine that is wrong: "+remedy, "this machine's clock is %v from the node's", off.Abs().Round(time.Second))
	}
	return passed("this machine, the node and its peers agree within %s", duration(clocksApart.Seconds()))
}

// checkTip says how this machine learns of a new block, and how fast.
func (p *patient) checkTip(ctx context.Context) finding {
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
