package node

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

const (
	// staleAfter is when a tip is too old to be left unsaid: exp(-16), one such gap in 42 years.
	staleAfter = 40 * time.Minute
	// clockFar is how far apart two clocks may be. Peers refuse blocks that are two hours ahead of theirs.
	clockFar = 5 * time.Minute
	// troubleAfter is how long a node may fail to give a template before that is said.
	troubleAfter = 10 * time.Second

	tipsEvery    = 5 * time.Minute  // getchaintips goes through every header that the node knows
	tipsAgain    = 30 * time.Second // when there was something to see
	branchRecent = 6                // blocks since a refused one for which that is worth a word
)

// guarded are the keys that the guardian raises and ends for a node.
var guarded = []string{
	solo.AlertNodeDown, solo.AlertWrongNode, solo.AlertOldNode, solo.AlertForkAhead, solo.AlertInitialSync, solo.AlertNoPeers,
	solo.AlertNodeWarning, solo.AlertClock, solo.AlertStaleTip, solo.AlertLongerBranch, solo.AlertNoTemplate,
}

// guardian keeps an eye on one node. It is its loop's alone.
type guardian struct {
	client *Client
	every  time.Duration // between two calls of getchaintips

	tip     template.Hash
	since   time.Time // when tip came: by its header at the start, then when it was seen
	askTips time.Time // when getchaintips is called again
	branch  *chainTip // the longer one at the last look; nil: none
	sure    bool      // it was there at the look before too
}

// look is what else the guardian judges by, beside what the node says of itself.
type look struct {
	now     time.Time
	tipAge  time.Duration
	clock   time.Duration // this machine's clock against the node's; 0 if not known
	branch  *chainTip     // nil: none
	trouble error         // with templates, for troubleAfter; nil: none
	serving bool          // templates come from it
}

// watch asks the node what its status does not say.
func (g *guardian) watch(ctx context.Context, s *Status, now time.Time, serving bool) look {
	if s.BestBlock != g.tip {
		first := g.tip == template.Hash{}
		g.tip, g.since = s.BestBlock, now
		var header struct {
			Time int64 `json:"time"`
		}
		if first && g.client.get(ctx, g.client.general, &header, "getblockheader", s.BestBlock) == nil && header.Time > 0 {
			g.since = time.Unix(header.Time, 0)
		}
	}
	if !now.Before(g.askTips) {
		g.watchTips(ctx, now)
	}
	l := look{now: now, tipAge: now.Sub(g.since), serving: serving, clock: g.client.clockGap()}
	if g.sure {
		l.branch = g.branch
	}
	if since, err := g.client.troubled(); err != nil && now.Sub(since) >= troubleAfter {
		l.trouble = err
	}
	return l
}

// clockGap is this machine's clock against the node's when it made its last template; 0 if that is not known.
func (c *Client) clockGap() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil || c.last.CurTime <= c.last.MinTime { // curtime is never below mintime, whatever the clock
		return 0
	}
	return c.last.Received.Sub(time.Unix(int64(c.last.CurTime), 0))
}

// chainTip is the end of a branch, as getchaintips says it.
type chainTip struct {
	Height int32         `json:"height"`
	Hash   template.Hash `json:"hash"`
	Length int32         `json:"branchlen"`
	Status string        `json:"status"`
}

// watchTips looks for a branch that the node does not follow though others may. A branch whose blocks are only not
// here yet counts once it is seen twice.
func (g *guardian) watchTips(ctx context.Context, now time.Time) {
	var tips []chainTip
	if err := g.client.get(ctx, g.client.general, &tips, "getchaintips"); err != nil {
		g.askTips = now.Add(g.every) // rpcwhitelist may hide it
		return
	}
	before := g.branch
	g.branch = longerBranch(tips)
	g.sure = g.branch != nil && (g.branch.Status == statusInvalid || before != nil)
	g.askTips = now.Add(g.every)
	if g.branch != nil {
		g.askTips = now.Add(min(g.every, tipsAgain))
	}
}

const (
	statusActive  = "active"
	statusInvalid = "invalid"
	statusFork    = "valid-fork" // with less work than the best chain, or the node would follow it
)

// longerBranch is the highest branch that speaks against the node's own chain: one that it refuses, not long ago, or one
// ahead of its own that it does not have. Of a branch that it refuses it knows little more than the first block, for it
// does not take headers on that (validation.cpp, AcceptBlockHeader).
func longerBranch(tips []chainTip) *chainTip {
	var own, worst *chainTip
	for i := range tips {
		if tips[i].Status == statusActive {
			own = &tips[i]
		}
	}
	for i := range tips {
		t := &tips[i]
		if own == nil || t.Status == statusActive || t.Status == statusFork {
			continue
		}
		against := t.Height > own.Height+1
		if t.Status == statusInvalid {
			against = t.Height > own.Height-branchRecent
		}
		if against && (worst == nil || t.Height > worst.Height) {
			worst = t
		}
	}
	if worst == nil {
		return nil
	}
	out := *worst
	out.Height -= own.Height // from here on: how far it is ahead
	return &out
}

