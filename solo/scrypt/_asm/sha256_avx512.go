package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The immediates of VPTERNLOGD are truth tables of three inputs.
const (
	xor3     = 0x96
	choose   = 0xca // the first selects the second or the third
	majority = 0xe8
)

// With 32 registers the schedule is in registers too, after the state.
func sha256AVX512(ctx *build.Context) {
	s := &sha{
		vector: &vector{Context: ctx, set: avx512, lanes: 16},
		k:      table(ctx, "sha256K", shaK...),
		word:   func(i int) operand.Op { return zmm[shaState+i%shaBlock] },
	}
	s.round, s.schedule = s.round512, s.schedule512
	s.generate("compressAVX512", "16")
}

const shaTemps = shaState + shaBlock

func (s *sha) schedule512(i int) {
	w, t := s.word(i), zmm[shaTemps+4*(i%2):]
	s.VPADDD(s.word(i+9), w, w)
	s.sigma512(s.word(i+1), smallSigma0, s.VPSRLD, t)
	s.VPADDD(t[0], w, w)
	s.sigma512(s.word(i+14), smallSigma1, s.VPSRLD, t)
	s.VPADDD(t[0], w, w)
}

func (s *sha) round512(i int) {
	v, t := s.state(i), zmm[shaTemps:]
	a, b, c, d, e, f, g, h := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	s.VPADDD_BCST(s.constant(i), h, h)
	s.VPADDD(s.word(i), h, h)
	s.sigma512(e, bigSigma1, s.VPRORD, t)
	s.VPADDD(t[0], h, h)
	s.VMOVDQA32(e, t[3])
	s.VPTERNLOGD(operand.U8(choose), g, f, t[3])
	s.VPADDD(t[3], h, h)
	s.VPADDD(h, d, d)
	t = zmm[shaTemps+4:]
	s.sigma512(a, bigSigma0, s.VPRORD, t)
	s.VPADDD(t[0], h, h)
	s.VMOVDQA32(a, t[3])
	s.VPTERNLOGD(operand.U8(majority), c, b, t[3])
	s.VPADDD(t[3], h, h)
}

// sigma512 sets t[0] to the XOR of x rotated right by n[0], x rotated right by n[1], and last(n[2], x). It changes t[:3].
func (s *sha) sigma512(x operand.Op, n [3]uint64, last func(...operand.Op), t []reg.VecPhysical) {
	s.VPRORD(operand.Imm(n[0]), x, t[0])
	s.VPRORD(operand.Imm(n[1]), x, t[1])
	last(operand.Imm(n[2]), x, t[2])
	s.VPTERNLOGD(operand.U8(xor3), t[2], t[1], t[0])
}
