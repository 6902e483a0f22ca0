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
	k := newROMix(ctx, avx2, 8, narrowBoth)
	k.narrow("romixAVX2x16", "It takes two sets of 8 hashes in ymm registers: 2 MiB of pad.")
	turns := &rotation{romix: k}
	turns.generate("romixAVX2x24", "It takes three sets of 8 hashes in ymm registers: 3 MiB of pad.")
}

// narrowBoth is romix.both for 16 registers.
const narrowBoth = 3

// narrow generates ROMix for 16 registers.
func (k *romix) narrow(name, doc string) {
	k.spilled = []int{1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14}
	k.round = k.roundNarrow
	k.generate(name, doc)
}

// roundNarrow computes the quarter rounds one after the other, or two at a time if not solo.
func (k *romix) roundNarrow(s set, round int, solo bool) (o stream) {
	var quarters [4]stream
	for j, q := range doubleRound[round] {
		temps := k.firstTemp()
		if !solo {
			temps += j % 2 * soloTemps
		}
		quarters[j] = k.quarterNarrow(s, q, k.register(temps), k.register(temps+1), k.register(temps+2))
	}
	if solo {
		return slices.Concat(quarters[:]...)
	}
	return append(alternate(quarters[0], quarters[1]), alternate(quarters[2], quarters[3])...)
}

// quarterNarrow is one quarter round, with word a in a register and three temporaries. The other words are in memory.
func (k *romix) quarterNarrow(s set, q quarter, sum, u, v reg.VecPhysical) (o stream) {
	a := k.word(s, q.a)
	add := func(x, y reg.VecPhysical) { o.add(func() { k.add(x, y, sum) }) }
	// update sets new to word w XOR sum <<< n, in memory too. It overwrites sum.
	update := func(w int, n uint64, new reg.VecPhysical) {
		o.add(func() { k.left(n, sum, new) })
		o.add(func() { k.right(32-n, sum, sum) })
		o.add(func() { k.xor(k.spill(s, w), new, new) })
		o.add(func() { k.xor(sum, new, new) })
		o.add(func() { k.move(new, k.spill(s, w)) })
	}
	if k.set == sse2 { // an operand in memory would be loaded into sum
		o.add(func() { k.move(k.spill(s, q.d), sum) })
		add(a, sum)
	} else {
		o.add(func() { k.add(k.spill(s, q.d), a, sum) })
	}
	b, c, d := u, v, u // b's last use is before d's first
	update(q.b, 7, b)
	add(b, a)
	update(q.c, 9, c)
	add(c, b)
	update(q.d, 13, d)
	add(d, c)
	o.add(func() { k.left(18, sum, d) })
	o.add(func() { k.right(32-18, sum, sum) })
	o.add(func() { k.xor(d, a, a) })
	o.add(func() { k.xor(sum, a, a) })
	return o
}
