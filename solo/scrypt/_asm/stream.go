package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// stream is a sequence of instructions that are not emitted yet, so that two can be merged.
type stream []func()

func (s *stream) add(instruction func()) { *s = append(*s, instruction) }

func (s stream) emit() {
	for _, instruction := range s {
		instruction()
	}
}

// merge spreads b evenly over a.
func merge(a, b stream) (m stream) {
	done := 0
	for i, instruction := range a {
		m.add(instruction)
		next := (i + 1) * len(b) / len(a)
		m = append(m, b[done:next]...)
		done = next
	}
	return m
}

// alternate takes instructions, or streams, from each of s in turn. All have the same length.
func alternate[S ~[]E, E any](s ...S) (m S) {
	for i := range s[0] {
		for _, one := range s {
			m = append(m, one[i])
		}
	}
	return m
}

func at(base reg.Register, disp int) operand.Mem { return operand.Mem{Base: base, Disp: disp} }

func indexed(base, index reg.Register, disp int) operand.Mem {
	return operand.Mem{Base: base, Index: index, Scale: 1, Disp: disp}
}

// table declares constant words in memory.
func table(c *build.Context, name string, words ...uint32) operand.Mem {
	m := c.StaticGlobal(name)
	c.DataAttributes(build.RODATA | build.NOPTR)
	for i, w := range words {
		c.AddDatum(wordSize*i, operand.U32(w))
	}
	return m
}
