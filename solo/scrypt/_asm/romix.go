package main

import (
	"math/bits"
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// romix generates ROMix for two or three sets of hashes; a set has as many hashes as a register has lanes. A step of a set
// is two Salsa20/8 (S1 and S2) and a transposition: in ROMix's first loop from the state to a row of the scratchpad, in the
// second from rows to the state. One set alone leaves the processor idle, since its four quarter rounds are four chains of
// dependent instructions and since it waits for its rows. So while one set is transposed, others compute their rounds:
// pair.go has the design with two sets, rotation.go the one with three.
//
// The first loop also prefetches the next row before it overwrites it; otherwise its lines are fetched one store at a time.
//
// Both loops also prefetch their own code: see keepCode.
//
// A set has registers for part of its state; the spilled words are in memory during the rounds. The remaining registers
// are temporary.
type romix struct {
	*vector
	// name is that of the function that is generated.
	name string
	// spilled are the words of a state that have no register.
	spilled []int
	// temps is how many temporaries the rounds need beside a transposition.
	temps int
	// masks and offsets, one word per lane, turn a word of the state into the offset of the hash's row.
	masks, offsets operand.Mem
}

const (
	salsaRounds = 8 // column rounds and row rounds in turn
	roundSteps  = 4 // of a quarter round: each changes a word
)

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
}

// Other general registers. Those of offsetRegs are free between transpositions.
var (
	steps = reg.ECX
	pad   = reg.R8 // of the set that is being transposed
)

// newROMix declares the tables for an instruction set whose widest registers have that many lanes. Narrower registers use
// the beginnings of the tables.
func newROMix(ctx *build.Context, set instructionSet, lanes int) *romix {
	var masks, offsets []uint32
	for i := range lanes {
		masks = append(masks, costN-1)
		offsets = append(offsets, uint32(i*rowBytes))
	}
	return &romix{
		vector:  &vector{Context: ctx, set: set, lanes: lanes},
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

// rowShift is the binary logarithm of the size of a set's row.
func (k *romix) rowShift() uint64 { return uint64(bits.TrailingZeros(uint(k.row()))) }

// begin begins a function. It points each set's base into the work area, and stores the address of its scratchpad.
func (k *romix) begin(name, doc string, sets ...set) {
	k.name = name
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

// repeat repeats body, which must not change counter.
func (k *romix) repeat(label string, counter operand.Op, times int, body func()) {
	k.MOVL(operand.U32(times), counter)
	k.Label(label)
	k.keepCode(counter)
	body()
	k.DECL(counter)
	k.JNZ(operand.LabelRef(label))
}

// keepCode prefetches four lines of the function's code, others each time, so that all of it stays in the L2 cache. A loop runs
// from the L1 cache, so the L2 cache would find its lines unused and evict them, while the scratchpads pass through; where
// the L2 cache includes what the L1 cache has (Zen), they would be gone from that too. What lies behind a shorter function is
// prefetched with it, in vain.
func (k *romix) keepCode(counter operand.Op) {
	const line, lines, each = 64, 1024, 4 // the longest function has 55 KB
	start, offset := offsetRegs[0], offsetRegs[1]
	k.LEAQ(operand.Mem{Symbol: operand.Symbol{Name: "·" + k.name}, Base: reg.StaticBase}, start)
	k.MOVL(counter, offset.As32())
	k.ANDL(operand.U32(lines/each-1), offset.As32())
	k.SHLL(operand.U8(bits.TrailingZeros(line)), offset.As32())
	for i := range each {
		k.PREFETCHT1(indexed(start, offset, i*lines/each*line))
	}
}

// exchange swaps p and q. The state of q has just been transposed.
func (k *romix) exchange(p, q set) {
	for i := range k.stateRegs() {
		k.move(k.register(p.first+i), k.register(q.first+i))
	}
	k.XCHGQ(p.base, q.base)
	k.load(p).emit()
}

// at is the address of a slot of the set.
func (k *romix) at(s set, slot int) operand.Mem { return at(s.base, (slot-origin)*k.width()) }

// slot is the address of word w of a block.
func (k *romix) slot(s set, p part, w int) operand.Mem { return k.at(s, stateSlot+int(p)*blockWords+w) }

// spill is the address of spilled word w during the rounds.
func (k *romix) spill(s set, w int) operand.Mem { return k.at(s, spillSlot+w) }

// before is the address of spilled word w before it changes in a round: in the first, that is the salsa's input.
func (k *romix) before(s set, p part, round, w int) operand.Mem {
	if round == 0 {
		return k.slot(s, p, w)
	}
	return k.spill(s, w)
}

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

// completeWord adds the input to v, word w of a salsa's output, and leaves the result in to. After S1 it computes S2's input
// too, and leaves that in to.
func (k *romix) completeWord(s set, p part, w int, v, to reg.VecPhysical) (o stream) {
	o.add(func() { k.add(k.slot(s, p, w), v, to) })
	o.add(func() { k.move(to, k.slot(s, p, w)) })
	if p == s1 {
		o.add(func() { k.xor(k.slot(s, s2, w), to, to) })
		o.add(func() { k.move(to, k.slot(s, s2, w)) })
	}
	return o
}
