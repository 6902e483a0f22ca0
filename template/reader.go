package template

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

var errTruncated = errors.New("data ends too early")

// reader reads a serialization without copying. After the first error all methods return zero values.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) left() int { return len(r.b) - r.at }

// bytes returns the next n bytes, which alias the input; nil if fewer are left.
func (r *reader) bytes(n uint64) []byte {
	if r.err != nil || n > uint64(r.left()) {
		if r.err == nil {
			r.err = errTruncated
		}
		return nil
	}
	b := r.b[r.at : r.at+int(n) : r.at+int(n)]
	r.at += int(n)
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) hash() Hash {
	if b := r.bytes(HashSize); b != nil {
		return Hash(b)
	}
	return Hash{}
}

// hashes reads a count and as many hashes.
func (r *reader) hashes() []Hash {
	hashes := make([]Hash, r.count(HashSize))
	for i := range hashes {
		hashes[i] = r.hash()
	}
	return hashes
}

// compactSize reads a length or count, which must be in its shortest form (serialize.h, ReadCompactSize).
func (r *reader) compactSize() uint64 {
	var n, least uint64
	switch first := r.byte(); first {
	case 0xfd:
		b := r.bytes(2)
		if b == nil {
			return 0
		}
		n, least = uint64(binary.LittleEndian.Uint16(b)), 0xfd
	case 0xfe:
		n, least = uint64(r.uint32()), math.MaxUint16+1
	case 0xff:
		n, least = r.uint64(), math.MaxUint32+1
	default:
		return uint64(first)
	}
	if r.err == nil && n < least {
		r.err = errors.New("a length is not in its shortest form")
	}
	return n
}

// count reads how many items of at least size bytes follow. A count that the rest cannot hold is an error, so that a
// forged one allocates nothing.
func (r *reader) count(size int) int {
	n := r.compactSize()
	if r.err == nil && n > uint64(r.left()/size) {
		r.err = errTruncated
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// varInt reads a VARINT (serialize.h): base 128, most significant group first, minus one for each group after the
// first. Lengths are CompactSizes instead.
func (r *reader) varInt() uint64 {
	var n uint64
	for {
		b := r.byte()
		if r.err != nil {
			return 0
		}
		if n > math.MaxUint64>>8 {
			r.err = errors.New("a number is too large")
			return 0
		}
		n = n<<7 | uint64(b&0x7f)
		if b&0x80 == 0 {
			return n
		}
		n++
	}
}

// appendCompactSize appends what compactSize reads.
func appendCompactSize(b []byte, n uint64) []byte {
	switch {
	case n < 0xfd:
		return append(b, byte(n))
	case n <= math.MaxUint16:
		return binary.LittleEndian.AppendUint16(append(b, 0xfd), uint16(n))
	case n <= math.MaxUint32:
		return binary.LittleEndian.AppendUint32(append(b, 0xfe), uint32(n))
	}
	return binary.LittleEndian.AppendUint64(append(b, 0xff), n)
}

// appendVarInt appends what varInt reads.
func appendVarInt(b []byte, n uint64) []byte {
	at := len(b)
	for last := byte(0); ; last = 0x80 {
		b = append(b, byte(n&0x7f)|last)
		if n <= 0x7f {
			break
		}
		n = n>>7 - 1
	}
	slices.Reverse(b[at:])
	return b
}
