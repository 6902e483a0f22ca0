package template

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Aux is a merged chain's block without its proof. The proof (AuxPoW, auxpow.h) shows that the coinbase of a main block
// commits to the aux block. An Aux is immutable.
type Aux struct {
	Template  *Template
	Coinbase  Coinbase
	Header    Header // its time is the template's CurTime, its nonce 0
	BlockHash Hash   // what the main coinbase commits to
	coinbase  []byte // serialized
}

// auxPoWVersion is the version bit of a block whose header is followed by a proof (primitives/pureheader.h).
const auxPoWVersion = 0x100

// chainID returns the upper half of a block version, an AuxPoW chain's id (primitives/pureheader.h).
func chainID(version int32) uint16 { return uint16(uint32(version) >> 16) }

// NewAux makes an aux block of a merged chain's template. c must have neither extranonce nor commitment: the main header
// is searched, not this one. It fails if the chain is not merge-mined, c has no payout script, or its tag does not fit.
func NewAux(t *Template, c Coinbase) (*Aux, error) {
	if !t.Chain.AuxPoW {
		return nil, fmt.Errorf("make aux block: %s is not merge-mined", t.Chain.Name)
	}
	if c.ExtranonceSize != 0 || c.Commitment != nil {
		return nil, errors.New("make aux block: its coinbase has no extranonce and no commitment")
	}
	h, err := c.make(t)
	if err != nil {
		return nil, err
	}
	ids := make([]Hash, len(t.Transactions))
	for i, x := range t.Transactions {
		ids[i] = x.TxID
	}
	root := rootFromBranch(DoubleSHA256(h.first, h.second), merkleBranch(ids), 0)
	a := &Aux{Template: t, Coinbase: c, coinbase: h.appendFull(nil, nil, t.Segwit)}
	a.Header = NewHeader(t.Version|auxPoWVersion, t.PreviousBlock, root, t.CurTime, t.Bits, 0)
	a.BlockHash = a.Header.BlockHash()
	return a, nil
}

// FullCoinbase returns the serialized coinbase.
func (a *Aux) FullCoinbase() []byte { return bytes.Clone(a.coinbase) }

// CoinbaseParts parses the serialized coinbase and returns its scriptSig and its outputs.
func (a *Aux) CoinbaseParts() (scriptSig Hex, outputs []Output, err error) {
	t, err := parseTx(a.coinbase)
	if err != nil {
		return nil, nil, fmt.Errorf("read coinbase: %w", err)
	}
	return t.script, t.outputs, nil
}

// checkParent refuses a main version that has the merged chain's id, as the chain does (auxpow.cpp, CAuxPow::check).
func (a *Aux) checkParent(version int32) error {
	if c := a.Template.Chain; chainID(version) == c.ID {
		return fmt.Errorf("header version %#x has the chain id of %s in its upper half", uint32(version), c.Name)
	}
	return nil
}

// block serializes the block with its proof.
func (a *Aux) block(proof []byte) []byte {
	size := HeaderSize + len(proof) + 9 + len(a.coinbase)
	for _, x := range a.Template.Transactions {
		size += len(x.Data)
	}
	b := append(make([]byte, 0, size), a.Header[:]...)
	b = append(b, proof...)
	b = appendCompactSize(b, uint64(1+len(a.Template.Transactions)))
	b = append(b, a.coinbase...)
	for _, x := range a.Template.Transactions {
		b = append(b, x.Data...)
	}
	return b
}

// commitmentMagic is the start of a commitment. A merged chain accepts it only once in the scriptSig, right before the
// first occurrence of the root (auxpow.cpp, CAuxPow::check).
var commitmentMagic = []byte{0xfa, 0xbe, 'm', 'm'}

// commitmentSize is the length of a commitment: magic, root, number of leaves, nonce.
const commitmentSize = 4 + HashSize + 4 + 4

// Commitment returns the 44 bytes that commit a main coinbase to the aux blocks: magic, root of their merkle tree in
// display order, number of leaves and nonce as little-endian uint32. It fails if there are no aux blocks, or two of the
// same chain id.
func Commitment(aux []*Aux) ([]byte, error) {
	tree, err := newAuxTree(aux)
	if err != nil {
		return nil, err
	}
	return tree.commitment(), nil
}

// auxTree is the merkle tree of aux blocks. Its leaves are their block hashes, each in its slot, and zeros.
type auxTree struct {
	height   int
	root     Hash
	slots    []uint32 // of each aux block
	branches [][]Hash // of each aux block, leaf to root
}

// newAuxTree makes the smallest tree in which no two aux blocks have the same slot. It does not depend on their order.
func newAuxTree(aux []*Aux) (*auxTree, error) {
	if len(aux) == 0 {
		return nil, errors.New("commit to aux blocks: there are none")
	}
	for height := range maxTreeHeight + 1 { // each 16-bit id has its own slot in the tallest
		t := &auxTree{height: height}
		taken := make(map[uint32]bool, len(aux))
		for _, a := range aux {
			slot := auxSlot(a.Template.Chain.ID, auxNonce, height)
			t.slots, taken[slot] = append(t.slots, slot), true
		}
		if len(taken) < len(aux) {
			continue
		}
		t.fold(aux)
		// One root in 2^27 holds the magic, which merged chains refuse.
		if bytes.LastIndex(t.commitment(), commitmentMagic) == 0 {
			return t, nil
		}
	}
	return nil, errors.New("commit to aux blocks: two have the same chain id")
}

// fold computes the root and the branches.
func (t *auxTree) fold(aux []*Aux) {
	level := make([]Hash, 1<<t.height)
	for i, a := range aux {
		level[t.slots[i]] = a.BlockHash
	}
	t.branches = make([][]Hash, len(aux))
	for depth := range t.height {
		for i, slot := range t.slots {
			t.branches[i] = append(t.branches[i], level[slot>>depth^1])
		}
		level = merkleLevel(level)
	}
	t.root = level[0]
}

// auxNonce is the nonce of all our commitments: no other avoids a collision, see auxSlot.
const auxNonce = 0

// auxSlot returns the only slot that a chain accepts in a tree of that height (auxpow.cpp, CAuxPow::getExpectedIndex).
// The factor is odd, so the slot is a permutation of the id modulo 2^height, whatever the nonce: two chains collide if
// and only if their ids agree in the lowest height bits.
func auxSlot(id uint16, nonce uint32, height int) uint32 {
	const factor, summand = 1103515245, 12345
	r := nonce*factor + summand
	r += uint32(id)
	r = r*factor + summand
	return r % (1 << height)
}

func (t *auxTree) commitment() []byte {
	b := make([]byte, 0, commitmentSize)
	b = append(b, commitmentMagic...)
	for i := range t.root {
		b = append(b, t.root[HashSize-1-i])
	}
	b = binary.LittleEndian.AppendUint32(b, 1<<t.height)
	return binary.LittleEndian.AppendUint32(b, auxNonce)
}
