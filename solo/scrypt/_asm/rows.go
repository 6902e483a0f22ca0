package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// asking is the part of a transposition during which the rows are prefetched but not yet read.
const asking = 0.4

// offsetRegs hold the offsets of a set's rows in its scratchpad.
var offsetRegs = []reg.GPPhysical{reg.RAX, reg.RBX, reg.R11, reg.R12, reg.R9, reg.R10, reg.R13, reg.RDX}

// pool hands out registers.
type pool []reg.VecPhysical

// newPool returns the registers that a set's transposition may change.
func (k *romix) newPool(s set) (p pool) {
	for i := range k.stateRegs() {
		p = append(p, k.register(s.first+i))
	}
	for i := k.firstTemp() + soloTemps; i < k.registers(); i++ {
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
	const line = 64
	o.add(func() { k.MOVQ(k.at(s, padSlot), pad) })
	o.add(func() { k.ADDQ(operand.U32(k.row()), k.at(s, padSlot)) })
	for disp := k.row(); disp < 2*k.row(); disp += line {
		o.add(func() { k.PREFETCHT0(at(pad, disp)) })
	}
	p := k.newPool(s)
	for block := range part(2) {
		for half := range 2 { // words 8*half to 8*half+7 of a hash are 32 contiguous bytes
			var quads [2][4]reg.VecPhysical
			for q := range quads {
				for i := range quads[q] {
					v := p.get()
					o.add(func() { k.move(k.slot(s, block, 8*half+4*q+i), v) })
					quads[q][i] = v
				}
				// Now lane l of register i is four words of hash 4*l+i.
				k.transpose(&o, &p, quads[q][:])
			}
			for i := range 4 {
				k.storeRows(&o, &p, quads[0][i], quads[1][i], i, (2*int(block)+half)*32)
			}
		}
	}
	for w := range blockWords {
		v := p[w%len(p)]
		o.add(func() { k.move(k.slot(s, s1, w), v) })
		o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
		k.input(&o, s, s1, w, v)
	}
	return o
}

// storeRows stores 32 bytes, lane l of x and of y, in the row of each hash 4*l+i.
func (k *romix) storeRows(o *stream, p *pool, x, y reg.VecPhysical, i, disp int) {
	row := func(l int) operand.Mem { return at(pad, disp+(4*l+i)*rowBytes) }
	switch {
	case k.set == sse2:
		o.add(func() { k.move(x, row(0)) })
		o.add(func() { k.move(y, at(pad, disp+i*rowBytes+16)) })
	case k.lanes == 8:
		t := p.get()
		if k.set == avx2 {
			o.add(func() { k.VPERM2I128(operand.Imm(0x20), y, x, t) })
			o.add(func() { k.VPERM2I128(operand.Imm(0x31), y, x, x) })
		} else {
			o.add(func() { k.VSHUFI32X4(operand.Imm(0b00), y, x, t) })
			o.add(func() { k.VSHUFI32X4(operand.Imm(0b11), y, x, x) })
		}
		o.add(func() { k.move(t, row(0)) })
		o.add(func() { k.move(x, row(1)) })
		p.put(t)
	default:
		t := p.get()
		o.add(func() { k.move(x, t) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b10_00_00_00), y, y, oddLanes, t) })
		o.add(func() { k.VSHUFI32X4(operand.Imm(0b00_11_00_01), x, x, evenLanes, y) })
		// Hashes with odd l have the halves of their lines swapped (loadLines).
		swapped := func(l int) operand.Mem { return at(pad, disp^32+(4*l+i)*rowBytes) }
		o.add(func() { k.move(t.AsY(), row(0)) })
		o.add(func() { k.move(y.AsY(), swapped(1)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), t, row(2)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), y, swapped(3)) })
		p.put(t)
	}
	p.put(x, y)
}

// Masks of 32-bit words: 128-bit lanes 1 and 3, lanes 0 and 2, and the upper half.
var oddLanes, evenLanes, highHalf = reg.K1, reg.K2, reg.K3

