package solo_test

import (
	"bytes"
	"errors"
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

// hasher hashes as the reference does, unless it is told otherwise.
type hasher struct {
	wrong func(header *[scrypt.HeaderSize]byte) *template.Hash // instead of the right hash, unless nil
	hold  chan struct{}                                        // Sum waits until it is closed; nil: not at all

	mu      sync.Mutex
	calls   []int // headers of each call
	refuted map[template.Header]template.Hash
}

func (h *hasher) Sum(headers [][scrypt.HeaderSize]byte, pow [][32]byte) {
	h.mu.Lock()
	h.calls = append(h.calls, len(headers))
	h.mu.Unlock()
	if h.hold != nil {
		<-h.hold
	}
	for i := range headers {
		pow[i] = scrypt.Sum(&headers[i])
		if h.wrong == nil {
			continue
		}
		if w := h.wrong(&headers[i]); w != nil {
			pow[i] = *w
		}
	}
}

func (h *hasher) Refuted(header *[scrypt.HeaderSize]byte, wrong *[32]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuted == nil {
		h.refuted = make(map[template.Header]template.Hash)
	}
	h.refuted[*header] = *wrong
}

func (h *hasher) wantCalls(t *testing.T, want int) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.calls) != want {
		t.Errorf("Sum was called for %v headers, want %d calls", h.calls, want)
	}
}

var _ solo.Refutable = (*hasher)(nil)

func hashBy(h solo.Hasher) func(*config) { return func(c *config) { c.Hasher = h } }

// Share targets that every PoW hash meets, and that none does.
var (
	anyTarget = template.Target(bytes.Repeat([]byte{0xff}, template.HashSize))
	noTarget  = template.Target{}
	highest   = template.Hash(anyTarget)
)

// submitAll submits one share by SubmitAll.
func (m *mined) submitAll(s solo.Share) (solo.Result, error) {
	var judged [1]solo.Judged
	m.SubmitAll([]solo.Share{s}, judged[:])
	return judged[0].Result, judged[0].Err
}

func TestSubmitAllJudgesEachShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hasher{}
		m := start(t, deliverytest.Accept, hashBy(h))
		stale := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), false)
		j := m.job(t, newTemplate(t, 11, 2, easy))
		block, good, low := m.solve(t, j, true), m.solve(t, j, false), m.solve(t, j, false)
		stale.Target, good.Target, low.Target = anyTarget, anyTarget, noTarget
		unknown, short := good, good
		unknown.JobID = "none"
		short.Solution.Extranonce = short.Solution.Extranonce[1:]
		shares := []solo.Share{unknown, low, short, good, stale, good, block, block}
		judged := make([]solo.Judged, len(shares))
		judged[0].Work = true // of an earlier call
		m.SubmitAll(shares, judged)
		for i, want := range []struct {
			err             error
			work, candidate bool
		}{
			{err: solo.ErrUnknownJob}, {err: solo.ErrLowDifficulty}, {}, {work: true}, {err: solo.ErrStale, work: true},
			{err: solo.ErrDuplicate}, {work: true, candidate: true}, {err: solo.ErrDuplicate},
		} {
			got := judged[i]
			if i == 2 {
				if got.Err == nil || got.Result != (solo.Result{}) {
					t.Errorf("share %d: %+v, want an error and no result", i, got)
				}
				continue
			}
			if !errors.Is(got.Err, want.err) || got.Work != want.work || got.Candidate != want.candidate {
				t.Errorf("share %d: %+v, want %+v", i, got, want)
			}
			if known := i != 0; known != (got.BlockHash != template.Hash{}) {
				t.Errorf("share %d: block hash %s", i, got.BlockHash)
			}
			if hashed := i != 0 && want.err != solo.ErrDuplicate; hashed != (got.PoWHash != template.Hash{}) {
				t.Errorf("share %d: PoW hash %s", i, got.PoWHash)
			}
		}
		if h.calls[0] != 4 {
			t.Errorf("%v headers hashed, want 4 at once", h.calls)
		}
		h.wantCalls(t, 1)
		if n := m.Stats().Shares; n != 1 {
			t.Errorf("%d shares counted, want 1", n)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
		m.SubmitAll(nil, nil)
		h.wantCalls(t, 1)
	})
}

// Without a hasher the reference hashes, and SubmitAll judges as Submit does.
func TestSubmitAllWithoutHasher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept)
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		if r, err := m.submitAll(share); err != nil || !r.Candidate || r.PoWHash != powHash(t, m.Stats().Job, share) {
			t.Errorf("SubmitAll() = %+v, %v, want a candidate", r, err)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
	})
}

