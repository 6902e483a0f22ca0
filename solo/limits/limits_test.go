package limits_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ltcsolo/solo"
	"ltcsolo/solo/limits"
	"ltcsolo/template"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// upstream offers one job, for ever.
type upstream struct {
	job    *template.Job
	shares int
}

func (u *upstream) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	if prev != u.job {
		return u.job, nil
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func (u *upstream) HitTarget(*template.Job) template.Target { return template.Target{1} }

func (u *upstream) Submit(solo.Share) (solo.Result, error) {
	u.shares++
	return solo.Result{}, nil
}

// reason is a rule's answer, which a test changes while a Limiter runs.
type reason struct{ atomic.Value }

func (r *reason) rule(name string) limits.Rule {
	return limits.Rule{Name: name, Setting: "x", Check: func(time.Time) (string, error) {
		switch v := r.Load().(type) {
		case string:
			return v, nil
		case error:
			return "", v
		}
		return "", nil
	}}
}

func TestSearchersGetNothingWhileARuleHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &upstream{job: &template.Job{ID: "1"}}
		var hot, busy reason
		l, err := limits.New(limits.Config{
			Upstream: u, Rules: []limits.Rule{hot.rule("max-temp"), busy.rule("max-load")}, Every: time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go l.Run(ctx)
		job, err := l.NextJob(ctx, nil)
		if job != u.job || err != nil {
			t.Fatalf("NextJob() = %v, %v, want the job at once", job, err)
		}

		hot.Store("80 °C")
		if job, err = l.NextJob(ctx, job); job != nil || err != nil { // waits for the next check
			t.Fatalf("NextJob() = %v, %v, want no job while a rule holds", job, err)
		}
		if got := l.Limits(); !got[0].Holding || got[0].Why != "80 °C" || got[0].Name != "max-temp" || got[1].Holding {
			t.Errorf("Limits() = %+v", got)
		}
		if _, err := l.Submit(solo.Share{}); err != nil || u.shares != 1 {
			t.Error("a share was held back")
		}
		if got, want := l.HitTarget(u.job), u.HitTarget(u.job); got != want {
			t.Errorf("HitTarget() = %x, want the upstream's, %x", got, want)
		}

		began := time.Now()
		busy.Store("2 processors")
		time.AfterFunc(10*time.Second, func() { hot.Store("") }) // the other rule still holds
		time.AfterFunc(20*time.Second, func() { busy.Store("") })
		if job, err = l.NextJob(ctx, nil); job != u.job || err != nil {
			t.Fatalf("NextJob() = %v, %v, want the job", job, err)
		}
		if waited := time.Since(began); waited < 20*time.Second || waited > 22*time.Second {
			t.Errorf("mining resumed after %v, want 20 s to 22 s", waited)
		}

		hot.Store("80 °C")
		time.AfterFunc(5*time.Second, cancel)
		if job, err = l.NextJob(ctx, nil); job != u.job || err != nil { // the rules are not checked again yet
			t.Fatalf("NextJob() = %v, %v", job, err)
		}
		if job, err = l.NextJob(ctx, job); job != nil || err != nil {
			t.Fatalf("NextJob() = %v, %v", job, err)
		}
		if _, err = l.NextJob(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("NextJob() = %v at the end, want the context's error", err)
		}
	})
}

func TestARuleThatFailsAtFirstIsRefused(t *testing.T) {
	broken := limits.Rule{Name: "max-temp", Check: func(time.Time) (string, error) { return "", errors.New("no sensor") }}
	_, err := limits.New(limits.Config{Upstream: &upstream{}, Rules: []limits.Rule{broken}})
	var refused *limits.RuleError
	if !errors.As(err, &refused) || refused.Name != "max-temp" {
		t.Errorf("New() = %v, want a RuleError of max-temp", err)
	}
}

// A sensor that disappears pauses mining: whatever the limit protects may need it.
func TestARuleThatFailsLaterHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sensor reason
		l, err := limits.New(limits.Config{Upstream: &upstream{}, Rules: []limits.Rule{sensor.rule("max-temp")}})
		if err != nil {
			t.Fatal(err)
		}
		go l.Run(t.Context())
		sensor.Store(errors.New("no sensor"))
		time.Sleep(5 * time.Second) // of the test's own clock
		if got := l.Limits()[0]; !got.Holding || got.Why != "cannot tell: no sensor" {
			t.Errorf("Limits() = %+v", got)
		}
	})
}
