package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// SHA-256 (FIPS 180-4), for as many messages as a register has lanes. A state has eight slots, a block sixteen.

const (
	shaRounds = 64
	shaState  = 8
	shaBlock  = 16
)

// shaK lists SHA-256's round constants.
var shaK = []uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

// The rotations of SHA-256's functions. The last number of a small sigma is a shift.
var (
	bigSigma0   = [3]uint64{2, 13, 22}
	bigSigma1   = [3]uint64{6, 11, 25}
	smallSigma0 = [3]uint64{7, 18, 3}
	smallSigma1 = [3]uint64{17, 19, 10}
)

// sha is SHA-256's compression function. The state is in the first eight registers.
type sha struct {
	*vector
	k    operand.Mem
	word func(i int) operand.Op // word i of the schedule, modulo sixteen
	// round emits round i, modulo sixteen; schedule replaces word i by the word sixteen later.
	round, schedule func(i int)
}

// constant is the address of the constant of round i, modulo sixteen.
func (s *sha) constant(i int) operand.Mem { return at(reg.R8, wordSize*i) }

// state returns the registers of the state in round i: their roles rotate instead of their contents.
func (s *sha) state(i int) (v [shaState]reg.VecPhysical) {
	for n := range v {
		v[n] = s.register((n - i%shaState + shaState) % shaState)
	}
	return v
}

func (s *sha) generate(name string, lanes string) {
	s.Function(name)
	s.Doc(name+" sets to to SHA-256's state after block, where from is the state before it, for "+lanes,
		"messages. To may be from, but not block. All are word-sliced and aligned. It destroys block.")
	s.Attributes(build.NOSPLIT)
	s.Pragma("noescape")
	s.SignatureExpr("func(to, from, block *uint32)")
	s.Load(s.Param("to"), reg.RDI)
	s.Load(s.Param("from"), reg.RSI)
	s.Load(s.Param("block"), reg.RDX)
	s.LEAQ(s.k, reg.R8)
	for i := range shaState {
		s.move(at(reg.RSI, s.width()*i), s.register(i))
	}
	if s.set == avx512 {
		for i := range shaBlock {
			s.move(at(reg.RDX, s.width()*i), s.word(i))
		}
	}
	for i := range shaBlock {
		s.round(i)
	}
	s.MOVL(operand.U32(shaRounds/shaBlock-1), reg.ECX)
	s.Label("sixteen")
	s.ADDQ(operand.Imm(shaBlock*wordSize), reg.R8)
	for i := range shaBlock {
		s.schedule(i)
		s.round(i)
	}
	s.DECL(reg.ECX)
	s.JNZ(operand.LabelRef("sixteen"))
	for i := range shaState {
		s.add(at(reg.RSI, s.width()*i), s.register(i), s.register(i))
		s.move(s.register(i), at(reg.RDI, s.width()*i))
	}
	s.done()
}
