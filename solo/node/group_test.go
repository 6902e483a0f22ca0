package node_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/nodetest"
	"ltcsolo/template"
)

// group is a Group of scripted nodes with short times.
type group struct {
	*node.Group
	servers []*nodetest.Server
	clients []*node.Client
	alerts  *solo.Alerts
	log     *record
}

func newGroup(t *testing.T, n int, change func(*node.GroupConfig)) *group {
	t.Helper()
	g := &group{log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	for range n {
		s := nodetest.Start(t)
		g.servers = append(g.servers, s)
		g.clients = append(g.clients, newClient(t, s, node.Config{Network: "regtest"}))
	}
	g.run(t, change)
	return g
}

func (g *group) run(t *testing.T, change func(*node.GroupConfig)) {
	t.Helper()
	cfg := node.GroupConfig{
		Clients: g.clients, Network: "regtest", Alerts: g.alerts, Log: g.log.logger(),
		Every: 20 * time.Millisecond, Probation: 50 * time.Millisecond, Behind: 100 * time.Millisecond, Patience: time.Hour,
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if g.Group, err = node.NewGroup(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { g.Run(ctx) })
	t.Cleanup(wg.Wait)
	t.Cleanup(cancel)
	eventually(t, "an observation of each node", func() bool {
		for _, h := range g.Health() {
			if !h.Up {
				return false
			}
		}
		return true
	})
}

// next asks for a template again and again after an error, as the engine does.
func (g *group) next(t *testing.T, prev *template.Template) *template.Template {
	t.Helper()
	ctx := testContext(t)
	for {
		got, err := g.NextTemplate(ctx, prev)
		if err == nil {
			return got
		}
		if ctx.Err() != nil {
			t.Fatalf("no template in %v; last: %v", patience, err)
		}
		time.Sleep(5 * time.Millisecond) // the engine's pause between two tries
	}
}

func (g *group) serving() int {
	for i, h := range g.Health() {
		if h.Serving {
			return i
		}
	}
	return -1
}

func (g *group) alert(key string, n int) *solo.Alert {
	for _, a := range g.alerts.List() {
		if a.Key == key && (n < 0 && a.Node == "" || n >= 0 && a.Node == g.clients[n].Name()) {
			return &a
		}
	}
	return nil
}

// Who gives a template is up, before it is observed for the first time too.
func TestNodeThatGaveATemplateIsUp(t *testing.T) {
	t.Parallel()
	client := newClient(t, nodetest.Start(t), node.Config{Network: "regtest"})
	g, err := node.NewGroup(node.GroupConfig{Clients: []*node.Client{client}, Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	if h := g.Health()[0]; h.Up {
		t.Errorf("Health() = %+v before anything is known", h)
	}
	if _, err := g.NextTemplate(testContext(t), nil); err != nil {
		t.Fatal(err)
	}
	if h := g.Health()[0]; !h.Up || h.Fault != "" {
		t.Errorf("Health() = %+v after a template", h)
	}
}

func TestAnotherNodeTakesOverAndHandsBack(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, nil)
	tmpl := g.next(t, nil)
	g.servers[0].Down()
	over := g.next(t, tmpl)
	if g.serving() != 1 || over.PreviousBlock != tmpl.PreviousBlock {
		t.Fatalf("node %d serves %+v after the first went down", g.serving(), over)
	}
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertNodeDown, 0) != nil })
	if a := g.alert(solo.AlertNodeDown, 0); a.Grave || a.Remedy == "" {
		t.Errorf("alert %+v: another node serves", a)
	}
	if h := g.Health(); h[0].Up || h[0].Fault == "" || !h[1].Up || h[1].Fault != "" || h[1].Version != 210505 {
		t.Errorf("Health() = %+v", h)
	}
	block, _ := unsolved(t, over, 0)
	if opinion, err := g.Propose(testContext(t), block); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose to the second node = %+v, %v", opinion, err)
	}
	g.servers[0].Up(t)
	back := g.next(t, over)
	if g.serving() != 0 || back.PreviousBlock != tmpl.PreviousBlock {
		t.Errorf("node %d serves after the first came back", g.serving())
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertNodeDown, 0) == nil })
	if n := g.log.count("msg=alert alert=node-down"); n != 1 {
		t.Errorf("the alert was logged %d times", n)
	}
}

