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
// Both PBKDF2 are done in as many lanes (sliced.go) and take 1.5 % of the time, for which the midstate of a
// header's first 64 bytes is kept. Looking at fewer rounds of the last SHA-256 would save 0.01 %.
//
// SOLO_KERNELS_OFF=avx512,avx2 in the environment makes the package believe that the processor lacks these
// instruction sets, for tests; sse2 can be named as well.
//
// # What was measured
//
// On a Zen 4 server (two 512-bit instructions a cycle, 1 MiB of L2 cache for each core) ROMix by avx512 takes
// 82000 to 85000 cycles for a hash. Its vector instructions alone need 61000 (the arithmetic floor: 960 for 16
// hashes and step, 2048 steps), and 78000 if the scratchpad were in the first cache: the chains of Salsa20's
// rounds do not fill the four pipes better, in no order of instructions that was tried. avx2 takes 150000 over
// a floor of 92000. A complete hash is 11 to 16 times x/crypto/scrypt with avx512, 10.5 to 13 times with
// avx512x16, 6 to 7.6 times with avx2, 2.6 to 4 times with sse2 (BenchmarkKernels, on a machine with other
// work: the more the neighbours load the cache, the less).
//
// What made the difference there, each pair in cycles for a hash from one run:
//
//   - Two sets half a step apart with the transposition of one merged into the rounds of the other: 103000,
//     against 119000 with two sets side by side and the transpositions between.
//   - Fetching a row before it is overwritten in the first loop: 87000 against 100000. Stores that miss the
//     caches are slower than ROMix's random reads.
//   - Blends of whole lines instead of insertions of halves when rows are read: 83000 against 85500.
//
// Left out, since they were no faster there: 48 hashes in flight (6 MiB; 12 % slower than 32 in sketches of the
// same kind); four hashes in the 128-bit lanes of a register, which needs no transposition but shuffles in each
// round (95000 with 16 in flight); one set of 16 alone (100000); all words of a set in registers and no rounds
// of both sets together (as fast as avx512).
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
