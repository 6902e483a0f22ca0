package main

import (
	"math/bits"
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ROMix for two sets of hashes, a set being a register's lanes. A set's step through ROMix is Salsa20/8 twice
// (S1 and S2) and a transposition: in ROMix's first loop from the state to a row of the scratchpad, in the
// second from rows to the state. One set alone leaves the processor idle, since its four quarter rounds are four
// chains of dependent instructions, and since it waits for its rows. So two sets run half a step apart:
//
//	P: S1, first part  | S1, rest; S2, first part            | S2, rest           | transposition
//	Q: S2, rest        | transposition, merged into P's work | S1, first part     | S1, rest; S2, first part
//
// In the first and third column ("both") each set's rounds fill the other's gaps. In the second and fourth the
// transposition does, spread evenly over the rounds, and there is time for the rows to come. In the first loop
// the next row is fetched too before it is overwritten: without, its lines are fetched one store at a time.
//
// A set has registers for a part of its state; the spilled words live in memory during the rounds. The registers
// that are left are temporary. During a transposition its set has its own registers and all temporaries but
// three, with which the other set's rounds make do.
type romix struct {
	*vector
	// spilled are the words of a state that have no register.
	spilled []int
	// round is a column round (0) or row round (1) of double round i. With solo it changes 3 temporaries.
	round func(s set, p part, i, round int, solo bool) stream
	// both is how many double rounds of each salsa the sets compute together.
	both int
	// masks and offsets, a word for each lane, make of a state's word where the hash's row begins.
	masks, offsets operand.Mem
}

// part is one of the two Salsa20/8 of a step, and the block of the state that it changes.
type part int

const (
	s1 part = iota
	s2
)

// set is where a set lives.
type set struct {
	state int // offset in the work area of its two blocks of slots
	spill int // offset of the slots of its spilled words
	rows  int // offset of the offsets of the rows that it reads next
	first int // its first register
	temps int // the first of the temporaries of its rounds beside the other set's
	pad   reg.GPPhysical
}

const soloTemps = 3

// newROMix declares the tables of an instruction set, whose widest registers have that many lanes. Narrower ones
// use their beginnings.
func newROMix(ctx *build.Context, set instructionSet, lanes, both int) *romix {
	var masks, offsets []uint32
	for i := range lanes {
		masks = append(masks, costN-1)
		offsets = append(offsets, uint32(i*rowBytes))
	}
	return &romix{
		vector:  &vector{Context: ctx, set: set, lanes: lanes},
		both:    both,
		masks:   table(ctx, "rowMasks", masks...),
		offsets: table(ctx, "rowOffsets", offsets...),
	}
}

// stateRegs is how many registers a set has.
func (k *romix) stateRegs() int { return blockWords - len(k.spilled) }

// firstTemp is the first temporary register.
func (k *romix) firstTemp() int { return 2 * k.stateRegs() }

// row is the bytes of a set's row: those of its hashes side by side.
func (k *romix) row() int { return k.lanes * rowBytes }

func (k *romix) generate(name, doc string) {
	block, temps := blockWords*k.width(), k.registers()-k.firstTemp()
	a := set{
		state: 0,
		spill: 4 * block,
		rows:  6 * block,
		first: 0,
		temps: k.firstTemp(),
		pad:   reg.RSI,
	}
	b := set{
		state: 2 * block,
		spill: 5 * block,
		rows:  6*block + k.width(),
		first: k.stateRegs(),
		temps: k.firstTemp() + temps/2,
		pad:   reg.R8,
	}
	pad := costN * k.row()

	k.Function(name)
	k.Doc(
		name+" works like romix, for many hashes whose states are word-sliced at the beginning of work, and",
		"with the scratchpads in pad. "+doc,
	)
	k.Attributes(build.NOSPLIT)
	k.Pragma("noescape")
	k.SignatureExpr("func(work, pad *uint32)")
	k.Load(k.Param("work"), reg.RDI)
	k.Load(k.Param("pad"), a.pad)
	k.LEAQ(at(a.pad, pad), b.pad)
	if k.lanes == 16 {
		k.laneMasks()
	}

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
	k.done()
}

func (k *romix) repeat(label string, times int, body func()) {
	k.MOVL(operand.U32(times), reg.ECX)
	k.Label(label)
	body()
	k.DECL(reg.ECX)
	k.JNZ(operand.LabelRef(label))
}

// half takes p, whose state has just been transposed, to the middle of its step, and q from there through its
// transposition.
func (k *romix) half(p, q set, transposition stream) {
	k.load(p, s1).emit()
	for i := range k.both {
		for round := range 2 {
			k.round(p, s1, i, round, false).emit()
			k.round(q, s2, 4-k.both+i, round, false).emit()
		}
	}
	k.finish(q).emit()
	solo := k.doubleRounds(p, s1, k.both, 4)
	solo = append(solo, k.between(p)...)
	solo = append(solo, k.doubleRounds(p, s2, 0, 4-k.both)...)
	merge(solo, transposition).emit()
}

// doubleRounds is a part of a salsa beside nothing but a transposition.
func (k *romix) doubleRounds(s set, p part, from, to int) (o stream) {
	for i := from; i < to; i++ {
		for round := range 2 {
			o = append(o, k.round(s, p, i, round, true)...)
		}
	}
	return o
}

// slot is where word w of a block is.
func (k *romix) slot(s set, p part, w int) operand.Mem {
	return at(reg.RDI, s.state+(int(p)*blockWords+w)*k.width())
}

// word returns the register of a word that has one.
func (k *romix) word(s set, w int) reg.VecPhysical {
	n := s.first + w
	for _, other := range k.spilled {
		if other < w {
			n--
		}
	}
	return k.register(n)
}

// spill is where spilled word w is during the rounds.
func (k *romix) spill(s set, w int) operand.Mem {
	return at(reg.RDI, s.spill+slices.Index(k.spilled, w)*k.width())
}

// spillBefore is where spilled word w is before a round. The first round takes it from the salsa's input.
func (k *romix) spillBefore(s set, p part, i, round, w int) operand.Mem {
	if i == 0 && round == 0 {
		return k.slot(s, p, w)
	}
	return k.spill(s, w)
}

// load takes a salsa's input to the registers.
func (k *romix) load(s set, p part) (o stream) {
	for w := range blockWords {
		if !slices.Contains(k.spilled, w) {
			o.add(func() { k.move(k.slot(s, p, w), k.word(s, w)) })
		}
	}
	return o
}

// output brings word w of a salsa's output, before its input is added, to a register.
func (k *romix) output(o *stream, s set, w int) reg.VecPhysical {
	if !slices.Contains(k.spilled, w) {
		return k.word(s, w)
	}
	v := k.register(k.firstTemp() + w%soloTemps)
	o.add(func() { k.move(k.spill(s, w), v) })
	return v
}

// between ends S1 and makes S2's input, its output XOR the second block.
func (k *romix) between(s set) (o stream) {
	for w := range blockWords {
		v := k.output(&o, s, w)
		o.add(func() { k.add(k.slot(s, s1, w), v, v) })
		o.add(func() { k.move(v, k.slot(s, s1, w)) })
		o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
		o.add(func() { k.move(v, k.slot(s, s2, w)) })
	}
	return o
}

// finish ends S2. Word 0, which names the next row, stays in its register.
func (k *romix) finish(s set) (o stream) {
	for w := range blockWords {
		v := k.output(&o, s, w)
		o.add(func() { k.add(k.slot(s, s2, w), v, v) })
		o.add(func() { k.move(v, k.slot(s, s2, w)) })
	}
	return o
}

// rowShift is the logarithm of a set's row.
func (k *romix) rowShift() uint64 { return uint64(bits.TrailingZeros(uint(k.row()))) }
