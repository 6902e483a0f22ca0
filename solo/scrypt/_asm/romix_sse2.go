package main

import "github.com/mmcloughlin/avo/build"

// romixSSE2 does what romixAVX2x16 does, in registers of half the width.
func romixSSE2(ctx *build.Context) {
	newROMix(ctx, sse2, 4).narrow("romixSSE2", "It takes two sets of 4 hashes in xmm registers: 1 MiB of pad.")
}
