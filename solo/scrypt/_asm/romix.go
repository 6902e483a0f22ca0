package main

import (
	"math/bits"
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// romix generates ROMix for two sets of hashes; a set has as many hashes as a register has lanes. A step of a set is two
// Salsa20/8 (S1 and S2) and a transposition: in ROMix's first loop from the state to a row of the scratchpad, in the
// second from rows to the state. One set alone leaves the processor idle, since its four quarter rounds are four
// chains of dependent instructions and since it waits for its rows. So two sets, P and Q, run half a step apart:
//
//	P: S1, first part  | S1, rest; S2, first part
//	Q: S2, rest        | transposition, merged into P's work
//
// In the first column ("both") each set's rounds fill the other's gaps. In the second the transposition does, spread
// evenly over the rounds, which leaves time for the rows to arrive. The first loop also prefetches the next row before
// it overwrites it; otherwise its lines are fetched one store at a time. Then P and Q swap both their pointers and their
// registers, so that the same code serves both.
//
// The code is kept small: the rounds of both sets are a loop. Scratchpads pass through the L2 cache and evict everything
// from it, and what L2 evicts leaves the L1 caches too, instructions included.
//
// A set has registers for part of its state; the spilled words are in memory during the rounds. The remaining registers
// are temporary. A set that is being transposed has its own registers and all temporaries but three, which are for the
// other set's rounds.
type romix struct {
	*vector
	// spilled are the words of a state that have no register.
	spilled []int
	// spillAll is set where the same code serves spilled words and others.
	spillAll bool
	// round is a column round (0) or row round (1). With solo it changes 3 temporaries.
	round func(s set, round int, solo bool) stream
	// both is the number of double rounds of each salsa that the sets compute together.
	both int
	// masks and offsets, one word per lane, turn a word of the state into the offset of the hash's row.
	masks, offsets operand.Mem
}

// part is one of a step's two Salsa20/8, and the block of the state that it changes.
type part int

const (
	s1 part = iota
	s2
)

// A set's part of the work area consists of slots, each as wide as a register. sliced.go depends on this layout.
const (
	stateSlot = 0                        // the state's two blocks
	spillSlot = stateSlot + 2*blockWords // the spilled words during the rounds
	rowsSlot  = spillSlot + blockWords   // the offsets of the rows that it reads next
	padSlot   = rowsSlot + 1             // the address of its scratchpad, or in the first loop of its next row
	setSlots  = padSlot + 1
	// origin is the slot that a set's pointer points to: most of the spilled words are then close enough for short
	// instructions.
	origin = spillSlot + 4
)

// set says where a set is.
type set struct {
	base  reg.GPPhysical // points to its part of the work area
	first int            // its first register
	temps int            // the first temporary for its rounds when the other set's run beside them
}

const soloTemps = 3

// Other general registers. Those of offsetRegs are free between transpositions.
var (
	steps  = reg.ECX
	rounds = offsetRegs[0].As32()
	pad    = reg.R8 // of the set that is being transposed
)

// newROMix declares the tables for an instruction set whose widest registers have that many lanes. Narrower registers use
// the beginnings of the tables.
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

// stateRegs is the number of registers of a set.
func (k *romix) stateRegs() int { return blockWords - len(k.spilled) }

// firstTemp is the first temporary register.
func (k *romix) firstTemp() int { return 2 * k.stateRegs() }

// row is the size of a set's row in bytes: the rows of its hashes side by side.
func (k *romix) row() int { return k.lanes * rowBytes }

func (k *romix) generate(name, doc string) {
	temps := k.registers() - k.firstTemp()
	p := set{base: reg.RDI, first: 0, temps: k.firstTemp()}
	q := set{base: reg.RSI, first: k.stateRegs(), temps: k.firstTemp() + temps/2}
	k.begin(name, doc, p, q)

	k.Comment("Write row 0 of each set, and bring the first half a step forward.")
	k.writeRow(p).emit()
	k.writeRow(q).emit()
	k.load(p).emit()
	k.doubleRounds(p, 4).emit()
	k.between(p).emit()
	k.doubleRounds(p, 4-k.both).emit()
	k.exchange(p, q)

	k.Comment("Write rows 1 to 1023.")
	k.repeat(name+"Write", steps, 2*(costN-1), func() { k.half(name+"WriteBoth", p, q, k.writeRow(q)) })

	k.Comment("Read 1024 rows.")
	k.rewind(p, q)
	k.repeat(name+"Read", steps, 2*costN, func() { k.half(name+"ReadBoth", p, q, k.readRows(q)) })

	k.Comment("Finish the last step of each set.")
	k.half(name+"Last", p, q, nil)
	for range k.both {
		k.round(q, 0, true).emit()
		k.round(q, 1, true).emit()
	}
	k.finish(q).emit()
	k.done()
}

// begin begins a function. It points each set's base into the work area, and stores the address of its scratchpad.
func (k *romix) begin(name, doc string, sets ...set) {
	k.Function(name)
	k.Doc(
		name+" works like romix, for many hashes whose states are word-sliced at the beginning of each set's part of",
		"work, and with the scratchpads in pad. "+doc,
	)
	k.Attributes(build.NOSPLIT)
	k.Pragma("noescape")
	k.SignatureExpr("func(work, pad *uint32)")
	k.Load(k.Param("work"), sets[0].base)
	k.Load(k.Param("pad"), pad)
	if k.lanes == 16 {
		k.laneMasks()
	}
	k.ADDQ(operand.U32(origin*k.width()), sets[0].base)
	for i, s := range sets {
		if i > 0 {
			k.LEAQ(at(sets[0].base, i*setSlots*k.width()), s.base)
			k.ADDQ(operand.U32(costN*k.row()), pad)
		}
		k.MOVQ(pad, k.at(s, padSlot))
	}
}

// rewind points the sets back to the beginnings of their scratchpads.
func (k *romix) rewind(sets ...set) {
	for _, s := range sets {
		k.SUBQ(operand.U32(costN*k.row()), k.at(s, padSlot))
	}
}

func (k *romix) repeat(label string, counter operand.Op, times int, body func()) {
	k.MOVL(operand.U32(times), counter)
	k.Label(label)
	body()
	k.DECL(counter)
	k.JNZ(operand.LabelRef(label))
}

// half takes p, whose state has just been transposed, to the middle of its step, and q from there through its
// transposition. Then it swaps them.
func (k *romix) half(label string, p, q set, transposition stream) {
	k.repeat(label, rounds, k.both, func() {
		for round := range 2 {
			k.round(p, round, false).emit()
			k.round(q, round, false).emit()
		}
	})
	k.finish(q).emit()
	solo := k.doubleRounds(p, 4-k.both)
	solo = append(solo, k.between(p)...)
	solo = append(solo, k.doubleRounds(p, 4-k.both)...)
	merge(solo, transposition).emit()
	k.exchange(p, q)
}

// exchange swaps p and q. The state of q has just been transposed.
func (k *romix) exchange(p, q set) {
	for i := range k.stateRegs() {
		k.move(k.register(p.first+i), k.register(q.first+i))
	}
	k.XCHGQ(p.base, q.base)
	k.load(p).emit()
}

// doubleRounds is n double rounds, with nothing beside them but a transposition.
func (k *romix) doubleRounds(s set, n int) (o stream) {
	for range n {
		o = append(o, k.round(s, 0, true)...)
		o = append(o, k.round(s, 1, true)...)
	}
	return o
}

// at is the address of a slot of the set.
func (k *romix) at(s set, slot int) operand.Mem { return at(s.base, (slot-origin)*k.width()) }

// slot is the address of word w of a block.
func (k *romix) slot(s set, p part, w int) operand.Mem { return k.at(s, stateSlot+int(p)*blockWords+w) }

// spill is the address of spilled word w during the rounds.
func (k *romix) spill(s set, w int) operand.Mem { return k.at(s, spillSlot+w) }

func (k *romix) spills(w int) bool { return slices.Contains(k.spilled, w) }

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

// load loads S1's input into the registers.
func (k *romix) load(s set) (o stream) {
	for w := range blockWords {
		if !k.spills(w) {
			o.add(func() { k.move(k.slot(s, s1, w), k.word(s, w)) })
		}
	}
	return o
}

// input stores v, word w of a salsa's input: in the block to which the output will be added, and where the rounds expect
// it.
func (k *romix) input(o *stream, s set, p part, w int, v reg.VecPhysical) {
	o.add(func() { k.move(v, k.slot(s, p, w)) })
	if k.spills(w) || k.spillAll {
		o.add(func() { k.move(v, k.spill(s, w)) })
	}
}

// output returns a register with word w of a salsa's output, to which the input is not added yet.
func (k *romix) output(o *stream, s set, w int) reg.VecPhysical {
	if !k.spills(w) {
		return k.word(s, w)
	}
	v := k.register(k.firstTemp() + w%soloTemps)
	o.add(func() { k.move(k.spill(s, w), v) })
	return v
}

// between completes S1 and computes S2's input: S1's output XOR the second block.
func (k *romix) between(s set) (o stream) {
	for w := range blockWords {
		v := k.output(&o, s, w)
		o.add(func() { k.add(k.slot(s, s1, w), v, v) })
		o.add(func() { k.move(v, k.slot(s, s1, w)) })
		o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
		k.input(&o, s, s2, w, v)
	}
	return o
}

// finish completes S2.
func (k *romix) finish(s set) (o stream) {
	for w := range blockWords {
		k.finishWord(&o, s, w)
	}
	return o
}

func (k *romix) finishWord(o *stream, s set, w int) {
	v := k.output(o, s, w)
	o.add(func() { k.add(k.slot(s, s2, w), v, v) })
	o.add(func() { k.move(v, k.slot(s, s2, w)) })
}

// rowShift is the binary logarithm of the size of a set's row.
func (k *romix) rowShift() uint64 { return uint64(bits.TrailingZeros(uint(k.row()))) }
