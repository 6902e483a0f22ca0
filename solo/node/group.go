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

// GroupConfig configures a Group.
type GroupConfig struct {
	Clients  []*Client    // at least one, all of one chain, the preferred first; the group does not close them
	First    *Client      // the one that serves at the start; nil: the first of Clients
	Network  string       // the network that the nodes must be on; "": any
	AllowOld bool         // mine with a node that is too old for the chain's rules
	Alerts   *solo.Alerts // nil: the alerts are logged only
	Log      *slog.Logger // nil: none

	Every     time.Duration // how often each node is observed; 0: 3 s
	TipsEvery time.Duration // how often each node is asked for other branches; 0: 5 min
	Probation time.Duration // how long an earlier node must be fit before it serves again, doubled by each failure; 0: 10 s
	Behind    time.Duration // how long a node may have less work than another; 0: 20 s
	Patience  time.Duration // how long a node with less work must wait to replace an unfit serving one; 0: 2 min
	GiveUp    time.Duration // how long the last template is mined without a usable node; 0: 16 blocks of the chain, 40 min for Litecoin
}

// Group is the user's nodes, one of which serves templates. It is safe for concurrent use.
//
// Another node takes over when the serving one is gone, gives no template for a new tip, or has had less work than the
// other for a while. A node that comes earlier in the list takes over again once it is fit. A node with less work than
// the serving one takes over only when that one has been gone for so long (Patience) that work on its tip is lost anyway.
type Group struct {
	cfg     GroupConfig
	log     *slog.Logger
	chain   *template.Chain
	members []*member
	propose chan []byte // the block to propose to the other nodes; latest wins

	mu       sync.Mutex // guards the fields below, and those of members that say so
	serving  *member
	changed  chan struct{} // closed and replaced when serving or paused changes
	paused   error         // why mining is paused; nil: it is not
	from     *member       // the node that gave the last template; nil before the first
	usable   time.Time     // when the serving node could last be used
	lost     time.Time     // since when the serving node is less fit than another; zero: it is not
	behind   time.Time     // since when the serving node has less work than another as fit; zero: it has not
	served   time.Time     // since when the serving node serves
	proposed template.Hash // the parent of the last block proposed to the other nodes
}

var _ solo.Node = (*Group)(nil)

// member is one node of a group.
type member struct {
	client  *Client
	place   int           // in GroupConfig.Clients
	monitor monitor       // used by its observer only
	kick    chan struct{} // wakes its observer

	// Guarded by Group.mu.
	status    *Status       // nil before the first answer
	tipTime   time.Time     // solo.NodeHealth's
	err       error         // why it did not answer the last time; nil: it did
	unfit     error         // why it cannot be used although it answers; an *Error; nil: it can
	height    int32         // at the last observation; 0 before
	catching  bool          // it is catching up with blocks whose headers it has
	failed    bool          // it gave no template for its tip
	empty     bool          // its last template is one of an empty block, which is an alert already
	fitSince  time.Time     // zero: it is not fit
	probation time.Duration // how long it must be fit to serve again
	lagging   time.Time     // since when it has less work than another; zero: it has not
	health    solo.NodeHealth
}

// NewGroup returns a group of at least one node. It fails if Clients is empty or lacks First.
func NewGroup(cfg GroupConfig) (*Group, error) {
	if len(cfg.Clients) == 0 {
		return nil, errors.New("make group of nodes: there are none")
	}
	if cfg.First == nil {
		cfg.First = cfg.Clients[0]
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Alerts == nil {
		cfg.Alerts = solo.NewAlerts(cfg.Log, nil)
	}
	chain := cfg.First.cfg.Chain
	cfg.Alerts = cfg.Alerts.Of(chain)
	for _, d := range []struct {
		field    *time.Duration
		fallback time.Duration
	}{
		{&cfg.Every, 3 * time.Second}, {&cfg.TipsEvery, tipsEvery}, {&cfg.Probation, 10 * time.Second},
		{&cfg.Behind, 20 * time.Second}, {&cfg.Patience, 2 * time.Minute}, {&cfg.GiveUp, staleAfter(chain)},
	} {
		if *d.field <= 0 {
			*d.field = d.fallback
		}
	}
	g := &Group{cfg: cfg, log: cfg.Log, chain: chain, propose: make(chan []byte, 1), changed: make(chan struct{}), usable: time.Now(), served: time.Now()}
	for i, c := range cfg.Clients {
		m := &member{
			client: c, place: i, kick: make(chan struct{}, 1), probation: cfg.Probation,
			monitor: monitor{client: c, every: cfg.TipsEvery},
			health:  solo.NodeHealth{Name: c.Name(), Since: time.Now()},
		}
		c.watched.Store(true)
		if c.cfg.Chain != chain {
			return nil, fmt.Errorf("make group of nodes: they are of %s and %s", chain.Name, c.cfg.Chain.Name)
		}
		if c == cfg.First {
			g.serving, m.health.Serving = m, true
		}
		g.members = append(g.members, m)
	}
	if g.serving == nil {
		return nil, errors.New("make group of nodes: First is not one of them")
	}
	return g, nil
}

// Run observes the nodes until ctx ends. Without it no other node takes over.
func (g *Group) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, m := range g.members {
		wg.Go(func() { g.observeAll(ctx, m) })
	}
	wg.Go(func() { g.proposeToOthers(ctx) })
	wg.Wait()
}

