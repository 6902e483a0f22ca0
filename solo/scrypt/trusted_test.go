package scrypt_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"
	"testing"

	"ltcsolo/solo/scrypt"
)

type refutation struct{ k, next *scrypt.Kernel }

func TestNewTrustedNeedsAKernel(t *testing.T) {
	if _, err := scrypt.NewTrusted(nil, nil); err == nil {
		t.Error("NewTrusted() takes an empty list")
	}
}

func TestRefute(t *testing.T) {
	a, b, c := new(scrypt.Kernel), new(scrypt.Kernel), new(scrypt.Kernel)
	var got []refutation
	trusted, err := scrypt.NewTrusted([]*scrypt.Kernel{a, b}, func(k, next *scrypt.Kernel) { got = append(got, refutation{k, next}) })
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		refute, inUse *scrypt.Kernel
		told          []refutation
	}{
		{b, a, nil}, // not in use yet
		{c, a, nil}, // unknown
		{a, b, []refutation{{a, b}}},
		{a, b, []refutation{{a, b}}},           // not in use any more
		{b, b, []refutation{{a, b}, {b, nil}}}, // the last stays
		{b, b, []refutation{{a, b}, {b, nil}}},
	} {
		trusted.Refute(step.refute)
		if trusted.InUse() != step.inUse || !slices.Equal(got, step.told) {
			t.Errorf("step %d: kernel %p in use, told %v; want %p and %v", i, trusted.InUse(), got, step.inUse, step.told)
		}
	}
}

// Several users see the same kernel fail at the same moment: one of them tells, and only one kernel is replaced.
func TestRefuteTellsOnce(t *testing.T) {
	for range 100 {
		kernels := []*scrypt.Kernel{new(scrypt.Kernel), new(scrypt.Kernel), new(scrypt.Kernel)}
		told := make(chan refutation, 10)
		trusted, err := scrypt.NewTrusted(kernels, func(k, next *scrypt.Kernel) { told <- refutation{k, next} })
		if err != nil {
			t.Fatal(err)
		}
		var users sync.WaitGroup
		for range 4 {
			users.Go(func() { trusted.Refute(kernels[0]) })
		}
		users.Wait()
		if got := <-told; len(told) != 0 || got != (refutation{kernels[0], kernels[1]}) || trusted.InUse() != kernels[1] {
			t.Fatalf("told %v and %d more, kernel %p in use; want once, and the second kernel", got, len(told), trusted.InUse())
		}
	}
}

// TestAgrees checks each lane of each kernel, and kernels whose comparison is wrong.
func TestAgrees(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *scrypt.Kernel) {
		r, s := source(t), open(t, k)
		header, first := random(r), r.Uint32()>>1
		for lane := range k.Lanes() {
			nonce := first + uint32(lane)
			probe := header
			binary.LittleEndian.PutUint32(probe[scrypt.HeaderSize-4:], nonce)
			ok := scrypt.Agrees(&probe, func(target *[32]byte) bool {
				s.Set(&header, target)
				_, hits := s.Scan(first, k.Lanes(), nil)
				return slices.Contains(hits, nonce)
			})
			if !ok {
				t.Errorf("header %x: lane %d does not agree", header, lane)
			}
		}
	})
	header := random(source(t))
	want := scrypt.Sum(&header)
	for name, meets := range map[string]func(target *[32]byte) bool{
		"never":     func(*[32]byte) bool { return false },
		"always":    func(*[32]byte) bool { return true },
		"less only": func(target *[32]byte) bool { return !bytes.Equal(target[:], want[:]) && atMost(want, *target) },
	} {
		if scrypt.Agrees(&header, meets) {
			t.Errorf("a kernel that reports %s agrees", name)
		}
	}
}

func TestAgreesAsksForTheHashAndOneLess(t *testing.T) {
	header := random(source(t))
	want := scrypt.Sum(&header)
	var asked [][32]byte
	scrypt.Agrees(&header, func(target *[32]byte) bool {
		asked = append(asked, *target)
		return true
	})
	if len(asked) != 2 || asked[0] != want || !atMost(asked[1], want) || asked[1] == want {
		t.Fatalf("asked about %x, want %x and one less", asked, want)
	}
	for i := range want { // one more than the second is the first
		if asked[1][i]++; asked[1][i] != 0 {
			break
		}
	}
	if asked[1] != want {
		t.Errorf("the second target is not one less than %x", want)
	}
}