// What a wrong kernel says of a share decides nothing: neither a block that is none, nor a block or a good share that it
// calls too low.
func TestRefutedHasherIsNotBelieved(t *testing.T) {
	zero := template.Hash{}
	for name, tt := range map[string]struct {
		wrong  template.Hash
		solves bool
		target template.Target
		err    error
	}{
		"a low share called a block":  {zero, false, noTarget, solo.ErrLowDifficulty},
		"a good share called a block": {zero, false, anyTarget, nil},
		"a good share called low":     {highest, false, template.Target(bytes.Repeat([]byte{0xfe}, 32)), nil},
		"a block called low":          {highest, true, template.Target(bytes.Repeat([]byte{0xfe}, 32)), nil},
		"a block with another's hash": {template.Hash{1}, true, anyTarget, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hasher{wrong: func(*[scrypt.HeaderSize]byte) *template.Hash { return &tt.wrong }}
				m := start(t, deliverytest.Accept, hashBy(h))
				share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), tt.solves)
				share.Target = tt.target
				right, header := powHash(t, m.Stats().Job, share), headerOf(t, m.Stats().Job, share)
				r, err := m.submitAll(share)
				if !errors.Is(err, tt.err) || r.Candidate != tt.solves || r.PoWHash != right || r.Work != tt.target.MetBy(&right) {
					t.Errorf("SubmitAll() = %+v, %v, want candidate %v, %v", r, err, tt.solves, tt.err)
				}
				if len(h.refuted) != 1 || h.refuted[header] != tt.wrong {
					t.Errorf("refuted: %v, want the wrong hash of the share's header", h.refuted)
				}
				if best := m.Best(); best != right {
					t.Errorf("Best() = %s, want %s", best, right)
				}
				synctest.Wait()
				if n := len(m.sub.Submitted()); (n == 1) != tt.solves {
					t.Errorf("%d blocks submitted", n)
				}
			})
		})
	}
}

// A flood of low shares is not hashed twice without end.
func TestLowSharesAreHashedAgainSoManyTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hasher{wrong: func(*[scrypt.HeaderSize]byte) *template.Hash { return &highest }}
		m := start(t, deliverytest.Accept, hashBy(h))
		j := m.job(t, newTemplate(t, 10, 1, hard))
		if _, err := m.Submit(m.solve(t, j, false)); err == nil { // so that few of those that follow are the best
			t.Fatal("a low share was accepted")
		}
		share := m.solve(t, j, false)
		share.Target = template.Target(bytes.Repeat([]byte{0xfe}, 32)) // which nearly every hash meets
		for second := range 2 {
			good := 0
			for range 250 {
				share.Solution.Nonce++
				if _, err := m.submitAll(share); err == nil {
					good++
				} else if !errors.Is(err, solo.ErrLowDifficulty) {
					t.Fatal(err)
				}
			}
			if good < 190 || good > 200 {
				t.Errorf("second %d: %d shares judged by the reference, want 200 at most", second, good)
			}
			time.Sleep(time.Second)
		}
	})
}

func headerOf(t testing.TB, j *template.Job, s solo.Share) template.Header {
	t.Helper()
	h, err := j.Header(s.Solution)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The verdict on a good share is known, and that on its twin soon will be.
func TestRepeatedGoodShareIsNotHashed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hasher{hold: make(chan struct{})}
		m := start(t, deliverytest.Accept, hashBy(h))
		j := m.job(t, newTemplate(t, 10, 1, hard))
		good, low := m.solve(t, j, false), m.solve(t, j, false)
		good.Target, low.Target = anyTarget, noTarget
		var first sync.WaitGroup
		for _, s := range []solo.Share{good, low} {
			want := map[bool]error{false: nil, true: solo.ErrLowDifficulty}[s.Target == noTarget]
			first.Go(func() {
				if _, err := m.submitAll(s); !errors.Is(err, want) {
					t.Errorf("SubmitAll() of the first twin = %v, want %v", err, want)
				}
			})
		}
		synctest.Wait()
		h.wantCalls(t, 2)
		for range 2 { // while the first is being hashed, and afterwards
			if r, err := m.submitAll(good); !errors.Is(err, solo.ErrDuplicate) || r.Work || r.BlockHash != new(headerOf(t, j, good)).BlockHash() {
				t.Errorf("SubmitAll() of the second twin = %+v, %v, want a duplicate", r, err)
			}
			if h.hold != nil {
				if _, err := m.submitAll(low); !errors.Is(err, solo.ErrDuplicate) {
					t.Errorf("SubmitAll() of a low share's twin = %v, want a duplicate", err)
				}
				close(h.hold)
				first.Wait()
				h.hold = nil
			}
		}
		h.wantCalls(t, 2)
		if _, err := m.submitAll(low); !errors.Is(err, solo.ErrLowDifficulty) { // a bad share is not remembered
			t.Errorf("SubmitAll() = %v, want low difficulty", err)
		}
		h.wantCalls(t, 3)
	})
}

