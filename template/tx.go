package template

import (
	"errors"
	"fmt"
	"math"
)

// Flag bits of a transaction's extended serialization (primitives/transaction.h).
const (
	flagWitness = 0x01
	flagMWEB    = 0x08
)

// tx holds the fields of a transaction that blocks are checked against. Its slices alias the input.
type tx struct {
	txid     Hash
	wtxid    Hash // equal to txid without witness, and for the HogEx (SERIALIZE_NO_MWEB)
	inputs   []txInput
	outputs  []Output
	script   []byte // of the first input: a coinbase's scriptSig
	reserved []byte // the first input's witness if it is a single item: a coinbase's witness reserved value (BIP 141)
	hogEx    bool
	base     int // serialized length without witness
	size     int // serialized length with witness, without the HogEx's flag and last byte
}

type txInput struct {
	previous Hash
	index    uint32
}

// Output is an output of a transaction.
type Output struct {
	Value  int64 // in the chain's smallest unit
	Script Hex
}

// Minimum serialized sizes.
const (
	minInputSize  = HashSize + 4 + 1 + 4
	minOutputSize = 8 + 1
	minTxSize     = 4 + 1 + minInputSize + 1 + 4
)

// parseTx parses data, which must be exactly one transaction.
func parseTx(data []byte) (tx, error) {
	r := &reader{b: data}
	t, err := readTx(r)
	if err == nil && r.left() > 0 {
		err = fmt.Errorf("%d bytes follow its end", r.left())
	}
	return t, err
}

// readTx reads a transaction in extended serialization, with the errors of UnserializeTransaction
// (primitives/transaction.h).
func readTx(r *reader) (tx, error) {
	var t tx
	from := r.at
	r.bytes(4) // version
	bodyAt, flags := r.at, byte(0)
	if r.left() > 1 && r.b[r.at] == 0 {
		r.byte()
		flags = r.byte()
		bodyAt = r.at
		if flags == 0 || flags&^(flagWitness|flagMWEB) != 0 {
			return t, fmt.Errorf("unknown transaction flags %02x", flags)
		}
	}
	t.readInputsAndOutputs(r)
	bodyEnd := r.at
	if flags&flagWitness != 0 {
		t.readWitness(r)
	}
	witnessEnd := r.at
	if flags&flagMWEB != 0 && r.byte() != 0 && r.err == nil {
		return t, errors.New("unexpected-mweb-data: a transaction carries MWEB data")
	}
	lockAt := r.at
	r.bytes(4)
	if r.err != nil {
		return t, r.err
	}
	t.hogEx = flags&flagMWEB != 0
	version, body, lock := r.b[from:from+4], r.b[bodyAt:bodyEnd], r.b[lockAt:r.at]
	t.base = len(version) + len(body) + len(lock)
	t.size = t.base
	t.txid = DoubleSHA256(version, body, lock)
	t.wtxid = t.txid
	if flags&flagWitness != 0 {
		marker := []byte{0, flagWitness}
		t.size += len(marker) + witnessEnd - bodyEnd
		t.wtxid = DoubleSHA256(version, marker, r.b[bodyAt:witnessEnd], lock)
	}
	return t, nil
}

func (t *tx) readInputsAndOutputs(r *reader) {
	t.inputs = make([]txInput, r.count(minInputSize))
	for i := range t.inputs {
		t.inputs[i] = txInput{r.hash(), r.uint32()}
		script := r.bytes(r.compactSize())
		if i == 0 {
			t.script = script
		}
		r.uint32() // sequence
	}
	t.outputs = make([]Output, r.count(minOutputSize))
	for i := range t.outputs {
		t.outputs[i].Value = int64(r.uint64())
		t.outputs[i].Script = r.bytes(r.compactSize())
	}
}

func (t *tx) readWitness(r *reader) {
	items := 0
	for i := range t.inputs {
		n := r.count(1)
		items += n
		for range n {
			item := r.bytes(r.compactSize())
			if i == 0 && n == 1 {
				t.reserved = item
			}
		}
	}
	if items == 0 && r.err == nil {
		r.err = errors.New("a transaction announces a witness and has none")
	}
}

// isCoinbase reports whether t's only input spends nothing.
func (t *tx) isCoinbase() bool {
	return len(t.inputs) == 1 && t.inputs[0].previous == Hash{} && t.inputs[0].index == math.MaxUint32
}

func (t *tx) hasWitness() bool { return t.wtxid != t.txid }
