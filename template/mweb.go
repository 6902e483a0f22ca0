package template

import (
	"bytes"
	"errors"
	"fmt"

	"lukechampine.com/blake3"
)

// The scripts of the HogEx's outputs and of peg-ins are a witness program of 32 bytes each, version 8 and 9.
var (
	hogAddrPrefix = []byte{0x58, 0x20}
	pegInPrefix   = []byte{0x59, 0x20}
)

// checkMWEB refuses what litecoind would refuse as mweb-missing, mweb-hash-mismatch, bad-hogex-position or
// pegin-mismatch (mweb/mweb_node.cpp): a block mined on it could never be accepted.
func (t *Template) checkMWEB(r *Reply) error {
	n := len(t.Transactions)
	for i := range t.Transactions {
		if x := &t.Transactions[i]; i != n-1 && isHogEx(x.Data) {
			return fmt.Errorf("transaction %d of %d is the HogEx, which must be the last", i+1, n)
		}
	}
	if !t.MWEBActive {
		if len(t.MWEB) > 0 || n > 0 && isHogEx(t.Transactions[n-1].Data) {
			return errors.New("mweb or a HogEx is there although the mweb rule is not active")
		}
		return nil
	}
	if len(t.MWEB) == 0 {
		return errors.New("MWEB is active but the reply has no mweb: a block without it is refused. " +
			"The request must name the rules mweb and segwit, and nothing between may drop the field")
	}
	if n == 0 || !isHogEx(t.Transactions[n-1].Data) {
		return errors.New("MWEB is active but the last transaction is not the HogEx: a block without it is refused")
	}
	last := &t.Transactions[n-1]
	rd := &reader{b: last.Data}
	hogEx, err := readTx(rd)
	if err != nil || rd.left() != 0 {
		return errors.New("the HogEx cannot be read to its end")
	}
	if hogEx.txid != last.TxID || last.TxID != last.WTxID {
		return errors.New("the HogEx's txid is not that of its data")
	}
	if err := hogExCommitsTo(&hogEx, t.MWEB, t.Height); err != nil {
		return err
	}
	return t.checkPegIns(&hogEx)
}

// checkPegIns asserts that the HogEx spends the template's peg-in outputs, all of them, in block order.
func (t *Template) checkPegIns(hogEx *tx) error {
	type outpoint struct {
		txid  Hash
		index uint32
	}
	var want, got []outpoint
	place := make(map[Hash]bool, len(t.Transactions))
	for _, x := range t.Transactions[:len(t.Transactions)-1] {
		place[x.TxID] = true
		if !bytes.Contains(x.Data, pegInPrefix) {
			continue
		}
		parsed, err := readTx(&reader{b: x.Data})
		if err != nil {
			return fmt.Errorf("transaction %s cannot be read: %w", x.TxID, err)
		}
		for i, out := range parsed.outputs {
			if isProgram(out.Script, pegInPrefix) {
				want = append(want, outpoint{x.TxID, uint32(i)})
			}
		}
	}
	for i, in := range hogEx.inputs {
		if i == 0 && !place[in.previous] {
			continue // the previous block's HogEx
		}
		got = append(got, outpoint{in.previous, in.index})
	}
	if len(got) != len(want) {
		return fmt.Errorf("the HogEx spends %d peg-ins, the transactions have %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			return errors.New("the HogEx's inputs are not in the order of the peg-ins")
		}
	}
	return nil
}

// isHogEx looks only at the flags: version, marker 00, flags with the MWEB bit.
func isHogEx(data []byte) bool {
	return len(data) > 5 && data[4] == 0 && data[5]&flagMWEB != 0
}

func isProgram(script, prefix []byte) bool {
	return len(script) == len(prefix)+HashSize && bytes.HasPrefix(script, prefix)
}

// hogExCommitsTo asserts that the first output of the HogEx is the hash of the extension block's header, and
// that the header is for this height.
func hogExCommitsTo(hogEx *tx, extension []byte, height int32) error {
	if len(hogEx.outputs) == 0 || !isProgram(hogEx.outputs[0].Script, hogAddrPrefix) {
		return errors.New("the HogEx's first output does not commit to an extension block")
	}
	h, headerHeight, err := extensionHeader(extension)
	if err != nil {
		return err
	}
	if !bytes.Equal(hogEx.outputs[0].Script[len(hogAddrPrefix):], h[:]) {
		return errors.New("mweb is not the extension block that the HogEx commits to")
	}
	if headerHeight != uint64(height) {
		return fmt.Errorf("mweb is for height %d, the block for %d", headerHeight, height)
	}
	return nil
}

// extensionHeader reads the header of an extension block: VARINT height, output, kernel and leaf root, kernel
// and stealth offset of 32 bytes each, VARINT number of outputs and of kernels (libmw, models/block/Header.h).
// Its hash is BLAKE3-256.
func extensionHeader(extension []byte) (hash [HashSize]byte, height uint64, err error) {
	r := &reader{b: extension}
	height = r.varInt()
	r.bytes(5 * HashSize)
	r.varInt()
	r.varInt()
	if r.err != nil {
		return hash, 0, fmt.Errorf("mweb header: %w", r.err)
	}
	return blake3.Sum256(extension[:r.at]), height, nil
}

// varInt reads serialize.h's VARINT: base 128, most significant group first, minus one for each group after
// the first. It is not the CompactSize of lengths.
func (r *reader) varInt() uint64 {
	var n uint64
	for {
		b := r.byte()
		if r.err != nil {
			return 0
		}
		if n > 1<<56 {
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
