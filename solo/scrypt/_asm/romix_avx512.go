package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// With 32 registers each set has 12 for its state. The spilled words are those that are c in the quarter rounds of column
// rounds and, in another order, of row rounds: step 2 changes c and only the next round needs it again, so nothing waits
// for it to go through memory.
func romixAVX512(ctx *build.Context) {
	// More rounds of both sets together keep more instructions in flight; a longer transposition waits less for memory.
	// The former matters where an instruction takes two cycles and four start per cycle (Zen 5), the latter where two
	// 512-bit instructions start per cycle (Zen 4). In ymm registers the former is better everywhere.
	tables := newROMix(ctx, avx512, 16, 0)
	for _, v := range []struct {
		name        string
		lanes, both int
		doc         string
	}{
		{"romixAVX512x32", 16, 1, "It takes two sets of 16 hashes in zmm registers: 4 MiB of pad."},
		{"romixAVX512x32Wide", 16, 2, "It takes two sets of 16 hashes in zmm registers: 4 MiB of pad."},
		{"romixAVX512x16", 8, 3, "It takes two sets of 8 hashes in ymm registers: 2 MiB of pad."},
	} {
		k := *tables
		k.vector = &vector{Context: ctx, set: avx512, lanes: v.lanes}
		k.both = v.both
		k.spilled = []int{2, 7, 8, 13}
		k.round = k.round512
		k.generate(v.name, v.doc)
	}
}

// round512 computes two quarter rounds at a time.
func (k *romix) round512(s set, round int, solo bool) (o stream) {
	temps := s.temps
	if solo {
		temps = k.firstTemp()
	}
	rotate := func(n uint64, v reg.VecPhysical) func() { return func() { k.VPROLD(operand.Imm(n), v, v) } }
	for pair := range 2 {
		var steps [2][3]stream // of each quarter round: 1 and 2, 3, 4
		for j, q := range doubleRound[round][2*pair : 2*pair+2] {
			a, b, d := k.word(s, q.a), k.word(s, q.b), k.word(s, q.d)
			t, u := k.register(temps+j), k.register(temps+2)
			if !solo {
				u = k.register(temps + 2 + j)
			}
			steps[j] = [3]stream{{
				func() { k.add(a, d, t) },
				rotate(7, t),
				func() { k.xor(t, b, b) },
				func() { k.add(b, a, t) },
				rotate(9, t),
				func() { k.xor(k.spill(s, q.c), t, t) },
				func() { k.move(t, k.spill(s, q.c)) },
			}, {
				func() { k.add(t, b, u) },
				rotate(13, u),
				func() { k.xor(u, d, d) },
			}, {
				func() { k.add(d, t, t) },
				rotate(18, t),
				func() { k.xor(t, a, a) },
			}}
		}
		o = append(o, alternate(steps[0][0], steps[1][0])...)
		if solo { // u is shared
			o = append(o, steps[0][1]...)
			o = append(o, steps[1][1]...)
		} else {
			o = append(o, alternate(steps[0][1], steps[1][1])...)
		}
		o = append(o, alternate(steps[0][2], steps[1][2])...)
	}
	return o
}