// NextTemplate implements [solo.Node] with the serving node, or the one that takes over meanwhile.
func (g *Group) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	for {
		g.mu.Lock()
		m, changed, paused := g.serving, g.changed, g.paused
		old := prev
		if g.from != m {
			old = nil
		}
		g.mu.Unlock()
		if paused != nil {
			return nil, paused
		}
		t, err := m.next(ctx, old, changed)
		switch {
		case err == nil:
			g.gave(m, t)
			return t, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, errChanged) || g.replaced(m, err):
			continue
		}
		return nil, err
	}
}

var errChanged = errors.New("another node serves")

// next returns the node's next template, or errChanged when changed is closed.
func (m *member) next(ctx context.Context, prev *template.Template, changed <-chan struct{}) (*template.Template, error) {
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(done)
	wg.Go(func() {
		select {
		case <-changed:
			cancel()
		case <-done:
		}
	})
	t, err := m.client.NextTemplate(asking, prev)
	if err != nil && ctx.Err() == nil && asking.Err() != nil {
		return nil, errChanged
	}
	return t, err
}

// gave records that m gave a template.
func (g *Group) gave(m *member, t *template.Template) {
	g.mu.Lock()
	g.from, m.failed, m.err, m.empty = m, false, nil, t.Empty
	if s := m.status; s != nil && s.BestBlock != t.PreviousBlock {
		newer := *s
		newer.BestBlock, newer.Height, newer.Work = t.PreviousBlock, t.Height-1, [32]byte{}
		m.status = &newer
	}
	g.choose(time.Now())
	g.mu.Unlock()
	for _, other := range g.members {
		if other != m || !t.Empty {
			g.cfg.Alerts.End(solo.AlertEmptyBlock, other.client.Name())
		}
	}
	if _, why := m.client.troubled(); t.Empty && why != nil {
		g.cfg.Alerts.Raise(solo.Alert{
			Key: solo.AlertEmptyBlock, Node: m.client.Name(),
			Text:   fmt.Sprintf("%s at %s makes no templates (%v): mining an empty block, which pays no fees", g.chain.Daemon, m.client.Name(), why),
			Remedy: fmt.Sprintf("nothing; the node is asked again every few seconds. Upgrade %s if this lasts", g.chain.Daemon),
		})
	}
}

// replaced records that m, the serving node, gave no template, and reports whether another one serves now.
func (g *Group) replaced(m *member, err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m.failed = true
	if !isAnswer(err) {
		m.err = err
	}
	for _, other := range g.members {
		other.observeNow()
	}
	g.choose(time.Now())
	return g.serving != m
}

// observeNow makes the observer of m start at once.
func (m *member) observeNow() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// noteHealth updates what Health returns for m. The caller holds mu.
func (g *Group) noteHealth(m *member, now time.Time) {
	h := solo.NodeHealth{Name: m.client.Name(), Serving: m == g.serving, Up: m.err == nil && (m.status != nil || m == g.from), Since: m.health.Since}
	if s := m.status; s != nil {
		h.Height, h.Peers, h.Version, h.TipTime = s.Height, s.Peers, s.Version, m.tipTime
	}
	_, trouble := m.client.troubled()
	for _, err := range []error{m.err, m.unfit, trouble} {
		if err != nil && h.Fault == "" && g.fitnessOf(m, now) > fit {
			h.Fault = oneLine(err.Error())
		}
	}
	if was := m.health; h.Serving != was.Serving || h.Up != was.Up || (h.Fault == "") != (was.Fault == "") {
		h.Since = now
	}
	m.health = h
}

// Health says how the nodes are, in the order of Clients.
func (g *Group) Health() []solo.NodeHealth {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]solo.NodeHealth, len(g.members))
	for i, m := range g.members {
		out[i] = m.health
	}
	return out
}
