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
	// clockFar is how far apart two clocks may be. Peers refuse blocks that are two hours ahead of their clocks.
	clockFar = 5 * time.Minute
	// stuckAfter is how long after its tip was seen to have moved a node that is asked for a template may still give one on
	// the old tip before that raises an alert.
	stuckAfter = 3 * time.Second
	// troubleAfter is how long a node may fail to give a template before that raises an alert.
	troubleAfter = 10 * time.Second

	tipsEvery    = 5 * time.Minute  // getchaintips walks every header that the node knows
	tipsAgain    = 30 * time.Second // while there is a longer branch
	branchRecent = 6                // a refused branch counts for this many blocks after its end
)

// monitored lists the keys of the alerts that findings returns for a node, and AlertNodeDown.
var monitored = []string{
	solo.AlertNodeDown, solo.AlertWrongNode, solo.AlertOldNode, solo.AlertForkAhead, solo.AlertInitialSync, solo.AlertNoPeers,
	solo.AlertNodeWarning, solo.AlertClock, solo.AlertStaleTip, solo.AlertLongerBranch, solo.AlertNoTemplate, solo.AlertLogin,
	solo.AlertNoSubmit, solo.AlertNoProposal, solo.AlertStuckTemplate,
}

// monitor observes one node over time. It is not safe for concurrent use.
type monitor struct {
	client *Client
	every  time.Duration // between two calls of getchaintips

	paused  bool          // no templates are asked for
	parted  time.Time     // since when the last template is on the same other tip than the node's; zero: it is not
	old     template.Hash // that tip
	tip     template.Hash
	since   time.Time // when the tip came: the first one's header time, else when it was first seen
	came    bool      // since is not just when a first tip without a known header time was seen
	askTips time.Time // when to call getchaintips next
	branch  *chainTip // the longer branch at the last call; nil: none
	sure    bool      // branch counts: the node refuses it, or it was there at the call before too
}

// observation is what an alert can depend on besides the node's status.
type observation struct {
	tipAge  time.Duration
	clock   time.Duration // how far this machine's clock is ahead of the node's; 0 if unknown
	branch  *chainTip     // the longer branch; nil: none
	trouble error         // with templates, once it has lasted for troubleAfter; nil: none
	serving bool          // the node serves templates
	login   *solo.Alert   // the login that works is not the configured one; nil: it is
	taking  taking        // whether the node would take a found block
	stuck   template.Hash // the old tip on which the node's templates stay, by stuckAfter; zero: they have not
}

// observe asks the node what its status does not say.
func (m *monitor) observe(ctx context.Context, s *Status, now time.Time, serving bool) observation {
	if s.BestBlock != m.tip {
		first := m.tip == template.Hash{}
		m.tip, m.since, m.came = s.BestBlock, now, !first
		var header struct {
			Time int64 `json:"time"`
		}
		if first && m.client.get(ctx, m.client.general, &header, "getblockheader", s.BestBlock) == nil && header.Time > 0 {
			m.since, m.came = time.Unix(header.Time, 0), true
		}
	}
	if !now.Before(m.askTips) {
		m.observeTips(ctx, now)
	}
	o := observation{tipAge: now.Sub(m.since), serving: serving, clock: m.client.clockGap(), login: m.client.logins.finding(m.client.words(), s.Name)}
	if m.sure {
		o.branch = m.branch
	}
	if serving && !m.paused && o.trouble == nil {
		o.stuck = m.stuckOn(s, now)
	}
	m.client.probe(ctx, now)
	m.client.mu.Lock()
	o.taking = m.client.taking
	m.client.mu.Unlock()
	if since, err := m.client.troubled(); err != nil && now.Sub(since) >= troubleAfter {
		o.trouble = err
	}
	return o
}

// stuckOn returns the old tip on which the node's templates have stayed for too long; zero if they have not.
func (m *monitor) stuckOn(s *Status, now time.Time) template.Hash {
	on, asked := m.client.lastParent()
	switch {
	case on == template.Hash{} || on == s.BestBlock:
		m.parted = time.Time{}
	case m.parted.IsZero() || on != m.old: // on a chain that moves fast, the two are asked for at different tips
		m.parted, m.old = now, on
	case asked.Sub(m.parted) >= stuckAfter:
		return on
	}
	return template.Hash{}
}

