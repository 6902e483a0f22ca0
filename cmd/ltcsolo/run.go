package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/node"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/scrypt"
	"ltcsolo/wallet"
)

// miningRun is one run of mine, from the flags to the summary: it builds the parts, connects them, waits for a reason
// to stop, and drains.
type miningRun struct {
	settings  *mineSettings
	discovery *node.Discovery
	console   *console
	log       *logger
	out       io.Writer

	state      string
	address    wallet.Address     // that the first job pays
	descriptor *wallet.Descriptor // nil: every block pays address
	conn       *connection
	nodes      *node.Group
	alerts     *solo.Alerts
	journal    *journal.Journal
	notices    *notice.Notices
	earlier    []solo.Block // in the journal at the start
	fresh      *freshPayout // with descriptor
	kernels    []*scrypt.Kernel
	rate       float64 // measured at the start, H/s
	engine     *solo.Engine
	running    atomic.Pointer[solo.Engine] // engine, once it runs
	limiter    *limits.Limiter
	miner      *cpuminer.Miner
	began      time.Time
	machine    machine
}

func (r *miningRun) run(parent context.Context) error {
	// The hashing threads never give way by themselves. With one P each and two to spare, what speaks with the node
	// and the disk always finds one at once, and the system shares the processors out.
	runtime.GOMAXPROCS(r.settings.threads + 2)

	network, err := wallet.ParseNetwork(r.discovery.Network)
	if err != nil {
		return err
	}
	// Before anything is touched or asked: the node is then checked to be on this network.
	switch {
	case r.settings.fromWallet:
	case r.settings.descriptor != "":
		r.descriptor, err = wallet.ParseDescriptor(r.settings.descriptor, network)
	default:
		r.address, err = wallet.Decode(r.settings.address, network)
	}
	if err != nil {
		return err
	}
	if r.state = r.settings.state; r.state == "" {
		if r.state, err = stateDir(network); err != nil {
			return err
		}
	}
	if err := makeStateDir(r.state); err != nil {
		return err
	}
	release, err := lockState(r.state)
	if err != nil {
		return err
	}
	defer release()
	r.began = time.Now()
	web, err := r.openWeb(network)
	if err != nil {
		return err
	}
	defer web.close()
	ctx, stop := stopBySignal(parent, stopSignals(r.log.reopen != nil), r.forcedExit)
	defer stop()
	outliveReaders()
	defer reopenOnHangup(r.log.reopen, r.log.Logger)()
	if err := r.prepare(ctx, network); err != nil {
		if stoppedBySignal(ctx) {
			r.log.Info("stopped before the search began")
			return nil
		}
		return err
	}
	defer r.conn.Close()
	return r.search(ctx)
}

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
	if r.kernels, r.rate, err = chooseKernels(r.settings.kernel, r.settings.threads, r.state, r.log.Logger); err != nil {
		return err
	}
	r.log.Info("searching", "kernel", r.kernels[0], "threads", r.settings.threads, "hash_rate", hashRate(r.rate), "state", r.state)
	r.rate *= float64(r.settings.cpu) / 100
	target := r.conn.template.Target
	r.log.Info("expected time to a block: "+duration(solo.ExpectedSeconds(target, r.rate)),
		"difficulty", difficulty(target.Difficulty()), "network_hash_rate", hashRate(status.NetworkHashRate))
	return r.build()
}

// build makes the engine and the miner.
func (r *miningRun) build() (err error) {
	s := r.settings
	var submitters []solo.Submitter
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
	r.engine, err = solo.New(solo.Config{
		Node: r.nodes, Submitters: submitters, Journal: r.journal, Payout: payout, Tag: s.tag,
		Propose: s.propose, Blocks: s.blocks, Log: r.log.Logger,
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
		Nice: s.nice, Pin: s.pin, Log: r.log.Logger, Distrusted: r.distrusted,
	})
	return err
}

// Reasons for which a run ends.
const (
	byBlocks = "blocks"
	byTime   = "time"
	bySignal = "signal"
	byError  = "error"
)

// search runs until there is a reason to stop: first the searchers end, then the engine, which sees submissions in
// flight through.
func (r *miningRun) search(stop context.Context) error {
	r.running.Store(r.engine)
	if err := cpuminer.SetNice(r.settings.nice); err != nil {
		r.log.Warn("scheduling priority cannot be set", "nice", r.settings.nice, "err", err)
	}
	began := time.Now()
	engineCtx, endEngine := context.WithCancel(context.WithoutCancel(stop))
	defer endEngine()
	minerCtx, endMiner := context.WithCancel(engineCtx)
	defer endMiner()
	shown, hide := context.WithCancel(engineCtx)
	defer hide()

	var engineErr, minerErr error
	engineEnded, minerEnded := make(chan struct{}), make(chan struct{})
	var display, notices, guard sync.WaitGroup
	told, endNotices := context.WithCancel(context.WithoutCancel(stop))
	defer endNotices()
	notices.Go(func() { r.notices.Run(told, r.engine.Stats) })
	guard.Go(func() { r.guard(told) })
	go func() {
		engineErr = r.engine.Run(engineCtx)
		close(engineEnded)
	}()
	go func() {
		minerErr = r.miner.Run(minerCtx)
		close(minerEnded)
	}()
	display.Go(func() { r.reportToService(minerCtx) })
	display.Go(func() { r.limiter.Run(shown) })
	display.Go(func() { r.measure(shown) })
	if !r.settings.quiet {
		display.Go(func() { r.console.show(shown, r.statusLine) })
	}

	var limit <-chan time.Time
	if r.settings.limit > 0 {
		timer := time.NewTimer(r.settings.limit)
		defer timer.Stop()
		limit = timer.C
	}
	reason := byError
	select {
	case <-r.engine.Done():
		reason = byBlocks
	case <-limit:
		reason = byTime
	case <-stop.Done():
		reason = bySignal
	case <-engineEnded:
	case <-minerEnded:
	}
	r.log.Info("stopping", "reason", reason)
	endMiner()
	<-minerEnded
	searched := time.Since(began)
	endEngine()
	<-engineEnded
	endNotices()
	if r.fresh != nil {
		r.fresh.wait()
	}
	guard.Wait()
	notices.Wait()
	hide()
	display.Wait()
	err := errors.Join(engineErr, minerErr)
	if err != nil {
		reason = byError
	}
	r.log.flush() // the summary comes after it, on the same terminal
	if sayErr := r.summary(reason, searched).say(r); sayErr != nil {
		err = errors.Join(err, sayErr)
	}
	if err != nil {
		return err
	}
	return r.unsettled()
}
