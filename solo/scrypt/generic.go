package scrypt

import "encoding/binary"

// generic is plain Go for every processor, one header at a time. Unlike x/crypto/scrypt it keeps the midstate and the
// scratchpad, lets ROMix fill each row directly from the row before, and unrolls all of Salsa20/8. Two headers in turn,
// to hide the latency of the second loop's reads, gained nothing; interleaving their rounds lost a fifth to spilled
// registers.
var generic = &Kernel{
	name:       "generic",
	lanes:      1,
	scratchpad: hashMemory,
	open:       func() hasher { return &genericHasher{pbkdf2: newPBKDF2(), pad: new(scratchpad)} },
}

type genericHasher struct {
	pbkdf2 *pbkdf2
	pad    *scratchpad
	state  row
	pow    [hashSize]byte
}

func (g *genericHasher) set(header *[HeaderSize]byte) { g.pbkdf2.set(header) }

func (g *genericHasher) hash(first, top uint32) (survivors uint64) {
	g.hashOne(first, &g.pow)
	if binary.LittleEndian.Uint32(g.pow[topWord:]) <= top {
		return 1
	}
	return 0
}

func (g *genericHasher) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	for i := range headers {
		g.pbkdf2.set(&headers[i])
		g.hashOne(nonceOf(&headers[i]), &pow[i])
	}
}

// hashOne sets pow to the PoW hash of the header that has been set, with that nonce.
func (g *genericHasher) hashOne(nonce uint32, pow *[hashSize]byte) {
	g.pbkdf2.expand(nonce, &g.state)
	romix(&g.state, g.pad)
	g.pbkdf2.finish(&g.state, pow)
}

func (g *genericHasher) sum(int) [hashSize]byte { return g.pow }

func (g *genericHasher) close() error {
	g.pad = nil
	return nil
}
