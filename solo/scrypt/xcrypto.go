package scrypt

import "encoding/binary"

// Reference is the name of the kernel that wraps golang.org/x/crypto/scrypt, with which the others are compared.
const Reference = "xcrypto"

// xcrypto is the reference wrapped as a kernel, so that tests and benchmarks can compare it with the others. It allocates
// a new scratchpad for each hash.
var xcrypto = &Kernel{
	name:       Reference,
	lanes:      1,
	scratchpad: hashMemory,
	reference:  true,
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

func (x *xcryptoHasher) sums(headers [][HeaderSize]byte, pow [][hashSize]byte) {
	for i := range headers {
		pow[i] = Sum(&headers[i])
	}
}

func (x *xcryptoHasher) sum(int) [hashSize]byte { return x.pow }

func (x *xcryptoHasher) close() error { return nil }
