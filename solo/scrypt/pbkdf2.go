package scrypt

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
)

// pbkdf2 computes both PBKDF2-HMAC-SHA256 of one hash (RFC 8018, one iteration) without allocation. It needs 16 SHA-256
// compressions per nonce, since it keeps the midstate of the header's first 64 bytes for all nonces, and HMAC's inner
// and outer states for all blocks of a nonce.
//
// crypto/sha256 does the compressions, in assembly on most processors; its states are copied back and forth in their
// encoded form. Together that takes about half a percent of a hash in plain Go.
type pbkdf2 struct {
	sha    digest
	header [HeaderSize]byte
	mid    savedState        // after header[:64]
	inner  savedState        // after HMAC's key ^ ipad
	outer  savedState        // after HMAC's key ^ opad
	salted savedState        // inner, and header[:64] as salt
	key    [sha256.Size]byte // HMAC's, without the zeros that pad it
	block  [sha256.BlockSize]byte
	sum    [sha256.Size]byte
	bytes  [rowBytes]byte
	suffix [4]byte // PBKDF2's block number
}

// digest has the methods that crypto/sha256 documents for the hash that New returns.
type digest interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

// savedState is the encoded form of a digest: 4 bytes of magic, 8 words, a block of input, the length.
type savedState [4 + sha256.Size + sha256.BlockSize + 8]byte

const (
	ipad = 0x36 // RFC 2104
	opad = 0x5c
)

func newPBKDF2() *pbkdf2 { return &pbkdf2{sha: sha256.New().(digest)} }

// set sets the header of the nonces that follow.
func (p *pbkdf2) set(header *[HeaderSize]byte) {
	p.header = *header
	p.sha.Reset()
	p.sha.Write(p.header[:sha256.BlockSize])
	p.save(&p.mid)
}

// expand fills b with PBKDF2(header, header, 1, 128) for the header with that nonce.
func (p *pbkdf2) expand(nonce uint32, b *row) {
	binary.LittleEndian.PutUint32(p.header[nonceOffset:], nonce)
	tail := p.header[sha256.BlockSize:]

	// The header is longer than a block of SHA-256, so HMAC's key is its hash.
	p.load(&p.mid)
	p.sha.Write(tail)
	p.sha.Sum(p.key[:0])
	p.pad(ipad)
	p.save(&p.inner)
	p.sha.Write(p.header[:sha256.BlockSize])
	p.save(&p.salted)
	p.pad(opad)
	p.save(&p.outer)

	for i := range rowBytes / sha256.Size {
		p.load(&p.salted)
		p.sha.Write(tail)
		p.hmac(i+1, p.bytes[:i*sha256.Size])
	}
	for i := range b {
		for j := range b[i] {
			b[i][j] = binary.LittleEndian.Uint32(p.bytes[(i*blockWords+j)*4:])
		}
	}
}

// finish sets pow to PBKDF2(header, b, 1, 32) for the header and nonce of the last expand.
func (p *pbkdf2) finish(b *row, pow *[hashSize]byte) {
	for i := range b {
		for j, w := range b[i] {
			binary.LittleEndian.PutUint32(p.bytes[(i*blockWords+j)*4:], w)
		}
	}
	p.load(&p.inner)
	p.sha.Write(p.bytes[:])
	p.hmac(1, pow[:0])
}

// hmac completes an HMAC whose inner hash has key and salt, with PBKDF2's block number, and appends it to out.
func (p *pbkdf2) hmac(number int, out []byte) {
	binary.BigEndian.PutUint32(p.suffix[:], uint32(number))
	p.sha.Write(p.suffix[:])
	p.sha.Sum(p.sum[:0])
	p.load(&p.outer)
	p.sha.Write(p.sum[:])
	p.sha.Sum(out)
}

// pad resets the hash and writes HMAC's key, padded with zeros, XOR with.
func (p *pbkdf2) pad(with byte) {
	for i := range p.block {
		p.block[i] = with
	}
	for i, k := range p.key {
		p.block[i] ^= k
	}
	p.sha.Reset()
	p.sha.Write(p.block[:])
}

func (p *pbkdf2) save(to *savedState) {
	// AppendBinary of crypto/sha256 never fails.
	if b, err := p.sha.AppendBinary(to[:0]); err != nil || len(b) != len(to) {
		panic("scrypt: crypto/sha256 has another encoded form")
	}
}

func (p *pbkdf2) load(from *savedState) {
	if err := p.sha.UnmarshalBinary(from[:]); err != nil {
		panic(err) // from is what save wrote
	}
}
