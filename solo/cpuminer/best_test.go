package cpuminer_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/cpuminer"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// powHash is a share's PoW hash by the reference.
func powHash(t *testing.T, j *template.Job, s solo.Share) template.Hash {
	t.Helper()
	h, err := j.Header(s.Solution)
	if err != nil {
		t.Error(err)
	}
	return scrypt.Sum((*[80]byte)(&h))
}

// Every hit on the upstream's target is submitted with it, and the upstream is asked again after each: so the lowest of all
// PoW hashes becomes known, on a network target that none of them meets too, and few others are submitted.
func TestNewBestsAreSubmitted(t *testing.T) {
	j := newJob(t, "hopeless", true)
	u := newUpstream(j)
	u.target = template.Target(bytes.Repeat([]byte{0xff}, template.HashSize))
	u.judge = func(s solo.Share) (solo.Result, error) {
		u.mu.Lock()
		defer u.mu.Unlock()
		pow := powHash(t, j, s)
		if !s.Target.MetBy(&pow) {
			return solo.Result{PoWHash: pow}, solo.ErrLowDifficulty
		}
		if u.target.MetBy(&pow) {
			u.target = template.Target(pow)
		}
		return solo.Result{PoWHash: pow}, nil
	}
	kernel := scrypt.Kernels()[0]
	m := newMiner(t, u, 1, trust(t, func(k, _ *scrypt.Kernel) { t.Errorf("kernel %v is refuted", k) }, kernel))
	stop := start(t, m)
	for m.Hashes() < 2000 {
		time.Sleep(time.Millisecond) // until it comes true without the test's help
	}
	stop()
	// Of n hashes the lowest is 2^256/n on average, and above 40 times that with a probability of e^-40.
	if got, want := u.target.ExpectedHashes(), float64(m.Hashes())/40; got < want {
		t.Errorf("the best of %d PoW hashes stands for %.0f, want above %.0f", m.Hashes(), got, want)
	}
	// The first batch submits each of its hashes; after that one in n is a new best.
	if most := kernel.Lanes() + 100; len(u.shares) > most {
		t.Errorf("%d of %d hashes were submitted, want at most %d", len(u.shares), m.Hashes(), most)
	}
}

// The share's own target, and nothing else, decides whether the reference refutes the kernel.
func TestWhatRefutesAKernel(t *testing.T) {
	hitTarget := template.Target{0: 1} // above the network target of the job, and met by no hash
	high, low := template.Hash{1: 1}, template.Hash{}
	for _, tt := range []struct {
		name    string
		result  solo.Result
		err     error
		refuted bool
	}{
		{"low difficulty", solo.Result{PoWHash: high}, solo.ErrLowDifficulty, true},
		{"stale and low", solo.Result{PoWHash: high}, solo.ErrStale, true},
		{"stale", solo.Result{PoWHash: low}, solo.ErrStale, false},
		{"unknown job", solo.Result{}, solo.ErrUnknownJob, false},
		{"duplicate", solo.Result{PoWHash: low}, solo.ErrDuplicate, false},
		{"another error", solo.Result{PoWHash: low, Candidate: true}, errors.New("disk full"), false},
		{"candidate", solo.Result{PoWHash: low, Candidate: true}, nil, false},
		{"new best", solo.Result{PoWHash: low}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := newUpstream(newJob(t, "1", true))
			u.target = hitTarget
			u.judge = func(s solo.Share) (solo.Result, error) {
				if s.Target != hitTarget {
					t.Errorf("share target %x, want %x", s.Target, hitTarget)
				}
				return tt.result, tt.err
			}
			kernels := scrypt.Kernels()
			trusted := trust(t, nil)
			m := newMiner(t, u, 1, trusted)
			cpuminer.Break(m, time.Hour, only(kernels[0], everything))
			stop := start(t, m)
			<-u.shares
			stop()
			if got, want := trusted.InUse() != kernels[0], tt.refuted; got != want {
				t.Errorf("kernel refuted: %v, want %v", got, want)
			}
		})
	}
}

// A refuted kernel makes room for the next in every thread, and the last stays.
func TestRefutedKernelIsReplaced(t *testing.T) {
	u := newUpstream(newJob(t, "1", false))
	u.judge = func(solo.Share) (solo.Result, error) { return solo.Result{}, solo.ErrLowDifficulty }
	kernels := scrypt.Kernels()
	if len(kernels) < 2 {
		t.Fatalf("%d kernels, want at least 2", len(kernels))
	}
	first, last := kernels[0], kernels[len(kernels)-1]
	trusted := trust(t, nil, first, last)
	stop := start(t, newMiner(t, u, 2, trusted))
	for range 20 {
		<-u.shares
	}
	stop()
	if got := trusted.InUse(); got != last {
		t.Errorf("kernel %v in use after the reference refuted both, want %v", got, last)
	}
}

// With a network target that every second hash meets, every hit is submitted, and nothing else.
func TestEasyBlocksAreSubmitted(t *testing.T) {
	j := newJob(t, "1", false)
	u := newUpstream(j)
	u.judge = func(s solo.Share) (solo.Result, error) {
		pow := powHash(t, j, s)
		if !j.Template.Target.MetBy(&pow) {
			t.Errorf("PoW hash %s is above the network target", pow)
		}
		return solo.Result{PoWHash: pow, Candidate: true}, nil
	}
	_, stop := run(t, u, 1)
	for range 50 {
		<-u.shares
	}
	stop()
}
