package main

import (
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// With 16 registers each set has four for its state: the words that are a in the quarter rounds. The others are in memory,
// where they cost little, since they are operands of other instructions and the processor can store a register in every
// cycle.
func romixAVX2(ctx *build.Context) {
	k := newROMix(ctx, avx2, 8)
	k.narrow("romixAVX2x16", "It takes two sets of 8 hashes in ymm registers: 2 MiB of pad.")
	(&rotation{romix: k, quarter: k.quarterNarrow, arrived: 0.5}).generate(
		"romixAVX2x24", "It takes three sets of 8 hashes in ymm registers: 3 MiB of pad.")
}

// narrow generates ROMix for 16 registers and two sets.
func (k *romix) narrow(name, doc string) {
	k.spilled = []int{1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14}
	k.temps = 3
	(&pair{romix: k, rounds: &narrow{k}, both: 6, asked: 0.3, arrived: 0.5}).generate(name, doc)
}

// narrow computes quarter round after quarter round, or two at a time where both sets compute.
type narrow struct{ *romix }

func (k *narrow) together(p, q set, n int) (o stream) {
	for i := range n {
		o = append(o, slices.Concat(k.pairs(k.quarterNarrow, p, s1, i)...)...)
		o = append(o, slices.Concat(k.pairs(k.quarterNarrow, q, s2, salsaRounds-n+i)...)...)
	}
	return o
}

func (k *narrow) alone(s set, p part, from, to int) (o stream) {
	for round := from; round < to; round++ {
		for j := range 4 {
			o = append(o, k.quarterNarrow(s, p, round, j, k.firstTemp())...)
		}
	}
	return o
}

// complete completes the words that quarterNarrow has not.
func (k *narrow) complete(s set, p part) stream { return k.completeA(s, p) }

// quarterNarrow is a quarterRound with word a in a register. The other words are in memory.
func (k *romix) quarterNarrow(s set, p part, round, j, temps int) (o stream) {
	q := doubleRound[round%2][j]
	sum, u, v := k.register(temps), k.register(temps+1), k.register(temps+2)
	a := k.word(s, q.a)
	add := func(x, y reg.VecPhysical) { o.add(func() { k.add(x, y, sum) }) }
	// update sets new to word w XOR sum <<< n, in memory too. It overwrites sum.
	update := func(w int, n uint64, new reg.VecPhysical) {
		o.add(func() { k.left(n, sum, new) })
		o.add(func() { k.right(32-n, sum, sum) })
		o.add(func() { k.xor(k.before(s, p, round, w), new, new) })
		o.add(func() { k.xor(sum, new, new) })
		if round < salsaRounds-1 {
			o.add(func() { k.move(new, k.spill(s, w)) })
		}
	}
	// used ends the use of word w, in v.
	used := func(w int, v reg.VecPhysical) {
		if round == salsaRounds-1 {
			o = append(o, k.completeWord(s, p, w, v)...)
		}
	}
	if k.set == sse2 { // an operand in memory would be loaded into sum
		o.add(func() { k.move(k.before(s, p, round, q.d), sum) })
		add(a, sum)
	} else {
		o.add(func() { k.add(k.before(s, p, round, q.d), a, sum) })
	}
	b, c, d := u, v, u // b's last use is before d's first
	update(q.b, 7, b)
	add(b, a)
	update(q.c, 9, c)
	add(c, b)
	used(q.b, b)
	update(q.d, 13, d)
	add(d, c)
	used(q.c, c)
	used(q.d, d)
	o.add(func() { k.left(18, sum, v) })
	o.add(func() { k.right(32-18, sum, sum) })
	o.add(func() { k.xor(v, a, a) })
	o.add(func() { k.xor(sum, a, a) })
	return o
}
