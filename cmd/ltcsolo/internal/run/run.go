package run

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
	"ltcsolo/solo/history"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/solo/node/discover"
	"ltcsolo/solo/notice"
	"ltcsolo/solo/rigs"
	"ltcsolo/wallet"
)

// gcPercent is how much garbage there may be, in percent of what is in use. Go's 100 has thousands of miners take twice
// the memory that they need; 50 costs about 3 % of the shares that can be checked.
const gcPercent = 50

// ballast counts as in use and is never touched, so it takes no memory, but has 16 MB of garbage gather at least. A collection
// stops all threads. On a busy machine those that hash, with the lowest priority, are long in getting there, and meanwhile no
// new tip is taken and no block is sent.
const ballast = 32 << 20

// Config configures a run.
type Config struct {
	Settings  *settings.Mine // checked, its payee too
	Discovery *discover.Found
	Sources   []NewSource       // besides the CPU of Settings
	Console   *terminal.Console // for the status line
	Log       *terminal.Log
	Disk      *disk.Writer // of all files that are written during the search
	Out       io.Writer    // for the summary
	Build     Build
}

// Build says what the program was built from.
type Build struct {
	Version string
	Commit  string
}

// Run mines until there is a reason to stop, and prints the summary. The error carries the exit code.
func Run(ctx context.Context, cfg Config) error {
	r := &run{Config: cfg, log: cfg.Log, began: time.Now(), account: newAccount(cfg.Settings.Money)}
	return r.run(ctx)
}

// run is the state of a run. Other goroutines read it only after running is set; before that one goroutine builds it.
type run struct {
	Config
	log   *terminal.Log
	began time.Time

	network    wallet.Network
	state      string             // directory
	lock       *Lock              // of state
	address    wallet.Address     // that the first job pays
	descriptor *wallet.Descriptor // nil: every block pays address
	conn       *Connection
	nodes      *node.Group
	alerts     *solo.Alerts
	journal    *journal.Journal
	notices    *notice.Notices
	history    *history.Recorder
	earlier    []delivery.Block // in the journal at the start
	fresh      *freshPayout     // with descriptor
	merged     []*mergedChain   // mined with Litecoin's work
	cpu        *cpu             // nil: this machine does not hash
	house      *house           // nil: no other miners are served
	rigs       *rigs.Asker      // nil: miners are not asked what they tell of themselves
	web        *web
	account    *account // nil: no money was spoken of
	sources    []Source // the CPU among them
	engine     *solo.Engine
	courier    *delivery.Courier           // of engine
	running    atomic.Pointer[solo.Engine] // engine, once everything is built
	starting   atomic.Pointer[string]      // what it waits for before it runs; nil: for nothing, it is being built
	waiting    atomic.Bool                 // the search is over, and a found block has the grace
	stopped    atomic.Pointer[time.Time]   // when a signal ended the search; nil if none did
}

