package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// asking is the part of the time of a transposition in which the rows are asked for but not yet read.
const asking = 0.4

// offsetRegs hold where in its pad a set's rows begin.
var offsetRegs = []reg.GPPhysical{reg.RAX, reg.RBX, reg.R11, reg.R12, reg.R9, reg.R10, reg.R13, reg.RDX}

// pool hands out registers.
type pool []reg.VecPhysical

// newPool has the registers that a set's transposition may change.
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

// butterfly makes two registers of x and y.
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

// writeRow writes a set's state to its pad, which it moves on, and makes S1's input, the XOR of both blocks.
func (k *romix) writeRow(s set) (o stream) {
	const line = 64
	for disp := k.row(); disp < 2*k.row(); disp += line {
		o.add(func() { k.PREFETCHT0(at(s.pad, disp)) })
	}
	p := k.newPool(s)
	for block := range part(2) {
		for half := range 2 { // words 8*half to 8*half+7 of each hash are 32 bytes together
			var quads [2][4]reg.VecPhysical
			for q := range quads {
				for i := range quads[q] {
					v := p.get()
					o.add(func() { k.move(k.slot(s, block, 8*half+4*q+i), v) })
					quads[q][i] = v
				}
				// Then lane l of register i is four words of hash 4*l+i.
				k.transpose(&o, &p, quads[q][:])
			}
			for i := range 4 {
				k.storeRows(&o, &p, s, quads[0][i], quads[1][i], i, (2*int(block)+half)*32)
			}
		}
	}
	for w := range blockWords {
		v := p[w%len(p)]
		o.add(func() { k.move(k.slot(s, s1, w), v) })
		o.add(func() { k.xor(k.slot(s, s2, w), v, v) })
		o.add(func() { k.move(v, k.slot(s, s1, w)) })
	}
	o.add(func() { k.ADDQ(operand.U32(k.row()), s.pad) })
	return o
}

// storeRows stores 32 bytes, lane l of x and of y, in the row of each hash 4*l+i.
func (k *romix) storeRows(o *stream, p *pool, s set, x, y reg.VecPhysical, i, disp int) {
	row := func(l int) operand.Mem { return at(s.pad, disp+(4*l+i)*rowBytes) }
	switch {
	case k.set == sse2:
		o.add(func() { k.move(x, row(0)) })
		o.add(func() { k.move(y, at(s.pad, disp+i*rowBytes+16)) })
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
		o.add(func() { k.move(t.AsY(), row(0)) })
		o.add(func() { k.move(y.AsY(), row(1)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), t, row(2)) })
		o.add(func() { k.VEXTRACTI64X4(operand.Imm(1), y, row(3)) })
		p.put(t)
	}
	p.put(x, y)
}

// oddLanes and evenLanes are masks for the 128-bit lanes 1 and 3, and 0 and 2.
var oddLanes, evenLanes = reg.K1, reg.K2

func (k *romix) laneMasks() {
	k.MOVL(operand.U32(0xf0f0), reg.EAX)
	k.KMOVW(reg.EAX, oddLanes)
	k.MOVL(operand.U32(0x0f0f), reg.EAX)
	k.KMOVW(reg.EAX, evenLanes)
}

// readRows XORs a set's state with the rows that it names, and makes S1's input, the XOR of both blocks.
func (k *romix) readRows(s set) (o stream) {
	ask := k.ask(s)
	var read stream
	p := k.newPool(s)
	for _, block := range []part{s2, s1} {
		for half := range 2 {
			for q, quad := range k.loadRows(&read, &p, s, 64*int(block)+32*half) {
				k.transpose(&read, &p, quad[:])
				for i, v := range quad {
					w := 8*half + 4*q + i
					read.add(func() { k.xor(k.slot(s, block, w), v, v) })
					if block == s1 {
						read.add(func() { k.xor(k.slot(s, s2, w), v, v) })
					}
					read.add(func() { k.move(v, k.slot(s, block, w)) })
					p.put(v)
				}
			}
		}
	}
	for len(ask) < int(asking/(1-asking)*float64(len(read))) {
		ask.add(func() {}) // so that merge spreads the instructions over the whole time of asking
	}
	return append(ask, read...)
}

// ask computes the offsets of the rows that the set reads next, and has them fetched.
func (k *romix) ask(s set) (o stream) {
	t := k.register(k.registers() - 1)
	o.add(func() { k.move(k.slot(s, s2, 0), t) })
	o.add(func() { k.and(k.mask, t, t) })
	o.add(func() { k.left(k.rowShift(), t, t) })
	o.add(func() { k.add(k.offsets, t, t) })
	o.add(func() { k.move(t, at(reg.RDI, s.rows)) })
	for h := range k.lanes {
		g := offsetRegs[h%len(offsetRegs)]
		o.add(func() { k.offset(s, h, g) })
		o.add(func() { k.PREFETCHNTA(indexed(s.pad, g, 0)) })
		o.add(func() { k.PREFETCHNTA(indexed(s.pad, g, 64)) })
	}
	return o
}

// offset loads where hash h's row begins.
func (k *romix) offset(s set, h int, g reg.GPPhysical) {
	k.MOVL(at(reg.RDI, s.rows+wordSize*h), g.As32())
}

// loadRows loads 32 bytes of each hash's row: lane l of register i of quad q is bytes 16*q on of hash 4*l+i.
func (k *romix) loadRows(o *stream, p *pool, s set, disp int) (quads [2][4]reg.VecPhysical) {
	if k.lanes == 16 {
		return k.loadRows16(o, p, s, disp)
	}
	for q := range quads {
		for i := range quads[q] {
			v := p.get()
			g := [2]reg.GPPhysical{offsetRegs[i], offsetRegs[4+i]}
			from := func(l int) operand.Mem { return indexed(s.pad, g[l], disp+16*q) }
			for l := range k.lanes / 4 {
				o.add(func() { k.offset(s, 4*l+i, g[l]) })
			}
			o.add(func() { k.move(from(0), v.AsX()) })
			switch {
			case k.set == avx2:
				o.add(func() { k.VINSERTI128(operand.Imm(1), from(1), v, v) })
			case k.set == avx512:
				o.add(func() { k.VINSERTI32X4(operand.Imm(1), from(1), v, v) })
			}
			quads[q][i] = v
		}
	}
	return quads
}

func (k *romix) loadRows16(o *stream, p *pool, s set, disp int) (quads [2][4]reg.VecPhysical) {
	evens := func(x, y, to operand.Op) { k.VSHUFI32X4(operand.Imm(0b10_00_10_00), y, x, to) }
	odds := func(x, y, to operand.Op) { k.VSHUFI32X4(operand.Imm(0b11_01_11_01), y, x, to) }
	for i := range 4 {
		g := offsetRegs[4*(i%2):]
		from := func(l int) operand.Mem { return indexed(s.pad, g[l], disp) }
		for l := range 4 {
			o.add(func() { k.offset(s, 4*l+i, g[l]) })
		}
		x, y := p.get(), p.get()
		o.add(func() { k.move(from(0), x.AsY()) })
		o.add(func() { k.move(from(2), y.AsY()) })
		o.add(func() { k.VINSERTI64X4(operand.Imm(1), from(1), x, x) })
		o.add(func() { k.VINSERTI64X4(operand.Imm(1), from(3), y, y) })
		quads[0][i], quads[1][i] = p.butterfly(o, evens, odds, x, y)
	}
	return quads
}
