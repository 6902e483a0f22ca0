package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// offsetRegs hold the offsets of a set's rows in its scratchpad.
var offsetRegs = []reg.GPPhysical{reg.RAX, reg.RBX, reg.R11, reg.R12, reg.R9, reg.R10, reg.R13, reg.RDX}

// pool hands out registers.
type pool []reg.VecPhysical

// newPool returns the registers that a set's transposition may change.
func (k *romix) newPool(s set) (p pool) {
	for i := range k.stateRegs() {
		p = append(p, k.register(s.first+i))
	}
	for i := k.firstTemp() + k.temps; i < k.registers(); i++ {
		p = append(p, k.register(i))
	}
	return p
}

func (p *pool) get() reg.VecPhysical {
	r := (*p)[0]
	*p = (*p)[1:]
	return r
}

func (p *pool) put(r ...reg.VecPhysical) { *p = append(*p, r...) }

// butterfly combines x and y into two registers.
func (p *pool) butterfly(o *stream, first, second shuffle, x, y reg.VecPhysical) (reg.VecPhysical, reg.VecPhysical) {
	t := p.get()
	o.add(func() { first(x, y, t) })
	o.add(func() { second(x, y, x) })
	p.put(y)
	return t, x
}

// transpose transposes four registers as 4x4 words within each 128-bit lane.
func (k *romix) transpose(o *stream, p *pool, r []reg.VecPhysical) {
	a, b := p.butterfly(o, k.lowWords, k.highWords, r[0], r[1])
	c, d := p.butterfly(o, k.lowWords, k.highWords, r[2], r[3])
	r[0], r[1] = p.butterfly(o, k.lowPairs, k.highPairs, a, c)
	r[2], r[3] = p.butterfly(o, k.lowPairs, k.highPairs, b, d)
}

// writeRow writes a set's state to its next row, and computes S1's input, the XOR of both blocks.
func (k *romix) writeRow(s set) (o stream) {
	o = k.startWrite(s)
	p := k.newPool(s)
	for block := range part(2) {
		for half := range 2 { // words 8*half to 8*half+7 of a hash are 32 contiguous bytes
			var quads [2][4]reg.VecPhysical
			for q := range quads {
				quads[q] = k.transposeQuad(&o, &p, s, block, 2*half+q)
			}
			for i := range 4 {
				k.storeRows(&o, &p, quads[0][i], quads[1][i], i, rowOffset(block, 2*half))
			}
		}
	}
	for w := range blockWords {
		o = append(o, k.mixBlocks(s, w, p[w%len(p)])...)
	}
	return o
}

// startWrite begins to write a row, and prefetches the next one.
func (k *romix) startWrite(s set) (o stream) {
	const line = 64
	o.add(func() { k.MOVQ(k.at(s, padSlot), pad) })
	o.add(func() { k.ADDQ(operand.U32(k.row()), k.at(s, padSlot)) })
	for disp := k.row(); disp < 2*k.row(); disp += line {
		o.add(func() { k.PREFETCHT0(at(pad, disp)) })
	}
	return o
}

// transposeQuad loads words 4*q to 4*q+3 of a block and transposes them: then lane l of register i is four words of hash
// 4*l+i.
func (k *romix) transposeQuad(o *stream, p *pool, s set, block part, q int) (quad [4]reg.VecPhysical) {
	for i := range quad {
		v := p.get()
		o.add(func() { k.move(k.slot(s, block, 4*q+i), v) })
		quad[i] = v
	}
	k.transpose(o, p, quad[:])
	return quad
}

// mixBlocks computes word w of S1's input by way of v.
func (k *romix) mixBlocks(s set, w int, v reg.VecPhysical) (o stream) {
	o.add(func() { k.move(k.slot(s, s1, w), v) })
	o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
	o.add(func() { k.move(v, k.slot(s, s1, w)) })
	return o
}

// rowOffset is the offset in bytes of words 4*q to 4*q+3 of a block in a hash's row.
func rowOffset(block part, q int) int { return (int(block)*blockWords + 4*q) * wordSize }

// storeRows stores 32 bytes, lane l of x and of y, in the row of each hash 4*l+i.
func (k *romix) storeRows(o *stream, p *pool, x, y reg.VecPhysical, i, disp int) {
	row := func(l int) operand.Mem { return at(pad, disp+(4*l+i)*rowBytes) }
	switch {
	case k.set == sse2:
		o.add(func() { k.move(x, row(0)) })
		o.add(func() { k.move(y, at(pad, disp+i*rowBytes+16)) })
	case k.lanes == 8:
		t := p.get()
		o.add(func() { k.lowHalves(x, y, t) })
		o.add(func() { k.highHalves(x, y, x) })
		o.add(func() { k.move(t, row(0)) })
		o.add(func() { k.move(x, row(1)) })
		p.put(t)
	default:
		t := p.get()
		o.add(func() { k.move(x, t) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b10_00_00_00), y, y, oddLanes, t) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b00_11_00_01), x, x, evenLanes, y) })
		o.add(func() { k.move(t.AsY(), row(0)) })
		o.add(func() { k.move(y.AsY(), row(1)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), t, row(2)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), y, row(3)) })
		p.put(t)
	}
	p.put(x, y)
}

// Masks of 32-bit words: 128-bit lanes 1 and 3, and lanes 0 and 2.
var oddLanes, evenLanes = reg.K1, reg.K2

