package solo_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// mergedScript is a P2PKH payout script of the merged chain.
var mergedScript = append(append([]byte{0x76, 0xa9, 0x14}, make([]byte, 20)...), 0x88, 0xac)

// merged is a merged side of an engine under test.
type merged struct {
	node    *fakeNode
	sub     *deliverytest.Node
	journal *deliverytest.Journal
	change  []func(*solo.Side)
}

// withMerged adds Dogecoin to an engine, with a node that answers by submit.
func withMerged(t testing.TB, submit func(int) (delivery.Verdict, error)) (*merged, func(*config)) {
	t.Helper()
	return withChain(t, template.Dogecoin, submit)
}

// withChain is withMerged of any chain.
func withChain(t testing.TB, chain *template.Chain, submit func(int) (delivery.Verdict, error)) (*merged, func(*config)) {
	t.Helper()
	x := &merged{node: newFakeNode(), sub: &deliverytest.Node{ID: "doge", Submit: submit}, journal: &deliverytest.Journal{}}
	return x, func(c *config) {
		courier, err := delivery.New(delivery.Config{Nodes: []delivery.Node{x.sub}, Journal: x.journal, Maturity: 60})
		if err != nil {
			t.Fatal(err)
		}
		side := solo.Side{Chain: chain, Node: x.node, Courier: courier, Payout: solo.FixedPayout(mergedScript)}
		for _, change := range x.change {
			change(&side)
		}
		c.Merged = append(c.Merged, side)
	}
}

// newAuxTemplate returns a Dogecoin template on a tip that is named by one byte.
func newAuxTemplate(t testing.TB, height int, tip byte, bits string) *template.Template {
	t.Helper()
	return decode(t, template.Dogecoin, "dogecoin/gbt-regtest-h161.json", height, template.Hash{tip, 2}, bits)
}

// next waits for a job that want accepts.
func (m *mined) next(t testing.TB, want func(*template.Job) bool) *template.Job {
	t.Helper()
	for prev := (*template.Job)(nil); ; {
		j, err := m.NextJob(t.Context(), prev)
		if err != nil {
			t.Fatal(err)
		}
		if j != nil && want(j) {
			return j
		}
		prev = j
	}
}

func hasAux(j *template.Job) bool { return len(j.Aux) == 1 }

func noAux(j *template.Job) bool { return len(j.Aux) == 0 }

// otherChain is a merged chain beside Dogecoin, made for these tests.
var otherChain = func() *template.Chain {
	c := *template.Dogecoin
	c.Name, c.ID, c.MinVersion = "othercoin", 63, 63<<16|4
	return &c
}()

// otherTemplate is newAuxTemplate of otherChain.
func otherTemplate(t testing.TB, height int, tip byte, bits string) *template.Template {
	t.Helper()
	c := *newAuxTemplate(t, height, tip, bits)
	c.Chain, c.Version = otherChain, otherChain.MinVersion
	return &c
}

// solveTarget finds a share whose PoW hash meets one target and misses the other.
func (m *mined) solveTarget(t testing.TB, j *template.Job, meets, misses template.Target) solo.Share {
	t.Helper()
	e1 := m.Extranonce1()
	s := solo.Share{Worker: "w", JobID: j.ID, Solution: template.Solution{
		Extranonce: append(e1[:], 0, 0, 0, 0), Version: j.Template.Version, Time: j.Template.CurTime,
	}}
	for range 10_000 {
		if pow := powHash(t, j, s); meets.MetBy(&pow) && !misses.MetBy(&pow) {
			return s
		}
		s.Solution.Nonce++
	}
	t.Fatal("no share found")
	return s
}

