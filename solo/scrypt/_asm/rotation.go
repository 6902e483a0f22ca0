package main

import (
	"slices"

	"github.com/mmcloughlin/avo/reg"
)

// rotation generates ROMix for three sets of hashes in ymm registers. In each turn, set P computes its S1, Q its S2, and R
// is transposed; then R becomes P, P becomes Q and Q becomes R. So the rounds always have eight chains of dependent
// instructions, and the rows have a third of the time to arrive. The price is one more scratchpad.
//
// A transposition uses no registers but the temporaries, since it goes in pieces between those of the rounds. The two are
// close enough to each other for the processor to work on both at once.
type rotation struct {
	*romix
	// round returns a round of a salsa, in pieces between which the temporary registers are free. After S1 its last round
	// leaves S1's output in the state's first block and S2's input in the second, after S2 S2's output in the second.
	round func(s set, p part, round int) []stream
	// arrived is the part of a turn after which rows are read: before, they are prefetched.
	arrived float64
	p, q, r set
}

// piece is a part of a transposition. It is due after that part of a turn.
type piece struct {
	due float64
	stream
}

func (k *rotation) generate(name, doc string) {
	k.p = set{base: reg.RDI, first: 0}
	k.q = set{base: reg.RSI, first: k.stateRegs()}
	k.r = set{base: reg.RCX}
	k.begin(name, doc, k.p, k.q, k.r)
	turns := k.AllocLocal(8)

	k.Comment("Write row 0 of the first two sets, and bring the first to its S2.")
	for _, s := range []set{k.p, k.q} {
		for _, piece := range k.write(s) {
			piece.emit()
		}
	}
	k.load(k.p).emit()
	k.salsa(k.p, s1)
	k.exchange(k.p, k.q)

	k.Comment("Write the other rows.")
	k.repeat(name+"Write", turns, 3*costN-2, func() { k.turn(k.write(k.r)) })

	k.Comment("Read 1024 rows.")
	k.rewind(k.p, k.q, k.r)
	k.repeat(name+"Read", turns, 3*costN, func() { k.turn(k.read(k.r)) })

	k.Comment("Finish the last step of the last two sets.")
	k.turn(nil)
	k.salsa(k.q, s2)
	k.done()
}

// turn has the pieces of P's and of Q's rounds in turn, with those of a transposition between them.
func (k *rotation) turn(pieces []piece) {
	var rounds []stream
	for round := range salsaRounds {
		rounds = append(rounds, alternate(k.round(k.p, s1, round), k.round(k.q, s2, round))...)
	}
	for i, of := range rounds {
		for len(pieces) > 0 && pieces[0].due <= float64(i)/float64(len(rounds)) {
			pieces[0].emit()
			pieces = pieces[1:]
		}
		of.emit()
	}
	for _, piece := range pieces {
		piece.emit()
	}
	k.XCHGQ(k.q.base, k.r.base)
	k.exchange(k.p, k.q)
}

// salsa emits a salsa with nothing beside it.
func (k *rotation) salsa(s set, p part) {
	for round := range salsaRounds {
		slices.Concat(k.round(s, p, round)...).emit()
	}
}

// temporaries returns all temporary registers.
func (k *rotation) temporaries() (p pool) {
	for i := k.firstTemp(); i < k.registers(); i++ {
		p = append(p, k.register(i))
	}
	return p
}

// write writes a set's state to its next row, and computes S1's input.
func (k *rotation) write(s set) []piece {
	const first, last, n = 0.05, 0.95, 8
	pieces := []piece{{0, k.startWrite(s)}}
	due := func() float64 { return first + (last-first)*float64(len(pieces)-1)/n }
	for block := range part(2) {
		for half := range 2 {
			pieces = append(pieces, piece{due(), k.writeHalf(s, block, half)})
		}
	}
	for w := 0; w < blockWords; w += 4 {
		var mix stream
		for i, v := range k.temporaries()[:4] {
			mix = append(mix, k.mixBlocks(s, w+i, v)...)
		}
		pieces = append(pieces, piece{due(), mix})
	}
	return pieces
}

// writeHalf writes words 8*half to 8*half+7 of a block. With a ninth temporary it could treat all columns alike.
func (k *rotation) writeHalf(s set, block part, half int) (o stream) {
	p := k.temporaries()
	var quads [2][4]reg.VecPhysical
	for i := range quads {
		quads[i] = k.transposeQuad(&o, &p, s, block, 2*half+i)
		v, disp := quads[i][0], rowOffset(block, 2*half+i)
		o.add(func() { k.move(v.AsX(), at(pad, disp)) })
		o.add(func() { k.storeHigh(v, at(pad, disp+4*rowBytes)) })
		p.put(v)
	}
	for i := 1; i < 4; i++ {
		k.storeRows(&o, &p, quads[0][i], quads[1][i], i, rowOffset(block, 2*half))
	}
	return o
}

// read XORs a set's state with the rows that it chooses, and computes S1's input.
func (k *rotation) read(s set) []piece {
	const first, last = 0.05, 0.2 // of the prefetches
	temporaries := k.temporaries()
	pieces := []piece{{0, k.startRead(s, temporaries[len(temporaries)-1])}}
	for h := range k.lanes {
		pieces = append(pieces, piece{first + (last-first)*float64(h)/float64(k.lanes), k.prefetch(s, h)})
	}
	const quads = 4
	for i := range 2 * quads {
		p := k.temporaries()
		var o stream
		block, q := []part{s2, s1}[i/quads], i%quads
		quad := k.loadQuad(&o, &p, rowOffset(block, q))
		k.transpose(&o, &p, quad[:])
		k.mixQuad(&o, &p, s, block, q, quad)
		pieces = append(pieces, piece{k.arrived + (1-k.arrived)*float64(i)/(2*quads), o})
	}
	return pieces
}