func (k *romix) laneMasks() {
	k.MOVL(operand.U32(0xf0f0), reg.EAX)
	k.KMOVW(reg.EAX, oddLanes)
	k.MOVL(operand.U32(0x0f0f), reg.EAX)
	k.KMOVW(reg.EAX, evenLanes)
}

// readRows XORs a set's state with the rows that ask has chosen, and computes S1's input, the XOR of both blocks.
func (k *romix) readRows(s set) (o stream) {
	p := k.newPool(s)
	for _, block := range []part{s2, s1} {
		for half := range 2 {
			var quads [2][4]reg.VecPhysical
			if k.lanes == 16 {
				quads = k.loadHalfLines(&o, &p, s, rowOffset(block, 2*half))
			}
			for i := range quads {
				q := 2*half + i
				if k.lanes < 16 {
					quads[i] = k.loadQuad(&o, &p, rowOffset(block, q))
				}
				k.transpose(&o, &p, quads[i][:])
				k.mixQuad(&o, &p, s, block, q, quads[i])
			}
		}
	}
	return o
}

// mixQuad XORs words 4*q to 4*q+3 of a block with what was read. The second block comes first.
func (k *romix) mixQuad(o *stream, p *pool, s set, block part, q int, quad [4]reg.VecPhysical) {
	for i, v := range quad {
		w := 4*q + i
		switch {
		case block == s2:
			o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
			o.add(func() { k.move(v, k.slot(s, s2, w)) })
			p.put(v)
			continue
		case k.set == avx512:
			t := p.get()
			o.add(func() { k.move(k.slot(s, s1, w), t) })
			o.add(func() { k.VPTERNLOGD(operand.U8(xor3), k.slot(s, s2, w), t, v) })
			p.put(t)
		default:
			o.add(func() { k.xor(k.slot(s, s1, w), v, v) })
			o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
		}
		o.add(func() { k.move(v, k.slot(s, s1, w)) })
		p.put(v)
	}
}

// ask computes the offsets of the rows that the set reads next, and prefetches them. The offsets of up to eight hashes stay
// in offsetRegs.
func (k *romix) ask(s set) (o stream) {
	o = k.startRead(s, k.newPool(s)[0])
	for h := range k.lanes {
		o = append(o, k.prefetch(s, h)...)
	}
	return o
}

// startRead computes the offsets of the rows that the set reads next, by way of v.
func (k *romix) startRead(s set, v reg.VecPhysical) (o stream) {
	o.add(func() { k.MOVQ(k.at(s, padSlot), pad) })
	o.add(func() { k.move(k.slot(s, s2, 0), v) })
	o.add(func() { k.and(k.masks, v, v) })
	o.add(func() { k.left(k.rowShift(), v, v) })
	o.add(func() { k.add(k.offsets, v, v) })
	o.add(func() { k.move(v, k.at(s, rowsSlot)) })
	return o
}

// prefetch prefetches hash h's row.
func (k *romix) prefetch(s set, h int) (o stream) {
	g := offsetRegs[h%len(offsetRegs)]
	o.add(func() { k.offset(s, h, g) })
	o.add(func() { k.PREFETCHNTA(indexed(pad, g, 0)) })
	o.add(func() { k.PREFETCHNTA(indexed(pad, g, 64)) })
	return o
}

// offset loads the offset of hash h's row into g.
func (k *romix) offset(s set, h int, g reg.GPPhysical) {
	offsets := k.at(s, rowsSlot)
	offsets.Disp += wordSize * h
	k.MOVL(offsets, g.As32())
}

// loadQuad loads 16 bytes of each hash's row, at the offsets that ask left in offsetRegs. Lane l of register i is hash
// 4*l+i.
func (k *romix) loadQuad(o *stream, p *pool, disp int) (quad [4]reg.VecPhysical) {
	for i := range quad {
		v := p.get()
		g := [2]reg.GPPhysical{offsetRegs[i], offsetRegs[4+i]}
		o.add(func() { k.move(indexed(pad, g[0], disp), v.AsX()) })
		if k.lanes == 8 {
			o.add(func() { k.insertHigh(indexed(pad, g[1], disp), v, v) })
		}
		quad[i] = v
	}
	return quad
}

// loadHalfLines loads 32 bytes of each hash's row: lane l of register i of quad q has the bytes from 16*q on of hash 4*l+i.
func (k *romix) loadHalfLines(o *stream, p *pool, s set, disp int) (quads [2][4]reg.VecPhysical) {
	lanes := func(imm uint64) shuffle { return func(x, y, to operand.Op) { k.VSHUFI32X4(operand.U8(imm), y, x, to) } }
	for i := range 4 {
		for l := range 4 {
			o.add(func() { k.offset(s, 4*l+i, offsetRegs[l]) })
		}
		var two [2]reg.VecPhysical // hashes 4*l+i and 4*(l+1)+i
		for l := range two {
			v := p.get()
			o.add(func() { k.move(indexed(pad, offsetRegs[2*l], disp), v.AsY()) })
			o.add(func() { k.VINSERTI64X4(operand.Imm(1), indexed(pad, offsetRegs[2*l+1], disp), v, v) })
			two[l] = v
		}
		quads[0][i], quads[1][i] = p.butterfly(o, lanes(0b10_00_10_00), lanes(0b11_01_11_01), two[0], two[1])
	}
	return quads
}
