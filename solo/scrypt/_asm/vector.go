package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

type instructionSet int

const (
	sse2 instructionSet = iota
	avx2
	avx512
)

// vector is an instruction set with registers of one width. Its instructions have three operands, the last of which is the
// result; those of SSE2 have two, and are preceded by a copy where necessary.
type vector struct {
	*build.Context
	set   instructionSet
	lanes int // 32-bit words of a register
}

// zmm lists the vector registers by number.
var zmm = [32]reg.VecPhysical{
	reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12,
	reg.Z13, reg.Z14, reg.Z15, reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24,
	reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
}

// register returns register number n.
func (v *vector) register(n int) reg.VecPhysical {
	switch v.lanes {
	case 4:
		return zmm[n].AsX().(reg.VecPhysical)
	case 8:
		return zmm[n].AsY().(reg.VecPhysical)
	}
	return zmm[n]
}

// registers is the number of vector registers.
func (v *vector) registers() int {
	if v.set == avx512 {
		return 32
	}
	return 16
}

// width is the size of a register in bytes.
func (v *vector) width() int { return v.lanes * wordSize }

// move copies between registers and aligned memory.
func (v *vector) move(from, to operand.Op) {
	switch v.set {
	case sse2:
		v.MOVO(from, to)
	case avx2:
		v.VMOVDQA(from, to)
	case avx512:
		v.VMOVDQA32(from, to)
	}
}

// two emits an SSE2 instruction of two operands, x OP= y, as if it had three.
func (v *vector) two(instruction func(y, x operand.Op), y, x, to operand.Op) {
	if x != to {
		v.MOVO(x, to)
	}
	instruction(y, to)
}

// commuting does the same for an operation that commutes.
func (v *vector) commuting(instruction func(y, x operand.Op), y, x, to operand.Op) {
	if y == to {
		x, y = y, x
	}
	v.two(instruction, y, x, to)
}

// add sets to to x + y. y may be in memory.
func (v *vector) add(y, x, to operand.Op) {
	if v.set == sse2 {
		v.commuting(v.PADDL, y, x, to)
		return
	}
	v.VPADDD(y, x, to)
}

// xor sets to to x XOR y. y may be in memory.
func (v *vector) xor(y, x, to operand.Op) {
	switch v.set {
	case sse2:
		v.commuting(v.PXOR, y, x, to)
	case avx2:
		v.VPXOR(y, x, to)
	case avx512:
		v.VPXORD(y, x, to)
	}
}

// and sets to to x AND y. y may be in memory.
func (v *vector) and(y, x, to operand.Op) {
	switch v.set {
	case sse2:
		v.commuting(v.PAND, y, x, to)
	case avx2:
		v.VPAND(y, x, to)
	case avx512:
		v.VPANDD(y, x, to)
	}
}

// left sets to to x << n.
func (v *vector) left(n uint64, x, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PSLLL, operand.Imm(n), x, to)
		return
	}
	v.VPSLLD(operand.Imm(n), x, to)
}

// right sets to to x >> n.
func (v *vector) right(n uint64, x, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PSRLL, operand.Imm(n), x, to)
		return
	}
	v.VPSRLD(operand.Imm(n), x, to)
}

// rotate rotates the words of v left by n, with AVX-512 only.
func (v *vector) rotate(n uint64, x operand.Op) { v.VPROLD(operand.Imm(n), x, x) }

// shuffle is an instruction that combines x and y into one register. With SSE2, to must not be y.
type shuffle func(x, y, to operand.Op)

// lowWords sets to to words x0, y0, x1, y1 of each 128-bit lane, highWords to x2, y2, x3, y3.
func (v *vector) lowWords(x, y, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PUNPCKLLQ, y, x, to)
		return
	}
	v.VPUNPCKLDQ(y, x, to)
}

func (v *vector) highWords(x, y, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PUNPCKHLQ, y, x, to)
		return
	}
	v.VPUNPCKHDQ(y, x, to)
}

// lowPairs sets to to words x0, x1, y0, y1 of each 128-bit lane, highPairs to x2, x3, y2, y3.
func (v *vector) lowPairs(x, y, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PUNPCKLQDQ, y, x, to)
		return
	}
	v.VPUNPCKLQDQ(y, x, to)
}

func (v *vector) highPairs(x, y, to operand.Op) {
	if v.set == sse2 {
		v.two(v.PUNPCKHQDQ, y, x, to)
		return
	}
	v.VPUNPCKHQDQ(y, x, to)
}

// The following are for ymm registers.

// lowHalves sets to to the low halves of x and y, highHalves to the high ones.
func (v *vector) lowHalves(x, y, to reg.VecPhysical) { v.insertHigh(y.AsX(), x, to) }

func (v *vector) highHalves(x, y, to operand.Op) {
	if v.set == avx2 {
		v.VPERM2I128(operand.Imm(0x31), y, x, to)
		return
	}
	v.VSHUFI32X4(operand.Imm(0b11), y, x, to)
}

// insertHigh sets to to the low half of x, and y, which may be in memory, as the high half.
func (v *vector) insertHigh(y, x, to operand.Op) {
	if v.set == avx2 {
		v.VINSERTI128(operand.Imm(1), y, x, to)
		return
	}
	v.VINSERTI32X4(operand.Imm(1), y, x, to)
}

// storeHigh stores the high half of x.
func (v *vector) storeHigh(x, to operand.Op) {
	if v.set == avx2 {
		v.VEXTRACTI128(operand.Imm(1), x, to)
		return
	}
	v.VEXTRACTI32X4(operand.Imm(1), x, to)
}

// done returns from a function.
func (v *vector) done() {
	if v.set != sse2 {
		v.VZEROUPPER()
	}
	v.RET()
}
