package scrypt

import "encoding/binary"

// Reference is the name of the kernel that is golang.org/x/crypto/scrypt, with which the others are compared.
const Reference = "xcrypto"

// xcrypto is the whole hash by golang.org/x/crypto/scrypt: the judge in a kernel's clothes, so that tests and
// benchmarks can set it beside the others. It allocates its scratchpad anew for each hash.
var xcrypto = &Kernel{
	name:       Reference,
	lanes:      1,
	scratchpad: hashMemory,
	judge:      true,
	open:       func() hasher { return new(xcryptoHasher) },
}

type xcryptoHasher struct {
	header [HeaderSize]byte
	pow    [hashSize]byte
}

func (x *xcryptoHasher) set(header *[HeaderSize]byte) { x.header = *header }

func (x *xcryptoHasher) hash(first, top uint32) (survivors uint64) {
	binary.LittleEndian.PutUint32(x.header[nonceOffset:], first)
	x.pow = Sum(&x.header)
	if binary.LittleEndian.Uint32(x.pow[topWord:]) <= top {
		return 1
	}
	return 0
}

func (x *xcryptoHasher) sum(int) [hashSize]byte { return x.pow }

func (x *xcryptoHasher) close() error { return nil }
