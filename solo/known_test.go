package solo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/delivery"
	"ltcsolo/solo/delivery/deliverytest"
	"ltcsolo/template"
)

// keep encodes the jobs that an engine knows, the newest first.
func (m *mined) keep(t *testing.T) (kept [][]byte) {
	t.Helper()
	for _, k := range m.Jobs() {
		text, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, text)
	}
	return kept
}

// known decodes jobs of an earlier run.
func known(t *testing.T, kept [][]byte) (earlier []solo.KnownJob) {
	t.Helper()
	for _, text := range kept {
		var k solo.KnownJob
		if err := json.Unmarshal(text, &k); err != nil {
			t.Fatal(err)
		}
		earlier = append(earlier, k)
	}
	return earlier
}

// after starts an engine that knows the jobs of an earlier run.
func after(t *testing.T, kept [][]byte, options ...func(*config)) *mined {
	t.Helper()
	earlier := known(t, kept)
	return start(t, deliverytest.Accept, append(options, func(c *config) { c.Earlier = earlier })...)
}

// paying makes an engine pay another script.
func paying(script []byte) func(*config) {
	return func(c *config) { c.Payout = solo.FixedPayout(script) }
}

// A block of a job from before the restart is delivered like any other, and pays what the run before was told to pay.
func TestBlockOfAJobBeforeTheRestartIsSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Accept)
		before := start(t, deliverytest.Accept, options)
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		synctest.Wait()
		j := before.job(t, decode(t, template.Litecoin, "gbt-regtest-h447-mixed.json", 447, template.Hash{1, 1}, easy))
		if !hasAux(j) {
			t.Fatal("the job commits to no aux block")
		}
		share := before.solve(t, j, true)
		want, err := j.Block(share.Solution)
		if err != nil {
			t.Fatal(err)
		}
		kept := before.keep(t)
		before.stop()

		time.Sleep(time.Hour) // the machine was off
		m := after(t, kept, paying(append([]byte{0x00, 0x14}, bytes.Repeat([]byte{7}, 20)...)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if j, err := m.NextJob(ctx, nil); err == nil {
			t.Fatalf("NextJob() = %v: the old job is searched again", j)
		}
		m.job(t, newTemplate(t, 448, 2, hard))
		time.Sleep(9 * time.Minute)
		m.job(t, newTemplate(t, 449, 3, hard))
		if r, err := m.submitAll(share); err != nil || !r.Candidate {
			t.Fatalf("SubmitAll() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		if blocks := m.sub.Submitted(); len(blocks) != 1 || !bytes.Equal(blocks[0], want) {
			t.Fatalf("%d blocks submitted, want the earlier job's", len(blocks))
		}
		if c := m.journal.Appended()[0]; c.Height != 447 || c.JobID != j.ID || !bytes.Equal(c.Script, script) || c.Value != j.Template.CoinbaseValue {
			t.Errorf("journal has %+v", c)
		}
	})
}

