package main

import (
	"slices"
	"strings"
)

// quarter names the words of a quarter round: b ^= (a+d) <<< 7, c ^= (b+a) <<< 9, d ^= (c+b) <<< 13,
// a ^= (d+c) <<< 18.
type quarter struct{ a, b, c, d int }

// The quarter rounds of a column round and of a row round (RFC 7914 section 3).
var doubleRound = [2][]quarter{
	{{0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11}},
	{{0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}},
}

// rounds are the eight rounds of Salsa20/8 of the sets, which alternate after each round: a turn is short enough for the
// processor to look ahead into the other set's.
func (d *design) rounds(p *printer, sets ...int) {
	p.loop(round, 4, func() {
		for _, quarters := range doubleRound {
			for _, s := range sets {
				d.turn(p, s, quarters)
			}
		}
	})
}

// turn is one round of one set, the four quarter rounds step by step. A resting word is loaded for its own step, stored at
// once, and kept in a temporary until the last addition of its quarter round.
func (d *design) turn(p *printer, s int, quarters []quarter) {
	x := d.homes[s]
	t := rotator{p: p, free: slices.Clone(d.temps)}
	var resting, others []quarter
	for _, q := range quarters {
		if d.rests(q.c) {
			resting = append(resting, q)
		} else {
			others = append(others, q)
		}
	}

	for _, q := range quarters {
		t.rotate(x[q.a], x[q.d], 7, x[q.b])
	}
	t.flush()

	for _, q := range others {
		t.rotate(x[q.b], x[q.a], 9, x[q.c])
	}
	t.flush()
	for _, q := range resting {
		x[q.c] = t.take()
		p.load(d.restSlot(s, q.c), x[q.c])
	}
	for _, q := range resting {
		t.rotate(x[q.b], x[q.a], 9, x[q.c])
	}
	t.flush()
	for _, q := range resting {
		p.store(x[q.c], d.restSlot(s, q.c))
	}

	for _, q := range quarters {
		t.rotate(x[q.c], x[q.b], 13, x[q.d])
	}
	t.flush()

	for _, q := range resting {
		t.free = slices.Insert(t.free, 0, x[q.c]) // for the sum of d and c itself
		t.rotate(x[q.d], x[q.c], 18, x[q.a])
	}
	for _, q := range others {
		t.rotate(x[q.d], x[q.c], 18, x[q.a])
	}
	t.flush()
}

// rotator prints independent rotations side by side, as many as there are temporaries for.
type rotator struct {
	p      *printer
	free   []vector
	taken  []vector   // by the chains that wait to be printed
	chains [][]string // their instructions
}

// take returns a temporary. It stays taken after flush.
func (r *rotator) take() (t vector) {
	t, r.free = r.free[0], r.free[1:]
	return t
}

// rotate appends to ^= (a+b) <<< n.
func (r *rotator) rotate(a, b vector, n int, to vector) {
	if len(r.free) < 2 {
		r.flush()
	}
	sum, turned := r.take(), r.take()
	r.taken = append(r.taken, sum, turned)
	var chain printer
	chain.add(a, b, sum)
	chain.shl(n, sum, turned)
	chain.sri(32-n, sum, turned)
	chain.xor(turned, to, to)
	r.chains = append(r.chains, slices.Collect(strings.Lines(chain.text.String())))
}

// flush prints the chains, one instruction of each in turn, and frees their temporaries.
func (r *rotator) flush() {
	for len(r.chains) > 0 {
		for i, c := range r.chains {
			r.p.text.WriteString(c[0])
			r.chains[i] = c[1:]
		}
		r.chains = slices.DeleteFunc(r.chains, func(c []string) bool { return len(c) == 0 })
	}
	r.free, r.taken = append(r.taken, r.free...), nil
}
