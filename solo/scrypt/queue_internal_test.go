package scrypt

import (
	"context"
	"slices"
	"testing"
	"time"
)

func TestQueue(t *testing.T) {
	var q queue
	requests := map[string]*request{}
	for _, r := range []struct {
		name string
		n    int
	}{{"a", 2}, {"b", 9}, {"c", 1}, {"d", 4}} {
		requests[r.name] = newRequest(numbered(0, r.n), make([][hashSize]byte, r.n))
		q.add(requests[r.name])
	}
	type taken struct {
		name     string
		first, n int
	}
	for _, tt := range []struct {
		n       int
		want    []taken
		waiting int
	}{
		{4, []taken{{"a", 0, 2}, {"b", 0, 2}}, 12},
		{4, []taken{{"b", 2, 4}}, 8}, // a whole batch: b goes to the end
		{4, []taken{{"c", 0, 1}, {"d", 0, 3}}, 4},
		{2, []taken{{"d", 3, 1}, {"b", 6, 1}}, 2},
		{1, []taken{{"b", 7, 1}}, 1},
		{1, []taken{{"b", 8, 1}}, 0},
	} {
		var got []taken
		for _, p := range q.take(tt.n, nil) {
			for name, r := range requests {
				if r == p.request {
					got = append(got, taken{name, p.first, p.n})
				}
			}
		}
		if !slices.Equal(got, tt.want) || q.waiting != tt.waiting {
			t.Errorf("take(%d) = %v, %d waiting; want %v, %d", tt.n, got, q.waiting, tt.want, tt.waiting)
		}
	}
	if len(q.requests) != 0 {
		t.Errorf("%d requests are left", len(q.requests))
	}
}

func TestChoose(t *testing.T) {
	kernel := func(name string, lanes int) *Kernel { return &Kernel{name: name, lanes: lanes} }
	plain, four, sixteen, other16, wide := kernel("plain", 1), kernel("four", 4), kernel("sixteen", 16), kernel("other", 16),
		kernel("wide", 32)
	all := []*Kernel{wide, sixteen, other16, plain}
	for _, tt := range []struct {
		name    string
		kernels []*Kernel
		times   batchTimes // nil: assumed
		want    string
	}{
		{"assumed", all, nil, "1-2: plain, 3-16: sixteen, 17-32: wide"},
		{"assumed, four lanes", []*Kernel{plain, four}, nil, "1-2: plain, 3-4: four"},
		{"assumed, one kernel", []*Kernel{wide}, nil, "1-32: wide"},
		{"measured", all, batchTimes{plain: 190, sixteen: 420, other16: 400, wide: 750}, "1-2: plain, 3-16: other, 17-32: wide"},
		{"wide as fast", all, batchTimes{plain: 190, sixteen: 500, other16: 510, wide: 500},
			"1-2: plain, 3-16: sixteen, 17-32: wide"},
		{"wide is slow", all, batchTimes{plain: 100, sixteen: 400, other16: 410, wide: 1000}, "1-4: plain, 5-32: sixteen"},
		{"several batches", []*Kernel{four, sixteen}, batchTimes{four: 200, sixteen: 500}, "1-8: four, 9-16: sixteen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.times == nil {
				tt.times = assumeTimes(tt.kernels)
			}
			c := choose(tt.kernels, tt.times)
			if got := c.String(); got != tt.want {
				t.Errorf("choose = %s, want %s", got, tt.want)
			}
			if c.kernelFor(1000) != c[len(c)-1] {
				t.Errorf("kernelFor(1000) = %v, want %v", c.kernelFor(1000), c[len(c)-1])
			}
		})
	}
	if k := choose(nil, nil).kernelFor(3); k != xcrypto {
		t.Errorf("without kernels: %v, want the reference", k)
	}
}

func TestPoolMeasures(t *testing.T) {
	quick := &Kernel{name: "quick", lanes: 16, open: func() hasher { return idle{} }}
	slow := lanes(16, nil, nil)
	for _, kernels := range [][]*Kernel{{slow, quick, generic}, {generic, quick, slow}} {
		p := NewPool(PoolConfig{Kernels: kernels, Measure: time.Nanosecond})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p.Run(ctx)
		for _, n := range []int{1, 3, 16} {
			if k := p.kernelFor(n); k != quick {
				t.Errorf("of %v, %v is chosen for %d headers, want quick", kernels, k, n)
			}
		}
	}
}
