package solo_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// offered records what an engine offers, and when.
type offered struct {
	mu   sync.Mutex
	jobs []*template.Job // nil: nothing
	at   []time.Time
}

// record records what m offers until the test ends.
func record(t *testing.T, m *mined) *offered {
	o := &offered{}
	ctx, cancel := context.WithCancel(context.Background())
	var recorder sync.WaitGroup
	recorder.Go(func() {
		for prev := (*template.Job)(nil); ; {
			j, err := m.NextJob(ctx, prev)
			if err != nil {
				return
			}
			o.mu.Lock()
			o.jobs, o.at = append(o.jobs, j), append(o.at, time.Now())
			o.mu.Unlock()
			prev = j
		}
	})
	t.Cleanup(recorder.Wait)
	t.Cleanup(cancel)
	return o
}

// since returns what was offered after so many.
func (o *offered) since(n int) []*template.Job {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.jobs[n:]
}

func (o *offered) count() int { return len(o.since(0)) }

// Refreshes of several chains within a second become one job; the first of them does not wait.
func TestAuxTemplatesWithinASecondBecomeOneJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		other, withOther := withChain(t, otherChain, deliverytest.Accept)
		m := start(t, deliverytest.Accept, withDoge, withOther)
		o := record(t, m)
		m.job(t, newTemplate(t, 10, 1, hard))
		time.Sleep(time.Minute)
		n := o.count()
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		if jobs := o.since(n); len(jobs) != 1 || !hasAux(jobs[0]) || jobs[0].Clean {
			t.Fatalf("%d jobs at once after the first aux template in a minute, want one that is not clean", len(jobs))
		}
		for i := range byte(5) {
			time.Sleep(110 * time.Millisecond)
			doge.node.templates <- newAuxTemplate(t, 162, 2+i, hard)
			other.node.templates <- otherTemplate(t, 900, 2+i, hard)
		}
		if jobs := o.since(n + 1); len(jobs) != 0 {
			t.Fatalf("%d more jobs in the same second, want none", len(jobs))
		}
		time.Sleep(time.Second)
		jobs := o.since(n + 1)
		if len(jobs) != 1 || len(jobs[0].Aux) != 2 || jobs[0].Clean {
			t.Fatalf("%d jobs after the second, want one with the aux blocks of both chains", len(jobs))
		}
		for _, a := range jobs[0].Aux {
			if a.Template.PreviousBlock[0] != 6 {
				t.Errorf("the job commits to a %s block on tip %d, want the newest, 6", a.Template.Chain.Name, a.Template.PreviousBlock[0])
			}
		}
		time.Sleep(time.Minute)
		if extra := o.since(n + 2); len(extra) != 0 {
			t.Errorf("%d more jobs without any news", len(extra))
		}
	})
}

// A main template becomes a job at once, whatever merged chains do in that second, and has their newest aux blocks.
func TestMainTemplateDoesNotWaitForTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, withDoge)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		m.next(t, hasAux)
		time.Sleep(200 * time.Millisecond)
		doge.node.templates <- newAuxTemplate(t, 162, 2, hard)
		synctest.Wait()
		began := time.Now()
		j := m.job(t, newTemplate(t, 11, 2, hard))
		if d := time.Since(began); d != 0 {
			t.Errorf("the job of a new main template came after %v", d)
		}
		if !j.Clean || !hasAux(j) || j.Aux[0].Template.Height != 162 {
			t.Errorf("it is clean %v and has %d aux blocks, want the newest", j.Clean, len(j.Aux))
		}
	})
}

// slowPayout does not know its script at first.
type slowPayout struct {
	mu     sync.Mutex
	script []byte
}

func (p *slowPayout) Script() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.script
}

func (p *slowPayout) Found([]byte, template.Hash) {}

// No job commits to a chain before it is known whom its blocks pay; then it joins.
func TestMergedChainJoinsOnceItsPayoutIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		payout := &slowPayout{}
		doge.change = append(doge.change, func(s *solo.Side) {
			s.Payout = payout
			s.Health = func() []solo.NodeHealth { return []solo.NodeHealth{{Name: "doge"}} }
		})
		m := start(t, deliverytest.Accept, withDoge)
		m.job(t, newTemplate(t, 10, 1, hard))
		time.Sleep(time.Minute)
		s := m.Stats()
		if len(s.Merged) != 1 || s.Merged[0].Chain != template.Dogecoin || s.Merged[0].Idle == "" || s.Merged[0].Committed || !s.Searching || s.Idle != "" {
			t.Fatalf("Stats() = searching %v, %+v, want Dogecoin idle and the main chain searched", s.Searching, s.Merged)
		}
		if len(s.Merged[0].Nodes) != 1 {
			t.Errorf("nodes %+v", s.Merged[0].Nodes)
		}
		payout.mu.Lock()
		payout.script = mergedScript
		payout.mu.Unlock()
		doge.node.templates <- newAuxTemplate(t, 161, 1, easy)
		j := m.next(t, hasAux)
		if s := m.Stats().Merged[0]; s.Idle != "" || !s.Committed || s.Template == nil || s.Template.Height != 161 {
			t.Errorf("Stats().Merged = %+v", s)
		}
		if _, err := m.Submit(m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s := m.Stats().Merged[0]; s.Accepted != 1 || len(s.Blocks) != 1 || s.Committed {
			t.Errorf("Stats().Merged = %+v after a block, want one block accepted and none committed to on its parent", s)
		}
	})
}

// An engine refuses sides that cannot be mined together.
func TestSidesThatAreRefused(t *testing.T) {
	_, doge := withMerged(t, deliverytest.Accept)
	_, again := withMerged(t, deliverytest.Accept)
	_, litecoin := withChain(t, template.Litecoin, deliverytest.Accept)
	for name, options := range map[string][]func(*config){
		"the same chain twice":      {doge, again},
		"a chain that is no AuxPoW": {litecoin},
		"no payout of main":         {paying(nil)},
	} {
		c := &config{Node: newFakeNode(), Payout: solo.FixedPayout(script)}
		c.Nodes, c.Journal = append(c.Nodes, downNode()), &deliverytest.Journal{}
		for _, o := range options {
			o(c)
		}
		if _, err := c.engine(); err == nil {
			t.Errorf("%s: New() takes it", name)
		}
	}
}
