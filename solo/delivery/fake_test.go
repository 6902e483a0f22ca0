package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is some payout script.
var script = append([]byte{0x00, 0x14}, make([]byte, 20)...)

// newCandidate makes a block that is no more than a header, on a parent that is named by one byte. Its job's ID, a
// letter, tells it from others on that parent.
func newCandidate(height int32, parent byte, job string) *delivery.Candidate {
	header := template.NewHeader(1, template.Hash{parent, 1}, template.Hash{}, 0, 0x207fffff, uint32(job[0]))
	return &delivery.Candidate{
		BlockHash: header.BlockHash(), Height: height, Value: 5_000_000_000, Script: script, Found: time.Now(),
		Worker: "w", JobID: job, Block: header[:],
	}
}

// watcher keeps what it hears, in order.
type watcher struct {
	mu    sync.Mutex
	refs  []delivery.Ref
	heard []string // "a sent"; a block of an earlier run: "earlier a sent"

	undelivered []string // the reasons; "<nil>" when it is over
}

var _ delivery.Watcher = (*watcher)(nil)

func (w *watcher) hear(r delivery.Ref, format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who := r.JobID
	if !r.ThisRun {
		who = "earlier " + who
	}
	w.refs = append(w.refs, r)
	w.heard = append(w.heard, who+" "+fmt.Sprintf(format, args...))
}

func (w *watcher) Sent(r delivery.Ref) { w.hear(r, "sent") }

func (w *watcher) Answered(r delivery.Ref, v delivery.Verdict) { w.hear(r, "%v", v) }

func (w *watcher) InChain(r delivery.Ref, in bool) {
	if in {
		w.hear(r, "in chain")
	} else {
		w.hear(r, "left chain")
	}
}

func (w *watcher) Undelivered(r delivery.Ref, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.undelivered = append(w.undelivered, fmt.Sprint(why))
}

func (w *watcher) want(t *testing.T, want ...string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.heard, want) {
		t.Errorf("the watcher heard %q, want %q", w.heard, want)
	}
}

// setup is what a courier under test is made of.
type setup struct {
	delivery.Config
	node    *deliverytest.Node // the first of Nodes
	journal *deliverytest.Journal
	early   []*delivery.Candidate // taken before Recover
}

// running is a courier under test with its surroundings.
type running struct {
	*delivery.Courier
	node    *deliverytest.Node
	journal *deliverytest.Journal
	watcher *watcher
	ctx     context.Context // Run's
	stop    func()          // ends Run and waits for it
}

// start runs a courier whose one node answers by submit. Options change what it is made of.
func start(t *testing.T, submit func(int) (delivery.Verdict, error), options ...func(*setup)) *running {
	t.Helper()
	s := &setup{node: &deliverytest.Node{ID: "node", Submit: submit}, journal: &deliverytest.Journal{}}
	s.Config = delivery.Config{Nodes: []delivery.Node{s.node}, Journal: s.journal, Maturity: 100}
	for _, o := range options {
		o(s)
	}
	r := &running{node: s.node, journal: s.journal, watcher: &watcher{}}
	var err error
	if r.Courier, err = delivery.New(s.Config); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.early {
		r.Take(c)
	}
	if err := r.Recover(r.watcher); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.ctx = ctx
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// alsoTo adds nodes.
func alsoTo(nodes ...delivery.Node) func(*setup) {
	return func(s *setup) { s.Nodes = append(s.Nodes, nodes...) }
}

// recovering has the journal hold the blocks of an earlier run.
func recovering(earlier *running) func(*setup) {
	return func(s *setup) {
		s.journal.Pending, s.journal.Earlier = earlier.journal.Appended(), earlier.Blocks()
	}
}

func downNode() *deliverytest.Node { return &deliverytest.Node{ID: "down", Submit: deliverytest.Down} }

// take has a block of height 10 delivered.
func (r *running) take() *delivery.Candidate {
	c := newCandidate(10, 1, "a")
	r.Take(c)
	return c
}

// tip says that the chain may have changed, and waits until the blocks have been observed.
func (r *running) tip() {
	r.NewTip()
	time.Sleep(2 * time.Second) // longer than the shortest time between two observations
	synctest.Wait()
}

func (r *running) wantVerdicts(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, b := range r.Blocks() {
		got = append(got, b.Verdict.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
}

// wantJournal checks how many blocks were appended and which verdicts were added.
func (r *running) wantJournal(t *testing.T, blocks int, settled ...string) {
	t.Helper()
	if n, got := len(r.journal.Appended()), r.journal.Settled(); n != blocks || !slices.Equal(got, settled) {
		t.Errorf("the journal has %d blocks and %q, want %d and %q", n, got, blocks, settled)
	}
}

func (r *running) wantMarks(t *testing.T, want ...string) {
	t.Helper()
	if got := r.journal.Marked(); !slices.Equal(got, want) {
		t.Errorf("the journal was marked %q, want %q", got, want)
	}
}

func (r *running) wantSubmissions(t *testing.T, want int) {
	t.Helper()
	if n := len(r.node.Submitted()); n != want {
		t.Errorf("%d submissions, want %d", n, want)
	}
}

// wantBlock checks the one block.
func (r *running) wantBlock(t *testing.T, state delivery.BlockState, confirmations int, replacedBy template.Hash) {
	t.Helper()
	blocks := r.Blocks()
	if len(blocks) != 1 {
		t.Fatalf("%d blocks, want 1", len(blocks))
	}
	if b := blocks[0]; b.State != state || b.Confirmations != confirmations || b.ReplacedBy != replacedBy {
		t.Errorf("block is %s with %d confirmations, replaced by %v; want %s, %d, %v",
			b.State, b.Confirmations, b.ReplacedBy, state, confirmations, replacedBy)
	}
}