// findings are the alerts of a node that answers.
func findings(s *Status, network string, l look) []solo.Alert {
	var found []solo.Alert
	add := func(key, text, remedy string, grave bool) {
		found = append(found, solo.Alert{Key: key, Text: text, Remedy: remedy, Grave: grave})
	}
	refusal := func(key string, err error, grave bool) bool {
		if err != nil {
			e := err.(*Error)
			add(key, e.Reason, e.Remedy, grave)
		}
		return err != nil
	}
	if refusal(solo.AlertWrongNode, s.CheckChain(network), true) {
		return found
	}
	refusal(solo.AlertOldNode, s.CheckVersion(), true)
	if warning := s.ForkWarning(); warning != "" {
		add(solo.AlertForkAhead, warning, "upgrade litecoind: https://github.com/litecoin-project/litecoin/releases", false)
	}
	if s.Warnings != "" {
		add(solo.AlertNodeWarning, fmt.Sprintf("litecoind at %s warns: %s", s.Name, s.Warnings),
			"see litecoin-cli getnetworkinfo; a warning of unknown rules or of disagreement with peers asks for a newer litecoind", false)
	}
	// A private chain may be alone, as old as it likes and at any time.
	private := s.Chain == "regtest"
	syncing := refusal(solo.AlertInitialSync, s.CheckSync(), true)
	if !syncing && s.InitialDownload && !private {
		syncing = true
		add(solo.AlertInitialSync, fmt.Sprintf("litecoind at %s is in initial sync: block %d of %d", s.Name, s.Height, s.Headers), remedySync, true)
	}
	alone := refusal(solo.AlertNoPeers, s.CheckPeers(), true)
	if !alone && s.Peers == 0 && !private {
		alone = true
		add(solo.AlertNoPeers, fmt.Sprintf("litecoind at %s has no peers: nobody would hear of a block", s.Name), remedyPeers, true)
	}
	var e *Error
	if errors.As(l.trouble, &e) && !syncing && !alone {
		add(solo.AlertNoTemplate, fmt.Sprintf("litecoind at %s gives no new template: %s", s.Name, e.Reason), e.Remedy, l.serving)
	}
	if !private {
		if gap := l.clock; gap.Abs() > clockFar {
			add(solo.AlertClock, fmt.Sprintf("this machine's clock is %s litecoind's at %s", apart(gap), s.Name),
				"set the clock of this machine or of the node's: timedatectl set-ntp true", false)
		} else if gap := -s.TimeOffset; gap.Abs() > clockFar {
			add(solo.AlertClock, fmt.Sprintf("the clock of litecoind at %s is %s its peers'", s.Name, apart(gap)),
				"set the clock of the node's machine: timedatectl set-ntp true. Blocks more than two hours ahead are refused", true)
		}
	}
	if s.Chain == "main" && l.tipAge >= staleAfter && !syncing {
		add(solo.AlertStaleTip, fmt.Sprintf("litecoind at %s has had no block for %s, which has a chance of 1 in %s",
			s.Name, units.Duration(l.tipAge.Seconds()), oneIn(l.tipAge)),
			"see whether it hears of the network: litecoin-cli getpeerinfo, and its debug.log; restart it if another node or an explorer is ahead", true)
	}
	if b := l.branch; b != nil {
		where := fmt.Sprintf("%d %s ahead of its own chain", b.Height, plural(b.Height, "block"))
		if b.Height <= 0 {
			where = "beside its own chain"
		}
		add(solo.AlertLongerBranch, fmt.Sprintf("litecoind at %s does not follow a branch of %d %s, %s (%s, %v)",
			s.Name, b.Length, plural(b.Length, "block"), where, b.Status, b.Hash),
			"compare its tip with another node or an explorer; upgrade litecoind, or see litecoin-cli getchaintips and reconsiderblock", b.Height > 0)
	}
	return found
}

// oneIn is how rare it is that no block comes for so long.
func oneIn(age time.Duration) string {
	n := math.Exp(min(age.Seconds()/template.Litecoin.Spacing.Seconds(), 60))
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, "million million"}, {1e9, "thousand million"}, {1e6, "million"}} {
		if n >= unit.size*1000 {
			return "more than a thousand " + unit.name
		}
		if n >= unit.size {
			return fmt.Sprintf("%.0f %s", n/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%.0f", n)
}

// apart says how one clock stands to another.
func apart(gap time.Duration) string {
	how := "ahead of"
	if gap < 0 {
		how = "behind"
	}
	return units.Duration(gap.Abs().Seconds()) + " " + how
}

func plural(n int32, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
