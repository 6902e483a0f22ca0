package solo_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Bits of templates in these tests: every second hash solves easy; none that a test tries solves hard.
const (
	easy = "207fffff"
	hard = "1d00ffff"
)

// script is some P2WPKH payout script.
var script = append([]byte{0x00, 0x14}, make([]byte, 20)...)

// targets are those of the bits, as a node writes them.
var targets = map[string]string{
	easy: "7fffff0000000000000000000000000000000000000000000000000000000000",
	hard: "00000000ffff0000000000000000000000000000000000000000000000000000",
}

// newTemplate is a template without transactions, on a tip that is named by one byte.
func newTemplate(t testing.TB, height int, tip byte, bits string) *template.Template {
	t.Helper()
	raw, err := os.ReadFile("../template/testdata/gbt-regtest-h2.json")
	if err != nil {
		t.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatal(err)
	}
	reply["height"], reply["bits"], reply["target"] = height, bits, targets[bits]
	reply["previousblockhash"] = template.Hash{tip, 1}.String()
	if raw, err = json.Marshal(reply); err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// fakeNode gives out the templates that a test sends, and the errors.
type fakeNode struct {
	templates chan any // *template.Template or error
	proposal  func(block []byte) (solo.Opinion, error)

	mu    sync.Mutex
	asked []*template.Template // prev of each call of NextTemplate
}

func newFakeNode() *fakeNode { return &fakeNode{templates: make(chan any)} }

func (n *fakeNode) NextTemplate(ctx context.Context, prev *template.Template) (*template.Template, error) {
	n.mu.Lock()
	n.asked = append(n.asked, prev)
	n.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	select {
	case x := <-n.templates:
		if err, ok := x.(error); ok {
			return nil, err
		}
		return x.(*template.Template), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lastAsked is prev of the last call of NextTemplate.
func (n *fakeNode) lastAsked() *template.Template {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked[len(n.asked)-1]
}

func (n *fakeNode) Propose(_ context.Context, block []byte) (solo.Opinion, error) {
	if n.proposal == nil {
		return solo.Opinion{}, nil
	}
	return n.proposal(block)
}

// fakeSubmitter answers by its functions and keeps what was submitted.
type fakeSubmitter struct {
	name          string
	wait          time.Duration // until submit is called
	hangs         bool          // nothing else is ever answered
	submit        func(attempt int) (delivery.Verdict, error)
	confirmations func() (int, error)
	chain         *fakeChain // where blocks stand, in place of confirmations; may be nil

	mu     sync.Mutex
	blocks [][]byte
}

func (s *fakeSubmitter) Name() string { return s.name }

func (s *fakeSubmitter) SubmitBlock(ctx context.Context, block []byte) (delivery.Verdict, error) {
	s.mu.Lock()
	s.blocks = append(s.blocks, block)
	n := len(s.blocks)
	s.mu.Unlock()
	if s.wait > 0 {
		late := time.NewTimer(s.wait)
		defer late.Stop()
		select {
		case <-late.C:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return delivery.Verdict{}, ctx.Err()
	}
	return s.submit(n)
}

func (s *fakeSubmitter) Confirmations(ctx context.Context, h template.Hash) (int, error) {
	switch {
	case s.hangs:
		<-ctx.Done()
		return 0, ctx.Err()
	case s.chain != nil:
		return s.chain.confirmations(h)
	case s.confirmations == nil:
		return 0, errDown
	}
	return s.confirmations()
}

func (s *fakeSubmitter) BlockAt(_ context.Context, height int32) (template.Hash, error) {
	if s.chain == nil {
		return template.Hash{}, delivery.ErrUnknownBlock
	}
	return s.chain.blockAt(height)
}

// fakeChain is a node's view of the chain: its blocks by height, and others that it knows.
type fakeChain struct {
	mu     sync.Mutex
	down   bool
	best   map[int32]template.Hash
	tip    int32
	beside []template.Hash
}

// set makes these blocks, from a height on, the best chain up to the tip, and the one that was there known beside it.
func (c *fakeChain) set(height int32, tip int32, h template.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if was, ok := c.best[height]; ok {
		c.beside = append(c.beside, was)
	}
	c.best, c.tip = map[int32]template.Hash{height: h}, tip
}

// add makes this block the best chain's at its height, which is its tip.
func (c *fakeChain) add(height int32, h template.Hash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.best == nil {
		c.best = make(map[int32]template.Hash)
	}
	c.best[height], c.tip = h, height
}

func (c *fakeChain) setDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// forget lets the node lose all blocks.
func (c *fakeChain) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.best, c.beside = nil, nil
}

func (c *fakeChain) confirmations(h template.Hash) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return 0, errDown
	}
	for height, b := range c.best {
		if b == h {
			return int(c.tip - height + 1), nil
		}
	}
	for _, b := range c.beside {
		if b == h {
			return -1, nil
		}
	}
	return 0, delivery.ErrUnknownBlock
}

func (c *fakeChain) blockAt(height int32) (template.Hash, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return template.Hash{}, errDown
	}
	if h, ok := c.best[height]; ok {
		return h, nil
	}
	return template.Hash{}, delivery.ErrUnknownBlock
}

func (s *fakeSubmitter) submitted() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]byte(nil), s.blocks...)
}

func verdict(o delivery.Outcome, reason string) func(int) (delivery.Verdict, error) {
	return func(int) (delivery.Verdict, error) { return delivery.Verdict{Outcome: o, Reason: reason}, nil }
}

var accepted = verdict(delivery.Accepted, "")

