package cpuminer_test

import (
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

// newJob is a job on regtest's target, which every second hash meets, or with a target that none does.
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
	mu      sync.Mutex
	job     *template.Job
	changed chan struct{}
	shares  chan solo.Share
	judge   func(solo.Share) (solo.Result, error)
	given   uint32
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

func (u *upstream) Submit(s solo.Share) (solo.Result, error) {
	select {
	case u.shares <- s:
	default: // nobody looks at more
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

// run runs a miner until the test calls the returned function, or ends.
func run(t *testing.T, u *upstream, threads int, kernels ...*scrypt.Kernel) (*cpuminer.Miner, func()) {
	t.Helper()
	if kernels == nil {
		kernels = scrypt.Kernels()
	}
	m, err := cpuminer.New(cpuminer.Config{Upstream: u, Extranonce1: u.Extranonce1, Threads: threads, Kernels: kernels})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
	t.Cleanup(stop)
	return m, stop
}

func TestNewRefuses(t *testing.T) {
	u := newUpstream(nil)
	good := cpuminer.Config{Upstream: u, Extranonce1: u.Extranonce1, Threads: 1, Kernels: scrypt.Kernels()}
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
		{"limit above all", func(c *cpuminer.Config) { c.CPU = 101 }, "101 %"},
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

// Every share is true by the reference, none is found twice, and every worker finds some.
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
	workers := make(map[string]bool)
	for len(seen) < 60 || len(workers) < 3 {
		s := <-u.shares
		h, err := j.Header(s.Solution)
		if err != nil {
			t.Fatal(err)
		}
		pow := template.Hash(scrypt.Sum((*[80]byte)(&h)))
		if !j.Template.Target.MetBy(&pow) || s.JobID != "1" || s.Target != j.Template.Target {
			t.Fatalf("share %+v does not solve the job", s)
		}
		k := key{string(s.Solution.Extranonce), s.Solution.Time, s.Solution.Nonce}
		if seen[k] {
			t.Fatalf("share %+v came twice", s)
		}
		seen[k], workers[s.Worker] = true, true
	}
	stop()
	if m.Hashes() < uint64(len(seen)) {
		t.Errorf("Hashes() = %d after %d shares", m.Hashes(), len(seen))
	}
}

func TestWorkersChangeJobs(t *testing.T) {
	u := newUpstream(newJob(t, "hopeless", true))
	m, _ := run(t, u, 2)
	for m.Hashes() == 0 { // both states are reached by themselves
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

// A worker that solved a job searches what is offered then, be it the same job.
func TestWorkerGoesOnAfterABlock(t *testing.T) {
	u := newUpstream(newJob(t, "1", false))
	u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{Candidate: true}, nil }
	run(t, u, 1)
	var last uint32
	for range 5 { // one block of a batch is enough, however many it holds
		s := <-u.shares
		e2 := binary.LittleEndian.Uint32(s.Solution.Extranonce[solo.Extranonce1Size:])
		if e2 <= last {
			t.Errorf("extranonce2 %d after %d", e2, last)
		}
		last = e2
	}
}

func TestRefutedKernelIsReplaced(t *testing.T) {
	u := newUpstream(newJob(t, "1", false))
	u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{}, solo.ErrLowDifficulty }
	kernels := scrypt.Kernels()
	if len(kernels) < 2 {
		t.Fatalf("%d kernels, want at least 2", len(kernels))
	}
	m, stop := run(t, u, 2, kernels[0], kernels[len(kernels)-1])
	for range 20 {
		<-u.shares
	}
	stop()
	if got := m.Kernel(); got != kernels[len(kernels)-1] {
		t.Errorf("Kernel() = %v after the reference refuted it, want %v", got, kernels[len(kernels)-1])
	}
}

// Best is the lowest of all PoW hashes, on a target that none of them meets too, and nothing above the network target is
// submitted.
func TestBestIsTheLowestPoWHash(t *testing.T) {
	j := newJob(t, "hopeless", true)
	u := newUpstream(j)
	m, stop := run(t, u, 1, scrypt.Kernels()[0])
	for m.Hashes() < 2000 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if len(u.shares) > 0 {
		t.Fatalf("%d shares above the network target were submitted", len(u.shares))
	}
	best := m.Best()
	if best == (template.Hash{}) {
		t.Fatal("there is no best PoW hash")
	}
	// Of n hashes the lowest is 2^256/n on average, and above 40 times that with a probability of e^-40.
	if got, want := (template.Target)(best).ExpectedHashes(), float64(m.Hashes())/40; got < want {
		t.Errorf("the best of %d PoW hashes stands for %.0f, want above %.0f", m.Hashes(), got, want)
	}
}

// With a network target that every second hash meets, every one is submitted, and the best is that of the shares.
func TestBestOfEasyBlocks(t *testing.T) {
	j := newJob(t, "1", false)
	u := newUpstream(j)
	var lowest template.Hash
	u.judge = func(s solo.Share) (solo.Result, error) {
		h, err := j.Header(s.Solution)
		if err != nil {
			return solo.Result{}, err
		}
		pow := template.Hash(scrypt.Sum((*[80]byte)(&h)))
		if lowest == (template.Hash{}) || (*template.Target)(&lowest).MetBy(&pow) {
			lowest = pow
		}
		return solo.Result{PoWHash: pow, Candidate: true}, nil
	}
	m, stop := run(t, u, 1)
	for range 50 {
		<-u.shares
	}
	stop()
	if got := m.Best(); !(*template.Target)(&lowest).MetBy(&got) {
		t.Errorf("Best() = %s, and a share has %s", got, lowest)
	}
}
