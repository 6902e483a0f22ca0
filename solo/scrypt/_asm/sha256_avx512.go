package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The immediates of VPTERNLOGD are truth tables of three inputs.
const (
	xor3     = 0x96
	choose   = 0xca // the first decides between the second and the third
	majority = 0xe8
)

// sha512 keeps SHA-256's state in Z0 to Z7 and the last sixteen words of the schedule in Z8 to Z23.
type sha512 struct {
	*build.Context
	k reg.GPPhysical // where the constants of the next sixteen rounds are
}

func sha256AVX512(ctx *build.Context) {
	constants := table(ctx, "sha256K", shaK...)
	s := &sha512{Context: ctx, k: reg.R8}
	s.Function("compressAVX512")
	s.Doc("compressAVX512 sets to to SHA-256's state after block, where from is the state before it, in 16 lanes.",
		"To may be from, but not block. All are word-sliced and aligned to 64 bytes. It destroys block.")
	s.Attributes(build.NOSPLIT)
	s.Pragma("noescape")
	s.SignatureExpr("func(to, from, block *uint32)")
	s.Load(s.Param("to"), reg.RDI)
	s.Load(s.Param("from"), reg.RSI)
	s.Load(s.Param("block"), reg.RDX)
	s.LEAQ(constants, s.k)
	for i := range shaState {
		s.VMOVDQA32(at(reg.RSI, 64*i), zmm[i])
	}
	for i := range shaBlock {
		s.VMOVDQA32(at(reg.RDX, 64*i), s.word(i))
	}
	for i := range shaBlock {
		s.round(i)
	}
	s.MOVL(operand.U32(shaRounds/shaBlock-1), reg.ECX)
	s.Label("sixteen")
	s.ADDQ(operand.Imm(shaBlock*wordSize), s.k)
	for i := range shaBlock {
		s.schedule(i)
		s.round(i)
	}
	s.DECL(reg.ECX)
	s.JNZ(operand.LabelRef("sixteen"))
	for i := range shaState {
		s.VPADDD(at(reg.RSI, 64*i), zmm[i], zmm[i])
		s.VMOVDQA32(zmm[i], at(reg.RDI, 64*i))
	}
	s.VZEROUPPER()
	s.RET()
}

// word returns word i of the schedule, modulo sixteen.
func (s *sha512) word(i int) reg.VecPhysical { return zmm[shaState+i%shaBlock] }

// schedule replaces word i by the one sixteen later.
func (s *sha512) schedule(i int) {
	w, t := s.word(i), zmm[24+4*(i%2):]
	s.VPADDD(s.word(i+9), w, w)
	s.sigma(s.word(i+1), smallSigma0, s.VPSRLD, t)
	s.VPADDD(t[0], w, w)
	s.sigma(s.word(i+14), smallSigma1, s.VPSRLD, t)
	s.VPADDD(t[0], w, w)
}

// sigma sets t[0] to the XOR of x, rotated or in the last case treated by last, by each of n. It changes t[:3].
func (s *sha512) sigma(x reg.VecPhysical, n [3]uint64, last func(...operand.Op), t []reg.VecPhysical) {
	s.VPRORD(operand.Imm(n[0]), x, t[0])
	s.VPRORD(operand.Imm(n[1]), x, t[1])
	last(operand.Imm(n[2]), x, t[2])
	s.VPTERNLOGD(operand.U8(xor3), t[2], t[1], t[0])
}

// round is round i, modulo sixteen. The roles of the registers rotate instead of their contents.
func (s *sha512) round(i int) {
	v := func(n int) reg.VecPhysical { return zmm[(n-i%shaState+shaState)%shaState] }
	a, b, c, d, e, f, g, h := v(0), v(1), v(2), v(3), v(4), v(5), v(6), v(7)
	t := zmm[24:]
	s.VPADDD_BCST(at(s.k, wordSize*i), h, h)
	s.VPADDD(s.word(i), h, h)
	s.sigma(e, bigSigma1, s.VPRORD, t)
	s.VMOVDQA32(e, t[3])
	s.VPTERNLOGD(operand.U8(choose), g, f, t[3])
	s.VPADDD(t[0], h, h)
	s.VPADDD(t[3], h, h)
	s.VPADDD(h, d, d)
	t = zmm[28:]
	s.sigma(a, bigSigma0, s.VPRORD, t)
	s.VMOVDQA32(a, t[3])
	s.VPTERNLOGD(operand.U8(majority), c, b, t[3])
	s.VPADDD(t[0], h, h)
	s.VPADDD(t[3], h, h)
}
