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

// GroupConfig says which nodes to mine with and how.
type GroupConfig struct {
	Clients  []*Client // the first that does well serves; the group does not close them
	First    *Client   // the one that serves at the start; nil: the first
	Network  string    // that they must be on; "": any
	AllowOld bool      // mine with a node that is too old for the chain's rules
	Alerts   *solo.Alerts
	Log      *slog.Logger // nil: none

	Every     time.Duration // how often each node is asked how it does; 0: 3 s
	TipsEvery time.Duration // how often each node is asked for other branches; 0: 5 min
	Probation time.Duration // how long an earlier node must do well before it serves again; twice as long after each failure; 0: 10 s
	Behind    time.Duration // how long a node may have less work than another; 0: 20 s
	Patience  time.Duration // how long a node with less work is waited for when the serving one is gone; 0: 2 min
	GiveUp    time.Duration // how long the last template is searched without any node; 0: 40 min
}

// Group is the user's nodes together, of which one serves the templates. It is safe for concurrent use.
//
// Another node takes over when the serving one is gone or gives no template for a new tip, or has had less work than the
// other for a while; an earlier one that does well again takes over for good. A node with less work than the serving
// one never does, unless that one is long gone: what it would have searched is lost already.
type Group struct {
	cfg     GroupConfig
	log     *slog.Logger
	members []*member
	objects chan []byte // the block that the other nodes are asked about; latest wins

	mu        sync.Mutex // guards what follows, and what members say that it guards
	serving   *member
	changed   chan struct{} // closed and replaced when serving or forbidden changes
	forbidden error         // why no template may be searched; nil: one may
	from      *member       // who gave the last template; nil before the first
	good      time.Time     // when serving was last in touch with the network
	lost      time.Time     // since when serving does worse than another; zero: it does not
	behind    time.Time     // since when serving has less work than another that does as well; zero: it has not
	served    time.Time     // since when serving serves
	proposed  template.Hash // the parent of the last block that the others were asked about
}

var _ solo.Node = (*Group)(nil)

// member is one node of a group.
type member struct {
	client   *Client
	place    int
	guardian guardian // its loop's alone
	kick     chan struct{}

	// Guarded by Group.mu.
	status    *Status   // nil until it answered
	err       error     // it did not answer last
	unfit     error     // it answered, and cannot be mined with; an *Error
	height    int32     // at the last look; 0 before
	catching  bool      // it is on its way to blocks whose headers it has
	failed    bool      // it gave no template for its tip
	well      time.Time // since when it is fit; zero: it is not
	probation time.Duration
	lagging   time.Time // since when it has less work than another; zero: it has not
	health    solo.NodeHealth
}

// NewGroup checks cfg.
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
	for _, d := range []struct {
		field   *time.Duration
		byDeflt time.Duration
	}{
		{&cfg.Every, 3 * time.Second}, {&cfg.TipsEvery, tipsEvery}, {&cfg.Probation, 10 * time.Second},
		{&cfg.Behind, 20 * time.Second}, {&cfg.Patience, 2 * time.Minute}, {&cfg.GiveUp, staleAfter},
	} {
		if *d.field <= 0 {
			*d.field = d.byDeflt
		}
	}
	g := &Group{cfg: cfg, log: cfg.Log, objects: make(chan []byte, 1), changed: make(chan struct{}), good: time.Now(), served: time.Now()}
	for i, c := range cfg.Clients {
		m := &member{
			client: c, place: i, kick: make(chan struct{}, 1), probation: cfg.Probation,
			guardian: guardian{client: c, every: cfg.TipsEvery},
			health:   solo.NodeHealth{Name: c.Name(), Since: time.Now()},
		}
		if c == cfg.First {
			g.serving, m.health.Serving = m, true
		}
		g.members = append(g.members, m)
	}
	if g.serving == nil {
		return nil, errors.New("make group of nodes: the first to serve is none of them")
	}
	return g, nil
}

// Run looks after the nodes until ctx ends. Without it no other node takes over.
func (g *Group) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, m := range g.members {
		wg.Go(func() { g.lookAfter(ctx, m) })
	}
	wg.Go(func() { g.askOthers(ctx) })
	wg.Wait()
}

// NextTemplate implements [solo.Node]: the serving node's, or that of the one that takes over meanwhile.
func (g *Group) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	for {
		g.mu.Lock()
		m, changed, forbidden := g.serving, g.changed, g.forbidden
		old := prev
		if g.from != m {
			old = nil
		}
		g.mu.Unlock()
		if forbidden != nil {
			return nil, forbidden
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

// next is the node's next template, or errChanged when changed is closed.
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

// gave notes that m gave a template.
func (g *Group) gave(m *member, t *template.Template) {
	g.mu.Lock()
	g.from, m.failed, m.err = m, false, nil
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
	if t.Empty {
		_, why := m.client.troubled()
		g.cfg.Alerts.Raise(solo.Alert{
			Key: solo.AlertEmptyBlock, Node: m.client.Name(),
			Text:   fmt.Sprintf("litecoind at %s makes no templates (%v): a block without transactions is searched, which pays no fees", m.client.Name(), why),
			Remedy: "none is needed: the node is asked again every few seconds. Upgrade litecoind if this lasts",
		})
	}
}

// replaced notes that the serving node gave no template, and reports whether another one serves now.
func (g *Group) replaced(m *member, err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	m.failed = true
	if !isAnswer(err) {
		m.err = err
	}
	for _, other := range g.members {
		other.lookNow()
	}
	g.choose(time.Now())
	return g.serving != m
}

func (m *member) lookNow() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// noteHealth renews what Health says of m. The caller holds mu.
func (g *Group) noteHealth(m *member, now time.Time) {
	h := solo.NodeHealth{Name: m.client.Name(), Serving: m == g.serving, Up: m.err == nil && m.status != nil, Since: m.health.Since}
	if s := m.status; s != nil {
		h.Height, h.Peers, h.Version = s.Height, s.Peers, s.Version
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

// Health is how the nodes do, in their order.
func (g *Group) Health() []solo.NodeHealth {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]solo.NodeHealth, len(g.members))
	for i, m := range g.members {
		out[i] = m.health
	}
	return out
}
