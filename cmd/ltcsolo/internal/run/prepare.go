package run

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/node"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/stratum"
	"ltcsolo/solo/units"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// prepare does what must succeed before the first hash, and logs what it found.
func (r *run) prepare(ctx context.Context) (err error) {
	s := r.Settings
	if s.CPU != nil {
		if err := limits.Check(s.CPU.Rules, time.Now()); err != nil {
			return UnusableLimit(err)
		}
		r.logZone(s.CPU.Rules, time.Now())
	}
	console := r.Console
	if s.Quiet {
		console = nil
	}
	r.conn, err = connect(ctx, r.Discovery, s.Wait, s.AllowOld, r.log.Logger, console, r.waitsFor)
	r.starting.Store(nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			r.conn.Close()
		}
	}()
	status := r.conn.Status
	logFound(r.log.Logger, template.Litecoin, status)
	if err := r.reachMerged(ctx); err != nil {
		return err
	}
	if s.Payee.FromWallet {
		remembered := false
		if r.address, remembered, err = wallet.FromWallet(ctx, r.state, r.network, r.conn.First.NewAddress); err != nil {
			return terminal.About("address-from-wallet", err)
		}
		r.log.Debug("address of the node's wallet", "address", r.address.Text, "remembered", remembered)
		if remembered {
			if err := r.checkRemembered(ctx); err != nil {
				return err
			}
		}
	}
	if err := r.openJournal(); err != nil {
		return err
	}
	if r.descriptor != nil {
		if err := r.openDescriptor(); err != nil {
			return terminal.About("descriptor", err)
		}
	}
	r.log.Info("found blocks pay", "address", r.address.Text, "type", r.address.Type, "network", r.address.Network,
		"script", fmt.Sprintf("%x", r.address.Script))
	if r.address.Note != "" {
		r.log.Warn("address: " + r.address.Note)
	}
	for _, m := range r.merged {
		m.logPayout()
	}
	if s.CPU != nil {
		if r.cpu, err = newCPU(s.CPU, r.state, r.Build, r.refuted, r.log.Logger); err != nil {
			return err
		}
		target := r.conn.Template.Target
		r.log.Info("expected time to a block: "+units.Duration(odds.ExpectedSeconds(target, r.cpu.expected)),
			"difficulty", units.Difficulty(target.Difficulty()), "network_hash_rate", units.HashRate(status.NetworkHashRate))
	}
	return r.build()
}

// logZone says by which clock a schedule goes: that of a container, or of a service, may not be the user's.
func (r *run) logZone(rules []limits.Rule, now time.Time) {
	for _, rule := range rules {
		if rule.Name == "schedule" {
			zone, _ := now.Zone()
			r.log.Info("mining by the clock", "schedule", rule.Setting, "now", now.Format("15:04"), "zone", zone+", UTC"+now.Format("-07:00"))
		}
	}
}

// waitsFor notes what the run waits for before the search, for the page, status and the service manager.
func (r *run) waitsFor(why error) {
	r.starting.Store(new("waiting for the node: " + terminal.OneLine(why.Error())))
}

// checkRemembered refuses an address that is not of the node's wallet any more. What no wallet could say is logged.
func (r *run) checkRemembered(ctx context.Context) error {
	refusal, unasked := CheckRemembered(ctx, r.conn.Clients, r.state, r.address)
	if unasked != nil && ctx.Err() == nil {
		r.log.Warn("the node's wallet cannot say whether the remembered payout address is its own", "address", r.address.Text,
			"err", unasked, "remedy", terminal.Explain(unasked).Remedy)
	}
	return refusal
}

// openJournal opens the journal of each chain and makes what depends on them.
func (r *run) openJournal() (err error) {
	if r.journal, r.earlier, err = r.openJournalOf(JournalLabels(template.Litecoin, r.network)); err != nil {
		return err
	}
	told := notice.Config{
		OnBlock: r.Settings.OnBlock, OnAlert: r.Settings.OnAlert, Network: string(r.network), AddressOf: addressOf(template.Litecoin, r.network),
		Earlier: r.earlier, Log: r.log.Logger, Grace: r.noticeGrace,
	}
	for _, m := range r.merged {
		labels := JournalLabels(m.chain(), r.network)
		labels.AddressOf = m.addressOf
		if m.journal, m.earlier, err = r.openJournalOf(labels); err != nil {
			return err
		}
		told.Merged = append(told.Merged, notice.Merged{Chain: m.chain(), AddressOf: m.addressOf, Earlier: m.earlier})
	}
	r.tellLeftOut()
	r.notices = notice.New(told)
	r.alerts = solo.NewAlerts(r.log.Logger, r.tellAlert)
	return nil
}

