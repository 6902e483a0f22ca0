package notice

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

const (
	observeEvery = time.Second // how often the blocks are observed
	maxQueue     = 1000        // events that wait for their command; more are dropped
)

// Config configures Notices.
type Config struct {
	OnBlock   *Command // nil: none
	OnAlert   *Command // nil: none
	Network   string   // main, test or regtest
	AddressOf func(script []byte) string
	Earlier   []delivery.Block // blocks of earlier runs, in their state when this run began: only changes are events
	Merged    []Merged
	Log       *slog.Logger

	Limit time.Duration        // after which a command is killed; 0: 30 s
	Grace func() time.Duration // how long the queued commands may take, asked for when Run ends; nil: 10 s
}

// Merged is a merged chain; its fields are like those of Config.
type Merged struct {
	Chain     *template.Chain
	AddressOf func(script []byte) string
	Earlier   []delivery.Block
}

// Notices run the user's commands on events. They are safe for concurrent use.
type Notices struct {
	cfg     Config
	queue   chan job
	dropped atomic.Uint64                         // events for which the queue had no room, or no time was left
	states  map[template.Hash]delivery.BlockState // of the blocks, as last observed; only Run's goroutine uses it
}

// job is a command to run for an event.
type job struct {
	command *Command
	event   event
}

// errLimit and errGrace say why a command was killed.
var (
	errLimit = errors.New("killed: it took too long")
	errGrace = errors.New("killed: ltcsolo is stopping")
)

// New makes Notices. No command runs before Run.
func New(cfg Config) *Notices {
	if cfg.Limit == 0 {
		cfg.Limit = 30 * time.Second
	}
	if cfg.Grace == nil {
		cfg.Grace = func() time.Duration { return 10 * time.Second }
	}
	n := &Notices{cfg: cfg, queue: make(chan job, maxQueue), states: make(map[template.Hash]delivery.BlockState)}
	for _, m := range n.chains() {
		for _, b := range m.Earlier {
			n.states[b.BlockHash] = b.State
		}
	}
	return n
}

// chains returns all chains, Litecoin first.
func (n *Notices) chains() []Merged {
	return append([]Merged{{template.Litecoin, n.cfg.AddressOf, n.cfg.Earlier}}, n.cfg.Merged...)
}

// Alert queues the event that an alert begins, or is over. It does not wait.
func (n *Notices) Alert(a solo.Alert, over bool) {
	if n.cfg.OnAlert != nil {
		n.put(job{n.cfg.OnAlert, alertEvent(n.cfg.Network, &a, over, time.Now())})
	}
}

// Run observes the blocks and runs the commands until ctx ends. Then it observes once more, and gives what is queued the
// grace period.
func (n *Notices) Run(ctx context.Context, stats func() solo.Stats) {
	ended := make(chan struct{}) // closed when nothing more will be queued
	alive, kill := context.WithCancelCause(context.Background())
	defer kill(nil)
	var runner sync.WaitGroup
	runner.Go(func() { n.runAll(alive, ended) })
	tick := time.NewTicker(observeEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			n.observe(stats)
		case <-ctx.Done():
		}
	}
	n.observe(stats)
	close(ended)
	grace := time.AfterFunc(n.cfg.Grace(), func() { kill(errGrace) })
	defer grace.Stop()
	runner.Wait()
}

// observe compares the blocks with their last observed states, and queues an event for each change.
func (n *Notices) observe(stats func() solo.Stats) {
	if n.cfg.OnBlock == nil {
		return
	}
	s := stats()
	for _, m := range n.chains() {
		blocks := s.Blocks
		if i := slices.IndexFunc(s.Merged, func(side solo.SideStats) bool { return side.Chain == m.Chain }); i >= 0 {
			blocks = s.Merged[i].Blocks
		} else if m.Chain != template.Litecoin {
			continue
		}
		for i := range blocks {
			n.observeBlock(m, &blocks[i])
		}
	}
}

// observeBlock queues the events of one block.
func (n *Notices) observeBlock(m Merged, b *delivery.Block) {
	was, known := n.states[b.BlockHash]
	n.states[b.BlockHash] = b.State
	if !known {
		was = b.State
		if b.ThisRun {
			found := *b // as it was when found, whatever the nodes have answered since
			found.State, found.Verdict, found.Confirmations, found.ReplacedBy = delivery.StateUnsettled, delivery.Verdict{}, 0, template.Hash{}
			n.queueBlock(BlockFound, m, &found)
			was = found.State
		}
	}
	if was != b.State {
		n.queueBlock(eventOf[b.State], m, b)
	}
}

// eventOf maps a block's new state to its event. There is none for a block that is unsettled again.
var eventOf = map[delivery.BlockState]string{
	delivery.StateImmature: BlockAccepted, delivery.StateMature: BlockMature, delivery.StateOrphaned: BlockOrphaned, delivery.StateRejected: BlockRejected,
}

// queueBlock queues an event of a block; an empty name is none.
func (n *Notices) queueBlock(name string, m Merged, b *delivery.Block) {
	if name != "" {
		n.put(job{n.cfg.OnBlock, blockEvent(name, m.Chain, n.cfg.Network, m.AddressOf(b.Script), b, time.Now())})
	}
}

// put queues a job, or drops it if the queue is full.
func (n *Notices) put(j job) {
	select {
	case n.queue <- j:
	default:
		n.dropped.Add(1)
	}
}

// runAll runs the commands, one at a time, until ended is closed and the queue is empty. Once alive has ended it drops them
// instead.
func (n *Notices) runAll(alive context.Context, ended <-chan struct{}) {
	for {
		select {
		case j := <-n.queue:
			n.run(alive, j)
			continue
		case <-ended:
		}
		for {
			select {
			case j := <-n.queue:
				n.run(alive, j)
			default:
				n.logDropped()
				return
			}
		}
	}
}

// logDropped logs how many events were dropped since it was last called.
func (n *Notices) logDropped() {
	if d := n.dropped.Swap(0); d > 0 {
		n.cfg.Log.Warn("notices dropped: the commands take too long", "notices", d)
	}
}

// run runs one command and logs how it ended.
func (n *Notices) run(alive context.Context, j job) {
	if alive.Err() != nil {
		n.dropped.Add(1)
		return
	}
	n.logDropped()
	ctx, cancel := context.WithTimeoutCause(alive, n.cfg.Limit, errLimit)
	defer cancel()
	began := time.Now()
	output, err := j.command.run(ctx, environ(j.event.facts))
	attrs := []any{"about", j.event.name, "command", filepath.Base(j.command.path), "took", time.Since(began).Round(time.Millisecond)}
	if output != "" {
		attrs = append(attrs, "output", output)
	}
	if err != nil {
		n.cfg.Log.Warn("notice failed", append(attrs, "err", err)...)
		return
	}
	n.cfg.Log.Info("notice given", attrs...)
}