// The tip's time is that of its header if it was there before, else when it came.
func TestTipTime(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 1, nil)
	began := time.Now()
	if tip := g.Health()[0].TipTime; tip.IsZero() || tip.Nanosecond() != 0 || tip.After(began) {
		t.Errorf("the first tip's time is %v, want that of its header", tip)
	}
	g.servers[0].Mine()
	eventually(t, "the new tip", func() bool { return g.Health()[0].TipTime.After(began) })
	if tip := g.Health()[0].TipTime; tip.After(time.Now()) {
		t.Errorf("the second tip's time is %v, want when it came", tip)
	}
}

// Without a header's time nothing is known of the first tip's.
func TestTipTimeOfAHiddenHeader(t *testing.T) {
	t.Parallel()
	server := nodetest.Start(t)
	server.Script("getblockheader", nodetest.Result(`null`))
	g := &group{servers: []*nodetest.Server{server}, clients: []*node.Client{newClient(t, server, node.Config{Network: "regtest"})}, log: &record{}}
	g.alerts = solo.NewAlerts(g.log.logger(), nil)
	g.run(t, nil)
	if tip := g.Health()[0].TipTime; !tip.IsZero() {
		t.Errorf("the first tip's time is %v, want none", tip)
	}
	server.Mine()
	eventually(t, "the new tip", func() bool { return !g.Health()[0].TipTime.IsZero() })
}

// A node that keeps failing must be fit for longer each time.
func TestUnsteadyNodeWaitsLonger(t *testing.T) {
	t.Parallel()
	const probation = 100 * time.Millisecond
	g := newGroup(t, 2, func(c *node.GroupConfig) { c.Probation = probation })
	tmpl := g.next(t, nil)
	for _, least := range []time.Duration{2 * probation, 4 * probation} {
		g.servers[0].Down()
		tmpl = g.next(t, tmpl)
		up := time.Now()
		g.servers[0].Up(t)
		for tmpl = g.next(t, tmpl); g.serving() != 0; tmpl = g.next(t, tmpl) {
		}
		if d := time.Since(up); d < least {
			t.Errorf("the node serves again after %v, want at least %v", d, least)
		}
	}
}

// A node that is behind does not take over from one that was ahead, until that one is long gone.
func TestNodeBehindDoesNotTakeOver(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, nil)
	for range 2 {
		g.servers[0].Mine()
	}
	g.servers[1].Mine()
	tmpl := g.next(t, nil)
	for tmpl.Height != 3 {
		tmpl = g.next(t, tmpl)
	}
	g.servers[0].Down()
	for range 3 {
		if got, err := g.NextTemplate(testContext(t), tmpl); err == nil || errors.Is(err, solo.ErrTipMoved) {
			t.Fatalf("NextTemplate = %+v, %v, want the last template to stay", got, err)
		}
	}
	g.servers[1].Mine()
	if got := g.next(t, tmpl); got.Height != 3 || g.serving() != 1 {
		t.Errorf("node %d serves height %d once the second has caught up", g.serving(), got.Height)
	}
}

func TestNodeBehindTakesOverFromOneLongGone(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, func(c *node.GroupConfig) { c.Patience = 100 * time.Millisecond })
	g.servers[0].Mine()
	tmpl := g.next(t, nil)
	for tmpl.Height != 2 {
		tmpl = g.next(t, tmpl)
	}
	g.servers[0].Down()
	if got := g.next(t, tmpl); got.Height != 1 || g.serving() != 1 {
		t.Errorf("node %d serves height %d", g.serving(), got.Height)
	}
	g.servers[0].Up(t)
	eventually(t, "the first node's return", func() bool { return g.serving() == 0 })
}

