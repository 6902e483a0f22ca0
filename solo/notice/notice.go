package notice

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

const (
	lookEach = time.Second // how often the blocks are looked at
	maxQueue = 1000        // events that wait for their command; more are dropped
)

// Config is what Notices are made of.
type Config struct {
	OnBlock   *Command // nil: none
	OnAlert   *Command // nil: none
	Network   string   // main, test or regtest
	AddressOf func(script []byte) string
	Earlier   []delivery.Block // of earlier runs, as they stood when this one began: only what changes is news
	Log       *slog.Logger

	Limit time.Duration // after which a command is killed; 0: 30 s
	Grace time.Duration // how long what is queued may take when Run ends; 0: 10 s
}

// Notices tell the user's commands what happens. They are safe for concurrent use.
type Notices struct {
	cfg     Config
	queue   chan job
	dropped atomic.Uint64                         // events that found no room
	states  map[template.Hash]delivery.BlockState // of the blocks, as seen last; Run's goroutine's
}

// job is a command to be run for an event.
type job struct {
	command *Command
	event   event
}

// errLimit and errGrace say why a command was killed.
var (
	errLimit = errors.New("it was killed: its time is over")
	errGrace = errors.New("it was killed: ltcsolo ends")
)

// New makes Notices. Nothing runs before Run.
func New(cfg Config) *Notices {
	if cfg.Limit == 0 {
		cfg.Limit = 30 * time.Second
	}
	if cfg.Grace == 0 {
		cfg.Grace = 10 * time.Second
	}
	n := &Notices{cfg: cfg, queue: make(chan job, maxQueue), states: make(map[template.Hash]delivery.BlockState)}
	for _, b := range cfg.Earlier {
		n.states[b.BlockHash] = b.State
	}
	return n
}

// Alert tells that an alert begins or is over. It returns at once.
func (n *Notices) Alert(a solo.Alert, over bool) {
	if n.cfg.OnAlert != nil {
		n.put(job{n.cfg.OnAlert, alertEvent(n.cfg.Network, &a, over, time.Now())})
	}
}

// Run looks at the blocks and runs the commands until ctx ends; then it looks once more, and gives what is queued the
// grace period.
func (n *Notices) Run(ctx context.Context, stats func() solo.Stats) {
	ended := make(chan struct{}) // closed when nothing is queued any more
	alive, kill := context.WithCancelCause(context.Background())
	defer kill(nil)
	var runner sync.WaitGroup
	runner.Go(func() { n.runAll(alive, ended) })
	tick := time.NewTicker(lookEach)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			n.look(stats)
		case <-ctx.Done():
		}
	}
	n.look(stats)
	close(ended)
	grace := time.AfterFunc(n.cfg.Grace, func() { kill(errGrace) })
	defer grace.Stop()
	runner.Wait()
}

// look compares the blocks with what was seen last.
func (n *Notices) look(stats func() solo.Stats) {
	if n.cfg.OnBlock == nil {
		return
	}
	s := stats()
	fresh := make(map[template.Hash]bool, len(s.Found))
	for _, f := range s.Found {
		fresh[f.BlockHash] = true
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		was, known := n.states[b.BlockHash]
		n.states[b.BlockHash] = b.State
		if !known {
			was = b.State
			if fresh[b.BlockHash] {
				found := *b // as it was then, whatever the nodes have said meanwhile
				found.State, found.Verdict, found.Confirmations, found.ReplacedBy = delivery.StateUnsettled, delivery.Verdict{}, 0, template.Hash{}
				n.tell(BlockFound, &found)
				was = found.State
			}
		}
		if was != b.State {
			n.tell(eventOf[b.State], b)
		}
	}
}

// eventOf is what a block's new state is told as. That a block is unsettled again is not told.
var eventOf = map[delivery.BlockState]string{
	delivery.StateImmature: BlockAccepted, delivery.StateMature: BlockMature, delivery.StateOrphaned: BlockOrphaned, delivery.StateRejected: BlockRejected,
}

func (n *Notices) tell(name string, b *delivery.Block) {
	if name != "" {
		n.put(job{n.cfg.OnBlock, blockEvent(name, n.cfg.Network, n.cfg.AddressOf(b.Script), b, time.Now())})
	}
}

// put queues a job if there is room.
func (n *Notices) put(j job) {
	select {
	case n.queue <- j:
	default:
		n.dropped.Add(1)
	}
}

// runAll runs the commands, one at a time, until ended is closed and nothing is queued, or alive ends.
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
				n.sayDropped()
				return
			}
		}
	}
}

func (n *Notices) sayDropped() {
	if d := n.dropped.Swap(0); d > 0 {
		n.cfg.Log.Warn("notices were dropped: the commands take too long", "notices", d)
	}
}

// run runs one command and logs how it ended.
func (n *Notices) run(alive context.Context, j job) {
	if alive.Err() != nil {
		n.dropped.Add(1)
		return
	}
	n.sayDropped()
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
