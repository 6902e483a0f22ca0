package solo_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// badNode is a merged chain's node that answers by a function, which is told how often it was asked before.
type badNode struct {
	next  func(ctx context.Context, asked int) (*template.Template, error)
	asked atomic.Int64
}

func (n *badNode) NextTemplate(ctx context.Context, _ *template.Template) (*template.Template, error) {
	return n.next(ctx, int(n.asked.Add(1)-1))
}

// Propose never answers.
func (n *badNode) Propose(ctx context.Context, _ []byte) (solo.Opinion, error) {
	<-ctx.Done()
	return solo.Opinion{}, ctx.Err()
}

// afterMillisecond returns a badNode's function that gives a template each millisecond.
func afterMillisecond(give func(asked int) *template.Template) func(context.Context, int) (*template.Template, error) {
	return func(ctx context.Context, asked int) (*template.Template, error) {
		select {
		case <-time.After(time.Millisecond):
			return give(asked), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Whatever a merged chain's node does, a main template is a job at the same moment, and a main block is submitted at the
// same moment. What it makes of the engine's time, of the searchers', of the log and of the disk is bounded.
func TestH23MergedNodeDoesNotHoldUpTheMainBlock(t *testing.T) {
	templates := map[string]*template.Template{each: newAuxTemplate(t, 1, 0, each), hard: newAuxTemplate(t, 1, 0, hard)}
	onTip := func(height int, tip int, bits string) *template.Template {
		c := *templates[bits]
		c.Height, c.PreviousBlock = int32(height), template.Hash{byte(tip), byte(tip >> 8), byte(tip >> 16)}
		return &c
	}
	for _, tt := range []struct {
		name string
		next func(context.Context, int) (*template.Template, error)
	}{
		{"hangs", func(ctx context.Context, _ int) (*template.Template, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		{"fails with other words each time", func(_ context.Context, asked int) (*template.Template, error) {
			return nil, fmt.Errorf("garbage %d", asked)
		}},
		{"has lost its tip", func(context.Context, int) (*template.Template, error) { return nil, solo.ErrTipMoved }},
		{"gives a tip each millisecond, and every hash solves it", afterMillisecond(func(asked int) *template.Template {
			return onTip(161, asked, each)
		})},
		{"gives the same tip each millisecond", afterMillisecond(func(int) *template.Template { return onTip(161, 1, hard) })},
		{"has a height that falls", afterMillisecond(func(asked int) *template.Template {
			return onTip(1_000_000-asked, asked, hard)
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lines := &deliverytest.LineCount{}
				doge, withDoge := withMerged(t, deliverytest.Accept)
				bad := &badNode{next: tt.next}
				doge.change = append(doge.change, func(s *solo.Side) { s.Node = bad })
				m := start(t, deliverytest.Accept, withDoge, func(c *config) { c.Log, c.Propose = lines.Logger(), true })
				o := record(t, m)
				const minutes, every = 2, 10 * time.Second
				var main int
				for began := time.Now(); time.Since(began) < minutes*time.Minute; main++ {
					sent := time.Now()
					j := m.job(t, newTemplate(t, 10+main, byte(main), easy))
					if _, err := m.Submit(m.solve(t, j, true)); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					if n, d := len(m.sub.Submitted()), time.Since(sent); n != main+1 || d != 0 {
						t.Fatalf("%d blocks are submitted %v after template %d", n, d, main+1)
					}
					time.Sleep(every)
				}
				const seconds = minutes * 60
				jobs, asked, blocks, told := o.count(), bad.asked.Load(), len(doge.journal.Appended()), lines.Load()
				t.Logf("in %d seconds, with %d main templates: %d offers, %d requests, %d merged blocks, %d lines", seconds, main, jobs, asked, blocks, told)
				if most := 2*main + seconds; jobs > most {
					t.Errorf("%d jobs or pauses were offered, want at most %d", jobs, most)
				}
				if most := int64(11 * seconds); asked > most {
					t.Errorf("the node was asked %d times, want at most %d", asked, most)
				}
				if blocks > main {
					t.Errorf("%d merged blocks, want at most one for each share that was offered", blocks)
				}
				if most := int64(5*main + 2*seconds); told > most {
					t.Errorf("%d lines in the log, want at most %d", told, most)
				}
			})
		})
	}
}

// While its templates fail, a merged chain's last aux block is committed to for 20 minutes; once its tip is known to have
// moved, no longer. Templates bring it back.
func TestAuxBlockIsCommittedToWhileItsTipMayStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, withDoge)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		m.next(t, hasAux)
		time.Sleep(time.Hour) // no news is no failure: the tip stands
		m.next(t, hasAux)

		doge.node.templates <- deliverytest.ErrDown
		time.Sleep(20*time.Minute - time.Second)
		if s := m.Stats().Merged[0]; !s.Committed || s.Idle != "" || s.TemplateFail == "" {
			t.Errorf("before 20 minutes: %+v", s)
		}
		m.next(t, hasAux)
		time.Sleep(2 * time.Second)
		m.next(t, noAux)
		if s := m.Stats(); s.Merged[0].Committed || s.Merged[0].Idle == "" || !s.Searching || s.Idle != "" {
			t.Errorf("after 20 minutes: searching %v, %+v", s.Searching, s.Merged[0])
		}
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		m.next(t, hasAux)

		doge.node.templates <- solo.ErrTipMoved
		time.Sleep(2 * time.Second)
		m.next(t, noAux)
		doge.node.templates <- newAuxTemplate(t, 162, 2, hard)
		m.next(t, hasAux)
		if s := m.Stats().Merged[0]; !s.Committed || s.Idle != "" || s.TemplateFail != "" {
			t.Errorf("with a template: %+v", s)
		}
		time.Sleep(time.Hour) // the time that has run before is forgotten
		m.next(t, hasAux)
	})
}