// Work on a serving node whose chain stands still while another one's grows is lost.
func TestNodeWithMoreWorkTakesOver(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, nil)
	tmpl := g.next(t, nil)
	g.servers[1].Mine()
	got := g.next(t, tmpl)
	if got.Height != 2 || g.serving() != 1 {
		t.Fatalf("node %d serves height %d", g.serving(), got.Height)
	}
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertNodeBehind, 0) != nil })
	again := make(chan *template.Template, 1)
	go func() { again <- g.next(t, got) }()
	g.servers[0].Mine() // the same block
	if <-again; g.serving() != 0 {
		t.Errorf("node %d serves once the first has caught up", g.serving())
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertNodeBehind, 0) == nil })
}

// When a node gives no templates, for whatever reason, another one serves, and Health says so.
func TestH05AnotherNodeServesWhileOneGivesNoTemplate(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]nodetest.Fault{
		"-1":      nodetest.RPCError(-1, mwebFailed),
		"-8":      nodetest.RPCError(-8, "getblocktemplate must be called with the segwit & mweb rule sets"),
		"-9":      nodetest.RPCError(-9, "Litecoin Core is not connected!"),
		"-10":     nodetest.RPCError(-10, "Litecoin Core is in initial sync and waiting for blocks..."),
		"500":     nodetest.WorkQueue,
		"garbage": nodetest.Garbage,
		"half":    nodetest.Result(`{"height":2}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroup(t, 2, nil)
			tmpl := g.next(t, nil)
			g.servers[0].Always("getblocktemplate", fault)
			for _, s := range g.servers {
				s.Mine()
			}
			got := g.next(t, tmpl)
			if got.Height != 2 || got.Empty || g.serving() != 1 {
				t.Fatalf("node %d serves %+v", g.serving(), got)
			}
			eventually(t, "the fault of the first", func() bool { return g.Health()[0].Fault != "" })
			g.servers[0].Always("getblocktemplate", nodetest.Fault{})
			if got = g.next(t, got); got.Height != 2 || g.serving() != 0 {
				t.Errorf("node %d serves once the first gives templates again", g.serving())
			}
		})
	}
}

// Without any node the last template is mined for a while, and then mining is paused.
func TestMiningIsPausedWhenNodesAreLongDead(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, func(c *node.GroupConfig) { c.GiveUp = 2 * time.Second })
	tmpl := g.next(t, nil)
	for _, s := range g.servers {
		s.Down()
	}
	if _, err := g.NextTemplate(testContext(t), tmpl); err == nil || errors.Is(err, solo.ErrTipMoved) {
		t.Errorf("NextTemplate as the nodes go down: %v, want the last template to stay", err)
	}
	var err error
	for err = nil; !errors.Is(err, solo.ErrTipMoved); time.Sleep(5 * time.Millisecond) { // the engine's pause
		if _, err = g.NextTemplate(testContext(t), tmpl); err == nil {
			t.Fatal("a template from no node")
		}
	}
	if e := asError(t, err); !strings.Contains(e.Reason, "in that time is 1 in ") {
		t.Errorf("why: %q", e.Reason)
	}
	if a := g.alert(solo.AlertNoNode, -1); a == nil || !a.Grave {
		t.Errorf("alerts: %+v", g.alerts.List())
	}
	g.servers[1].Up(t)
	if g.next(t, tmpl); g.serving() != 1 {
		t.Errorf("node %d serves", g.serving())
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertNoNode, -1) == nil })
}

// A node that changes its network or program while it serves is not used any more.
func TestH04NodeThatBecomesUnfitIsLeft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*nodetest.State){
		"chain":   func(s *nodetest.State) { s.Chain = "test" },
		"program": func(s *nodetest.State) { s.Subversion = "/Satoshi:27.0.0/" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroup(t, 1, nil)
			tmpl := g.next(t, nil)
			g.servers[0].Update(change)
			_, err := g.NextTemplate(testContext(t), tmpl)
			if !errors.Is(err, solo.ErrTipMoved) {
				t.Errorf("NextTemplate = %v", err)
			}
			asError(t, err)
			eventually(t, "the alerts", func() bool {
				return g.alert(solo.AlertWrongNode, 0) != nil && g.alert(solo.AlertNoNode, -1) != nil
			})
		})
	}
}

// A node that was killed comes back behind the chain, and makes templates while it catches up.
func TestNodeThatCatchesUpIsNotMinedOn(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 1, nil)
	g.servers[0].Update(func(s *nodetest.State) { s.Headers = 1_000_000 })
	g.servers[0].Mine()
	prev := g.next(t, nil) // headers alone do not prevent mining on it
	var refusal error
	eventually(t, "a refusal", func() bool {
		for range 5 {
			g.servers[0].Mine()
		}
		t, err := g.NextTemplate(testContext(t), prev)
		if err == nil {
			prev = t
		}
		refusal = err
		return errors.Is(err, solo.ErrTipMoved) && strings.Contains(err.Error(), "catching up")
	})
	eventually(t, "the alert", func() bool {
		g.servers[0].Mine()
		g.servers[0].Mine()
		a := g.alert(solo.AlertNoNode, -1)
		return a != nil && !a.Grave && strings.Contains(a.Text, "is catching up: block ")
	})
	tip, _ := g.servers[0].Tip()
	if got := g.next(t, nil); got.PreviousBlock != tip { // no more blocks come
		t.Errorf("template on %v after %v, want one on %v", got.PreviousBlock, refusal, tip)
	}
	if a := g.alert(solo.AlertNoNode, -1); a != nil {
		t.Errorf("the alert %+v stays", a)
	}
}

func TestNodeThatCatchesUpIsLeftForAnother(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, func(c *node.GroupConfig) { c.Behind = time.Hour })
	g.next(t, nil)
	g.servers[0].Update(func(s *nodetest.State) { s.Headers = 1_000_000 })
	eventually(t, "the other node", func() bool {
		for range 3 {
			g.servers[0].Mine()
			g.servers[1].Mine()
			g.servers[1].Mine() // ahead
		}
		return g.serving() == 1
	})
}

// A node that follows other rules says so before a block is lost to them.
func TestH04OtherNodesRefusalIsAnAlert(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, nil)
	tmpl := g.next(t, nil)
	g.servers[1].Always("getblocktemplate", nodetest.Result(`"bad-txns-inputs-missingorspent"`))
	block, _ := unsolved(t, tmpl, 0)
	if opinion, err := g.Propose(testContext(t), block); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose = %+v, %v: want the opinion of the node that gave the template", opinion, err)
	}
	eventually(t, "the alert", func() bool { return g.alert(solo.AlertBlockObjected, 1) != nil })
	g.servers[1].Always("getblocktemplate", nodetest.Fault{})
	for _, s := range g.servers {
		s.Mine()
	}
	block, _ = unsolved(t, g.next(t, tmpl), 0)
	if opinion, err := g.Propose(testContext(t), block); opinion != (solo.Opinion{}) || err != nil {
		t.Errorf("Propose = %+v, %v", opinion, err)
	}
	eventually(t, "the end of the alert", func() bool { return g.alert(solo.AlertBlockObjected, 1) == nil })
}

// A node that is down at the start joins when it answers.
func TestNodeThatComesLaterJoins(t *testing.T) {
	t.Parallel()
	g := newGroup(t, 2, nil)
	g.servers[0].Down()
	late := &group{servers: g.servers, clients: g.clients, alerts: solo.NewAlerts(g.log.logger(), nil), log: g.log}
	cfg := node.GroupConfig{
		Clients: late.clients, First: late.clients[1], Network: "regtest", Alerts: late.alerts,
		Every: 20 * time.Millisecond, Probation: 50 * time.Millisecond,
	}
	var err error
	if late.Group, err = node.NewGroup(cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { late.Run(ctx) })
	t.Cleanup(wg.Wait)
	t.Cleanup(cancel)
	tmpl := late.next(t, nil)
	if late.serving() != 1 {
		t.Fatalf("node %d serves", late.serving())
	}
	late.servers[0].Up(t)
	if late.next(t, tmpl); late.serving() != 0 {
		t.Errorf("node %d serves after the first came", late.serving())
	}
}
