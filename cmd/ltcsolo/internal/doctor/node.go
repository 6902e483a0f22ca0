package doctor

import (
	"context"
	"errors"
	"slices"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/run"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/units"
)

// checks returns the checks of a node that gave its status.
func (n *examinedNode) checks(allowOld bool) []check {
	return []check{
		{"node credentials", n.checkCredentials},
		{"node template", n.checkTemplate},
		{"node takes blocks", n.checkTakes},
		{"node version", func(ctx context.Context) finding { return n.checkVersion(ctx, allowOld) }},
		{"node chain", n.checkChain},
		{"node sync", n.checkSync},
		{"node tip", n.checkTip},
		{"node peers", n.checkPeers},
		{"node clock", n.checkClock},
		{"node warnings", n.checkWarnings},
		{"node new blocks", n.checkNews},
	}
}

// guardian returns the finding of the nodes' guardian about alerts of these kinds; ok is false if it raises none.
func (n *examinedNode) guardian(ctx context.Context, kinds ...string) (f finding, ok bool) {
	if !n.asked {
		n.alerts, n.asked = n.client.Findings(ctx, n.status), true
	}
	for _, a := range n.alerts {
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

// checkAnswers asks for the node's status, again for up to wait.
func (n *examinedNode) checkAnswers(ctx context.Context, wait time.Duration) finding {
	var took time.Duration
	err := run.Retry(ctx, wait, func() error {
		began := time.Now()
		n.status, n.err = n.client.Status(ctx)
		took = time.Since(began)
		if n.err != nil && n.refuses(n.err) {
			return nil
		}
		return n.err
	}, nil)
	switch {
	case err != nil:
		return failed(err)
	case n.err != nil:
		return passed("a server does, but not to this user")
	}
	return passed("%s in %s", n.status.Subversion, terminal.Short(took))
}

// refuses reports whether err is about the credentials: they cannot be read, or the node refuses them.
func (n *examinedNode) refuses(err error) bool {
	if node.Unreachable(err) {
		return false
	}
	_, _, absent := n.cfg.Credentials()
	return node.Unauthorized(err) || absent != nil
}

func (n *examinedNode) checkCredentials(ctx context.Context) finding {
	if n.status != nil && n.usesFallback(ctx) {
		return passed("accepted: %s; the node refuses the %s, which a crash may have left: remove it", n.fallback, n.from)
	}
	if n.status != nil {
		return passed("accepted: %s", n.from)
	}
	_, _, absent := n.cfg.Credentials()
	switch {
	case node.Unreachable(n.err) && absent != nil:
		return warned("let the node answer first: a cookie is there only while "+n.chain.Daemon+" runs", "not tried: %v", absent)
	case absent != nil:
		return failed(absent)
	case !node.Unauthorized(n.err):
		return warned("let the node answer first", "not tried: %s", n.from)
	}
	f := failed(n.err)
	f.Detail += "; they came from: " + n.from
	return f
}

// usesFallback reports whether the node, which answers, refuses the credentials that are tried first.
func (n *examinedNode) usesFallback(ctx context.Context) bool {
	if n.fallback == "" {
		return false
	}
	cfg := n.cfg
	cfg.Fallback = nil
	c, err := node.New(cfg)
	if err != nil {
		return false
	}
	defer c.Close()
	_, err = c.Status(ctx)
	return node.Unauthorized(err)
}

func (n *examinedNode) checkVersion(ctx context.Context, allowOld bool) finding {
	if f, ok := n.guardian(ctx, solo.AlertOldNode, solo.AlertForkAhead); ok {
		if allowOld {
			f.Result = warn
		}
		return f
	}
	s := n.status
	version := node.FormatVersion(s.Version)
	if s.Chain != "main" {
		return passed("%s", version)
	}
	need, fork, next := s.Forks()
	if fork == 0 {
		return passed("%s, at least %s is needed; no later fork is known", version, node.FormatVersion(need))
	}
	return passed("%s, at least %s is needed, from height %d on %s", version, node.FormatVersion(need), fork, node.FormatVersion(next))
}

func (n *examinedNode) checkChain(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertWrongNode, solo.AlertLongerBranch); ok {
		return f
	}
	s := n.status
	return passed("%s, difficulty %s, network %s", s.Chain, units.Difficulty(s.Difficulty), units.HashRate(s.NetworkHashRate))
}

func (n *examinedNode) checkSync(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertInitialSync); ok {
		return f
	}
	s := n.status
	if behind := s.Headers - s.Height; behind > 0 {
		return warned("wait until it has them: a block on an old tip is worth nothing", "the node knows %d blocks whose contents it does not have yet", behind)
	}
	return passed("block %d of %d", s.Height, s.Headers)
}