// fakeJournal keeps candidates in memory. before, if set, runs before each append.
type fakeJournal struct {
	before  func() error
	pending []*delivery.Candidate // of an earlier run
	earlier []delivery.Block      // likewise, and what became of them; in place of pending's own

	mu       sync.Mutex
	appended []*delivery.Candidate
	settled  []string
	marked   []string
}

func (j *fakeJournal) Append(c *delivery.Candidate) error {
	if j.before != nil {
		if err := j.before(); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.appended = append(j.appended, c)
	return nil
}

func (j *fakeJournal) Settle(_ template.Hash, node string, v delivery.Verdict, _ time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settled = append(j.settled, node+" "+v.String())
	return nil
}

func (j *fakeJournal) Mark(_ template.Hash, st delivery.Standing) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	word := string(st.State)
	if st.Settled {
		word += " for good"
	}
	j.marked = append(j.marked, word)
	return nil
}

func (j *fakeJournal) Blocks() ([]delivery.Block, error) {
	if j.earlier != nil {
		return j.earlier, nil
	}
	var blocks []delivery.Block
	for _, c := range j.pending {
		blocks = append(blocks, delivery.NewBlock(c, ""))
	}
	return blocks, nil
}

func (j *fakeJournal) Load(blockHash template.Hash) (*delivery.Candidate, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range append(j.pending, j.appended...) {
		if c.BlockHash == blockHash {
			return c, nil
		}
	}
	return nil, errors.New("no such block")
}

func (j *fakeJournal) blocks() (n int, settled []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.appended), append([]string(nil), j.settled...)
}

// config configures an engine on one chain with the courier of that chain.
type config struct {
	Node       solo.Node
	Nodes      []delivery.Node
	Journal    delivery.Journal
	Payout     solo.Payout
	Tag        string
	Propose    bool
	Blocks     int
	Log        *slog.Logger
	Grace      time.Duration
	RetryFirst time.Duration
	MaxRetry   time.Duration
	RefusedGap time.Duration
	Merged     []solo.Side
}

// engine makes the courier and the engine.
func (c *config) engine() (*solo.Engine, error) {
	courier, err := delivery.New(delivery.Config{
		Nodes: c.Nodes, Journal: c.Journal, Maturity: 100, Log: c.Log,
		Grace: c.Grace, RetryFirst: c.RetryFirst, MaxRetry: c.MaxRetry,
	})
	if err != nil {
		return nil, err
	}
	return solo.New(solo.Config{
		Main:   solo.Side{Chain: template.Litecoin, Node: c.Node, Courier: courier, Payout: c.Payout},
		Merged: c.Merged, Tag: c.Tag, Propose: c.Propose, Blocks: c.Blocks, Log: c.Log, RefusedGap: c.RefusedGap,
	})
}

// mined is an engine under test with its surroundings.
type mined struct {
	*solo.Engine
	node    *fakeNode
	sub     *fakeSubmitter
	journal *fakeJournal
	stop    func() // ends Run and waits for it
}

// start runs an engine whose one submitter answers by submit. Change cfg before the start with the options.
func start(t *testing.T, submit func(int) (delivery.Verdict, error), options ...func(*config)) *mined {
	t.Helper()
	m := &mined{node: newFakeNode(), sub: &fakeSubmitter{name: "node", submit: submit}, journal: &fakeJournal{}}
	cfg := &config{Node: m.node, Nodes: []delivery.Node{m.sub}, Journal: m.journal, Payout: solo.FixedPayout(script), Tag: "/test/"}
	for _, o := range options {
		o(cfg)
	}
	var err error
	if m.Engine, err = cfg.engine(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	m.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
	t.Cleanup(m.stop)
	return m
}

// job sends a template and waits for the job made of it.
func (m *mined) job(t testing.TB, tmpl *template.Template) *template.Job {
	t.Helper()
	m.node.templates <- tmpl
	for prev := (*template.Job)(nil); ; {
		j, err := m.NextJob(context.Background(), prev)
		if err != nil {
			t.Fatal(err)
		}
		if j != nil && j.Template == tmpl {
			return j
		}
		prev = j
	}
}

// solve finds a share for the job: one that meets the network target, or one that does not.
func (m *mined) solve(t testing.TB, j *template.Job, solves bool) solo.Share {
	t.Helper()
	return m.solveVersion(t, j, j.Template.Version, solves)
}

// solveVersion is solve with a block version of the searcher's own.
func (m *mined) solveVersion(t testing.TB, j *template.Job, version int32, solves bool) solo.Share {
	t.Helper()
	e1 := m.Extranonce1()
	s := solo.Share{Worker: "w", JobID: j.ID, Target: j.Template.Target, Solution: template.Solution{
		Extranonce: append(e1[:], 0, 0, 0, 0), Version: version, Time: j.Template.CurTime,
	}}
	for range 10_000 {
		if pow := powHash(t, j, s); j.Template.Target.MetBy(&pow) == solves {
			return s
		}
		s.Solution.Nonce++
	}
	t.Fatal("no share found")
	return s
}

// powHash hashes a share's header.
func powHash(t testing.TB, j *template.Job, s solo.Share) template.Hash {
	t.Helper()
	h, err := j.Header(s.Solution)
	if err != nil {
		t.Fatal(err)
	}
	return scrypt.Sum((*[template.HeaderSize]byte)(&h))
}

var errDown = errors.New("node down")

// lineCount counts the log lines that an operator sees.
type lineCount struct{ atomic.Int64 }

func (n *lineCount) Write(line []byte) (int, error) {
	n.Add(1)
	return len(line), nil
}

func (n *lineCount) logger() *slog.Logger { return slog.New(slog.NewTextHandler(n, nil)) }
