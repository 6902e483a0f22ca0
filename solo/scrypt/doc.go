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
//	Zen 5, avx512                30 700    49 400                 54 800
//	Zen 5, avx512x24             61 400    86 200                 90 300
//	Zen 5, avx2                  92 000   120 300                137 900
//	Zen 5, avx2x16               92 000   126 500                141 600
//	Zen 5, sse2                 184 000   245 000                272 000
//
// That is processor time on two cores of a shared server with little else to do, the median of three runs of 40 rounds in which
// all kernels ran in turn.
//
// Zen 5 starts four vector instructions in a cycle, but each takes two cycles, so only eight chains of dependent
// instructions come close to four. Steps of Salsa20 with AVX2 (addition, two shifts, two XORs), all in registers: four chains
// 2.2 cycles a step, six 1.7, eight 1.42, ten 1.37, where four in a cycle are 1.25. Eight chains of which each goes through all
// four steps of a quarter round before the next chain does take 1.58, and if it is two quarter rounds they take 2.0: the
// scheduler does not look that far ahead. With the operands in memory the eight chains take 1.56, of which a
// tenth is the way from a store to a load. Of 512-bit steps, eight chains take 0.9 cycles in any order instead of 0.75.
// Memory is 3 % of avx2's time and 7 % of avx512's: so much less they take with the scratchpads in the L1 cache.
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
//   - Zen 5: prefetching the loops' own code (_asm/romix.go, keepCode): 49700 against 53200 with AVX-512, 120300 against
//     137000 with AVX2. Without it the scratchpads evict the code from the L2 cache, and therefore from the L1 cache; with the
//     scratchpads in the L1 cache, there is no difference.
//   - Zen 5: rounds step by step for eight chains, with all but the latest words in memory: 120300 against 125700 with AVX2.
//   - Zen 5: three quarters of a salsa for both sets together instead of half of it in the narrow kernels: 138000 against
//     142000 with AVX2.
//   - Zen 4: two sets half a step apart, with the transposition of one merged into the rounds of the other: 103000,
//     against 119000 with two sets side by side and the transpositions between.
//   - Zen 4: prefetching a row before the first loop overwrites it: 87000 against 100000. Stores that miss the caches
//     are slower than ROMix's random reads.
//
// Where the code is in memory matters too. Now and then a copy of the program's file ran a kernel at half the rate, each time,
// and an identical copy did not. Two pages of nothing but NOPs there took fifteen times as long as any two others, although
// only their physical addresses distinguished them: as if they evicted each other from the L1 cache. Copying the file, and
// renaming the copy, moves it.
//
// What was no faster, and is left out. On a Zen 5: 48 hashes in flight, three sets of 16 in turn (6 MiB), 15.4 against 14.0 µs
// a hash, though no slower with the scratchpads in the L1 cache; 3, 4 or 6 rounds of both sets together instead of 5 with
// AVX-512 (within 5 %), and all quarter rounds of a set side by side, in two temporaries each; hashes in general registers
// beside those in vector registers, three beside 24 with AVX2 (12 % slower); multiplications instead of shifts to the left,
// which start in the other two of four vector units, but take three cycles (10 % slower). On a Zen 4: 48 in flight (12 %
// slower); four hashes in the 128-bit lanes of a register, which needs shuffles in each round instead of a transposition
// (95000 with 16 in flight); one set of 16 alone (100000).
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
