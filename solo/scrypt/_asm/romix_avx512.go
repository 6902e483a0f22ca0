package main

import (
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// With 32 registers each of two sets has 15 for its state. Word 2 has none: it is c in a quarter round of each round, and
// step 2 changes c and only the next round needs it again, so nothing waits for it to go through memory. Between step 2 and
// the end of its quarter round it is in one register for both sets. The last register is temporary.
//
// Three sets of half the size, in ymm registers, have 12 for each of two: all words but those that are c.
func romixAVX512(ctx *build.Context) {
	k := newROMix(ctx, avx512, 16)
	k.spilled = []int{2}
	k.temps = 2
	rounds := &wide{romix: k, c: k.register(30), sum: k.register(31)}
	(&pair{romix: k, rounds: rounds, both: 5, asked: 0.25, arrived: 0.5}).generate(
		"romixAVX512x32", "It takes two sets of 16 hashes in zmm registers: 4 MiB of pad.")

	ymm := &romix{vector: &vector{Context: ctx, set: avx512, lanes: 8}, masks: k.masks, offsets: k.offsets}
	ymm.spilled = []int{2, 7, 8, 13}
	(&rotation{romix: ymm, round: ymm.roundWide, arrived: 0.4}).generate(
		"romixAVX512x24", "It takes three sets of 8 hashes in ymm registers: 3 MiB of pad.")
}

// wide computes rounds step by step: each of the four quarter rounds does its addition, rotation and XOR one after the
// other before the next does. Where two 512-bit instructions start in a cycle (Zen 4), that order comes closest to two.
type wide struct {
	*romix
	c, sum reg.VecPhysical
}

const salsaSteps = salsaRounds * roundSteps

// together has Q two steps ahead of P, so that only one of them has its word 2 in the register.
func (k *wide) together(p, q set, n int) (o stream) {
	const ahead = 2
	start := salsaSteps - roundSteps*n
	o = k.steps(q, s2, start, start+ahead)
	for i := range roundSteps * n {
		for j := range 4 {
			var of [2]stream
			of[0] = k.step(p, s1, i, j)
			if next := start + ahead + i; next < salsaSteps {
				of[1] = k.step(q, s2, next, j)
			}
			if i%roundSteps < roundSteps-1 { // P may need the register that Q has used last
				slices.Reverse(of[:])
			}
			o = append(o, slices.Concat(of[:]...)...)
		}
	}
	return o
}

func (k *wide) alone(s set, p part, from, to int) stream {
	return k.steps(s, p, roundSteps*from, roundSteps*to)
}

// steps is steps from to to-1 of all quarter rounds.
func (k *wide) steps(s set, p part, from, to int) (o stream) {
	for i := from; i < to; i++ {
		for j := range 4 {
			o = append(o, k.step(s, p, i, j)...)
		}
	}
	return o
}

// step is step i of a salsa's quarter round j.
func (k *wide) step(s set, p part, i, j int) (o stream) {
	round := i / roundSteps
	q := doubleRound[round%2][j]
	word := func(w int) reg.VecPhysical {
		if k.spills(w) {
			return k.c
		}
		return k.word(s, w)
	}
	a, b, c, d := word(q.a), word(q.b), word(q.c), word(q.d)
	change := func(to, x, y reg.VecPhysical, n uint64) {
		o.add(func() { k.add(x, y, k.sum) })
		o.add(func() { k.rotate(n, k.sum) })
		o.add(func() { k.xor(k.sum, to, to) })
	}
	switch i % roundSteps {
	case 0:
		change(b, a, d, 7)
	case 1:
		if !k.spills(q.c) {
			change(c, b, a, 9)
			break
		}
		o.add(func() { k.add(b, a, c) })
		o.add(func() { k.rotate(9, c) })
		o.add(func() { k.xor(k.before(s, p, round, q.c), c, c) })
		o.add(func() { k.move(c, k.spill(s, q.c)) })
	case 2:
		change(d, c, b, 13)
	case 3:
		change(a, d, c, 18)
	}
	return o
}

// complete completes the words in the order in which the rounds leave them, and the spilled one last.
func (k *wide) complete(s set, p part) (o stream) {
	var spilled stream
	for _, q := range doubleRound[0] {
		for _, w := range []int{q.a, q.b, q.c, q.d} {
			if !k.spills(w) {
				o = append(o, k.completeWord(s, p, w, k.word(s, w), k.word(s, w))...)
				continue
			}
			v := k.c
			if p == s2 { // the other set uses c meanwhile, and this set's registers are free
				v = k.word(s, 0)
			}
			spilled.add(func() { k.move(k.spill(s, w), v) })
			spilled = append(spilled, k.completeWord(s, p, w, v, v)...)
		}
	}
	return append(o, spilled...)
}

// roundWide returns a round, two quarter rounds at a time.
func (k *romix) roundWide(s set, p part, round int) (two []stream) {
	const temps = 2 // of quarterWide
	for j := 0; j < 4; j += 2 {
		two = append(two, alternate(
			k.quarterWide(s, p, round, j, k.firstTemp()),
			k.quarterWide(s, p, round, j+1, k.firstTemp()+temps),
		))
	}
	return two
}

// quarterWide is quarter round j, with words a, b and d in registers and two temporaries. The last round completes the words.
func (k *romix) quarterWide(s set, p part, round, j, temps int) (o stream) {
	q := doubleRound[round%2][j]
	a, b, c, d := k.word(s, q.a), k.word(s, q.b), k.register(temps), k.word(s, q.d)
	sum := k.register(temps + 1)
	change := func(to, x, y reg.VecPhysical, n uint64) {
		o.add(func() { k.add(x, y, sum) })
		o.add(func() { k.rotate(n, sum) })
		o.add(func() { k.xor(sum, to, to) })
	}
	last := round == salsaRounds-1
	change(b, a, d, 7)
	o.add(func() { k.add(b, a, c) })
	o.add(func() { k.rotate(9, c) })
	o.add(func() { k.xor(k.before(s, p, round, q.c), c, c) })
	if !last {
		o.add(func() { k.move(c, k.spill(s, q.c)) })
	}
	o.add(func() { k.add(c, b, sum) })
	if last {
		o = append(o, k.completeWord(s, p, q.b, b, b)...)
	}
	o.add(func() { k.rotate(13, sum) })
	o.add(func() { k.xor(sum, d, d) })
	o.add(func() { k.add(d, c, sum) })
	if last {
		o = append(o, k.completeWord(s, p, q.c, c, c)...)
		o = append(o, k.completeWord(s, p, q.d, d, d)...)
	}
	o.add(func() { k.rotate(18, sum) })
	o.add(func() { k.xor(sum, a, a) })
	if last {
		o = append(o, k.completeWord(s, p, q.a, a, a)...)
	}
	return o
}