// A header that meets the merged chain's easier target alone becomes that chain's block, and no block of the main chain.
func TestMergedTargetIsEasier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, options)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		j := m.next(t, hasAux)
		if j.Clean || j.Template.Height != 10 {
			t.Errorf("job of height %d, clean %v: a merged chain's template is no new tip", j.Template.Height, j.Clean)
		}
		if got, want := m.HitTarget(j), j.Aux[0].Template.Target; j.EasiestTarget() != want || !atLeast(got, want) {
			t.Errorf("HitTarget() = %v, EasiestTarget() = %v, want %v", got, j.EasiestTarget(), want)
		}
		r, err := m.Submit(m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target))
		if err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		if n := len(m.sub.Submitted()); n != 0 {
			t.Errorf("%d blocks submitted to the main chain's node, want none", n)
		}
		blocks := doge.sub.Submitted()
		if len(blocks) != 1 || (*template.Header)(blocks[0]).BlockHash() != j.Aux[0].BlockHash {
			t.Fatalf("%d blocks submitted to the merged chain's node, want the job's aux block", len(blocks))
		}
		found, settled := doge.journal.Appended(), doge.journal.Settled()
		if len(found) != 1 || len(settled) != 1 || settled[0] != "doge accepted" {
			t.Fatalf("merged journal has %d blocks, %q", len(found), settled)
		}
		if c := found[0]; c.Height != 161 || string(c.Script) != string(mergedScript) || c.Value != j.Aux[0].Template.CoinbaseValue {
			t.Errorf("merged journal has %+v", c)
		}
		if n := len(m.journal.Appended()); n != 0 {
			t.Errorf("main journal has %d blocks, want none", n)
		}
		if s := m.Stats(); !s.Searching || s.Accepted != 0 {
			t.Errorf("searching %v, %d accepted: a merged block ends no search of the main chain", s.Searching, s.Accepted)
		}
	})
}

// One header may win both chains at once: each block goes its own way.
func TestHeaderThatWinsBothChains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Down)
		m := start(t, deliverytest.Accept, options)
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		synctest.Wait()
		j := m.job(t, newTemplate(t, 10, 1, easy))
		if !hasAux(j) || !j.Clean {
			t.Fatalf("job has %d aux blocks, clean %v, want the last aux block and a clean job", len(j.Aux), j.Clean)
		}
		if r, err := m.Submit(m.solve(t, j, true)); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		if n := len(doge.sub.Submitted()); n != 1 {
			t.Errorf("%d submissions of the merged block, want 1", n)
		}
		if n := len(doge.journal.Appended()); n != 1 {
			t.Errorf("merged journal has %d blocks, want 1", n)
		}
	})
}

// While a merged block is on its way, new jobs do not commit to its parent again; the next template of its chain ends that.
func TestSolvedMergedParentIsNotMinedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, options)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		j := m.next(t, hasAux)
		if _, err := m.Submit(m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if j := m.job(t, newTemplate(t, 11, 2, hard)); len(j.Aux) != 0 {
			t.Error("the next job commits to a block on the solved parent")
		}
		doge.node.templates <- newAuxTemplate(t, 162, 2, easy)
		if j := m.next(t, hasAux); j.Aux[0].Template.Height != 162 || j.Template.Height != 11 {
			t.Errorf("job of height %d with an aux block of height %d, want 11 and 162", j.Template.Height, j.Aux[0].Template.Height)
		}
	})
}

// A merged chain's node that fails, or refuses its block, costs that chain's blocks alone.
func TestMergedNodeDoesNotDisturbTheMainChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, options, func(c *config) { c.Propose = true })
		doge.node.proposal = func([]byte) (solo.Opinion, error) {
			return solo.Opinion{Refused: true, Reason: "bad-cb-height"}, nil
		}
		doge.node.templates <- deliverytest.ErrDown
		m.job(t, newTemplate(t, 10, 1, hard))
		m.wantSearching(t, true)
		time.Sleep(time.Minute)
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		synctest.Wait()
		m.wantSearching(t, true)
		if j := m.job(t, newTemplate(t, 11, 2, hard)); len(j.Aux) != 0 {
			t.Error("the job commits to a block that its node has refused")
		}
		m.wantSearching(t, true)
	})
}

// atLeast reports whether a is b or easier.
func atLeast(a, b template.Target) bool { return a.MetBy((*template.Hash)(&b)) }
