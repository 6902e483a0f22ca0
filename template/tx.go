package template

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Flag bits of a transaction's extended serialization (primitives/transaction.h).
const (
	flagWitness = 0x01
	flagMWEB    = 0x08
)

var errTruncated = errors.New("data ends too early")

// reader takes a serialization apart without copying. After the first error everything reads as zero.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) left() int { return len(r.b) - r.at }

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

// compactSize reads a length or count in its only allowed, shortest form (serialize.h, ReadCompactSize).
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

// count reads how many items follow, each of at least size bytes, so that a lie costs no memory.
func (r *reader) count(size int) int {
	n := r.compactSize()
	if r.err == nil && n > uint64(r.left()/size) {
		r.err = errTruncated
		return 0
	}
	return int(n)
}

// appendCompactSize is the counterpart of compactSize.
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

// tx is a transaction as far as blocks need it. Its slices point into what was read.
type tx struct {
	raw     []byte // the whole serialization
	txid    Hash
	wtxid   Hash // equal to txid for the HogEx (SERIALIZE_NO_MWEB)
	inputs  []txInput
	outputs []Output
	witness [][]byte // of the first input only: the coinbase's is looked at
	hogEx   bool
	base    int // length of the stripped serialization
}

type txInput struct {
	previous Hash
	index    uint32
	script   []byte
}

// Output is one output of a transaction.
type Output struct {
	Value  int64 // litoshi
	Script Hex
}

// Sizes below which an item of a transaction cannot be.
const (
	minInputSize  = HashSize + 4 + 1 + 4
	minOutputSize = 8 + 1
	minTxSize     = 4 + 1 + minInputSize + 1 + 4
)

// readTx reads one transaction in extended serialization.
func readTx(r *reader) (tx, error) {
	var t tx
	from := r.at
	r.bytes(4)
	var flags byte
	bodyAt := r.at
	if r.left() > 1 && r.b[r.at] == 0 {
		r.byte()
		flags = r.byte()
		bodyAt = r.at
		if flags == 0 || flags&^(flagWitness|flagMWEB) != 0 {
			return t, fmt.Errorf("transaction flags %02x are not known", flags)
		}
	}
	t.readInputsAndOutputs(r)
	bodyEnd := r.at
	if flags&flagWitness != 0 {
		t.readWitness(r)
	}
	mwebAt := r.at
	if flags&flagMWEB != 0 && r.byte() != 0 {
		return t, errors.New("a transaction carries MWEB data")
	}
	mwebEnd := r.at
	lock := r.bytes(4)
	if r.err != nil {
		return t, r.err
	}
	t.raw = r.b[from:r.at]
	t.hogEx = flags&flagMWEB != 0
	version, body := r.b[from:from+4], r.b[bodyAt:bodyEnd]
	t.base = len(version) + len(body) + len(lock)
	t.txid = DoubleSHA256(version, body, lock)
	t.wtxid = t.txid
	if flags&flagWitness != 0 {
		t.wtxid = DoubleSHA256(version, []byte{0, flagWitness}, r.b[bodyAt:mwebAt], r.b[mwebEnd:r.at])
	}
	return t, nil
}

func (t *tx) readInputsAndOutputs(r *reader) {
	for range r.count(minInputSize) {
		in := txInput{previous: r.hash(), index: r.uint32()}
		in.script = r.bytes(r.compactSize())
		r.uint32() // sequence
		t.inputs = append(t.inputs, in)
	}
	for range r.count(minOutputSize) {
		out := Output{Value: int64(r.uint64())}
		out.Script = r.bytes(r.compactSize())
		t.outputs = append(t.outputs, out)
	}
}

func (t *tx) readWitness(r *reader) {
	for i := range t.inputs {
		for range r.count(1) {
			item := r.bytes(r.compactSize())
			if i == 0 {
				t.witness = append(t.witness, item)
			}
		}
	}
}

// isCoinbase reports whether t has the one input that spends nothing.
func (t *tx) isCoinbase() bool {
	return len(t.inputs) == 1 && t.inputs[0].previous == Hash{} && t.inputs[0].index == math.MaxUint32
}
