package scrypt

import (
	"encoding/binary"
	"math/bits"
)

// Scanner searches the nonces of one header with one kernel. It owns a scratchpad and is not safe for concurrent use:
// each thread has its own.
type Scanner struct {
	lanes  int
	target [hashSize]byte
	top    uint32 // the target's most significant word
	h      hasher
}

// NewScanner returns a Scanner with a scratchpad of its own. Call Set before the first Scan, and Close after the last.
func (k *Kernel) NewScanner() *Scanner {
	return &Scanner{lanes: k.lanes, h: k.open()}
}

// Set sets the header and the target of the scans that follow, and copies both. The header's nonce is ignored. target is
// a 256-bit bound in internal byte order (little-endian): a nonce is a hit if its PoW hash is at most target. Set computes
// the SHA-256 midstate of the header's first 64 bytes, once for all nonces.
func (s *Scanner) Set(header *[HeaderSize]byte, target *[32]byte) {
	s.target = *target
	s.top = binary.LittleEndian.Uint32(target[topWord:])
	s.h.set(header)
}

// Scan hashes one batch: nonces first, first+1, ... up to the kernel's number of lanes, count, or nonce 2^32-1, whichever
// comes first. It appends the nonce of every hit to hits, in ascending order, and returns hits with the number of nonces
// hashed, which is 0 only if count is not positive. It allocates nothing if hits has the capacity, except with kernel
// xcrypto. A batch takes less than a millisecond on today's processors; callers look for new work between batches.
func (s *Scanner) Scan(first uint32, count int, hits []uint32) (hashed int, _ []uint32) {
	if count <= 0 {
		return 0, hits
	}
	n := uint64(min(s.lanes, count))
	n = min(n, 1<<32-uint64(first))
	survivors := s.h.hash(first, s.top) & (1<<n - 1)
	for ; survivors != 0; survivors &= survivors - 1 {
		lane := bits.TrailingZeros64(survivors)
		if sum := s.h.sum(lane); meets(&sum, &s.target) {
			hits = append(hits, first+uint32(lane))
		}
	}
	return int(n), hits
}

// Close frees the scratchpad. The Scanner must not be used afterwards; closing it again does nothing.
func (s *Scanner) Close() error {
	if s.h == nil {
		return nil
	}
	h := s.h
	s.h = nil
	return h.close()
}