// lastParent returns the tip of the last template and when that was asked for; zero if there is none, the node has failed
// to make a newer one, or an opinion said already that this tip is an old one.
func (c *Client) lastParent() (tip template.Hash, asked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil || c.trouble.err != nil || c.last.PreviousBlock == c.toldStuck {
		return template.Hash{}, time.Time{}
	}
	return c.last.PreviousBlock, c.lastAsked
}

// clockGap returns how far this machine's clock was ahead of the node's when the node made its last template; 0 if
// unknown.
func (c *Client) clockGap() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil || c.last.CurTime <= c.last.MinTime { // curtime is at least mintime, whatever the clock says
		return 0
	}
	return c.last.Received.Sub(time.Unix(int64(c.last.CurTime), 0))
}

// chainTip is the end of a branch, as in getchaintips.
type chainTip struct {
	Height int32         `json:"height"`
	Hash   template.Hash `json:"hash"`
	Length int32         `json:"branchlen"`
	Status string        `json:"status"`
}

// observeTips looks for a branch that the node does not follow though others may. A branch whose blocks may just not have
// arrived yet counts once it is seen twice.
func (m *monitor) observeTips(ctx context.Context, now time.Time) {
	var tips []chainTip
	if err := m.client.get(ctx, m.client.general, &tips, "getchaintips"); err != nil {
		m.askTips = now.Add(m.every) // rpcwhitelist may hide it
		return
	}
	before := m.branch
	m.branch = longerBranch(tips)
	m.sure = m.branch != nil && (m.branch.Status == statusInvalid || before != nil)
	m.askTips = now.Add(m.every)
	if m.branch != nil {
		m.askTips = now.Add(min(m.every, tipsAgain))
	}
}

const (
	statusActive  = "active"
	statusInvalid = "invalid"
	statusFork    = "valid-fork" // has less work than the best chain, or the node would follow it
)

// longerBranch returns the highest branch that casts doubt on the node's own chain, with the height relative to the node's
// tip; nil if there is none. Such a branch is one that the node refused recently, or one ahead of its chain that it does
// not have. The node knows little more than the first block of a branch that it refuses, since it takes no headers on top
// of it (validation.cpp, AcceptBlockHeader).
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
	out.Height -= own.Height
	return &out
}

