package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/limits"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/scrypt"
	"ltcsolo/wallet"
)

// miningRun is one run of mine, from the flags to the summary: it builds the parts, connects them, waits for a reason
// to stop, and drains.
type miningRun struct {
	settings  *mineSettings
	discovery *discover.Found
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
	earlier    []delivery.Block // in the journal at the start
	fresh      *freshPayout     // with descriptor
	kernels    *scrypt.Trusted
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

	reason := r.untilStopped(stop, engineEnded, minerEnded)
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

// untilStopped waits for a reason to stop, and says which it is.
func (r *miningRun) untilStopped(stop context.Context, engineEnded, minerEnded <-chan struct{}) string {
	var limit <-chan time.Time
	if r.settings.limit > 0 {
		timer := time.NewTimer(r.settings.limit)
		defer timer.Stop()
		limit = timer.C
	}
	select {
	case <-r.engine.Done():
		return byBlocks
	case <-limit:
		return byTime
	case <-stop.Done():
		return bySignal
	case <-engineEnded:
	case <-minerEnded:
	}
	return byError
}
