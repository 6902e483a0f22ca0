package template

import "encoding/binary"

// HeaderSize is the length of a block header in bytes.
const HeaderSize = 80

// Where the fields of a header begin; numbers in it are little-endian.
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

// NewHeader puts the fields together. Time is in Unix seconds.
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

// Version is the header's version.
func (h *Header) Version() int32 { return int32(binary.LittleEndian.Uint32(h[versionAt:])) }

// PreviousBlock is the block hash of the parent.
func (h *Header) PreviousBlock() Hash { return Hash(h[previousAt:merkleRootAt]) }

// MerkleRoot is the root over the transaction ids.
func (h *Header) MerkleRoot() Hash { return Hash(h[merkleRootAt:timeAt]) }

// Time is the header's time in Unix seconds.
func (h *Header) Time() uint32 { return binary.LittleEndian.Uint32(h[timeAt:]) }

// Bits is the network target in compact form.
func (h *Header) Bits() uint32 { return binary.LittleEndian.Uint32(h[bitsAt:]) }

// Nonce is the header's nonce.
func (h *Header) Nonce() uint32 { return binary.LittleEndian.Uint32(h[nonceAt:]) }

// BlockHash is the block's name: sha256d of the header. The PoW hash is another (solo/scrypt).
func (h *Header) BlockHash() Hash { return DoubleSHA256(h[:]) }
