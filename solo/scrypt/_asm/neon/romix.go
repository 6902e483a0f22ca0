package main

// romix generates ROMix of RFC 7914 section 5 for the design's hashes. The working memory holds each set's state on entry
// and on return.
//
// During a Salsa20/8, the set's block in working memory that it computes holds its input, which is added at its end. During
// the first Salsa20/8, the second block holds what goes into the second.
func (d *design) romix(p *printer) {
	p.line("")
	p.line("// func %s(work *neonWork, pad *byte)", d.name)
	p.line("TEXT ·%s(SB), NOSPLIT|NOFRAME, $0-16", d.name)
	p.op("MOVD work+0(FP), %s", work[0])
	p.op("MOVD pad+8(FP), %s", pad[0])
	for s := 1; s < d.sets; s++ {
		p.op("ADD $%d, %s, %s", workBytes, work[s-1], work[s])
		p.op("ADD $%d, %s, %s", costN*setRow, pad[s-1], pad[s])
	}
	for s := range d.sets {
		p.op("MOVD %s, %s", pad[s], nextRow[s])
	}
	if d.sets == 1 {
		d.alone(p)
	} else {
		d.together(p)
	}
	p.op("RET")
}

// alone is ROMix of a single set.
func (d *design) alone(p *printer) {
	blockMix := func() {
		d.rounds(p, 0)
		d.middle(p, 0)
		d.rounds(p, 0)
		d.end(p, 0)
	}
	p.loop(step, costN, func() {
		d.fill(p, 0)
		blockMix()
	})
	p.loop(step, costN, func() {
		d.choose(p, 0, false)
		d.mix(p, 0)
		blockMix()
	})
}

// together is ROMix of two sets, the second one Salsa20/8 behind: while one goes from row to row, the other is between its
// two blocks, and the rows that a set reads next arrive meanwhile.
func (d *design) together(p *printer) {
	fill := func(s, other int) {
		d.rounds(p, s, other) // the second block of s, the first of other
		d.end(p, s)
		d.middle(p, other)
		d.fill(p, s)
	}
	mix := func(s, other int) {
		d.rounds(p, s, other)
		d.end(p, s)
		d.choose(p, s, true)
		d.middle(p, other)
		d.mix(p, s)
	}
	d.fill(p, 0)
	d.rounds(p, 0)
	d.middle(p, 0)
	d.fill(p, 1)
	p.loop(step, costN-1, func() { fill(0, 1); fill(1, 0) })
	p.loop(step, costN, func() { mix(0, 1); mix(1, 0) })
	d.rounds(p, 0, 1)
	d.end(p, 0)
	d.middle(p, 1)
	d.rounds(p, 1)
	d.end(p, 1)
}

// words calls f for pairs of neighbouring words with their registers and two temporaries. A resting word is loaded into a
// temporary; if write is set it is stored afterwards.
func (d *design) words(p *printer, s int, write bool, f func(w int, x, t [2]vector)) {
	for w := 0; w < blockWords; w += 2 {
		var x, t [2]vector
		for i := range 2 {
			x[i], t[i] = d.homes[s][w+i], d.temps[i]
			if d.rests(w + i) {
				x[i] = d.temps[2+i]
				p.load(d.restSlot(s, w+i), x[i])
			}
		}
		f(w, x, t)
		for i := range 2 {
			if write && d.rests(w+i) {
				p.store(x[i], d.restSlot(s, w+i))
			}
		}
	}
}

// middle completes the first Salsa20/8 and starts the second.
func (d *design) middle(p *printer, s int) {
	p.comment("set %d: first block done; second block ^= first", s)
	d.words(p, s, true, func(w int, x, t [2]vector) {
		p.loadPair(wordSlot(s, block0, w), t[0], t[1])
		p.add(t[0], x[0], x[0])
		p.add(t[1], x[1], x[1])
		p.storePair(x[0], x[1], wordSlot(s, block0, w))
		p.loadPair(wordSlot(s, block1, w), t[0], t[1])
		p.xor(t[0], x[0], x[0])
		p.xor(t[1], x[1], x[1])
		p.storePair(x[0], x[1], wordSlot(s, block1, w))
	})
}

// end completes the second Salsa20/8.
func (d *design) end(p *printer, s int) {
	p.comment("set %d: second block done", s)
	d.words(p, s, false, func(w int, x, t [2]vector) {
		p.loadPair(wordSlot(s, block1, w), t[0], t[1])
		p.add(t[0], x[0], x[0])
		p.add(t[1], x[1], x[1])
		p.storePair(x[0], x[1], wordSlot(s, block1, w))
	})
}