func (r *run) run(parent context.Context) (err error) {
	// What hashes never yields by itself. With one P each and two to spare, what talks to the node, the disk and the
	// miners always finds one at once, and the system shares out the processors.
	hashing := 0
	if c := r.Settings.CPU; c != nil {
		hashing += c.Threads
	}
	if s := r.Settings.Serve; s != nil {
		hashing += s.CheckWorkers
	}
	runtime.GOMAXPROCS(hashing + 2)
	debug.SetGCPercent(gcPercent)
	defer runtime.KeepAlive(make([]byte, ballast))
	if r.network, err = settings.ParseNetwork(r.Discovery.Network); err != nil {
		return err
	}
	// Before anything is touched or asked: the node is then checked to be on this network.
	a, d, err := r.Settings.Payee.Decode(string(r.network))
	if err != nil {
		return err
	}
	if r.descriptor = d; a != nil {
		r.address = *a
	}
	for i := range r.Settings.Merged {
		m, err := newMerged(&r.Settings.Merged[i], r.network, r.log.Logger)
		if err != nil {
			return err
		}
		defer m.close()
		if err := m.open(); err != nil {
			return err
		}
		r.merged = append(r.merged, m)
	}
	if r.state = r.Settings.State; r.state == "" {
		if r.state, err = settings.StateDir(r.network); err != nil {
			return err
		}
	}
	if err := MakeState(r.state); err != nil {
		return err
	}
	r.lock, err = LockState(r.state)
	if err != nil {
		return r.silentIfLocked(err)
	}
	defer func() { r.lock.Release() }()
	if s := r.Settings.Serve; s != nil {
		if r.house, err = openHouse(s, newHouseState(r.state, r.Disk, r.log.Logger), r.refutedCheck, r.log.Logger); err != nil {
			return err
		}
		defer r.house.close()
	}
	r.Disk.Detach(r.log.Logger)
	if err := r.openHistory(); err != nil {
		return err
	}
	if r.web, err = r.openWeb(); err != nil {
		return err
	}
	defer r.web.close()
	watched, endWatch := context.WithCancel(context.WithoutCancel(parent)) // by the service manager
	var watch sync.WaitGroup
	defer watch.Wait()
	defer endWatch()
	watch.Go(func() { r.reportToService(watched) })
	onHangup := r.onHangup()
	ctx, stop := terminal.StopBySignal(parent, terminal.StopSignals(onHangup != nil), r.forcedExit)
	defer stop()
	defer r.leaveAfter(ctx.Done(), endLimit)()
	terminal.OutliveReaders()
	defer terminal.ReopenOnHangup(onHangup, r.log.Logger)()
	nodes := slices.Clone(r.Discovery.Nodes)
	for _, m := range r.merged {
		nodes = append(nodes, m.discovery.Nodes...)
	}
	if _, public := ClearText(ctx, nodes); len(public) > 0 {
		r.log.Warn("everyone on the way to the node can read the login at it", "node", public[0], "remedy", ClearTextRemedy)
	}
	if err := r.prepare(ctx); err != nil {
		if terminal.StoppedBySignal(ctx) {
			r.log.Info("stopped before the search began")
			return nil
		}
		return err
	}
	defer r.conn.Close()
	return r.search(ctx, endWatch)
}

// onHangup returns what to do at a hangup: reopen the log file and read the certificate again. It is nil if there is neither.
func (r *run) onHangup() func() error {
	if r.house == nil || r.house.certificate == nil {
		return r.log.Reopen
	}
	return func() (err error) {
		if r.log.Reopen != nil {
			err = r.log.Reopen()
		}
		r.house.reloadCertificate()
		return err
	}
}

// limits returns the bounds of the search.
func (r *run) limits() Limits {
	return Limits{For: r.Settings.For, Grace: r.Settings.Grace, Waiting: func(blocks int) {
		r.waiting.Store(true)
		r.log.Warn("a found block is not settled: waiting until a node has answered; a signal ends this at once", "blocks", blocks, "at_most", r.Settings.Grace)
	}}
}

// silentIfLocked makes nothing of another run on the state directory if quiet is wanted: cron starts one every few minutes.
func (r *run) silentIfLocked(err error) error {
	var e *terminal.Error
	if r.Settings.Quiet && errors.As(err, &e) && e.Code == terminal.ExitLocked {
		e.Silent = true
	}
	return err
}

// search runs engine and sources with everything around them, and prints the summary.
//
// endWatch ends what the service manager is told.
func (r *run) search(stop context.Context, endWatch func()) error {
	r.running.Store(r.engine)
	if r.cpu != nil { // this is the first thread: the program's, for ps and top
		if err := cpuminer.ShowNice(r.cpu.settings.Nice); err != nil {
			r.log.Warn("scheduling priority cannot be set", "nice", r.cpu.settings.Nice, "err", err)
		}
	}
	background := context.WithoutCancel(stop)
	shown, hide := context.WithCancel(background)
	defer hide()
	told, endNotices := context.WithCancel(background)
	defer endNotices()
	var display, notices, recording, guard sync.WaitGroup
	notices.Go(func() { r.notices.Run(told, r.engine.Stats) })
	recording.Go(func() { r.history.Run(told) })
	guard.Go(func() { r.guard(told) })
	if !r.Settings.Quiet {
		display.Go(func() { r.Console.Show(shown, r.statusLine) })
	}

	reason, searched, err := Search(stop, r.engine, r.sources, r.limits(), func(reason string) {
		r.log.Info("stopping", "reason", reason)
		if reason == bySignal {
			r.stopped.Store(new(time.Now()))
			endWatch()
		}
	})
	endWatch()
	defer r.leaveAfter(endNow, r.noticeGrace()+tidyLimit)()
	endNotices()
	if r.fresh != nil {
		r.fresh.wait()
	}
	guard.Wait()
	recording.Wait()
	notices.Wait()
	hide()
	display.Wait()
	r.log.Flush() // before the summary, which is on the same terminal
	if err := errors.Join(err, r.summary(reason, searched).print(r)); err != nil {
		return err
	}
	return r.unsettled()
}
