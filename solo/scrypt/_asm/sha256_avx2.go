package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func sha256AVX2(ctx *build.Context) { sha256Narrow(ctx, avx2, 8, "compressAVX2", "8") }

// sha256Narrow keeps the schedule in the block's memory, since the state leaves only eight registers.
func sha256Narrow(ctx *build.Context, set instructionSet, lanes int, name, lanesText string) {
	s := &sha{vector: &vector{Context: ctx, set: set, lanes: lanes}, k: table(ctx, "sha256K", shaK...)}
	s.word = func(i int) operand.Op { return at(reg.RDX, s.width()*(i%shaBlock)) }
	s.round, s.schedule = s.roundNarrow, s.scheduleNarrow
	s.generate(name, lanesText)
}

// temp is register n after those of the state.
func (s *sha) temp(n int) reg.VecPhysical { return s.register(shaState + n) }

func (s *sha) scheduleNarrow(i int) {
	w, x := s.temp(0), s.temp(1)
	s.move(s.word(i), w)
	s.add(s.word(i+9), w, w)
	s.move(s.word(i+1), x)
	s.sigmaNarrow(x, smallSigma0, false, s.temp(2), s.temp(3))
	s.add(s.temp(2), w, w)
	s.move(s.word(i+14), x)
	s.sigmaNarrow(x, smallSigma1, false, s.temp(2), s.temp(3))
	s.add(s.temp(2), w, w)
	s.move(w, s.word(i))
}

func (s *sha) roundNarrow(i int) {
	v := s.state(i)
	a, b, c, d, e, f, g, h := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	sum, t, u := s.temp(4), s.temp(5), s.temp(6)
	s.broadcast(s.constant(i), t)
	s.add(s.word(i), h, h)
	s.add(t, h, h)
	s.sigmaNarrow(e, bigSigma1, true, sum, t)
	s.add(sum, h, h)
	s.xor(g, f, t) // choose is ((f XOR g) AND e) XOR g
	s.and(e, t, t)
	s.xor(g, t, t)
	s.add(t, h, h)
	s.add(h, d, d)
	s.sigmaNarrow(a, bigSigma0, true, sum, t)
	s.add(sum, h, h)
	s.xor(b, a, t) // majority is ((a XOR b) AND (b XOR c)) XOR b
	s.xor(c, b, u)
	s.and(u, t, t)
	s.xor(b, t, t)
	s.add(t, h, h)
}

// sigmaNarrow sets to to the XOR of x rotated right by n[0], x rotated right by n[1], and x rotated or shifted right by
// n[2]. It changes t.
func (s *sha) sigmaNarrow(x reg.VecPhysical, n [3]uint64, rotate bool, to, t reg.VecPhysical) {
	s.right(n[0], x, to)
	for i, n := range n {
		if i > 0 {
			s.right(n, x, t)
			s.xor(t, to, to)
		}
		if i < 2 || rotate {
			s.left(32-n, x, t)
			s.xor(t, to, to)
		}
	}
}

// broadcast loads a word from memory into all lanes.
func (s *sha) broadcast(from operand.Mem, to reg.VecPhysical) {
	if s.set == avx2 {
		s.VPBROADCASTD(from, to)
		return
	}
	s.MOVD(from, to)
	s.PSHUFD(operand.Imm(0), to, to)
}
