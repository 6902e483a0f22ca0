package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The rows of a set's hashes lie side by side in the scratchpad: a set's row is 128 bytes for each hash.

// oddLanes and evenLanes are masks for the 128-bit lanes 1 and 3, and 0 and 2.
var oddLanes, evenLanes = reg.K1, reg.K2

// asking is the part of the time of a transposition in which the rows are asked for but not yet read.
const asking = 0.4

// offsets hold what a set's hashes add to its pad.
var offsetRegs = []reg.GPPhysical{reg.RAX, reg.RBX, reg.R11, reg.R12, reg.R9, reg.R10, reg.R13, reg.RDX}

// zmm is the vector registers by number.
var zmm = [32]reg.VecPhysical{
	reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12,
	reg.Z13, reg.Z14, reg.Z15, reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24,
	reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
}

// pool hands out registers by number.
type pool []int

// newPool has the registers that a set's transposition may change.
func newPool(s set) (p pool) {
	for i := range stateRegs {
		p = append(p, s.first+i)
	}
	for i := firstTemp + soloTemps; i < len(zmm); i++ {
		p = append(p, i)
	}
	return p
}

func (p *pool) get() int {
	r := (*p)[0]
	*p = (*p)[1:]
	return r
}

func (p *pool) put(r ...int) { *p = append(*p, r...) }

// shuffle is an instruction that makes one register of two.
type shuffle func(x, y, to int)

// butterfly makes two registers of x and y.
func (p *pool) butterfly(o *stream, first, second shuffle, x, y int) (int, int) {
	t := p.get()
	o.add(func() { first(x, y, t) })
	o.add(func() { second(x, y, x) })
	p.put(y)
	return t, x
}

// transpose transposes four registers as 4x4 words within each 128-bit lane.
func (k *romix512) transpose(o *stream, p *pool, r []int) {
	lowWords := func(x, y, to int) { k.VPUNPCKLDQ(k.vec(y), k.vec(x), k.vec(to)) }
	highWords := func(x, y, to int) { k.VPUNPCKHDQ(k.vec(y), k.vec(x), k.vec(to)) }
	lowPairs := func(x, y, to int) { k.VPUNPCKLQDQ(k.vec(y), k.vec(x), k.vec(to)) }
	highPairs := func(x, y, to int) { k.VPUNPCKHQDQ(k.vec(y), k.vec(x), k.vec(to)) }
	a, b := p.butterfly(o, lowWords, highWords, r[0], r[1])
	c, d := p.butterfly(o, lowWords, highWords, r[2], r[3])
	r[0], r[1] = p.butterfly(o, lowPairs, highPairs, a, c)
	r[2], r[3] = p.butterfly(o, lowPairs, highPairs, b, d)
}

// writeRow writes a set's state to its pad, which it moves on, and makes S1's input, the XOR of both blocks.
func (k *romix512) writeRow(s set) (o stream) {
	for line := range k.lanes * rowBytes / 64 {
		o.add(func() { k.PREFETCHT0(at(s.pad, k.lanes*rowBytes+64*line)) })
	}
	p := newPool(s)
	for block := range part(2) {
		for half := range 2 { // of the block: words 8*half to 8*half+7 of each hash are 32 bytes together
			var r [8]int
			for i := range r {
				r[i] = p.get()
				v := k.vec(r[i])
				o.add(func() { k.VMOVDQA32(k.slot(s, block, 8*half+i), v) })
			}
			// Then lane l of register i is the first four words of hash 4*l+i, and of register 4+i the others.
			k.transpose(&o, &p, r[:4])
			k.transpose(&o, &p, r[4:])
			for i := range 4 {
				k.storeRows(&o, &p, s, r[i], r[4+i], i, (2*int(block)+half)*32)
			}
		}
	}
	for w := range blockWords {
		v := k.vec(p[w])
		o.add(func() { k.VMOVDQA32(k.slot(s, s1, w), v) })
		o.add(func() { k.VPXORD(k.slot(s, s2, w), v, v) })
		o.add(func() { k.VMOVDQA32(v, k.slot(s, s1, w)) })
	}
	o.add(func() { k.ADDQ(operand.U32(k.lanes*rowBytes), s.pad) })
	return o
}

// storeRows stores 32 bytes, lane l of x and of y, in the row of each hash 4*l+i.
func (k *romix512) storeRows(o *stream, p *pool, s set, x, y, i, disp int) {
	t := p.get()
	row := func(l int) operand.Mem { return at(s.pad, disp+(4*l+i)*rowBytes) }
	if k.lanes == 8 {
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b00), k.vec(y), k.vec(x), k.vec(t)) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b11), k.vec(y), k.vec(x), k.vec(x)) })
		o.add(func() { k.VMOVDQA32(k.vec(t), row(0)) })
		o.add(func() { k.VMOVDQA32(k.vec(x), row(1)) })
	} else {
		o.add(func() { k.VMOVDQA32(k.vec(x), k.vec(t)) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b10_00_00_00), k.vec(y), k.vec(y), oddLanes, k.vec(t)) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b00_11_00_01), k.vec(x), k.vec(x), evenLanes, k.vec(y)) })
		o.add(func() { k.VMOVDQA32(k.vec(t).AsY(), row(0)) })
		o.add(func() { k.VMOVDQA32(k.vec(y).AsY(), row(1)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), k.vec(t), row(2)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), k.vec(y), row(3)) })
	}
	p.put(x, y, t)
}

