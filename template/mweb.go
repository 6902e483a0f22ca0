package template

import (
	"bytes"
	"errors"
	"fmt"
)

// The scripts of the HogEx's first output and of peg-ins are witness programs of 32 bytes, version 8 and 9.
var (
	hogAddrPrefix = []byte{0x58, 0x20}
	pegInPrefix   = []byte{0x59, 0x20}
)

func isProgram(script, prefix []byte) bool {
	return len(script) == len(prefix)+HashSize && bytes.HasPrefix(script, prefix)
}

// checkMWEB checks a block at that height while MWEB is active (mweb/mweb_node.cpp, ContextualCheckBlock), given the
// transactions after the coinbase and the extension block without the 01 before it. An error begins with litecoind's
// reject reason.
func checkMWEB(others []tx, mweb []byte, height int32) error {
	if len(others) == 0 || !others[len(others)-1].hogEx {
		return errors.New("hogex-missing: the last transaction is not the HogEx")
	}
	pays, hogEx := others[:len(others)-1], &others[len(others)-1]
	if !isProgram(hogEx.outputs[0].Script, hogAddrPrefix) {
		return errors.New("bad-hogex: its first output does not commit to an extension block")
	}
	for _, out := range hogEx.outputs {
		if isProgram(out.Script, pegInPrefix) {
			return errors.New("bad-tx-unexpected-pegin: the HogEx pays a peg-in script")
		}
	}
	e, err := parseExtension(mweb)
	if err != nil {
		return fmt.Errorf("bad-blk-mweb: %w", err)
	}
	if !bytes.Equal(hogEx.outputs[0].Script[len(hogAddrPrefix):], e.hash[:]) {
		return errors.New("mweb-hash-mismatch: the HogEx commits to another extension block")
	}
	if e.height != uint64(height) {
		return fmt.Errorf("mweb-height-mismatch: the extension block is for height %d, the block for %d", e.height, height)
	}
	return checkPegIns(pays, hogEx)
}

// checkPegIns checks that the HogEx spends all peg-in outputs of the transactions, in block order. Its first input
// spends the previous block's HogEx; in the first block of MWEB, which has no previous HogEx, that is a peg-in too.
func checkPegIns(pays []tx, hogEx *tx) error {
	spent := hogEx.inputs[1:]
	for i := range pays {
		if pays[i].txid == hogEx.inputs[0].previous {
			spent = hogEx.inputs
			break
		}
	}
	for i := range pays {
		for n, out := range pays[i].outputs {
			switch {
			case !isProgram(out.Script, pegInPrefix):
				continue
			case len(spent) == 0:
				return fmt.Errorf("pegins-missing: the HogEx does not spend output %d of %s, a peg-in", n, pays[i].txid)
			case spent[0] != txInput{pays[i].txid, uint32(n)}:
				return fmt.Errorf("pegin-mismatch: the HogEx does not spend output %d of %s, a peg-in, in block order", n, pays[i].txid)
			}
			spent = spent[1:]
		}
	}
	if len(spent) > 0 {
		return fmt.Errorf("extra-hogex-input: %d inputs of the HogEx spend no peg-in of this block", len(spent))
	}
	return nil
}