func (n *examinedNode) checkTip(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertStaleTip); ok {
		return f
	}
	return passed("height %d, %v", n.status.Height, n.status.BestBlock)
}

// fewPeers is a number below which a node of main hears of blocks late, and can be deceived.
const fewPeers = 4

func (n *examinedNode) checkPeers(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertNoPeers); ok {
		return f
	}
	switch s := n.status; {
	case s.Peers == 0:
		return passed("none, which is fine on a private chain")
	case s.Chain == "main" && s.Peers < fewPeers:
		return warned("check that no firewall blocks "+n.chain.Daemon+"; 8 or more are usual", "only %d: news and found blocks travel slowly", s.Peers)
	}
	return passed("%d", n.status.Peers)
}

func (n *examinedNode) checkClock(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertClock); ok {
		return f
	}
	if n.template == nil {
		return warned("let the node give templates first", "the node's time is not known")
	}
	return passed("near enough to the node's and its peers'")
}

func (n *examinedNode) checkWarnings(ctx context.Context) finding {
	if f, ok := n.guardian(ctx, solo.AlertNodeWarning); ok {
		return f
	}
	return passed("none")
}

func (n *examinedNode) checkTemplate(ctx context.Context) finding {
	began := time.Now()
	t, err := n.client.NextTemplate(ctx, nil)
	if err != nil {
		return failed(err)
	}
	n.template = t
	count := len(t.Transactions)
	return passed("height %d, %d %s, %s, in %s", t.Height, count, terminal.Plural(count, "transaction"), units.Coins(t.CoinbaseValue, n.chain.Ticker), terminal.Short(time.Since(began)))
}

// checkTakes reports whether the node would take a found block from this user: it looks at what is submitted, and at a
// whole block. Where a proxy takes no large request, only the latter fails.
func (n *examinedNode) checkTakes(ctx context.Context) finding {
	if f := n.maySubmit(ctx); f.Result != pass || n.template == nil {
		return f
	}
	block, err := n.assemble(n.template)
	if errors.Is(err, errNoMain) {
		return passed("it lets this user submit; whether it takes a block can be seen once litecoind gives a template")
	}
	if err != nil {
		return failed(err)
	}
	if f := n.propose(ctx, block); f.Result != pass {
		return f
	}
	return passed("it lets this user submit, and calls a block of its template valid but for its proof of work")
}

// checkNews reports how this machine learns of a new block, and how fast.
func (n *examinedNode) checkNews(ctx context.Context) finding {
	probe, err := n.client.ProbeTip(ctx, n.status.Height)
	if err != nil {
		return failed(err)
	}
	trip := terminal.Short(probe.RoundTrip)
	switch {
	case !probe.Waits:
		return warned("add waitforblockheight to the rpcwhitelist of this user in "+node.ConfFile(n.chain),
			"asked for every %v, round trip %s: the node refuses waitforblockheight", probe.Every, trip)
	case probe.RoundTrip > time.Second:
		return warned("find out what keeps the node or the network to it busy", "waitforblockheight, but a round trip takes %s", trip)
	}
	return passed("the node tells at once (waitforblockheight), round trip %s", trip)
}
