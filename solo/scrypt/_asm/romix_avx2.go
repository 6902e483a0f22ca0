package main

import (
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// With 16 registers each set has four for its state, one for each of a round's quarter rounds: the word that it has changed
// last. All words are in memory, where they cost little, since they are operands of other instructions and the processor can
// store a register in every cycle.
func romixAVX2(ctx *build.Context) {
	k := newROMix(ctx, avx2, 8)
	k.narrow("romixAVX2x16", "It takes two sets of 8 hashes in ymm registers: 2 MiB of pad.")
	(&rotation{romix: k, round: (&narrow{k}).round, arrived: 0.5}).generate(
		"romixAVX2x24", "It takes three sets of 8 hashes in ymm registers: 3 MiB of pad.")
}

// narrow generates ROMix for 16 registers and two sets.
func (k *romix) narrow(name, doc string) {
	k.spilled = []int{1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14}
	k.temps = 1
	(&pair{romix: k, rounds: &narrow{k}, both: 6, asked: 0.3, arrived: 0.5}).generate(name, doc)
}

// narrow computes rounds step by step: step i of all four quarter rounds, where both sets compute that of the other set too,
// and then step i+1. A step needs the result of the one before from a register. Its two other operands are older, and have
// had the time to go through memory.
type narrow struct{ *romix }

func (k *narrow) together(p, q set, n int) (o stream) {
	for i := range n {
		o = append(o, slices.Concat(alternate(k.round(p, s1, i), k.round(q, s2, salsaRounds-n+i))...)...)
	}
	return o
}

func (k *narrow) alone(s set, p part, from, to int) (o stream) {
	for round := from; round < to; round++ {
		o = append(o, slices.Concat(k.round(s, p, round)...)...)
	}
	return o
}

// complete has nothing to do: the last round completes the words while they are in registers.
func (k *narrow) complete(set, part) stream { return nil }

// round returns a round, one step of the four quarter rounds at a time.
func (k *narrow) round(s set, p part, round int) (steps []stream) {
	for i := range roundSteps {
		var o stream
		for _, q := range doubleRound[round%2] {
			o = append(o, k.step(s, p, round, i, q)...)
		}
		steps = append(steps, o)
	}
	return steps
}

// step is step i of a quarter round: word ^= (latest + older) <<< n, where latest is the word of the step before. The first
// round reads words from the salsa's input. Before and after a quarter round the register has a.
func (k *narrow) step(s set, p part, round, i int, q quarter) (o stream) {
	word := [roundSteps]int{q.b, q.c, q.d, q.a}[i]
	n := [roundSteps]uint64{7, 9, 13, 18}[i]
	var older operand.Mem
	switch i {
	case 0:
		older = k.before(s, p, round, q.d)
	case 1:
		older = k.before(s, p, round, q.a)
	case 2:
		older = k.spill(s, q.b)
	case 3:
		older = k.spill(s, q.c)
	}
	latest, sum := k.word(s, q.a), k.register(k.firstTemp())
	o.add(func() { k.add(older, latest, sum) })
	o.add(func() { k.left(n, sum, latest) })
	o.add(func() { k.right(32-n, sum, sum) })
	o.add(func() { k.xor(k.before(s, p, round, word), latest, latest) })
	o.add(func() { k.xor(sum, latest, latest) })
	last := round == salsaRounds-1
	if !last || word == q.b || word == q.c {
		o.add(func() { k.move(latest, k.spill(s, word)) })
	}
	if last {
		complete := sum // the next step needs latest
		if word == q.a {
			complete = latest
		}
		o = append(o, k.completeWord(s, p, word, latest, complete)...)
	}
	return o
}