// readRows XORs a set's state with the rows that it names, and makes S1's input, the XOR of both blocks.
func (k *romix512) readRows(s set) (o stream) {
	ask := k.ask(s)
	var read stream
	p := newPool(s)
	for _, block := range []part{s2, s1} {
		var r []int
		if k.lanes == 16 {
			r = k.loadRows16(&read, &p, s, 64*int(block))
		}
		for q := range 4 {
			if k.lanes == 8 {
				r = append(r, k.loadRows8(&read, &p, s, 64*int(block)+16*q)...)
			}
			k.transpose(&read, &p, r[4*q:])
			for w := 4 * q; w < 4*q+4; w++ {
				v := k.vec(r[w])
				read.add(func() { k.VPXORD(k.slot(s, block, w), v, v) })
				if block == s1 {
					read.add(func() { k.VPXORD(k.slot(s, s2, w), v, v) })
				}
				read.add(func() { k.VMOVDQA32(v, k.slot(s, block, w)) })
				p.put(r[w])
			}
		}
	}
	// The instructions of both parts spread evenly over the time that each has.
	for len(ask) < int(asking/(1-asking)*float64(len(read))) {
		ask.add(func() {})
	}
	return append(ask, read...)
}

// ask computes the offsets of the rows that the set reads next, and has them fetched.
func (k *romix512) ask(s set) (o stream) {
	t := k.vec(len(zmm) - 1)
	word0, _ := s.word(0)
	o.add(func() { k.VPANDD_BCST(k.mask, k.vec(word0), t) })
	o.add(func() { k.VPSLLD(k.rowShift(), t, t) })
	o.add(func() { k.VPORD(k.offsets, t, t) })
	o.add(func() { k.VMOVDQA32(t, at(reg.RDI, s.rows)) })
	for h := range k.lanes {
		g := offsetRegs[h%len(offsetRegs)]
		o.add(func() { k.offset(s, h, g) })
		o.add(func() { k.PREFETCHNTA(indexed(s.pad, g, 0)) })
		o.add(func() { k.PREFETCHNTA(indexed(s.pad, g, 64)) })
	}
	return o
}

// offset loads the offset of hash h's row.
func (k *romix512) offset(s set, h int, g reg.GPPhysical) {
	k.MOVL(at(reg.RDI, s.rows+wordSize*h), g.As32())
}

// loadRows8 loads 16 bytes of each hash's row: lane l of register i is hash 4*l+i.
func (k *romix512) loadRows8(o *stream, p *pool, s set, disp int) (r []int) {
	for i := range 4 {
		v := p.get()
		g := [2]reg.GPPhysical{offsetRegs[i], offsetRegs[4+i]}
		for l := range g {
			o.add(func() { k.offset(s, 4*l+i, g[l]) })
		}
		o.add(func() { k.VMOVDQA32(indexed(s.pad, g[0], disp), k.vec(v).AsX()) })
		o.add(func() { k.VINSERTI32X4(operand.Imm(1), indexed(s.pad, g[1], disp), k.vec(v), k.vec(v)) })
		r = append(r, v)
	}
	return r
}

// loadRows16 loads 64 bytes of each hash's row: lane l of register 4*q+i is bytes 16*q on of hash 4*l+i.
func (k *romix512) loadRows16(o *stream, p *pool, s set, disp int) (r []int) {
	r = make([]int, 16)
	evens := func(x, y, to int) { k.VSHUFI32X4(operand.Imm(0b10_00_10_00), k.vec(y), k.vec(x), k.vec(to)) }
	odds := func(x, y, to int) { k.VSHUFI32X4(operand.Imm(0b11_01_11_01), k.vec(y), k.vec(x), k.vec(to)) }
	for i := range 4 {
		g := offsetRegs[4*(i%2):]
		for l := range 4 {
			o.add(func() { k.offset(s, 4*l+i, g[l]) })
		}
		for half := range 2 {
			x, y := p.get(), p.get()
			from := func(l int) operand.Mem { return indexed(s.pad, g[l], disp+32*half) }
			o.add(func() { k.VMOVDQA32(from(0), k.vec(x).AsY()) })
			o.add(func() { k.VMOVDQA32(from(2), k.vec(y).AsY()) })
			o.add(func() { k.VINSERTI64X4(operand.Imm(1), from(1), k.vec(x), k.vec(x)) })
			o.add(func() { k.VINSERTI64X4(operand.Imm(1), from(3), k.vec(y), k.vec(y)) })
			r[8*half+i], r[8*half+4+i] = p.butterfly(o, evens, odds, x, y)
		}
	}
	return r
}
