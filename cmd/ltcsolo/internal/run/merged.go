package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// mergedPatience is how long the start waits for a merged chain's nodes: Litecoin's search does not wait for them.
const mergedPatience = 5 * time.Second

// mergedChain is a chain that a run mines with Litecoin's work. It joins as soon as one of its nodes can be mined with.
type mergedChain struct {
	network   template.Network
	discovery *discover.Found
	conn      *Connection
	address   wallet.Address
	payout    mergedPayout
	nodes     *node.Group // nil before side
	courier   *delivery.Courier
	journal   *journal.Journal
	earlier   []delivery.Block // in the journal at the start
	joined    bool             // at the start; the rest of the run does not look at it
	log       *slog.Logger     // names the chain
}

// mergedPayout pays every block of a merged chain to one script. The script is empty until it is known.
type mergedPayout struct{ script atomic.Pointer[[]byte] }

var _ solo.Payout = (*mergedPayout)(nil)

// Script returns the script, nil before it is known.
func (p *mergedPayout) Script() []byte {
	if s := p.script.Load(); s != nil {
		return *s
	}
	return nil
}

// Found does nothing.
func (p *mergedPayout) Found([]byte, template.Hash) {}

// newMerged reads the address of a merged chain and finds its nodes, without connecting to any.
func newMerged(s *settings.Merged, network wallet.Network, log *slog.Logger) (*mergedChain, error) {
	m := &mergedChain{log: log.With("chain", s.Chain.Name)}
	known := false
	if m.network, known = s.Chain.Network(string(network)); !known {
		return nil, terminal.Usage("network", "leave the chain out, or mine on another network", "%s has no network %s", s.Chain.Name, network)
	}
	var err error
	if m.address, err = s.Decode(network); err != nil {
		return nil, err
	}
	if m.address.Script != nil {
		m.payout.script.Store(&m.address.Script)
	}
	m.discovery, err = s.Discover(network, log)
	return m, err
}

func (m *mergedChain) chain() *template.Chain { return m.network.Chain }

// open makes the clients of the nodes.
func (m *mergedChain) open() error {
	clients, err := Open(m.discovery, m.log)
	m.conn = &Connection{Clients: clients}
	return err
}

func (m *mergedChain) close() {
	if m.conn != nil {
		m.conn.Close()
	}
}

// addressOf names the address of a script.
func (m *mergedChain) addressOf(script []byte) string {
	if text := addressOf(m.chain(), m.address.Network)(script); text != "" {
		return text
	}
	if string(script) == string(m.payout.Script()) {
		return m.address.Text
	}
	return ""
}

// reach takes the first node that can be mined with, and learns from it what script pays the address if nobody else knows
// that.
func (m *mergedChain) reach(ctx context.Context, allowOld bool, log *slog.Logger) error {
	if err := m.conn.choose(ctx, m.discovery.Network, allowOld, log); err != nil {
		return err
	}
	if m.payout.Script() != nil {
		return nil
	}
	script, err := m.conn.First.AddressScript(ctx, m.address.Text)
	if err == nil {
		m.payout.script.Store(&script)
	}
	return err
}

// reachSoon is reach within mergedPatience.
func (m *mergedChain) reachSoon(ctx context.Context, allowOld bool, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, mergedPatience)
	defer cancel()
	err := m.reach(ctx, allowOld, log)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s at %s has not answered within %v", m.chain().Daemon, m.conn.Clients[0].Name(), mergedPatience)
	}
	return err
}

