package cpuminer_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var script = append([]byte{0x00, 0x14}, make([]byte, 20)...)

// newJob returns a job with regtest's target, which every second hash meets, or with a target that none does.
func newJob(t testing.TB, id string, hopeless bool) *template.Job {
	t.Helper()
	raw, err := os.ReadFile("../../template/testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if hopeless {
		c := *tmpl
		c.Target = template.Target{}
		tmpl = &c
	}
	j, err := template.NewJob(id, tmpl, template.Coinbase{Script: script, ExtranonceSize: solo.ExtranonceSize}, true)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// upstream offers one job at a time and collects shares.
type upstream struct {
	target template.Target // that hits meet; zero: the network target

	mu      sync.Mutex
	job     *template.Job
	changed chan struct{}
	solved  bool // no chain of the job is searched any more
	shares  chan solo.Share
	judge   func(solo.Share) (solo.Result, error) // nil: accepts every share
	given   uint32                                // extranonces
}

func newUpstream(j *template.Job) *upstream {
	return &upstream{job: j, changed: make(chan struct{}), shares: make(chan solo.Share, 1000)}
}

func (u *upstream) offer(j *template.Job) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.job = j
	close(u.changed)
	u.changed = make(chan struct{})
}

func (u *upstream) NextJob(ctx context.Context, prev *template.Job) (*template.Job, error) {
	for {
		u.mu.Lock()
		j, changed := u.job, u.changed
		u.mu.Unlock()
		if j != prev {
			return j, ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (u *upstream) HitTarget(j *template.Job) template.Target {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.target == (template.Target{}) && !u.solved {
		return j.Template.Target
	}
	return u.target
}

func (u *upstream) Submit(s solo.Share) (solo.Result, error) {
	select {
	case u.shares <- s:
	default: // no test reads more
	}
	if u.judge != nil {
		return u.judge(s)
	}
	return solo.Result{}, nil
}

func (u *upstream) Extranonce1() (b [solo.Extranonce1Size]byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.given++
	binary.BigEndian.PutUint32(b[:], u.given)
	return b
}

// trust makes a list of kernels; none given: all.
func trust(t *testing.T, refuted func(k, next *scrypt.Kernel), kernels ...*scrypt.Kernel) *scrypt.Trusted {
	t.Helper()
	if kernels == nil {
		kernels = scrypt.Kernels()
	}
	trusted, err := scrypt.NewTrusted(kernels, refuted)
	if err != nil {
		t.Fatal(err)
	}
	return trusted
}

// newMiner makes a miner that searches what u offers.
func newMiner(t *testing.T, u *upstream, threads int, trusted *scrypt.Trusted) *cpuminer.Miner {
	t.Helper()
	m, err := cpuminer.New(cpuminer.Config{Upstream: u, Extranonce1: u.Extranonce1, Threads: threads, Kernels: trusted})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run runs a miner with all kernels until the test calls the returned function, or ends.
func run(t *testing.T, u *upstream, threads int) (*cpuminer.Miner, func()) {
	t.Helper()
	m := newMiner(t, u, threads, trust(t, nil))
	return m, start(t, m)
}

// start runs a miner until the test calls the returned function, or ends.
func start(t *testing.T, m *cpuminer.Miner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func TestNewRefuses(t *testing.T) {
	u := newUpstream(nil)
	good := cpuminer.Config{Upstream: u, Extranonce1: u.Extranonce1, Threads: 1, Kernels: trust(t, nil)}
	tests := []struct {
		name  string
		spoil func(*cpuminer.Config)
		want  string
	}{
		{"no upstream", func(c *cpuminer.Config) { c.Upstream = nil }, "upstream"},
		{"no extranonce1", func(c *cpuminer.Config) { c.Extranonce1 = nil }, "extranonce1"},
		{"no thread", func(c *cpuminer.Config) { c.Threads = 0 }, "0 threads"},
		{"no kernel", func(c *cpuminer.Config) { c.Kernels = nil }, "kernel"},
		{"negative limit", func(c *cpuminer.Config) { c.CPU = -1 }, "-1 %"},
		{"limit above 100 %", func(c *cpuminer.Config) { c.CPU = 101 }, "101 %"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.spoil(&c)
			if _, err := cpuminer.New(c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New() = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// Every share meets its target by the reference, none is found twice, and every thread finds some.
func TestSharesSolveTheirJob(t *testing.T) {
	j := newJob(t, "1", false)
	u := newUpstream(j)
	m, stop := run(t, u, 3)
	type key struct {
		extranonce string
		time       uint32
		nonce      uint32
	}
	seen := make(map[key]bool)
	threads := make(map[string]bool) // their extranonce1
	for len(seen) < 60 || len(threads) < 3 {
		s := <-u.shares
		h, err := j.Header(s.Solution)
		if err != nil {
			t.Fatal(err)
		}
		pow := template.Hash(scrypt.Sum((*[80]byte)(&h)))
		if !j.Template.Target.MetBy(&pow) || s.JobID != "1" || s.Worker != m.Name() || s.Target != j.Template.Target {
			t.Fatalf("share %+v does not solve the job", s)
		}
		k := key{string(s.Solution.Extranonce), s.Solution.Time, s.Solution.Nonce}
		if seen[k] {
			t.Fatalf("share %+v came twice", s)
		}
		seen[k], threads[k.extranonce[:solo.Extranonce1Size]] = true, true
	}
	stop()
	if m.Hashes() < uint64(len(seen)) {
		t.Errorf("Hashes() = %d after %d shares", m.Hashes(), len(seen))
	}
}

func TestThreadsChangeJobs(t *testing.T) {
	u := newUpstream(newJob(t, "hopeless", true))
	m, _ := run(t, u, 2)
	for m.Hashes() == 0 { // comes true without the test's help
		time.Sleep(time.Millisecond)
	}
	u.offer(newJob(t, "2", false))
	if s := <-u.shares; s.JobID != "2" {
		t.Errorf("share for job %q, want 2", s.JobID)
	}
	u.offer(nil)
	u.offer(newJob(t, "3", false))
	for s := range u.shares { // some of job 2 may be left
		if s.JobID == "3" {
			return
		}
	}
}

func TestNothingIsHashedWithoutAJob(t *testing.T) {
	u := newUpstream(nil)
	m, stop := run(t, u, 2)
	stop()
	if n := m.Hashes(); n != 0 {
		t.Errorf("Hashes() = %d without a job", n)
	}
}

// With merged chains, each hit of a batch may be another chain's block: a candidate does not end the batch.
func TestAllHitsAreSubmittedWithMergedChains(t *testing.T) {
	j := newJob(t, "1", false)
	j.Aux = []*template.Aux{{Template: j.Template}}
	u := newUpstream(j)
	u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{Candidate: true}, nil }
	kernel := scrypt.Kernels()[0]
	m := newMiner(t, u, 1, trust(t, nil, kernel))
	cpuminer.Break(m, time.Hour, only(kernel, everything))
	start(t, m)
	for range 3 {
		first := <-u.shares
		for i := range kernel.Lanes() - 1 {
			if s := <-u.shares; !bytes.Equal(s.Solution.Extranonce, first.Solution.Extranonce) || s.Solution.Nonce != first.Solution.Nonce+uint32(i)+1 {
				t.Fatalf("share %+v follows %+v, want all hits of the batch", s, first)
			}
		}
	}
}

// Once all chains of a job are solved, the other hits of the batch could only compete.
func TestHitsOfASolvedJobAreDropped(t *testing.T) {
	j := newJob(t, "1", false)
	j.Aux = []*template.Aux{{Template: j.Template}}
	u := newUpstream(j)
	u.judge = func(solo.Share) (solo.Result, error) {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.solved = true
		return solo.Result{Candidate: true}, nil
	}
	kernel := scrypt.Kernels()[0]
	m := newMiner(t, u, 1, trust(t, nil, kernel))
	cpuminer.Break(m, time.Hour, only(kernel, everything))
	stop := start(t, m)
	first := <-u.shares
	second := <-u.shares
	stop()
	if bytes.Equal(first.Solution.Extranonce, second.Solution.Extranonce) {
		t.Errorf("shares %+v and %+v are of one batch, want one", first, second)
	}
}

// After a candidate, a thread searches whatever is offered next, even if it is the same job.
func TestThreadGoesOnAfterABlock(t *testing.T) {
	u := newUpstream(newJob(t, "1", false))
	u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{Candidate: true}, nil }
	run(t, u, 1)
	var last uint32
	for range 5 { // one candidate of a batch is submitted, however many it has
		s := <-u.shares
		e2 := binary.LittleEndian.Uint32(s.Solution.Extranonce[solo.Extranonce1Size:])
		if e2 <= last {
			t.Errorf("extranonce2 %d after %d", e2, last)
		}
		last = e2
	}
}
