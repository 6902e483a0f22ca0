package main

import (
	"math/bits"
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ROMix with AVX-512 for two sets of hashes, a set being a register's lanes. A set's step through ROMix is
// Salsa20/8 twice (S1 and S2) and a transposition: in ROMix's first loop from the state to a row of the
// scratchpad, in the second from rows to the state. One set alone leaves the processor idle, since its four
// quarter rounds are four chains of dependent instructions, and since it waits for its rows. So two sets run
// half a step apart:
//
//	P: S1, first part  | S1, rest; S2, first part            | S2, rest           | transposition
//	Q: S2, rest        | transposition, merged into P's work | S1, first part     | S1, rest; S2, first part
//
// In the first and third column ("both") each set's rounds fill the other's gaps. In the second and fourth the
// transposition does, spread evenly over the rounds, and there is time for the rows to come. In the first loop
// the next row is fetched too before it is overwritten: without, its lines are fetched one store at a time.
//
// Registers: 12 for each set's state, 8 temporaries. The four words of a state that have no register are those
// that are c in the quarter rounds. Step 2 of a round changes c, and only the next round needs it, so that the
// way through memory is never waited for. During a transposition its set has its own 12 registers and 5
// temporaries, and the other set's rounds make do with 3.

const (
	stateRegs = 12
	firstTemp = 2 * stateRegs
	soloTemps = 3
)

// spilled are the words that are c in column rounds and, in another order, in row rounds.
var spilled = []int{8, 13, 2, 7}

// set is where a set lives.
type set struct {
	state int // offset in the work area of its two blocks of slots
	spill int // offset of the slots of its spilled words
	rows  int // offset of the offsets of the rows that it reads next
	first int // its first register
	pad   reg.GPPhysical
}

// part is one of the two Salsa20/8 of a step, and the block of the state that it changes.
type part int

const (
	s1 part = iota
	s2
)

type romix512 struct {
	*build.Context
	lanes   int
	width   int // of a register, in bytes
	both    int // double rounds of each salsa that the sets compute together
	mask    operand.Mem
	offsets operand.Mem
}

func romixAVX512(ctx *build.Context) {
	mask := table(ctx, "rowMask", costN-1)
	offsets := table(ctx, "rowOffsets", rowOffsets(16)...)
	for _, k := range []struct {
		name        string
		lanes, both int
		doc         string
	}{
		{"romixAVX512x32", 16, 1, "It takes two sets of 16 hashes in zmm registers: 4 MiB of pad."},
		{"romixAVX512x16", 8, 2, "It takes two sets of 8 hashes in ymm registers: 2 MiB of pad."},
	} {
		r := &romix512{Context: ctx, lanes: k.lanes, width: wordSize * k.lanes, both: k.both, mask: mask, offsets: offsets}
		r.generate(k.name, k.doc)
	}
}

func (k *romix512) generate(name, doc string) {
	state, private := 2*blockWords*k.width, 4*blockWords*k.width
	a := set{state: 0, spill: private, rows: private + 8*k.width, first: 0, pad: reg.RSI}
	b := set{state: state, spill: private + 4*k.width, rows: private + 9*k.width, first: stateRegs, pad: reg.R8}
	pad := costN * k.lanes * rowBytes

	k.Function(name)
	k.Doc(
		name+" works like romix, for many hashes whose states are word-sliced at the beginning of work, with the",
		"scratchpads in pad. "+doc,
	)
	k.Attributes(build.NOSPLIT)
	k.Pragma("noescape")
	k.SignatureExpr("func(work, pad *uint32)")
	k.Load(k.Param("work"), reg.RDI)
	k.Load(k.Param("pad"), a.pad)
	k.LEAQ(at(a.pad, pad), b.pad)
	k.MOVL(operand.U32(0xf0f0), reg.EAX)
	k.KMOVW(reg.EAX, oddLanes)
	k.MOVL(operand.U32(0x0f0f), reg.EAX)
	k.KMOVW(reg.EAX, evenLanes)

	k.Comment("Write row 0 of each set, and bring set B half a step forward.")
	k.writeRow(b).emit()
	k.load(b, s1).emit()
	k.doubleRounds(b, s1, 0, 4).emit()
	k.between(b).emit()
	k.doubleRounds(b, s2, 0, 4-k.both).emit()
	k.writeRow(a).emit()

	k.Comment("Write rows 1 to 1023.")
	k.repeat(name+"Write", costN-1, func() {
		k.half(a, b, k.writeRow(b))
		k.half(b, a, k.writeRow(a))
	})

	k.Comment("Read 1024 rows.")
	k.SUBQ(operand.U32(pad), a.pad)
	k.SUBQ(operand.U32(pad), b.pad)
	k.repeat(name+"Read", costN, func() {
		k.half(a, b, k.readRows(b))
		k.half(b, a, k.readRows(a))
	})

	k.Comment("Finish the last step of each set.")
	k.load(a, s1).emit()
	k.doubleRounds(a, s1, 0, 4).emit()
	k.between(a).emit()
	k.doubleRounds(a, s2, 0, 4).emit()
	k.finish(a).emit()
	k.doubleRounds(b, s2, 4-k.both, 4).emit()
	k.finish(b).emit()
	k.VZEROUPPER()
	k.RET()
}

func (k *romix512) repeat(label string, times int, body func()) {
	k.MOVL(operand.U32(times), reg.ECX)
	k.Label(label)
	body()
	k.DECL(reg.ECX)
	k.JNZ(operand.LabelRef(label))
}

// half takes p, whose state has just been transposed, to the middle of S2, and q from there through its
// transposition.
func (k *romix512) half(p, q set, transposition stream) {
	k.load(p, s1).emit()
	for i := range k.both {
		for round := range 2 {
			k.round(p, s1, i, round, firstTemp, false).emit()
			k.round(q, s2, 4-k.both+i, round, firstTemp+4, false).emit()
		}
	}
	k.finish(q).emit()
	solo := k.doubleRounds(p, s1, k.both, 4)
	solo = append(solo, k.between(p)...)
	solo = append(solo, k.doubleRounds(p, s2, 0, 4-k.both)...)
	merge(solo, transposition).emit()
}

// vec returns register number n.
func (k *romix512) vec(n int) reg.VecPhysical {
	if k.lanes == 8 {
		return zmm[n].AsY().(reg.VecPhysical)
	}
	return zmm[n]
}

// slot is where word w of a block is.
func (k *romix512) slot(s set, p part, w int) operand.Mem {
	return at(reg.RDI, s.state+(int(p)*blockWords+w)*k.width)
}

// spill is where spilled word w is during the rounds.
func (k *romix512) spill(s set, w int) operand.Mem {
	return at(reg.RDI, s.spill+slices.Index(spilled, w)*k.width)
}

// word returns the number of the register of word w, if it has one.
func (s set) word(w int) (r int, ok bool) {
	r = s.first + w
	for _, other := range spilled {
		if other < w {
			r--
		}
	}
	return r, !slices.Contains(spilled, w)
}

// load takes a salsa's input from its slots. The first round takes the spilled words from there itself.
func (k *romix512) load(s set, p part) (o stream) {
	for w := range blockWords {
		if r, ok := s.word(w); ok {
			o.add(func() { k.VMOVDQA32(k.slot(s, p, w), k.vec(r)) })
		}
	}
	return o
}

// doubleRounds is a part of a salsa beside nothing but a transposition.
func (k *romix512) doubleRounds(s set, p part, from, to int) (o stream) {
	for i := from; i < to; i++ {
		o = append(o, k.round(s, p, i, 0, firstTemp, true)...)
		o = append(o, k.round(s, p, i, 1, firstTemp, true)...)
	}
	return o
}

// round is the column round (0) or row round (1) of double round i, two quarter rounds at a time. With solo it
// changes 3 temporaries, otherwise 4.
func (k *romix512) round(s set, p part, i, round, temp int, solo bool) (o stream) {
	for pair := range 2 {
		var steps [2][3]stream // of each quarter round: 1 and 2, 3, 4
		for j, q := range doubleRound[round][2*pair : 2*pair+2] {
			t, u := k.vec(temp+j), k.vec(temp+2)
			if !solo {
				u = k.vec(temp + 2 + j)
			}
			aReg, _ := s.word(q.a)
			bReg, _ := s.word(q.b)
			dReg, _ := s.word(q.d)
			a, b, d := k.vec(aReg), k.vec(bReg), k.vec(dReg)
			c := k.spill(s, q.c)
			from := c
			if i == 0 && round == 0 {
				from = k.slot(s, p, q.c)
			}
			steps[j] = [3]stream{{
				func() { k.VPADDD(a, d, t) },
				func() { k.VPROLD(operand.Imm(7), t, t) },
				func() { k.VPXORD(t, b, b) },
				func() { k.VPADDD(b, a, t) },
				func() { k.VPROLD(operand.Imm(9), t, t) },
				func() { k.VPXORD(from, t, t) },
				func() { k.VMOVDQA32(t, c) },
			}, {
				func() { k.VPADDD(t, b, u) },
				func() { k.VPROLD(operand.Imm(13), u, u) },
				func() { k.VPXORD(u, d, d) },
			}, {
				func() { k.VPADDD(d, t, t) },
				func() { k.VPROLD(operand.Imm(18), t, t) },
				func() { k.VPXORD(t, a, a) },
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

// output brings word w of a salsa's output, before its input is added, to a register.
func (k *romix512) output(o *stream, s set, w int) reg.VecPhysical {
	if r, ok := s.word(w); ok {
		return k.vec(r)
	}
	v := k.vec(firstTemp + w%soloTemps)
	o.add(func() { k.VMOVDQA32(k.spill(s, w), v) })
	return v
}

// between ends S1 and makes S2's input, its output XOR the second block.
func (k *romix512) between(s set) (o stream) {
	for w := range blockWords {
		v := k.output(&o, s, w)
		o.add(func() { k.VPADDD(k.slot(s, s1, w), v, v) })
		o.add(func() { k.VMOVDQA32(v, k.slot(s, s1, w)) })
		o.add(func() { k.VPXORD(k.slot(s, s2, w), v, v) })
		o.add(func() { k.VMOVDQA32(v, k.slot(s, s2, w)) })
	}
	return o
}

// finish ends S2. Word 0, which names the next row, stays in its register.
func (k *romix512) finish(s set) (o stream) {
	for w := range blockWords {
		v := k.output(&o, s, w)
		o.add(func() { k.VPADDD(k.slot(s, s2, w), v, v) })
		o.add(func() { k.VMOVDQA32(v, k.slot(s, s2, w)) })
	}
	return o
}

// rowShift is the logarithm of the bytes of a set's row.
func (k *romix512) rowShift() operand.U8 {
	return operand.U8(bits.TrailingZeros(uint(k.lanes * rowBytes)))
}