// choose computes the addresses of the chosen rows from the second block's first word, which is still in its register.
func (d *design) choose(p *printer, s int, prefetch bool) {
	p.comment("set %d: addresses of the rows to mix in", s)
	for h, r := range chosen[s] {
		p.op("VMOV V%d.S[%d], %s", d.homes[s][0], h, r)
		p.op("UBFIZ $%d, %s, $%d, %s", rowShift, r, indexBits, r)
		p.op("ADD %s, %s, %s", pad[s], r, r)
		for line := 0; prefetch && line < hashRow; line += 64 {
			p.op("PRFM %v, PLDL1KEEP", memory{r, h*hashRow + line})
		}
	}
}

// fill writes the state to the next row of each hash and starts the first Salsa20/8 from it.
func (d *design) fill(p *printer, s int) {
	p.comment("set %d: row = state; first block ^= second", s)
	for block := range 2 {
		for half := range 2 {
			x := d.octet(s, half)
			for i := 0; i < 8; i += 2 {
				p.loadPair(wordSlot(s, block*blockBytes, 8*half+i), x[i], x[i+1])
			}
			d.transpose(p, [4]vector(x[:4]))
			d.transpose(p, [4]vector(x[4:]))
			for h := range lanes {
				p.storePair(x[h], x[4+h], memory{nextRow[s], rowPart(h, block, half)})
			}
		}
	}
	p.op("ADD $%d, %s, %s", setRow, nextRow[s], nextRow[s])
	for half := range 2 {
		x := d.octet(s, half)
		for i := 0; i < 8; i += 2 {
			p.loadPair(wordSlot(s, block0, 8*half+i), x[i], x[i+1])
		}
		d.start(p, s, half, x)
	}
}

// mix XORs the chosen rows into the state and starts the first Salsa20/8 from it.
func (d *design) mix(p *printer, s int) {
	p.comment("set %d: state ^= row; first block ^= second", s)
	row := func(block, half int) [8]vector {
		x := d.octet(s, half)
		for h, r := range chosen[s] {
			p.loadPair(memory{r, rowPart(h, block, half)}, x[h], x[4+h])
		}
		d.transpose(p, [4]vector(x[:4]))
		d.transpose(p, [4]vector(x[4:]))
		for i := 0; i < 8; i += 2 {
			t := d.temps[i/2%2*2:]
			p.loadPair(wordSlot(s, block*blockBytes, 8*half+i), t[0], t[1])
			p.xor(t[0], x[i], x[i])
			p.xor(t[1], x[i+1], x[i+1])
		}
		return x
	}
	for half := range 2 {
		x := row(1, half)
		for i := 0; i < 8; i += 2 {
			p.storePair(x[i], x[i+1], wordSlot(s, block1, 8*half+i))
		}
	}
	for half := range 2 {
		d.start(p, s, half, row(0, half))
	}
}

// start sets half a block of the first Salsa20/8's input to x, words of the first block, XOR the second.
func (d *design) start(p *printer, s, half int, x [8]vector) {
	for i := 0; i < 8; i += 2 {
		w, t := 8*half+i, d.temps[i/2%2*2:]
		p.loadPair(wordSlot(s, block1, w), t[0], t[1])
		p.xor(t[0], x[i], x[i])
		p.xor(t[1], x[i+1], x[i+1])
		p.storePair(x[i], x[i+1], wordSlot(s, block0, w))
		for j := range 2 {
			if d.rests(w + j) {
				p.store(x[i+j], d.restSlot(s, w+j))
			}
		}
	}
}

// transpose turns words of four hashes into hashes of four words, or back.
func (d *design) transpose(p *printer, x [4]vector) {
	t := d.temps
	p.trn1(x[0], x[1], t[0])
	p.trn2(x[0], x[1], t[1])
	p.trn1(x[2], x[3], t[2])
	p.trn2(x[2], x[3], t[3])
	p.zip1(t[0], t[2], x[0])
	p.zip1(t[1], t[3], x[1])
	p.zip2(t[0], t[2], x[2])
	p.zip2(t[1], t[3], x[3])
}

func (d *design) stub(p *printer) {
	p.line("")
	p.line("// %s works like romix on %d hashes. Work is %d neonWork with their states, and pad their scratchpad", d.name,
		d.sets*lanes, d.sets)
	p.line("// of %d KiB. Both should be aligned to 64 bytes.", d.sets*costN*setRow>>10)
	p.line("//")
	p.line("//go:noescape")
	p.line("func %s(work *neonWork, pad *byte)", d.name)
}