// reachMerged waits a moment for a node of each merged chain. Without one Litecoin is mined alone until there is, unless
// the user wants otherwise.
func (r *run) reachMerged(ctx context.Context) error {
	var all sync.WaitGroup
	errs := make([]error, len(r.merged))
	for i, m := range r.merged {
		all.Go(func() {
			if r.Settings.RequireMerged {
				errs[i] = Retry(ctx, r.Settings.Wait, func() error { return m.reach(ctx, r.Settings.AllowOld, m.log) }, func(why error, _ time.Duration) { r.waitsFor(why) })
				return
			}
			errs[i] = m.reachSoon(ctx, r.Settings.AllowOld, m.log)
		})
	}
	all.Wait()
	r.starting.Store(nil)
	for i, m := range r.merged {
		switch err := errs[i]; {
		case err == nil:
			m.joined = true
			logFound(m.log, m.chain(), m.conn.Status)
		case r.Settings.RequireMerged:
			return err
		case ctx.Err() == nil:
			m.log.Warn(fmt.Sprintf("%s cannot be used now: Litecoin is mined without it until it can", m.chain().Daemon), "err", err)
		}
	}
	return nil
}

// join waits until a node can be mined with, if none could at the start, and says so. An address that a node refuses is an
// alert.
func (m *mergedChain) join(ctx context.Context, allowOld bool, alerts *solo.Alerts) {
	if m.joined {
		return
	}
	alerts = alerts.Of(m.chain())
	again := time.NewTicker(askAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		err := m.reachSoon(ctx, allowOld, slog.New(slog.DiscardHandler)) // the group tells what is wrong with a node
		switch {
		case err == nil:
			alerts.End(solo.AlertPayout, "")
			logFound(m.log, m.chain(), m.conn.Status)
			m.logPayout()
			return
		case m.conn.First != nil && m.payout.Script() == nil && ctx.Err() == nil:
			alerts.Raise(solo.Alert{
				Key: solo.AlertPayout, Text: fmt.Sprintf("no block of %s is mined, for nobody would be paid: %v", m.chain().Name, err),
				Remedy: terminal.Explain(err).Remedy,
			})
		}
	}
}

// side makes the chain's side of the engine.
func (m *mergedChain) side(allowOld bool, alerts *solo.Alerts) (side solo.Side, err error) {
	m.nodes, err = node.NewGroup(node.GroupConfig{
		Clients: m.conn.Clients, First: m.conn.First, Network: m.discovery.Network, AllowOld: allowOld, Alerts: alerts, Log: m.log,
	})
	if err != nil {
		return side, err
	}
	side, err = NewSide(m.network, m.nodes, m.conn.Clients, m.journal, &m.payout, m.log)
	side.Health = m.nodes.Health
	m.courier = side.Courier
	return side, err
}

// logPayout says whom the chain's blocks pay.
func (m *mergedChain) logPayout() {
	script := m.payout.Script()
	if script == nil {
		m.log.Info("found blocks pay", "address", m.address.Text, "network", m.address.Network, "script", "unknown until a node has said it")
		return
	}
	attrs := []any{"address", m.address.Text}
	if m.address.Type != "" {
		attrs = append(attrs, "type", m.address.Type)
	}
	m.log.Info("found blocks pay", append(attrs, "network", m.address.Network, "script", fmt.Sprintf("%x", script))...)
	if m.address.Note != "" {
		m.log.Warn("address: " + m.address.Note)
	}
}

// logFound says that a chain's node can be mined with.
func logFound(log *slog.Logger, chain *template.Chain, status *node.Status) {
	log.Info(chain.Daemon+" found", "node", status.Name, "network", status.Chain, "height", status.Height,
		"version", node.FormatVersion(status.Version), "peers", status.Peers)
}

// tellLeftOut warns of open blocks of chains that are not mined now: nobody follows them.
func (r *run) tellLeftOut() {
	for _, chain := range template.MergedChains() {
		mined := false
		for _, m := range r.merged {
			mined = mined || m.chain() == chain
		}
		if mined {
			continue
		}
		j, err := journal.Read(BlocksDir(r.state, chain), JournalLabels(chain, r.network))
		if err != nil {
			continue // most have none
		}
		blocks, _ := j.Blocks()
		open := 0
		for _, b := range blocks {
			if b.Pending() {
				open++
			}
		}
		if open > 0 {
			r.log.Warn("found blocks of a chain that is not mined now are not sent to its node", "chain", chain.Name, "blocks", open,
				"remedy", "mine the chain again, or send them: ltcsolo blocks resubmit --chain "+chain.Name)
		}
	}
}