// One solution comes twice within a millisecond, from two callers: it is submitted once, and once is enough.
func TestBlockThatComesTwiceIsSubmittedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := start(t, deliverytest.Accept, hashBy(&hasher{}))
		share := m.solve(t, m.job(t, newTemplate(t, 10, 1, easy)), true)
		var both sync.WaitGroup
		errs := make(chan error, 2)
		for range cap(errs) {
			both.Go(func() {
				_, err := m.submitAll(share)
				errs <- err
			})
		}
		both.Wait()
		if a, b := <-errs, <-errs; (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), solo.ErrDuplicate) {
			t.Errorf("SubmitAll() = %v and %v, want one duplicate", a, b)
		}
		synctest.Wait()
		m.wantVerdicts(t, "accepted")
	})
}

func TestJobIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[string]bool{}
		for range 3 { // runs
			m := start(t, deliverytest.Accept)
			for tip := range byte(3) {
				id := m.job(t, newTemplate(t, 10, tip+1, hard)).ID
				if len(id) > 12 || bytes.ContainsFunc([]byte(id), func(r rune) bool { return !bytes.ContainsRune([]byte("0123456789abcdef"), r) }) {
					t.Errorf("ID %q, want at most 12 hex digits", id)
				}
				if seen[id] {
					t.Errorf("ID %q comes twice", id)
				}
				seen[id] = true
			}
			m.stop()
		}
	})
}

// BenchmarkSubmitAll measures what judging costs beside hashing: good shares of a job with a full block's merkle branch,
// and the same with the targets of two merged chains.
func BenchmarkSubmitAll(b *testing.B) {
	for _, bench := range []struct {
		name   string
		n      int
		merged bool
	}{{"one", 1, false}, {"batch", 32, false}, {"batch of three chains", 32, true}} {
		b.Run(bench.name, func(b *testing.B) {
			n := bench.n
			cfg := &config{
				Node: newFakeNode(), Nodes: []delivery.Node{downNode()}, Journal: &deliverytest.Journal{}, Payout: solo.FixedPayout(script),
				Hasher: costless{},
			}
			doge, withDoge := withMerged(b, deliverytest.Accept)
			other, withOther := withChain(b, otherChain, deliverytest.Accept)
			if bench.merged {
				withDoge(cfg)
				withOther(cfg)
			}
			e, err := cfg.engine()
			if err != nil {
				b.Fatal(err)
			}
			m := &mined{Engine: e, node: cfg.Node.(*fakeNode)}
			var run sync.WaitGroup
			run.Go(func() { m.Run(b.Context()) })
			b.Cleanup(run.Wait)
			j := m.job(b, largeTemplate(b, 1, 4000))
			if bench.merged {
				doge.node.templates <- newAuxTemplate(b, 161, 1, hard)
				other.node.templates <- otherTemplate(b, 161, 1, hard)
				j = m.next(b, func(j *template.Job) bool { return len(j.Aux) == 2 })
			}
			shares, judged := make([]solo.Share, n), make([]solo.Judged, n)
			nonce := uint32(0)
			for i := range shares {
				e1 := m.Extranonce1()
				shares[i] = solo.Share{Worker: "w", JobID: j.ID, Target: anyTarget, Solution: template.Solution{
					Extranonce: append(e1[:], 0, 0, 0, 0), Version: j.Template.Version, Time: j.Template.CurTime,
				}}
			}
			b.ReportAllocs()
			for b.Loop() {
				nonce++
				for i := range shares {
					shares[i].Solution.Nonce = nonce
				}
				m.SubmitAll(shares, judged)
			}
			for _, r := range judged {
				if r.Err != nil {
					b.Fatal(r.Err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/share")
		})
	}
}

// costless is a hasher that takes no time. What it returns meets every share target and no network target.
type costless struct{}

func (costless) Sum(_ [][scrypt.HeaderSize]byte, pow [][32]byte) {
	for i := range pow {
		pow[i] = highest
	}
}
