package scrypt

// row is one row of the scratchpad and ROMix's state: 2*r Salsa20 blocks of little-endian words.
type row [2 * costR][blockWords]uint32

// scratchpad is the memory of one hash: V in RFC 7914.
type scratchpad [costN]row

// romix is scryptROMix of RFC 7914 section 5 for N=1024, r=1, in place.
func romix(b *row, v *scratchpad) {
	// The rows are the successive states, so each is computed in place and nothing is copied.
	v[0] = *b
	for i := range costN - 1 {
		blockMix(&v[i+1], &v[i])
	}
	blockMix(b, &v[costN-1])
	for range costN {
		// Integerify: the last block as a little-endian number, modulo N.
		j := &v[b[2*costR-1][0]%costN]
		for i := range blockWords {
			b[0][i] ^= j[0][i]
			b[1][i] ^= j[1][i]
		}
		blockMix(b, b)
	}
}

// blockMix is scryptBlockMix of RFC 7914 section 4 for r=1. Out may be in.
func blockMix(out, in *row) {
	salsaXOR(&out[0], &in[0], &in[1])
	salsaXOR(&out[1], &in[1], &out[0])
}
