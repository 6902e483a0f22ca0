package template

import "encoding/binary"

// HeaderSize is the length of a block header in bytes.
const HeaderSize = 80

// Offsets of a header's fields. Numbers are little-endian.
const (
	versionAt    = 0
	previousAt   = 4
	merkleRootAt = 36
	timeAt       = 68
	bitsAt       = 72
	nonceAt      = 76
)

// Header is a serialized block header.
type Header [HeaderSize]byte

// NewHeader serializes a header. time is in Unix seconds.
func NewHeader(version int32, previous, merkleRoot Hash, time, bits, nonce uint32) Header {
	var h Header
	binary.LittleEndian.PutUint32(h[versionAt:], uint32(version))
	copy(h[previousAt:], previous[:])
	copy(h[merkleRootAt:], merkleRoot[:])
	binary.LittleEndian.PutUint32(h[timeAt:], time)
	binary.LittleEndian.PutUint32(h[bitsAt:], bits)
	binary.LittleEndian.PutUint32(h[nonceAt:], nonce)
	return h
}

// Version returns the version.
func (h *Header) Version() int32 { return int32(binary.LittleEndian.Uint32(h[versionAt:])) }

// PreviousBlock returns the block hash of the parent.
func (h *Header) PreviousBlock() Hash { return Hash(h[previousAt:merkleRootAt]) }

// MerkleRoot returns the merkle root of the transaction ids.
func (h *Header) MerkleRoot() Hash { return Hash(h[merkleRootAt:timeAt]) }

// Time returns the time in Unix seconds.
func (h *Header) Time() uint32 { return binary.LittleEndian.Uint32(h[timeAt:]) }

// Bits returns the network target in compact form.
func (h *Header) Bits() uint32 { return binary.LittleEndian.Uint32(h[bitsAt:]) }

// Nonce returns the nonce.
func (h *Header) Nonce() uint32 { return binary.LittleEndian.Uint32(h[nonceAt:]) }

// BlockHash returns sha256d of the header. Package solo/scrypt computes the PoW hash.
func (h *Header) BlockHash() Hash { return DoubleSHA256(h[:]) }
