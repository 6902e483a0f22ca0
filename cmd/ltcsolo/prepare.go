package main

import (
	"context"
	"fmt"
	"path/filepath"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/odds"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// prepare does what must succeed before the first hash, and says what was found.
func (r *miningRun) prepare(ctx context.Context, network wallet.Network) (err error) {
	shown := r.console
	if r.settings.quiet {
		shown = nil
	}
	if r.conn, err = connect(ctx, r.discovery, r.settings.wait, r.settings.allowOld, r.log.Logger, shown); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			r.conn.Close()
		}
	}()
	status := r.conn.status
	r.log.Info("litecoind found", "node", status.Name, "network", status.Chain, "height", status.Height,
		"version", node.FormatVersion(status.Version), "peers", status.Peers)
	if r.settings.fromWallet {
		remembered := false
		if r.address, remembered, err = wallet.FromWallet(ctx, r.state, network, r.conn.first.NewAddress); err != nil {
			return err
		}
		r.log.Debug("address of the node's wallet", "address", r.address.Text, "remembered", remembered)
	}
	labels := journalLabels(network)
	if r.journal, err = journal.Open(filepath.Join(r.state, "blocks"), labels); err != nil {
		return usage("mend the directory, or give another with --state DIR", "found blocks could not be kept: %v", err)
	}
	for _, damage := range r.journal.Damaged() {
		r.log.Error("found blocks on disk", "err", damage)
	}
	if r.earlier, err = r.journal.Blocks(); err != nil {
		return err
	}
	r.notices = notice.New(notice.Config{
		OnBlock: r.settings.onBlock, OnAlert: r.settings.onAlert, Network: string(network), AddressOf: labels.AddressOf,
		Earlier: r.earlier, Log: r.log.Logger,
	})
	r.alerts = solo.NewAlerts(r.log.Logger, r.notices.Alert)
	if r.descriptor != nil {
		if err := r.openDescriptor(); err != nil {
			return err
		}
	}
	r.log.Info("found blocks pay", "address", r.address.Text, "type", r.address.Type, "network", r.address.Network,
		"script", fmt.Sprintf("%x", r.address.Script))
	if r.address.Note != "" {
		r.log.Warn("address: " + r.address.Note)
	}
	kernels, rate, err := chooseKernels(r.settings.kernel, r.settings.threads, r.state, r.log.Logger)
	if err != nil {
		return err
	}
	r.rate = rate
	if r.kernels, err = scrypt.NewTrusted(kernels, r.refuted); err != nil {
		return err
	}
	r.log.Info("searching", "kernel", r.kernels.InUse(), "threads", r.settings.threads, "hash_rate", hashRate(r.rate), "state", r.state)
	r.rate *= float64(r.settings.cpu) / 100
	target := r.conn.template.Target
	r.log.Info("expected time to a block: "+duration(odds.ExpectedSeconds(target, r.rate)),
		"difficulty", difficulty(target.Difficulty()), "network_hash_rate", hashRate(status.NetworkHashRate))
	return r.build()
}

// build makes the engine and the miner.
func (r *miningRun) build() (err error) {
	s := r.settings
	var submitters []delivery.Node
	for _, c := range r.conn.clients {
		submitters = append(submitters, c)
	}
	var payout solo.Payout = solo.FixedPayout(r.address.Script)
	if r.fresh != nil {
		payout = r.fresh
	}
	r.nodes, err = node.NewGroup(node.GroupConfig{
		Clients: r.conn.clients, First: r.conn.first, Network: r.discovery.Network, AllowOld: s.allowOld, Alerts: r.alerts, Log: r.log.Logger,
	})
	if err != nil {
		return err
	}
	chain, _ := template.Litecoin.Network(r.discovery.Network)
	courier, err := delivery.New(delivery.Config{Nodes: submitters, Journal: r.journal, Maturity: chain.Maturity, Log: r.log.Logger})
	if err != nil {
		return err
	}
	r.engine, err = solo.New(solo.Config{
		Main: solo.Side{Chain: template.Litecoin, Node: r.nodes, Courier: courier, Payout: payout},
		Tag:  s.tag, Propose: s.propose, Blocks: s.blocks, Log: r.log.Logger,
		Alerts: r.alerts, Health: r.nodes.Health,
	})
	if err != nil {
		return err
	}
	if err := r.limit(); err != nil {
		return err
	}
	r.miner, err = cpuminer.New(cpuminer.Config{
		Upstream: r.limiter, Extranonce1: r.engine.Extranonce1, Threads: s.threads, Kernels: r.kernels, CPU: s.cpu,
		Nice: s.nice, Pin: s.pin, Log: r.log.Logger,
	})
	return err
}
