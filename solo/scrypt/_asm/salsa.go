package main

// A word-sliced state holds each of Salsa20's sixteen words, for as many hashes as a register has 32-bit lanes, in one
// vector register or one slot of memory of that size. No word moves between lanes during the rounds, so there are none of
// the shuffles that other layouts need between rounds. The price is a transposition for each row of the scratchpad, where
// a hash's 128 bytes must be contiguous.
//
// The work area of a kernel begins with the states of its sets, each two blocks of sixteen slots. SHA-256's
// output words are ROMix's input words in the same layout, so nothing is transposed there.

const (
	costN      = 1024
	blockWords = 16                        // one Salsa20 block
	rowBytes   = 2 * blockWords * wordSize // one hash's row
	wordSize   = 4
)

// quarter names the words of a quarter round: b ^= (a+d) <<< 7, c ^= (b+a) <<< 9, d ^= (c+b) <<< 13 and
// a ^= (d+c) <<< 18.
type quarter struct{ a, b, c, d int }

// doubleRound lists the quarter rounds of a column round and a row round (RFC 7914 section 3). Their order does not matter:
// in this one word 2 is c in the third quarter round of each.
var doubleRound = [2][4]quarter{
	{{0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11}},
	{{10, 11, 8, 9}, {15, 12, 13, 14}, {0, 1, 2, 3}, {5, 6, 7, 4}},
}