// findings returns the alerts about a node that answers.
func findings(s *Status, network string, o observation) []solo.Alert {
	var found []solo.Alert
	w := s.words()
	add := func(key, text, remedy string, grave bool) {
		found = append(found, solo.Alert{Key: key, Text: text, Remedy: remedy, Grave: grave})
	}
	refusal := func(key string, err error) bool {
		if err != nil {
			e := err.(*Error)
			add(key, e.Reason, e.Remedy, true)
		}
		return err != nil
	}
	if refusal(solo.AlertWrongNode, s.CheckChain(network)) {
		return found
	}
	refusal(solo.AlertOldNode, s.CheckVersion())
	if warning := s.ForkWarning(); warning != "" {
		_, _, version := s.Forks()
		add(solo.AlertForkAhead, warning, w.remedyUpgrade(version), false)
	}
	if s.Warnings != "" {
		add(solo.AlertNodeWarning, fmt.Sprintf("%s at %s warns: %s", w.daemon(), s.Name, s.Warnings),
			fmt.Sprintf("see %s; a warning about unknown rules or about disagreement with peers calls for a newer %s", w.cli("getnetworkinfo"), w.daemon()), false)
	}
	private := isPrivate(s.Chain)
	syncing := refusal(solo.AlertInitialSync, s.CheckSync())
	if !syncing && s.InitialDownload && !private {
		syncing = true
		add(solo.AlertInitialSync, fmt.Sprintf("%s at %s is in initial sync: block %d of %d", w.daemon(), s.Name, s.Height, s.Headers), w.remedySync(), true)
	}
	alone := refusal(solo.AlertNoPeers, s.CheckPeers())
	if !alone && s.Peers == 0 && !private {
		alone = true
		add(solo.AlertNoPeers, fmt.Sprintf("%s at %s has no peers: a block would reach nobody", w.daemon(), s.Name), w.remedyPeers(), true)
	}
	var e *Error
	if errors.As(o.trouble, &e) && !syncing && !alone {
		add(solo.AlertNoTemplate, fmt.Sprintf("%s at %s gives no new template: %s", w.daemon(), s.Name, e.Reason), e.Remedy, o.serving)
	}
	if o.stuck != (template.Hash{}) {
		add(solo.AlertStuckTemplate, fmt.Sprintf("the templates of %s at %s stay on block %v, though its tip is %v: blocks found on them would lose",
			w.daemon(), s.Name, o.stuck, s.BestBlock), "restart "+w.daemon()+", and look for a proxy between that keeps old replies", true)
	}
	if !private {
		found = append(found, clockFindings(s, o.clock)...)
	}
	if s.Chain == "main" && o.tipAge >= staleAfter(w.chain) && !syncing {
		add(solo.AlertStaleTip, fmt.Sprintf("%s at %s has had no block for %s, which has a chance of 1 in %s",
			w.daemon(), s.Name, units.Duration(o.tipAge.Seconds()), oneIn(o.tipAge, w.chain)),
			"check whether it is connected to the network: "+w.cli("getpeerinfo")+", and its debug.log; restart it if another node or an explorer is ahead", true)
	}
	if o.login != nil {
		found = append(found, *o.login)
	}
	found = append(found, o.taking.findings(w, s.Name)...)
	if b := o.branch; b != nil {
		found = append(found, branchFinding(s, b))
	}
	return found
}

// clockFindings returns an alert if two clocks are too far apart: this machine's and the node's, or the node's and its
// peers'. gap is how far this machine's is ahead of the node's.
func clockFindings(s *Status, gap time.Duration) []solo.Alert {
	if gap.Abs() > clockFar {
		return []solo.Alert{{
			Key: solo.AlertClock, Text: fmt.Sprintf("this machine's clock is %s %s's at %s", apart(gap), s.words().daemon(), s.Name),
			Remedy: "set the clock of this machine or of the node's (on Linux: timedatectl set-ntp true)",
		}}
	}
	if gap := -s.TimeOffset; gap.Abs() > clockFar {
		return []solo.Alert{{
			Key: solo.AlertClock, Text: fmt.Sprintf("the clock of %s at %s is %s its peers'", s.words().daemon(), s.Name, apart(gap)),
			Remedy: "set the clock of the node's machine (on Linux: timedatectl set-ntp true): blocks more than two hours ahead are refused", Grave: true,
		}}
	}
	return nil
}

// branchFinding is the alert about a branch that the node does not follow.
func branchFinding(s *Status, b *chainTip) solo.Alert {
	w := s.words()
	where := "not ahead of its own chain"
	if b.Height > 0 {
		where = fmt.Sprintf("%d %s ahead of its own chain", b.Height, plural(b.Height, "block"))
	}
	return solo.Alert{
		Key: solo.AlertLongerBranch,
		Text: fmt.Sprintf("%s at %s does not follow a branch of %d %s, %s (%s, %v)",
			w.daemon(), s.Name, b.Length, plural(b.Length, "block"), where, b.Status, b.Hash),
		Remedy: fmt.Sprintf("compare its tip with another node or an explorer; upgrade %s, or see %s and reconsiderblock", w.daemon(), w.cli("getchaintips")),
		Grave:  b.Height > 0,
	}
}

// oneIn returns N of "1 in N", the chance that no block of the chain comes for so long: exp(-age/spacing).
func oneIn(age time.Duration, chain *template.Chain) string {
	n := math.Exp(min(age.Seconds()/chain.Spacing.Seconds(), 60))
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

// apart says how far one clock is ahead of or behind another: "7 minutes ahead of".
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
