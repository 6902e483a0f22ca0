package stratum_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

// given is a node that gives the templates that a test sends.
type given chan *template.Template

func (g given) NextTemplate(ctx context.Context, _ *template.Template) (*template.Template, error) {
	select {
	case t := <-g:
		return t, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (given) Propose(context.Context, []byte) (solo.Opinion, error) { return solo.Opinion{}, nil }

// run is a server on an engine, both real, in a bubble.
type run struct {
	*house
	engine    *solo.Engine
	templates given
	node      *deliverytest.Node
	journal   *deliverytest.Journal
}

// runConfig is what tests change of a run.
type runConfig struct {
	submit  func(attempt int) (delivery.Verdict, error) // nil: the node accepts all
	journal deliverytest.Journal
	engine  solo.Config
	server  stratum.Config
}

// start starts a server and an engine, whose shares are checked by a pool, as the program does.
func start(t *testing.T, options ...func(*runConfig)) *run {
	t.Helper()
	cfg := &runConfig{submit: deliverytest.Accept}
	for _, o := range options {
		o(cfg)
	}
	r := &run{templates: make(given), node: &deliverytest.Node{ID: "node", Submit: cfg.submit}, journal: &cfg.journal}
	courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{r.node}, Journal: r.journal, Maturity: 100})
	if err != nil {
		t.Fatal(err)
	}
	pool := scrypt.NewPool(scrypt.PoolConfig{})
	if cfg.engine.Hasher == nil {
		cfg.engine.Hasher = pool
	}
	cfg.engine.Main = solo.Side{Chain: template.Litecoin, Node: r.templates, Courier: courier, Payout: solo.FixedPayout(script)}
	if r.engine, err = solo.New(cfg.engine); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { pool.Run(ctx) })
	running.Go(func() { r.engine.Run(ctx) })
	t.Cleanup(func() { // after the server has ended
		cancel()
		running.Wait()
	})
	r.house = serve(t, func(c *stratum.Config) {
		log, version := c.Log, c.Version
		*c = cfg.server
		c.Upstream, c.Log, c.Version = r.engine, log, version
	})
	return r
}

// tip gives the engine a template on a tip that is named by one byte, and waits until the miners have work on it.
func (r *run) tip(name byte, bits uint32) {
	r.t.Helper()
	r.templates <- newTemplate(r.t, name, bits, small)
	synctest.Wait()
}

// miner connects a miner. Its difficulty stays at 64, far above that of such blocks.
func (r *run) miner(options ...func(*stratumtest.Config)) *stratumtest.Miner {
	r.t.Helper()
	cfg := stratumtest.Config{User: "rig", Password: "d=64"}
	for _, o := range options {
		o(&cfg)
	}
	m, err := stratumtest.Connect(r.l.dial("192.168.1.31"), cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(m.Close)
	return m
}

// work returns the miner's newest work.
func work(t *testing.T, m *stratumtest.Miner) *stratumtest.Work {
	t.Helper()
	synctest.Wait()
	w, err := m.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// solved returns a block of the work.
func solved(t *testing.T, w *stratumtest.Work) stratumtest.Share {
	t.Helper()
	s := w.Share()
	solve(t, &s)
	return s
}

// solve raises the nonce until the share is a block.
func solve(t *testing.T, s *stratumtest.Share) {
	t.Helper()
	if !s.Solve(s.Work.Target(), 10_000) {
		t.Fatal("no block found")
	}
}

// low returns n shares of the work that are no blocks.
func low(w *stratumtest.Work, n int) (shares []stratumtest.Share) {
	target := w.Target()
	for s := w.Share(); len(shares) < n; s.Nonce++ {
		if pow := s.PoWHash(); !target.MetBy(&pow) {
			shares = append(shares, s)
		}
	}
	return shares
}

// wantBlocks checks which blocks the node was given and the journal has, each once, in any order.
func (r *run) wantBlocks(want ...stratumtest.Share) {
	r.t.Helper()
	synctest.Wait()
	headers := make(map[template.Header]int)
	for _, raw := range r.node.Submitted() {
		b, err := template.ParseBlock(raw)
		if err != nil || len(b.Problems) > 0 {
			r.t.Errorf("a block is wrong: %q, %v", b.Problems, err)
			continue
		}
		headers[template.Header(raw[:template.HeaderSize])]++
	}
	for _, s := range want {
		if n := headers[s.Header()]; n != 1 {
			r.t.Errorf("the node was given the block of nonce %08x, work %s, %d times", s.Nonce, s.Work.ID, n)
		}
	}
	if len(headers) != len(want) || len(r.journal.Appended()) != len(want) {
		r.t.Errorf("the node was given %d blocks, the journal has %d, want %d", len(headers), len(r.journal.Appended()), len(want))
	}
}

// wantTaken checks that a share is answered as a good one.
func wantTaken(t *testing.T, m *stratumtest.Miner, s stratumtest.Share) {
	t.Helper()
	if refusal, err := m.Submit(s); refusal != "" || err != nil {
		t.Errorf("the block is answered by %q, %v", refusal, err)
	}
}
