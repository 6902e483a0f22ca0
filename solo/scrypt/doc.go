// Package scrypt computes and searches Litecoin's proof of work: scrypt with N=1024, r=1, p=1 and 32 bytes of output,
// where an 80-byte block header is both password and salt (RFC 7914; Litecoin Core, src/crypto/scrypt.cpp).
//
// The hash is PBKDF2-HMAC-SHA256 of the header to 128 bytes, ROMix of those over 128 KiB of memory, and
// PBKDF2-HMAC-SHA256 of the header again with ROMix's output as salt. ROMix takes nearly all of the time.
//
//	Sum        one PoW hash by golang.org/x/crypto/scrypt, the reference for every candidate
//	Kernel     an implementation of the whole hash for several headers (lanes) at once
//	Kernels    the kernels that this processor can run and that passed their self-test
//	Best       the fastest of them, by measurement
//	Scanner    one thread's search over nonces with one kernel
//	Batch      unrelated headers, one a lane of one kernel
//	Pool       the headers of many callers, hashed together in batches of several kernels
//	Trusted    the kernel in use, and what takes over when the reference refutes it
//	Agrees     one check of a kernel against the reference
//
// PoW hashes and targets are in internal byte order: little-endian numbers, byte 31 the most significant. A hash is a
// hit if it is at most the target.
//
// The package imports no other package of this module. Only a Pool logs; nothing reads a file.
//
// # Kernels
//
// The assembly kernels for amd64 are two designs in registers of different widths, which _asm/romix.go describes. Their
// lanes are two or three sets of hashes, word-sliced: a register holds the same word of each state of a set.
//
//	avx512     2 x 16 in zmm registers, 4 MiB (_asm/pair.go)
//	avx512x24  3 x 8 in ymm registers with AVX-512's instructions, 3 MiB (_asm/rotation.go)
//	avx2       3 x 8, 3 MiB (_asm/rotation.go)
//	avx2x16    2 x 8, 2 MiB, for processors with little cache (_asm/pair.go)
//	sse2       2 x 4, 1 MiB, for the rest of amd64 (_asm/pair.go)
//	neon       2 x 4, 1 MiB, for arm64 (see below)
//	neon4      1 x 4, 0.5 MiB, for arm64
//	generic    plain Go, 1 header, for all other processors and with the build tag purego
//	xcrypto    golang.org/x/crypto/scrypt, the reference
//
// Both PBKDF2 run in as many lanes (sliced.go) and reuse the midstate of the header's first 64 bytes. They take about
// 2 % of the time. A Batch differs only there: each lane has a header of its own, and each group of lanes its midstates.
// Stopping the last SHA-256 a few rounds early would save 0.01 %.
//
// For tests, SOLO_KERNELS_OFF=avx512,avx2 in the environment makes the package behave as if the processor lacked these
// instruction sets; it accepts sse2 as well.
//
// # Measurements
//
// The floor of a design is its vector arithmetic alone, at the most instructions that the processor can start in a
// cycle. Word-sliced, a step of ROMix takes 960 instructions for 16 hashes in 512-bit registers, and 1440 for 8 hashes
// with AVX2, which has no rotation. A hash takes 2048 steps.
//
//	cycles of ROMix for a hash   floor    measured, one thread   kernel before, same run
//	Zen 5, avx512                30 700    55 700                 55 800 (avx512wide), 59 400
//	Zen 5, avx512x24             61 400    91 800                 90 100 (avx512x16)
//	Zen 5, avx2                  92 000   141 000                146 000
//	Zen 5, avx2x16               92 000   149 000                146 000
//
// That is processor time on two cores of a shared server, beside other programs (load 30), the median of 40 rounds in which
// all kernels ran in turn. What changes from run to run is mostly the time that waits for memory.
//
// Zen 5 starts four 512-bit instructions in a cycle, but each takes two cycles, so only eight chains of dependent
// instructions reach four, and in practice they reach 3.3: a double round of both sets takes 57 to 59 cycles instead of 48,
// whether steps of quarter rounds are computed one after the other or instruction by instruction, and eight chains that have
// nothing to do with each other take 59 too. About an eighth of avx512's time is memory.
//
// Other processors ran only predecessors of these kernels. On a Zen 3, avx2's took 122 000 cycles in its best rounds. Somebody
// else used the other thread of each core: while that thread is busy, a kernel that fills the vector units loses a third or
// more, even with the scratchpad in the L1 cache, and one that waits for its own results loses hardly anything. A Zen 4 starts
// two 512-bit instructions in a cycle, so avx512's floor is 61 000 there. Prototypes of these kernels were tried there first: a
// Zen 4 takes two cycles for a 512-bit store and one for a 256-bit store, which is why avx512 spills one word alone and
// the narrow kernels copy none.
//
// What made a difference, each pair in cycles per hash from one run:
//
//   - Zen 5: small code. In predecessors, with the rounds as loops instead of unrolled, and one half step for both sets:
//     53600 against 62500 with AVX-512, 137000 against 154000 with AVX2. With the scratchpad in the L1 cache there is no
//     difference: the scratchpads that pass through the L2 cache evict instructions. It may matter where the pages of the
//     program's file are in memory: of six copies of one file, one ran avx512x24 at less than half the rate, until the
//     file was dropped from the page cache and read again.
//   - Zen 5: three quarters of a salsa for both sets together instead of half of it in the narrow kernels: 138000 against
//     142000 with AVX2.
//   - Zen 4: two sets half a step apart, with the transposition of one merged into the rounds of the other: 103000,
//     against 119000 with two sets side by side and the transpositions between.
//   - Zen 4: prefetching a row before the first loop overwrites it: 87000 against 100000. Stores that miss the caches
//     are slower than ROMix's random reads.
//
// What was no faster, and is left out: 48 hashes in flight, three sets of 16 in turn (6 MiB): prototypes took 59400, and
// 71100 with the transposition merged in, on a Zen 5 where two sets took 53600 in the same run, and 12 % more than
// 32 in flight on a Zen 4. On a Zen 5: all quarter rounds of a set side by side, with words of the state read back
// from memory for lack of registers (AVX2), or in two temporaries each (AVX-512); 3, 5 or 6 rounds of both sets together
// instead of 4 with AVX-512 (within 4 %). On a Zen 4: four hashes in the 128-bit lanes of a register, which needs shuffles
// in each round instead of a transposition (95000 with 16 in flight); one set of 16 alone (100000).
//
// The README has the rates of complete hashes. BenchmarkPBKDF2 measures the share of both PBKDF2: on that Zen 5, about 2 %
// with AVX-512, 1.0 to 1.3 % with AVX2, and 2.7 % with SSE2.
//
// # Kernels for arm64
//
// A 128-bit NEON register holds one word of four hashes, and data moves between lanes only where rows of the scratchpad
// are written and read. NEON has no rotation: each x ^= y+z <<< n takes four instructions. A hash takes 598016
// instructions of vector arithmetic, 79872 loads and 63488 stores of registers. Kernel neon has two sets of four
// hashes in flight, since one set's four chains of dependent instructions can't fill four pipes; neon4 has one
// set, in half the memory.
//
// No arm64 machine was available. Both kernels are tested under emulation. The following is arithmetic and simulation,
// NOT MEASURED: cycles of one hash's ROMix, without L1 cache misses and without PBKDF2. The floor counts the vector
// arithmetic alone; the model is that of LLVM 19's llvm-mca.
//
//	processor (vector pipes)       floor     neon    neon4   at 3 GHz: floor, model
//	Neoverse V1, V2 (4)          149 500  170 000  279 000   20 kH/s, 17.6 kH/s
//	Neoverse N1, Cortex-A76 (2)  299 000  364 000  363 000   10 kH/s, 8.2 kH/s
//	Cortex-A72 (2)               299 000  376 000  479 000   10 kH/s, 8 kH/s
//	Cortex-A55 (1, in order)     598 000 1147 000  830 000   5 kH/s, 3.6 kH/s
//
// Cache misses will cost some of that: 14 to 16 kH/s at 3 GHz would be good for four pipes, 7 to 8 for two.
package scrypt
