package main

import "github.com/mmcloughlin/avo/reg"

// pair generates ROMix for two sets of hashes, P and Q, which run half a step apart:
//
//	P: S1, first rounds | S1, rest; S2, first rounds
//	Q: S2, last rounds  | transposition, merged into P's work
//
// In the first column ("together") each set's rounds fill the other's gaps. In the second the transposition does, spread
// evenly over the rounds, which leaves time for the rows to arrive. Then P and Q swap both their pointers and their
// registers, so that the same code serves both.
//
// A set that is being transposed has its own registers and all temporaries but those that the other set's rounds need.
type pair struct {
	*romix
	rounds
	// both is the number of rounds of each salsa that the sets compute together.
	both int
	// asked and arrived divide P's work while Q's rows are read: until the one Q's rows are prefetched, and from the
	// other on they are read.
	asked, arrived float64
}

// rounds are a design's Salsa20/8: which instructions, in what order. Each of a set's two Salsa20/8 gets its input in its
// block of the state, and in the registers of the words that have one.
type rounds interface {
	// together is the first n rounds of p's S1 beside the last n of q's S2.
	together(p, q set, n int) stream
	// alone is rounds from to to-1, with nothing beside them but a transposition.
	alone(s set, p part, from, to int) stream
	// complete is what is left to do after the rounds. After S1 the state's first block is S1's output and its
	// second block S2's input, after S2 the second block is S2's output.
	complete(s set, p part) stream
}

func (k *pair) generate(name, doc string) {
	p := set{base: reg.RDI, first: 0}
	q := set{base: reg.RSI, first: k.stateRegs()}
	k.begin(name, doc, p, q)

	k.Comment("Write row 0 of each set, and bring the first half a step forward.")
	k.writeRow(p).emit()
	k.writeRow(q).emit()
	k.load(p).emit()
	k.alone(p, s1, 0, salsaRounds).emit()
	k.complete(p, s1).emit()
	k.alone(p, s2, 0, salsaRounds-k.both).emit()
	k.exchange(p, q)

	k.Comment("Write rows 1 to 1023.")
	k.repeat(name+"Write", steps, 2*(costN-1), func() {
		k.half(p, q, func(work stream) stream { return merge(work, append(k.complete(q, s2), k.writeRow(q)...)) })
	})

	k.Comment("Read 1024 rows.")
	k.rewind(p, q)
	k.repeat(name+"Read", steps, 2*costN, func() {
		k.half(p, q, func(work stream) stream {
			part := func(of float64) int { return int(of * float64(len(work))) }
			o := merge(work[:part(k.asked)], append(k.complete(q, s2), k.ask(q)...))
			o = append(o, work[part(k.asked):part(k.arrived)]...)
			return append(o, merge(work[part(k.arrived):], k.readRows(q))...)
		})
	})

	k.Comment("Finish the last step of each set.")
	k.half(p, q, func(work stream) stream { return merge(work, k.complete(q, s2)) })
	k.alone(q, s2, salsaRounds-k.both, salsaRounds).emit()
	k.complete(q, s2).emit()
	k.done()
}

// half takes p, whose state has just been transposed, to the middle of its step, and q from there to its end and through
// its transposition, both of which beside merges into p's work. Then it swaps them.
func (k *pair) half(p, q set, beside func(work stream) stream) {
	k.together(p, q, k.both).emit()
	work := k.alone(p, s1, k.both, salsaRounds)
	work = append(work, k.complete(p, s1)...)
	work = append(work, k.alone(p, s2, 0, salsaRounds-k.both)...)
	beside(work).emit()
	k.exchange(p, q)
}
