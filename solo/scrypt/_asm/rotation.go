package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rotation generates ROMix for three sets of hashes in AVX2 registers. In each turn, set P computes its S1, Q its S2, and R
// is transposed; then R becomes P, P becomes Q and Q becomes R. So the rounds always have eight chains of dependent
// instructions, and the rows have a third of the time to arrive. The price is one more scratchpad.
//
// A transposition uses no registers but the temporaries, since it goes in pieces, quads, between the rounds. The two are
// close enough to each other for the processor to work on both at once.
type rotation struct {
	*romix
	p, q, r set
	inner   operand.Mem // counts a loop within a turn
}

// rows is the transposition of a set in one of ROMix's loops: its beginning, and the first half of the quads. The second
// half is the same, eight words further on.
type rows struct {
	start func(s set) stream
	// quad transposes words 4*q to 4*q+3 of a block.
	quad func(s set, block part, q int) stream
}

func (k *rotation) generate(name, doc string) {
	k.p = set{base: reg.RDI, first: 0}
	k.q = set{base: reg.RSI, first: k.stateRegs()}
	k.r = set{base: reg.RCX}
	k.spillAll = true
	write := &rows{k.startWrite, k.writeQuad}
	read := &rows{k.ask, k.readQuad}
	k.begin(name, doc, k.p, k.q, k.r)
	k.inner = k.AllocLocal(8)
	turns := k.AllocLocal(8)

	k.Comment("Write row 0 of the first two sets, and bring the first to its S2.")
	for i, s := range []set{k.p, k.q} {
		write.start(s).emit()
		k.quads(name+[]string{"First", "Second"}[i], s, func(n int) { write.piece(s, n).emit() })
	}
	k.load(k.p).emit()
	k.doubleRounds(k.p, 4).emit()
	k.between(k.p).emit()
	k.exchange(k.p, k.q)
	k.round(k.p, 0, false).emit()

	k.Comment("Write the other rows.")
	k.repeat(name+"Write", turns, 3*costN-2, func() { k.turn(name+"WriteRounds", write) })

	k.Comment("Read 1024 rows.")
	k.rewind(k.p, k.q, k.r)
	k.repeat(name+"Read", turns, 3*costN, func() { k.turn(name+"ReadRounds", read) })

	k.Comment("Finish the last step of the last two sets.")
	k.turn(name+"Last", nil)
	k.doubleRounds(k.q, 4).emit()
	k.finish(k.q).emit()
	k.done()
}

// turn begins and ends with P's first round done.
func (k *rotation) turn(label string, transposition *rows) {
	next := [4]stream{k.round(k.p, 1, false), k.round(k.q, 1, false), k.round(k.p, 0, false), k.round(k.q, 0, false)}
	next[3].emit()
	if transposition != nil {
		transposition.start(k.r).emit()
	}
	for _, round := range next { // while the rows arrive
		round.emit()
	}
	k.quads(label, k.r, func(n int) {
		next[n].emit()
		if transposition != nil {
			transposition.piece(k.r, n).emit()
		}
	})
	next[0].emit()
	next[1].emit()

	// The new P's first round fills the gaps while the others' salsas complete.
	k.between(k.p).emit()
	var registers, memory stream
	for w := range blockWords {
		if k.spills(w) {
			k.finishWord(&memory, k.r, w)
		} else {
			k.finishWord(&registers, k.q, w)
		}
	}
	registers.emit()
	k.XCHGQ(k.q.base, k.r.base)
	k.exchange(k.p, k.q)
	k.round(k.p, 0, false).emit()
	memory.emit() // R was Q
}

// quads repeats four pieces of a transposition.
func (k *rotation) quads(label string, s set, piece func(n int)) {
	const quads, times = 4, 2
	const words = quads / 2 * 4 // of each block
	k.repeat(label, k.inner, times, func() {
		for n := range quads {
			piece(n)
		}
		k.ADDQ(operand.Imm(words*wordSize), pad)
		k.ADDQ(operand.U32(words*k.width()), s.base)
	})
	k.SUBQ(operand.U32(times*words*k.width()), s.base)
}

// piece is the quads of both blocks in turn.
func (t *rows) piece(s set, n int) stream { return t.quad(s, part(n%2), n/2) }

func (k *rotation) startWrite(s set) (o stream) {
	o.add(func() { k.MOVQ(k.at(s, padSlot), pad) })
	o.add(func() { k.ADDQ(operand.U32(k.row()), k.at(s, padSlot)) })
	return o
}

// temporaries returns all temporary registers.
func (k *rotation) temporaries() (p pool) {
	for i := k.firstTemp(); i < k.registers(); i++ {
		p = append(p, k.register(i))
	}
	return p
}

// writeQuad writes words 4*q to 4*q+3 of a block to each hash's row. For the second block it computes S1's input too.
func (k *rotation) writeQuad(s set, block part, q int) (o stream) {
	p := k.temporaries()
	var quad [4]reg.VecPhysical
	for i := range quad {
		w, v := 4*q+i, p.get()
		o.add(func() { k.move(k.slot(s, block, w), v) })
		if block == s2 {
			t := p.get()
			o.add(func() { k.xor(k.slot(s, s1, w), v, t) })
			k.input(&o, s, s1, w, t)
			p.put(t)
		}
		quad[i] = v
	}
	k.transpose(&o, &p, quad[:])
	for i, v := range quad {
		row := func(l int) operand.Mem { return at(pad, (4*l+i)*rowBytes+rowOffset(block, q)) }
		o.add(func() { k.move(v.AsX(), row(0)) })
		o.add(func() { k.VEXTRACTI128(operand.Imm(1), v, row(1)) })
	}
	return o
}

// readQuad XORs words 4*q to 4*q+3 of each hash's row into the state. The second block comes first.
func (k *rotation) readQuad(s set, block part, q int) (o stream) {
	p, block := k.temporaries(), s2-block
	quad := k.loadQuad(&o, &p, rowOffset(block, q))
	k.transpose(&o, &p, quad[:])
	k.mixQuad(&o, &p, s, block, q, quad)
	return o
}

// rowOffset is the offset in bytes of words 4*q to 4*q+3 of a block in a hash's row.
func rowOffset(block part, q int) int { return (int(block)*blockWords + 4*q) * wordSize }
