// Package scrypt searches Litecoin's proof of work: scrypt with N=1024, r=1, p=1 and 32 bytes of output,
// where an 80-byte block header is both password and salt (RFC 7914; Litecoin Core, src/crypto/scrypt.cpp).
//
// The hash is PBKDF2-HMAC-SHA256 of the header to 128 bytes, ROMix of those over 128 KiB of memory, and
// PBKDF2-HMAC-SHA256 of the header again with ROMix's output as salt. ROMix is nearly all of the time.
//
//	Sum        one PoW hash by golang.org/x/crypto/scrypt, the judge of every candidate
//	Kernel     one implementation of the whole hash for several headers (lanes) at once
//	Kernels    those that this processor can run and that passed their self-test
//	Best       the fastest of them, measured
//	Scanner    one thread's search over nonces with one kernel
//
// PoW hashes are in internal byte order: as a number they are little-endian, so byte 31 is the most
// significant one. Targets are in the same order, and a hash is a hit if it is not greater than the target.
//
// The package imports no other of this module, and nothing in it logs or reads a file.
//
// # Kernels
//
// Those of amd64 in assembly are one design in registers of different width (_asm/romix.go says how it
// works). Their lanes are two or three sets of hashes, word-sliced: a register holds one word of a set's states.
//
//	avx512      2 x 16 in zmm registers, 4 MiB
//	avx512wide  the same with more rounds of both sets side by side, for processors whose vector instructions
//	            take two cycles
//	avx512x16   2 x 8 in ymm registers with AVX-512's instructions, 2 MiB, for processors with little cache
//	avx2        3 x 8, 3 MiB (_asm/rotation.go)
//	avx2x16     2 x 8, 2 MiB
//	sse2        2 x 4, 1 MiB, for the rest of amd64
//	neon        2 x 4, 1 MiB, and neon4, 1 x 4 in half the memory: arm64, see below
//	generic     plain Go, 1 header, for all other processors and with the build tag purego
//	xcrypto     golang.org/x/crypto/scrypt, the judge
//
// Both PBKDF2 are done in as many lanes (sliced.go), for which the midstate of a header's first 64 bytes is kept. They
// take about 2 % of the time. Looking at fewer rounds of the last SHA-256 would save 0.01 %.
//
// SOLO_KERNELS_OFF=avx512,avx2 in the environment makes the package believe that the processor lacks these
// instruction sets, for tests; sse2 can be named as well.
//
// # What was measured
//
// The floor of a design is its vector arithmetic alone, at as many instructions as the processor can start in a
// cycle: word-sliced, 960 in registers of 512 bits for 16 hashes and step of ROMix, and 1440 with AVX2 for 8, which
// has no rotation. A hash is 2048 steps.
//
//	cycles of ROMix for a hash   floor    measured, one thread
//	Zen 5, avx512wide            30 700   54 000 to 56 000; a ninth of it is memory
//	Zen 5, avx512                30 700   58 000 to 62 000
//	Zen 5, avx2                  92 000   128 000 to 134 000; a twentieth is memory
//	Zen 5, avx2x16               92 000   133 000 to 139 000
//	Zen 4, avx512                61 000   82 000 to 85 000, before the code was made small (see below)
//	Zen 4, avx2x16               92 000   150 000, the same
//	Zen 3, avx2                  92 000   122 000 in its best rounds, see below
//
// Zen 5 starts four 512-bit instructions in a cycle, but each takes two cycles: eight chains of dependent
// instructions are needed to be at four, and the rounds come to 3.5, in the best order that was found. Zen 4 starts
// two 512-bit ones. Both figures are of servers of which two cores were ours, and move with the neighbours' load. On
// the Zen 3 the other thread of a core was a stranger's: while that is busy, a kernel that fills the vector units loses
// a third and more, with the scratchpad in the first cache too, and one that waits for its own results hardly anything.
//
// What made the difference, each pair in cycles for a hash from one run:
//
//   - Zen 5: code that is small. The rounds as loops instead of written out, and one half step for both sets: 53600
//     against 62500 with avx512wide, 98000 against 108000 with avx512x16, 137000 against 154000 with AVX2. With the
//     scratchpad in the first cache there is no difference: it is the flow of scratchpads through the second cache
//     that drives out instructions.
//   - Zen 5: three sets in turn instead of two half a step apart with AVX2: 128000 against 134000.
//   - Zen 4: two sets half a step apart with the transposition of one merged into the rounds of the other: 103000,
//     against 119000 with two sets side by side and the transpositions between.
//   - Zen 4: fetching a row before it is overwritten in the first loop: 87000 against 100000. Stores that miss the
//     caches are slower than ROMix's random reads.
//   - Zen 4: blends of whole lines instead of insertions of halves when rows are read: 83000 against 85500.
//
// Left out, since they were no faster: 48 hashes in flight, three sets of 16 in turn (6 MiB): sketches took 59400, and
// 71100 with the transposition merged in, on a Zen 5 where avx512wide took 53600 in the same run, and 12 % more than
// 32 in flight on a Zen 4. On a Zen 5: all quarter rounds of a set side by side, with words of the state read back
// from memory for want of registers (AVX2), or in two temporaries each (AVX-512). On a Zen 4: four hashes in the
// 128-bit lanes of a register, which needs no transposition but shuffles in each round (95000 with 16 in flight); one
// set of 16 alone (100000); all words of a set in registers and no rounds of both sets together (as fast as avx512).
//
// The README has the rates of complete hashes. BenchmarkPBKDF2 has the part of both PBKDF2: 1.8 to 2.2 % with
// AVX-512, 1.0 to 1.3 % with AVX2, 2.7 % with SSE2 on that Zen 5.
//
// # Kernels for arm64
//
// A 128-bit register of NEON holds one word of four hashes, and nothing moves between lanes but where rows of the
// scratchpad are written and read. There is no rotation: each x ^= y+z <<< n takes four instructions. A hash
// takes 598016 of vector arithmetic, 79872 registers loaded and 63488 stored. Kernel neon has two sets of four
// hashes in flight, since one set's four chains of dependent instructions can't fill four pipes; neon4 has one
// set, in half the memory.
//
// No arm64 machine was at hand. Both kernels are proven under emulation, and the following is arithmetic and
// simulation, NOT MEASURED: cycles of one hash's ROMix, without misses of the first cache and without PBKDF2.
// The floor counts the vector arithmetic alone; the model is llvm-mca's of LLVM 19.
//
//	processor (vector pipes)       floor     neon    neon4   at 3 GHz: floor, model
//	Neoverse V1, V2 (4)          149 500  170 000  279 000   20 kH/s, 17.6 kH/s
//	Neoverse N1, Cortex-A76 (2)  299 000  364 000  363 000   10 kH/s, 8.2 kH/s
//	Cortex-A72 (2)               299 000  376 000  479 000   10 kH/s, 8 kH/s
//	Cortex-A55 (1, in order)     598 000 1147 000  830 000   5 kH/s, 3.6 kH/s
//
// Caches will take their part of it: 14 to 16 kH/s at 3 GHz would be well for four pipes, 7 to 8 for two.
package scrypt
