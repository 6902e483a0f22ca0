package solo_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Bits of templates in these tests: every hash but one of 65,536 solves each, every second one easy; none that a test tries
// solves hard.
const (
	each = "2100ffff"
	easy = "207fffff"
	hard = "1d00ffff"
)

// script is some P2WPKH payout script.
var script = append([]byte{0x00, 0x14}, make([]byte, 20)...)

// targets maps bits to their target, as a node writes it.
var targets = map[string]string{
	each: "ffff000000000000000000000000000000000000000000000000000000000000",
	easy: "7fffff0000000000000000000000000000000000000000000000000000000000",
	hard: "00000000ffff0000000000000000000000000000000000000000000000000000",
}

// newTemplate returns a template without transactions, on a tip that is named by one byte.
func newTemplate(t testing.TB, height int, tip byte, bits string) *template.Template {
	t.Helper()
	return decode(t, template.Litecoin, "gbt-regtest-h2.json", height, template.Hash{tip, 1}, bits)
}

// decode returns the template of a chain's captured reply, on another tip.
func decode(t testing.TB, chain *template.Chain, file string, height int, tip template.Hash, bits string) *template.Template {
	t.Helper()
	raw, err := os.ReadFile("../template/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var reply map[string]any
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatal(err)
	}
	reply["height"], reply["bits"], reply["target"], reply["previousblockhash"] = height, bits, targets[bits], tip.String()
	if raw, err = json.Marshal(reply); err != nil {
		t.Fatal(err)
	}
	tmpl, err := chain.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// fakeNode returns the templates and errors that a test sends.
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

// lastAsked returns prev of the last call of NextTemplate.
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
	Hasher     solo.Hasher
	Earlier    []solo.KnownJob
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
		Hasher: c.Hasher, Earlier: c.Earlier,
	})
}

// mined is an engine under test with its surroundings.
type mined struct {
	*solo.Engine
	node    *fakeNode
	sub     *deliverytest.Node
	journal *deliverytest.Journal
	stop    func() // ends Run and waits for it
}

// start runs an engine whose one submitter answers by submit. Change cfg before the start with the options.
func start(t *testing.T, submit func(int) (delivery.Verdict, error), options ...func(*config)) *mined {
	t.Helper()
	m := &mined{node: newFakeNode(), sub: &deliverytest.Node{ID: "node", Submit: submit}, journal: &deliverytest.Journal{}}
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
		// A template with transactions becomes a copy that shares them with the last one.
		if j != nil && (j.Template == tmpl || len(tmpl.Transactions) > 0 && j.Template.SameWork(tmpl)) {
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

// block submits one solved block and returns its result.
func (m *mined) block(t *testing.T, height int, tip byte) solo.Result {
	t.Helper()
	r, err := m.Submit(m.solve(t, m.job(t, newTemplate(t, height, tip, easy)), true))
	if err != nil || !r.Candidate {
		t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
	}
	return r
}

// checked waits until the node has been asked about the newest job's block.
func (m *mined) checked() {
	time.Sleep(time.Second)
	synctest.Wait()
}

func (m *mined) wantVerdicts(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, f := range m.Stats().Found() {
		got = append(got, f.Verdict.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
}

func (m *mined) wantSearching(t *testing.T, want bool) {
	t.Helper()
	synctest.Wait()
	if s := m.Stats(); s.Searching != want {
		t.Errorf("searching %v, idle %q, want searching %v", s.Searching, s.Idle, want)
	}
}

func alsoTo(s ...delivery.Node) func(*config) {
	return func(c *config) { c.Nodes = append(c.Nodes, s...) }
}

func downNode() *deliverytest.Node {
	return &deliverytest.Node{ID: "down", Submit: deliverytest.Down}
}

// followed returns an engine that has found a block of height 10, which is its node's tip. The node takes all blocks.
func followed(t *testing.T, options ...func(*config)) (*mined, *deliverytest.Chain, template.Hash) {
	t.Helper()
	chain := &deliverytest.Chain{}
	var n *deliverytest.Node
	m := start(t, func(attempt int) (delivery.Verdict, error) {
		blocks := n.Submitted()
		b, err := template.ParseBlock(blocks[len(blocks)-1])
		if err != nil {
			t.Error(err)
		}
		chain.Add(b.Height, b.Header.BlockHash())
		return deliverytest.Accept(attempt)
	}, append(options, func(c *config) {
		n = c.Nodes[0].(*deliverytest.Node)
		n.Chain = chain
	})...)
	r := m.block(t, 10, 1)
	synctest.Wait()
	return m, chain, r.BlockHash
}

// newTip gives the engine a template on a new tip, and waits until the blocks have been observed.
func (m *mined) newTip(t *testing.T, height int, name byte) {
	t.Helper()
	m.node.templates <- newTemplate(t, height+1, name, hard)
	time.Sleep(2 * time.Second) // longer than the shortest time between two observations
	synctest.Wait()
}