// A miner may come back with a block of such a job before the engine runs.
func TestBlockOfAJobBeforeTheRestartMayComeBeforeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := start(t, deliverytest.Accept)
		share := before.solve(t, before.job(t, newTemplate(t, 10, 1, easy)), true)
		before.stop()
		sub := &deliverytest.Node{ID: "node", Submit: deliverytest.Accept}
		e, err := (&config{
			Node: newFakeNode(), Nodes: []delivery.Node{sub}, Journal: &deliverytest.Journal{}, Payout: solo.FixedPayout(script), Tag: "/test/",
			Earlier: known(t, before.keep(t)),
		}).engine()
		if err != nil {
			t.Fatal(err)
		}
		if r, err := e.Submit(share); err != nil || !r.Candidate {
			t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- e.Run(ctx) }()
		synctest.Wait()
		if n := len(sub.Submitted()); n != 1 {
			t.Errorf("%d blocks submitted, want 1", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
}

// So is a block of the chain that was merged with it; and one of a chain that is mined no more is told of.
func TestMergedBlockOfAJobBeforeTheRestartIsSubmitted(t *testing.T) {
	for name, mined := range map[string]bool{"mined": true, "not mined any more": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				doge, options := withMerged(t, deliverytest.Accept)
				before := start(t, deliverytest.Accept, options)
				doge.node.templates <- decode(t, template.Dogecoin, "dogecoin/gbt-regtest-h161.json", 161, template.Hash{1, 2}, easy)
				synctest.Wait()
				j := before.job(t, newTemplate(t, 10, 1, hard))
				share := before.solveTarget(t, j, j.Aux[0].Template.Target, j.Template.Target)
				want, err := j.AuxBlock(0, share.Solution)
				if err != nil {
					t.Fatal(err)
				}
				kept := before.keep(t)
				before.stop()

				var now []func(*config)
				doge, options = withMerged(t, deliverytest.Accept)
				doge.change = append(doge.change, func(s *solo.Side) { s.Payout = solo.FixedPayout(script) })
				if mined {
					now = append(now, options)
				}
				m := after(t, kept, now...)
				synctest.Wait()
				r, err := m.Submit(share)
				synctest.Wait()
				if !mined {
					if err == nil || !strings.Contains(err.Error(), "dogecoin is not mined any more") {
						t.Errorf("Submit() = %+v, %v, want an error that says why", r, err)
					}
					return
				}
				if err != nil || !r.Candidate {
					t.Fatalf("Submit() = %+v, %v, want a candidate", r, err)
				}
				if blocks := doge.sub.Submitted(); len(blocks) != 1 || !bytes.Equal(blocks[0], want) {
					t.Fatalf("%d merged blocks submitted, want the earlier job's", len(blocks))
				}
				if c := doge.journal.Appended()[0]; c.Height != 161 || c.JobID != j.ID || !bytes.Equal(c.Script, mergedScript) {
					t.Errorf("merged journal has %+v", c)
				}
			})
		})
	}
}

// A job is good for the main chain's block without its aux blocks: as earlier versions kept it, and if they are damaged.
func TestKnownJobWithoutItsAuxBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doge, options := withMerged(t, deliverytest.Accept)
		m := start(t, deliverytest.Accept, options)
		doge.node.templates <- newAuxTemplate(t, 161, 1, hard)
		synctest.Wait()
		j := m.job(t, newTemplate(t, 10, 1, hard))
		kept := string(m.keep(t)[0])
		at := strings.Index(kept, `,"aux":`)
		for name, tt := range map[string]struct {
			kept string
			aux  int
		}{
			"whole":                 {kept, 1},
			"of an earlier version": {kept[:at] + "}", 0},
			"another chain":         {strings.Replace(kept, `"chain":"dogecoin"`, `"chain":"pepecoin"`, 1), 0},
			"unknown chain":         {strings.Replace(kept, `"chain":"dogecoin"`, `"chain":"nocoin"`, 1), 0},
			"another script":        {strings.Replace(kept, `"script":"76a9`, `"script":"75a9`, 1), 0},
			"another tag":           {strings.Replace(kept, `"tag":"/test/"`, `"tag":"/tset/"`, 1), 0},
			"another height":        {strings.Replace(kept, `"height":161`, `"height":162`, 1), 0},
			"no reply":              {kept[:at] + strings.Replace(kept[at:], `"reply"`, `"reply2"`, 1), 0},
		} {
			if name != "whole" && tt.kept == kept {
				t.Errorf("%s: the test changed nothing", name)
			}
			var k solo.KnownJob
			if err := json.Unmarshal([]byte(tt.kept), &k); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if len(k.Job.Aux) != tt.aux || !bytes.Equal(k.Job.Coinb1, j.Coinb1) || tt.aux > 0 && k.Job.Aux[0].BlockHash != j.Aux[0].BlockHash {
				t.Errorf("%s: %d aux blocks, want %d and the job as it was", name, len(k.Job.Aux), tt.aux)
			}
		}
	})
}