// An aux block that was found is found: only its chain's next template makes another one.
func TestFoundAuxBlockIsNotCommittedToAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Answer(delivery.Inconclusive, ""))
		m := start(t, deliverytest.Accept, withDoge)
		m.job(t, newTemplate(t, 10, 1, hard))
		doge.node.templates <- newAuxTemplate(t, 161, 1, each)
		j := m.next(t, hasAux)
		share := m.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)
		if _, err := m.Submit(share); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		m.next(t, noAux)
		share.Solution.Nonce++
		if r, err := m.Submit(share); err != nil || !r.Candidate {
			t.Errorf("Submit() of another proof = %+v, %v", r, err)
		}
		time.Sleep(time.Minute)
		if n := len(doge.journal.Appended()); n != 1 {
			t.Errorf("%d merged blocks, want the one", n)
		}
		m.next(t, noAux)
		doge.node.templates <- newAuxTemplate(t, 162, 2, hard)
		m.next(t, hasAux)
	})
}

// logLines keeps the lines of a log.
type logLines struct {
	mu    sync.Mutex
	lines []string
}

func (l *logLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(line))
	return len(line), nil
}

// Every line about a merged chain names it.
func TestLinesAboutAMergedChainNameIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, withDoge := withMerged(t, deliverytest.Accept)
		lines := &logLines{}
		m := start(t, deliverytest.Accept, withDoge, func(c *config) {
			c.Log, c.Propose = slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{Level: slog.LevelDebug})), true
		})
		m.job(t, newTemplate(t, 10, 1, hard))
		m.checked()
		before := len(lines.lines)
		answers := []func([]byte) (solo.Opinion, error){
			nil,
			func([]byte) (solo.Opinion, error) { return solo.Opinion{}, deliverytest.ErrDown },
			func([]byte) (solo.Opinion, error) { return solo.Opinion{Refused: true, Reason: "bad-txns"}, nil },
		}
		for i, answer := range answers {
			doge.node.proposal = answer
			doge.node.templates <- deliverytest.ErrDown
			doge.node.templates <- newAuxTemplate(t, 161, byte(i), hard)
			time.Sleep(10 * time.Second)
			synctest.Wait()
		}
		said := lines.lines[before:]
		for _, words := range []string{"no new template", "gives templates again", "new template", "could not be asked", "is good", "is not searched"} {
			if !slices.ContainsFunc(said, func(l string) bool { return strings.Contains(l, words) }) {
				t.Errorf("no line says %q", words)
			}
		}
		for _, line := range said {
			if !strings.Contains(line, "chain=dogecoin") && !strings.Contains(line, "node=dogecoin") && !strings.Contains(line, "new job with other") {
				t.Errorf("a line does not name its chain: %s", line)
			}
		}
	})
}
