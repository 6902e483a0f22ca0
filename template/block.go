package template

import (
	"bytes"
	"fmt"
	"slices"
)

// mwebPresent precedes the extension block in a serialized block: the optional value is present.
const mwebPresent = 0x01

// Block returns the serialized main block of a solution, for submitblock: header, number of transactions, coinbase,
// the template's transactions verbatim and, while MWEB is active, 01 and the extension block (primitives/block.h).
// It fails if the extranonce has the wrong length.
func (j *Job) Block(s Solution) ([]byte, error) {
	h, err := j.Header(s)
	if err != nil {
		return nil, err
	}
	t := j.Template
	const countAndWitness = 9 + 2 + 2 + HashSize
	size := HeaderSize + countAndWitness + len(j.Coinb1) + len(s.Extranonce) + len(j.Coinb2) + 1 + len(t.MWEB)
	for _, x := range t.Transactions {
		size += len(x.Data)
	}
	b := append(make([]byte, 0, size), h[:]...)
	b = appendCompactSize(b, uint64(1+len(t.Transactions)))
	b = j.appendCoinbase(b, s.Extranonce)
	for _, x := range t.Transactions {
		b = append(b, x.Data...)
	}
	if t.MWEBActive {
		b = append(append(b, mwebPresent), t.MWEB...)
	}
	return b, nil
}

// FullCoinbase returns the serialized coinbase, with its witness if segwit is active.
func (j *Job) FullCoinbase(extranonce []byte) []byte {
	return j.appendCoinbase(nil, extranonce)
}

func (j *Job) appendCoinbase(b, extranonce []byte) []byte {
	return halves{j.Coinb1, j.Coinb2}.appendFull(b, extranonce, j.Template.Segwit)
}

// AuxBlock returns the serialized block that a solution makes of the job's i-th aux block, for submitblock of that
// chain: header, proof, number of transactions, coinbase, the template's transactions verbatim. It fails if the
// extranonce has the wrong length, and for a solution that the chain refuses whatever its PoW hash: the version has the
// chain's id in its upper half, or the extranonce holds the commitment's magic.
func (j *Job) AuxBlock(i int, s Solution) ([]byte, error) {
	parent, err := j.Header(s)
	if err != nil {
		return nil, err
	}
	a := j.Aux[i]
	if err := a.checkParent(s.Version); err != nil {
		return nil, fmt.Errorf("make %s block: %w", a.Template.Chain.Name, err)
	}
	if bytes.Contains(s.Extranonce, commitmentMagic) {
		return nil, fmt.Errorf("make %s block: the extranonce %x holds the commitment's magic", a.Template.Chain.Name, s.Extranonce)
	}
	tree, err := newAuxTree(j.Aux)
	if err != nil {
		return nil, err
	}
	coinbase := slices.Concat(j.Coinb1, s.Extranonce, j.Coinb2)
	return a.block(appendProof(nil, coinbase, j.Branch, tree.branches[i], tree.slots[i], parent)), nil
}
