package scrypt

import "math/bits"

// salsaXOR sets out to the Salsa20/8 core (RFC 7914 section 3) of a XOR b. Any two of the three may be the same.
//
// The eight rounds are unrolled: around a loop the compiler moves all sixteen words back to fixed places, which costs
// 15 %. Within a round the four quarter rounds are interleaved.
func salsaXOR(out, a, b *[blockWords]uint32) {
	w0 := a[0] ^ b[0]
	w1 := a[1] ^ b[1]
	w2 := a[2] ^ b[2]
	w3 := a[3] ^ b[3]
	w4 := a[4] ^ b[4]
	w5 := a[5] ^ b[5]
	w6 := a[6] ^ b[6]
	w7 := a[7] ^ b[7]
	w8 := a[8] ^ b[8]
	w9 := a[9] ^ b[9]
	w10 := a[10] ^ b[10]
	w11 := a[11] ^ b[11]
	w12 := a[12] ^ b[12]
	w13 := a[13] ^ b[13]
	w14 := a[14] ^ b[14]
	w15 := a[15] ^ b[15]

	x0, x1, x2, x3, x4, x5, x6, x7 := w0, w1, w2, w3, w4, w5, w6, w7
	x8, x9, x10, x11, x12, x13, x14, x15 := w8, w9, w10, w11, w12, w13, w14, w15

	// round 1: columns
	x4 ^= bits.RotateLeft32(x0+x12, 7)
	x9 ^= bits.RotateLeft32(x5+x1, 7)
	x14 ^= bits.RotateLeft32(x10+x6, 7)
	x3 ^= bits.RotateLeft32(x15+x11, 7)
	x8 ^= bits.RotateLeft32(x4+x0, 9)
	x13 ^= bits.RotateLeft32(x9+x5, 9)
	x2 ^= bits.RotateLeft32(x14+x10, 9)
	x7 ^= bits.RotateLeft32(x3+x15, 9)
	x12 ^= bits.RotateLeft32(x8+x4, 13)
	x1 ^= bits.RotateLeft32(x13+x9, 13)
	x6 ^= bits.RotateLeft32(x2+x14, 13)
	x11 ^= bits.RotateLeft32(x7+x3, 13)
	x0 ^= bits.RotateLeft32(x12+x8, 18)
	x5 ^= bits.RotateLeft32(x1+x13, 18)
	x10 ^= bits.RotateLeft32(x6+x2, 18)
	x15 ^= bits.RotateLeft32(x11+x7, 18)

	// round 2: rows
	x1 ^= bits.RotateLeft32(x0+x3, 7)
	x6 ^= bits.RotateLeft32(x5+x4, 7)
	x11 ^= bits.RotateLeft32(x10+x9, 7)
	x12 ^= bits.RotateLeft32(x15+x14, 7)
	x2 ^= bits.RotateLeft32(x1+x0, 9)
	x7 ^= bits.RotateLeft32(x6+x5, 9)
	x8 ^= bits.RotateLeft32(x11+x10, 9)
	x13 ^= bits.RotateLeft32(x12+x15, 9)
	x3 ^= bits.RotateLeft32(x2+x1, 13)
	x4 ^= bits.RotateLeft32(x7+x6, 13)
	x9 ^= bits.RotateLeft32(x8+x11, 13)
	x14 ^= bits.RotateLeft32(x13+x12, 13)
	x0 ^= bits.RotateLeft32(x3+x2, 18)
	x5 ^= bits.RotateLeft32(x4+x7, 18)
	x10 ^= bits.RotateLeft32(x9+x8, 18)
	x15 ^= bits.RotateLeft32(x14+x13, 18)

	// round 3: columns
	x4 ^= bits.RotateLeft32(x0+x12, 7)
	x9 ^= bits.RotateLeft32(x5+x1, 7)
	x14 ^= bits.RotateLeft32(x10+x6, 7)
	x3 ^= bits.RotateLeft32(x15+x11, 7)
	x8 ^= bits.RotateLeft32(x4+x0, 9)
	x13 ^= bits.RotateLeft32(x9+x5, 9)
	x2 ^= bits.RotateLeft32(x14+x10, 9)
	x7 ^= bits.RotateLeft32(x3+x15, 9)
	x12 ^= bits.RotateLeft32(x8+x4, 13)
	x1 ^= bits.RotateLeft32(x13+x9, 13)
	x6 ^= bits.RotateLeft32(x2+x14, 13)
	x11 ^= bits.RotateLeft32(x7+x3, 13)
	x0 ^= bits.RotateLeft32(x12+x8, 18)
	x5 ^= bits.RotateLeft32(x1+x13, 18)
	x10 ^= bits.RotateLeft32(x6+x2, 18)
	x15 ^= bits.RotateLeft32(x11+x7, 18)

	// round 4: rows
	x1 ^= bits.RotateLeft32(x0+x3, 7)
	x6 ^= bits.RotateLeft32(x5+x4, 7)
	x11 ^= bits.RotateLeft32(x10+x9, 7)
	x12 ^= bits.RotateLeft32(x15+x14, 7)
	x2 ^= bits.RotateLeft32(x1+x0, 9)
	x7 ^= bits.RotateLeft32(x6+x5, 9)
	x8 ^= bits.RotateLeft32(x11+x10, 9)
	x13 ^= bits.RotateLeft32(x12+x15, 9)
	x3 ^= bits.RotateLeft32(x2+x1, 13)
	x4 ^= bits.RotateLeft32(x7+x6, 13)
	x9 ^= bits.RotateLeft32(x8+x11, 13)
	x14 ^= bits.RotateLeft32(x13+x12, 13)
	x0 ^= bits.RotateLeft32(x3+x2, 18)
	x5 ^= bits.RotateLeft32(x4+x7, 18)
	x10 ^= bits.RotateLeft32(x9+x8, 18)
	x15 ^= bits.RotateLeft32(x14+x13, 18)

	// round 5: columns
	x4 ^= bits.RotateLeft32(x0+x12, 7)
	x9 ^= bits.RotateLeft32(x5+x1, 7)
	x14 ^= bits.RotateLeft32(x10+x6, 7)
	x3 ^= bits.RotateLeft32(x15+x11, 7)
	x8 ^= bits.RotateLeft32(x4+x0, 9)
	x13 ^= bits.RotateLeft32(x9+x5, 9)
	x2 ^= bits.RotateLeft32(x14+x10, 9)
	x7 ^= bits.RotateLeft32(x3+x15, 9)
	x12 ^= bits.RotateLeft32(x8+x4, 13)
	x1 ^= bits.RotateLeft32(x13+x9, 13)
	x6 ^= bits.RotateLeft32(x2+x14, 13)
	x11 ^= bits.RotateLeft32(x7+x3, 13)
	x0 ^= bits.RotateLeft32(x12+x8, 18)
	x5 ^= bits.RotateLeft32(x1+x13, 18)
	x10 ^= bits.RotateLeft32(x6+x2, 18)
	x15 ^= bits.RotateLeft32(x11+x7, 18)

	// round 6: rows
	x1 ^= bits.RotateLeft32(x0+x3, 7)
	x6 ^= bits.RotateLeft32(x5+x4, 7)
	x11 ^= bits.RotateLeft32(x10+x9, 7)
	x12 ^= bits.RotateLeft32(x15+x14, 7)
	x2 ^= bits.RotateLeft32(x1+x0, 9)
	x7 ^= bits.RotateLeft32(x6+x5, 9)
	x8 ^= bits.RotateLeft32(x11+x10, 9)
	x13 ^= bits.RotateLeft32(x12+x15, 9)
	x3 ^= bits.RotateLeft32(x2+x1, 13)
	x4 ^= bits.RotateLeft32(x7+x6, 13)
	x9 ^= bits.RotateLeft32(x8+x11, 13)
	x14 ^= bits.RotateLeft32(x13+x12, 13)
	x0 ^= bits.RotateLeft32(x3+x2, 18)
	x5 ^= bits.RotateLeft32(x4+x7, 18)
	x10 ^= bits.RotateLeft32(x9+x8, 18)
	x15 ^= bits.RotateLeft32(x14+x13, 18)

	// round 7: columns
	x4 ^= bits.RotateLeft32(x0+x12, 7)
	x9 ^= bits.RotateLeft32(x5+x1, 7)
	x14 ^= bits.RotateLeft32(x10+x6, 7)
	x3 ^= bits.RotateLeft32(x15+x11, 7)
	x8 ^= bits.RotateLeft32(x4+x0, 9)
	x13 ^= bits.RotateLeft32(x9+x5, 9)
	x2 ^= bits.RotateLeft32(x14+x10, 9)
	x7 ^= bits.RotateLeft32(x3+x15, 9)
	x12 ^= bits.RotateLeft32(x8+x4, 13)
	x1 ^= bits.RotateLeft32(x13+x9, 13)
	x6 ^= bits.RotateLeft32(x2+x14, 13)
	x11 ^= bits.RotateLeft32(x7+x3, 13)
	x0 ^= bits.RotateLeft32(x12+x8, 18)
	x5 ^= bits.RotateLeft32(x1+x13, 18)
	x10 ^= bits.RotateLeft32(x6+x2, 18)
	x15 ^= bits.RotateLeft32(x11+x7, 18)

	// round 8: rows
	x1 ^= bits.RotateLeft32(x0+x3, 7)
	x6 ^= bits.RotateLeft32(x5+x4, 7)
	x11 ^= bits.RotateLeft32(x10+x9, 7)
	x12 ^= bits.RotateLeft32(x15+x14, 7)
	x2 ^= bits.RotateLeft32(x1+x0, 9)
	x7 ^= bits.RotateLeft32(x6+x5, 9)
	x8 ^= bits.RotateLeft32(x11+x10, 9)
	x13 ^= bits.RotateLeft32(x12+x15, 9)
	x3 ^= bits.RotateLeft32(x2+x1, 13)
	x4 ^= bits.RotateLeft32(x7+x6, 13)
	x9 ^= bits.RotateLeft32(x8+x11, 13)
	x14 ^= bits.RotateLeft32(x13+x12, 13)
	x0 ^= bits.RotateLeft32(x3+x2, 18)
	x5 ^= bits.RotateLeft32(x4+x7, 18)
	x10 ^= bits.RotateLeft32(x9+x8, 18)
	x15 ^= bits.RotateLeft32(x14+x13, 18)

	out[0] = x0 + w0
	out[1] = x1 + w1
	out[2] = x2 + w2
	out[3] = x3 + w3
	out[4] = x4 + w4
	out[5] = x5 + w5
	out[6] = x6 + w6
	out[7] = x7 + w7
	out[8] = x8 + w8
	out[9] = x9 + w9
	out[10] = x10 + w10
	out[11] = x11 + w11
	out[12] = x12 + w12
	out[13] = x13 + w13
	out[14] = x14 + w14
	out[15] = x15 + w15
}
