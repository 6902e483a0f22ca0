package scrypt

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A kernel with one wrong lane is found by the results that are drawn by lot, and the other kernels go on.
func TestPoolFindsAWrongLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad, good, plain := lanes(5, nil, spoilLane(3)), lanes(5, nil, nil), lanes(1, nil, nil)
		told := make(chan *Kernel, 10)
		p, _ := startPool(t, PoolConfig{
			Kernels: []*Kernel{bad, good, plain}, Distrusted: func(k *Kernel) { told <- k },
		})
		headers, pow := numbered(0, 5), make([][hashSize]byte, 5)
		for try := 0; len(told) == 0; try++ {
			if try == 1000 { // with chance 0.8 each
				t.Fatal("the wrong lane was not found")
			}
			p.Sum(headers, pow)
			time.Sleep(lotEvery)
			synctest.Wait()
		}
		sumAll(t, p, headers)
		for range 20 {
			sumAll(t, p, numbered(10, 4))
			time.Sleep(lotEvery)
		}
		if k := <-told; k != bad || len(told) != 0 {
			t.Errorf("kernel %v and %d more are distrusted, want the first alone", k, len(told))
		}
	})
}

// At most one result a second is compared.
func TestPoolComparesOncePerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(PoolConfig{Kernels: []*Kernel{lanes(1, nil, nil)}}) // without Run, which would empty lots
		headers, pow := numbered(0, 1), make([][hashSize]byte, 1)
		for i, tt := range []struct {
			after time.Duration
			drawn int
		}{{0, 1}, {0, 0}, {lotEvery - 1, 0}, {1, 1}, {lotEvery / 2, 0}, {lotEvery / 2, 1}} {
			time.Sleep(tt.after)
			p.accept(p.cfg.Kernels[0], headers, pow)
			if len(p.lots) != tt.drawn {
				t.Errorf("batch %d: %d results are drawn, want %d", i, len(p.lots), tt.drawn)
			}
			if len(p.lots) > 0 {
				<-p.lots
			}
		}
	})
}

// No result of a kernel that is refuted during its batch leaves the pool.
func TestPoolHashesARefutedBatchAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSteps()
		bad := lanes(4, s.before, spoilLane(0))
		p, _ := startPool(t, PoolConfig{Kernels: []*Kernel{bad, lanes(3, nil, nil)}})
		var callers sync.WaitGroup
		for i := range 4 {
			callers.Go(func() { sumAll(t, p, numbered(i, 1)) })
		}
		callers.Go(func() { sumAll(t, p, numbered(10, 4)) })
		synctest.Wait()
		p.Refute(bad)
		close(s.next)
		callers.Wait()
	})
}

// A caller that reports a wrong result has that kernel taken out of service which computed it.
func TestPoolRefuted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad, good, plain := lanes(4, nil, spoilLane(2)), lanes(8, nil, nil), lanes(1, nil, nil)
		var told []*Kernel
		p, _ := startPool(t, PoolConfig{
			Kernels: []*Kernel{good, bad, plain}, Distrusted: func(k *Kernel) { told = append(told, k) },
		})
		sumAll(t, p, numbered(100, 1)) // which is what is compared in this second
		sumAll(t, p, numbered(200, 8))
		headers, pow := numbered(0, 4), make([][hashSize]byte, 4)
		p.Sum(headers, pow)
		unknown := pow[2]
		unknown[9] ^= 1
		p.Refuted(&headers[2], &unknown)
		p.Refuted(&headers[1], &pow[2])
		if len(told) != 0 {
			t.Fatalf("kernels %v are distrusted for results that none had", told)
		}
		for range 2 {
			p.Refuted(&headers[2], &pow[2])
			if !slices.Equal(told, []*Kernel{bad}) {
				t.Errorf("kernels %v are distrusted, want %v", told, bad)
			}
		}
		sumAll(t, p, headers)
	})
}

// Without a kernel left the reference hashes.
func TestPoolWithAllRefuted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []*Kernel
		kernels := []*Kernel{lanes(4, nil, spoilLane(2)), lanes(1, nil, spoilLane(0))}
		p, _ := startPool(t, PoolConfig{
			Kernels: append([]*Kernel{xcrypto}, kernels...), Distrusted: func(k *Kernel) { told = append(told, k) },
		})
		for range 2 {
			for _, k := range append([]*Kernel{xcrypto, new(Kernel)}, kernels...) {
				p.Refute(k)
			}
		}
		if !slices.Equal(told, kernels) {
			t.Errorf("kernels %v are distrusted, want %v once", told, kernels)
		}
		sumAll(t, p, numbered(0, 6))
	})
}

func TestOrigins(t *testing.T) {
	o := newOrigins()
	headers := numbered(0, 3)
	a, b := [hashSize]byte{1}, [hashSize]byte{2}
	o.note(&headers[0], &a, 1)
	o.note(&headers[1], &a, 255)
	o.note(&headers[0], &b, 3)
	for _, tt := range []struct {
		header int
		pow    [hashSize]byte
		want   uint8
	}{{0, a, 1}, {1, a, 255}, {0, b, 3}, {1, b, 0}, {2, a, 0}} {
		if got := o.of(&headers[tt.header], &tt.pow); got != tt.want {
			t.Errorf("header %d, hash %x: kernel %d, want %d", tt.header, tt.pow[:1], got, tt.want)
		}
	}
	other := headers[0]
	for i := range 20 * len(o.slots) {
		other = withNonce(other, uint32(10+i))
		o.note(&other, &a, 9)
	}
	if got := o.of(&headers[0], &a); got != 0 {
		t.Errorf("after many other results: kernel %d, want none", got)
	}
}