// Whether a share for an earlier run's job is stale, and for how long the job is known, is as if there had been one run.
func TestJobsOfAnEarlierRunAreKnownByAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := start(t, deliverytest.Accept)
		shareOf := func(tip byte) solo.Share {
			s := before.solve(t, before.job(t, newTemplate(t, 10, tip, hard)), false)
			s.Target = anyTarget
			return s
		}
		first := shareOf(1)
		time.Sleep(time.Minute)
		second := shareOf(2)
		time.Sleep(8 * time.Minute)
		third := shareOf(3)
		kept := before.keep(t)
		before.stop()
		if len(kept) != 3 {
			t.Fatalf("%d jobs are known, want 3", len(kept))
		}
		slices.Reverse(kept)
		time.Sleep(3 * time.Minute)
		m := after(t, kept, func(c *config) { c.Hasher = &hasher{} })
		third2 := third
		third2.Solution.Nonce++
		want := func(when string, s solo.Share, err error) {
			t.Helper()
			if _, got := m.submitAll(s); !errors.Is(got, err) {
				t.Errorf("%s: SubmitAll() = %v, want %v", when, got, err)
			}
		}
		want("at the start, the first", first, solo.ErrUnknownJob)
		want("at the start, the second", second, solo.ErrStale)
		want("at the start, the newest", third, nil)
		m.job(t, newTemplate(t, 10, 3, hard))
		want("on the same tip", third2, nil)
		m.job(t, newTemplate(t, 11, 4, hard))
		third2.Solution.Nonce++
		want("on a new tip", third2, solo.ErrStale)
		time.Sleep(9 * time.Minute)
		m.job(t, newTemplate(t, 12, 5, hard))
		want("after nine minutes", third2, solo.ErrStale)
		want("after nine minutes, the second", second, solo.ErrUnknownJob)
		time.Sleep(2 * time.Minute)
		m.job(t, newTemplate(t, 13, 6, hard))
		want("after eleven minutes", third2, solo.ErrUnknownJob)
	})
}

// What was not kept whole is not mined for.
func TestDamagedKnownJobIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		j := m.job(t, newTemplate(t, 10, 1, hard))
		kept := string(m.keep(t)[0])
		hexOf := func(b []byte) string { return fmt.Sprintf(`"%x"`, b) }
		other := append([]byte{0x00, 0x14}, bytes.Repeat([]byte{7}, 20)...)
		for name, damaged := range map[string]string{
			"nothing":          `{}`,
			"no object":        `[]`,
			"no reply":         strings.Replace(kept, `"reply"`, `"reply2"`, 1),
			"other value":      strings.Replace(kept, `"coinbasevalue":5000000000`, `"coinbasevalue":4000000000`, 1),
			"other script":     strings.Replace(kept, hexOf(script), hexOf(other), 1),
			"no script":        strings.Replace(kept, hexOf(script), `""`, 1),
			"no first half":    strings.Replace(kept, hexOf(j.Coinb1), `""`, 1),
			"no second half":   strings.Replace(kept, hexOf(j.Coinb2), `""`, 1),
			"short extranonce": strings.Replace(kept, `"extranonce_size":8`, `"extranonce_size":7`, 1),
			"no extranonce":    strings.Replace(kept, `"extranonce_size":8`, `"extranonce_size":-1`, 1),
		} {
			if damaged == kept {
				t.Errorf("%s: the test changed nothing", name)
			}
			if err := json.Unmarshal([]byte(damaged), &solo.KnownJob{}); err == nil {
				t.Errorf("%s: Unmarshal() takes it", name)
			}
		}
		for i := range len(kept) {
			if json.Unmarshal([]byte(kept[:i]), &solo.KnownJob{}) == nil {
				t.Fatalf("Unmarshal() takes the first %d of %d bytes", i, len(kept))
			}
		}
	})
}
