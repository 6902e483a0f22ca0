package scrypt

import (
	"encoding/binary"

	"golang.org/x/crypto/scrypt"
)

// HeaderSize is the length in bytes of a block header. Its last four bytes are the nonce, little-endian.
const HeaderSize = 80

const (
	nonceOffset = HeaderSize - 4
	hashSize    = 32

	costN = 1024 // rows of the scratchpad of one hash
	costR = 1
	costP = 1

	blockWords = 16                         // one Salsa20 block
	rowBytes   = 2 * costR * blockWords * 4 // one row of the scratchpad
	hashMemory = costN * rowBytes           // scratchpad of one hash
	topWord    = hashSize - 4               // offset of a hash's most significant word
)

// Sum returns the PoW hash of header in internal byte order, computed by golang.org/x/crypto/scrypt: the reference. It is
// slow and allocates 128 KiB; it shares no code with the kernels that it checks. It is safe for concurrent use.
func Sum(header *[HeaderSize]byte) [32]byte {
	key, err := scrypt.Key(header[:], header[:], costN, costR, costP, hashSize)
	if err != nil {
		panic(err) // only if N is not a power of two, or a parameter is too large
	}
	return [hashSize]byte(key)
}

// nonceOf returns header's nonce.
func nonceOf(header *[HeaderSize]byte) uint32 {
	return binary.LittleEndian.Uint32(header[nonceOffset:])
}

// withNonce returns header with its nonce replaced.
func withNonce(header [HeaderSize]byte, nonce uint32) [HeaderSize]byte {
	binary.LittleEndian.PutUint32(header[nonceOffset:], nonce)
	return header
}

// meets reports whether hash, taken as a little-endian number, is at most target.
func meets(hash, target *[hashSize]byte) bool {
	for i := hashSize - 8; i >= 0; i -= 8 {
		h, t := binary.LittleEndian.Uint64(hash[i:]), binary.LittleEndian.Uint64(target[i:])
		if h != t {
			return h < t
		}
	}
	return true
}