// openJournalOf opens the journal of the labels' chain and returns the blocks in it.
func (r *run) openJournalOf(labels journal.Labels) (*journal.Journal, []delivery.Block, error) {
	j, err := journal.OpenOn(r.Disk, BlocksDir(r.state, labels.Chain), labels)
	if err != nil {
		return nil, nil, terminal.Usage("state", "fix the directory, or give another with --state DIR", "found blocks could not be kept: %v", err)
	}
	if err := j.Reserve(); err != nil {
		r.log.Debug("no room could be set aside for found blocks", "chain", labels.Chain.Name, "err", err) // the disk's alert tells of it
	}
	for _, damage := range j.Damaged() {
		r.log.Error("found blocks on disk", "err", damage)
	}
	earlier, err := j.Blocks()
	return j, earlier, err
}

// openDescriptor makes the payout to fresh addresses of the descriptor.
func (r *run) openDescriptor() error {
	index, err := wallet.OpenIndex(r.state, r.descriptor)
	if err != nil {
		return err
	}
	index.StoreBy(r.Disk.Write)
	first, err := r.descriptor.Address(0)
	if err != nil {
		return err
	}
	_, sum, _ := strings.Cut(r.descriptor.String(), "#")
	r.log.Info("each found block pays to a fresh address: compare the first with your wallet", "first_address", first.Text,
		"checksum", sum, "index", index.Next(), "gap_limit", wallet.GapLimit)
	r.address = index.Address()
	r.fresh = &freshPayout{descriptor: r.descriptor, index: index, blocks: r.blocksSoFar, alerts: r.alerts, log: r.log.Logger}
	r.fresh.checkGap()
	return nil
}

// build makes the engine and the sources.
func (r *run) build() (err error) {
	s := r.Settings
	r.nodes, err = node.NewGroup(node.GroupConfig{
		Clients: r.conn.Clients, First: r.conn.First, Network: r.Discovery.Network, AllowOld: s.AllowOld, Alerts: r.alerts, Log: r.log.Logger,
	})
	if err != nil {
		return err
	}
	var payout solo.Payout = solo.FixedPayout(r.address.Script)
	if r.fresh != nil {
		payout = r.fresh
	}
	litecoin, _ := template.Litecoin.Network(string(r.network))
	main, err := NewSide(litecoin, r.nodes, r.conn.Clients, r.journal, payout, r.log.Logger)
	if err != nil {
		return err
	}
	main.Health = r.nodes.Health
	r.courier = main.Courier
	cfg := solo.Config{Main: main, Tag: s.Tag, Propose: s.Propose, Blocks: s.Blocks, Log: r.log.Logger, Alerts: r.alerts}
	for _, m := range r.merged {
		side, err := m.side(s.AllowOld, r.alerts)
		if err != nil {
			return err
		}
		cfg.Merged = append(cfg.Merged, side)
	}
	var past stratum.Past
	if r.house != nil {
		cfg.Hasher = r.house.pool
		past, cfg.Earlier = r.house.state.load(time.Now())
		cfg.Reserved = past.Extranonce1s()
	}
	if r.engine, err = solo.New(cfg); err != nil {
		return err
	}
	if r.cpu != nil {
		if err := r.cpu.connect(r.engine); err != nil {
			return err
		}
		r.sources = append(r.sources, r.cpu)
	}
	if r.house != nil {
		if err := r.house.connect(r.engine, past, r.web.url, r.Build.Version, r.pays); err != nil {
			return err
		}
		r.sources = append(r.sources, r.house)
		if err := r.openRigs(); err != nil {
			return err
		}
	}
	for _, newSource := range r.Sources {
		source, err := newSource(r.engine)
		if err != nil {
			return err
		}
		r.sources = append(r.sources, source)
	}
	return nil
}

// pays reports whether an address is the one that this run pays, with a descriptor the one that it pays now.
func (r *run) pays(address string) bool {
	if slices.ContainsFunc(r.merged, func(m *mergedChain) bool { return m.address.Text == address }) {
		return true
	}
	a, err := wallet.Decode(address, r.network)
	if err != nil {
		return false
	}
	if r.fresh != nil {
		return bytes.Equal(a.Script, r.fresh.index.Address().Script)
	}
	return bytes.Equal(a.Script, r.address.Script)
}

// NewSide returns a chain's side of an engine: templates come from one node, found blocks go to all clients.
func NewSide(network template.Network, templates solo.Node, clients []*node.Client, j delivery.Journal, p solo.Payout, log *slog.Logger) (solo.Side, error) {
	var nodes []delivery.Node
	for _, c := range clients {
		nodes = append(nodes, c)
	}
	courier, err := delivery.New(delivery.Config{Nodes: nodes, Journal: j, Maturity: network.Maturity, Log: log})
	return solo.Side{Chain: network.Chain, Node: templates, Courier: courier, Payout: p}, err
}