func (k *romix) laneMasks() {
	k.MOVL(operand.U32(0xf0f0), reg.EAX)
	k.KMOVW(reg.EAX, oddLanes)
	k.MOVL(operand.U32(0x0f0f), reg.EAX)
	k.KMOVW(reg.EAX, evenLanes)
	k.MOVL(operand.U32(0xff00), reg.EAX)
	k.KMOVW(reg.EAX, highHalf)
}

// readRows XORs a set's state with the rows that it chooses, and computes S1's input, the XOR of both blocks.
func (k *romix) readRows(s set) (o stream) {
	ask := k.ask(s)
	var read stream
	p := k.newPool(s)
	for _, block := range []part{s2, s1} {
		var quads [4][4]reg.VecPhysical
		if k.lanes == 16 {
			quads = k.loadLines(&read, &p, s, block)
		}
		for q := range quads {
			if k.lanes < 16 {
				quads[q] = k.loadQuad(&read, &p, 64*int(block)+16*q)
			}
			k.transpose(&read, &p, quads[q][:])
			k.mixQuad(&read, &p, s, block, q, quads[q])
		}
	}
	for len(ask) < int(asking/(1-asking)*float64(len(read))) {
		ask.add(func() {}) // merge then spreads the prefetches over that part of the transposition
	}
	return append(ask, read...)
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
		k.input(o, s, s1, w, v)
		p.put(v)
	}
}

// ask computes the offsets of the rows that the set reads next, and prefetches them. The offsets of up to eight hashes stay
// in offsetRegs.
func (k *romix) ask(s set) (o stream) {
	t := k.register(k.registers() - 1)
	o.add(func() { k.MOVQ(k.at(s, padSlot), pad) })
	o.add(func() { k.move(k.slot(s, s2, 0), t) })
	o.add(func() { k.and(k.masks, t, t) })
	o.add(func() { k.left(k.rowShift(), t, t) })
	o.add(func() { k.add(k.offsets, t, t) })
	o.add(func() { k.move(t, k.at(s, rowsSlot)) })
	for h := range k.lanes {
		g := offsetRegs[h%len(offsetRegs)]
		o.add(func() { k.offset(s, h, g) })
		o.add(func() { k.PREFETCHNTA(indexed(pad, g, 0)) })
		o.add(func() { k.PREFETCHNTA(indexed(pad, g, 64)) })
	}
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
		switch {
		case k.set == avx2:
			o.add(func() { k.VINSERTI128(operand.Imm(1), indexed(pad, g[1], disp), v, v) })
		case k.set == avx512:
			o.add(func() { k.VINSERTI32X4(operand.Imm(1), indexed(pad, g[1], disp), v, v) })
		}
		quad[i] = v
	}
	return quad
}

// loadLines loads 64 bytes of each hash's row: lane l of register i of quad q has the bytes from 16*q on of hash 4*l+i.
func (k *romix) loadLines(o *stream, p *pool, s set, block part) (quads [4][4]reg.VecPhysical) {
	// blend combines the low half of x and the high half of y.
	blend := func(x, y, to operand.Op) { k.VPBLENDMD(y, x, highHalf, to) }
	other := func(x, y, to operand.Op) { blend(y, x, to) }
	lanes := func(imm uint64) shuffle { return func(x, y, to operand.Op) { k.VSHUFI32X4(operand.U8(imm), y, x, to) } }
	for i := range 4 {
		var lines [4]reg.VecPhysical
		for l := range lines {
			g, v := offsetRegs[4*(i%2)+l], p.get()
			o.add(func() { k.offset(s, 4*l+i, g) })
			o.add(func() { k.move(indexed(pad, g, 64*int(block)), v) })
			lines[l] = v
		}
		// Hashes with odd l have the halves of their lines swapped: the blends are quads 0, 1, 0, 1 and
		// 2, 3, 2, 3 of two hashes, the latter in the other order.
		a, b := p.butterfly(o, blend, other, lines[0], lines[1])
		c, d := p.butterfly(o, blend, other, lines[2], lines[3])
		quads[0][i], quads[1][i] = p.butterfly(o, lanes(0b10_00_10_00), lanes(0b11_01_11_01), a, c)
		quads[2][i], quads[3][i] = p.butterfly(o, lanes(0b00_10_00_10), lanes(0b01_11_01_11), b, d)
	}
	return quads
}
