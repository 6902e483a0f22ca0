package template

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Proof is the AuxPoW of a merged chain's block (auxpow.h, CAuxPow and CMerkleTx): it shows that the coinbase of a main
// block, the parent, commits to that block. Package solo/scrypt computes the PoW hash of Parent.
type Proof struct {
	CoinbaseTxID Hash   // of the parent's coinbase
	ScriptSig    Hex    // of the parent's coinbase; aliases what the proof was parsed from
	Branch       []Hash // of the parent's coinbase, leaf to root
	Index        int32  // of the coinbase in the parent: 0
	ChainBranch  []Hash // of the block in the tree of aux blocks, leaf to root
	Slot         int32  // of the block in that tree
	Parent       Header
}

// maxChainBranch is the height of the tallest tree of aux blocks (auxpow.cpp, CAuxPow::check).
const maxChainBranch = 30

// readProof reads the proof that r is at.
func readProof(r *reader) (*Proof, error) {
	coinbase, err := readTx(r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the parent's coinbase: %w", err)
	case len(coinbase.inputs) == 0:
		return nil, errors.New("the parent's coinbase has no inputs")
	case coinbase.hogEx:
		return nil, errors.New("the parent's coinbase has MWEB data")
	}
	p := &Proof{CoinbaseTxID: coinbase.txid, ScriptSig: coinbase.script}
	r.hash() // of the parent, which nobody checks
	p.Branch, p.Index = r.hashes(), int32(r.uint32())
	p.ChainBranch, p.Slot = r.hashes(), int32(r.uint32())
	if header := r.bytes(HeaderSize); header != nil {
		p.Parent = Header(header)
	}
	if r.err != nil {
		return nil, r.err
	}
	return p, nil
}

// appendProof appends what readProof reads: the main coinbase without witness, the main block hash, the coinbase's branch
// and index, the aux block's branch and slot, the main header.
func appendProof(b, coinbase []byte, branch, chainBranch []Hash, slot uint32, parent Header) []byte {
	const coinbaseIndex = 0
	hash := parent.BlockHash()
	b = append(append(b, coinbase...), hash[:]...)
	b = binary.LittleEndian.AppendUint32(appendHashes(b, branch), coinbaseIndex)
	b = binary.LittleEndian.AppendUint32(appendHashes(b, chainBranch), slot)
	return append(b, parent[:]...)
}

func appendHashes(b []byte, hashes []Hash) []byte {
	b = appendCompactSize(b, uint64(len(hashes)))
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// Root returns the root of the tree of aux blocks in which a block with that hash has the proof's branch and slot.
func (p *Proof) Root(block Hash) Hash { return rootFromBranch(block, p.ChainBranch, p.Slot) }

// Check returns the rules that the proof of the block with that hash breaks, of a chain with that id on main or regtest,
// in the order in which the node tries them (auxpow.cpp, CAuxPow::check; a test network takes a parent with the chain's
// id). Each begins with the node's reject reason and the words of its log. That the parent's PoW hash meets the target of
// the block is left to the caller.
func (p *Proof) Check(block Hash, id uint16) (problems []string) {
	problem := func(format string, a ...any) {
		problems = append(problems, "high-hash: "+fmt.Sprintf(format, a...))
	}
	if p.Index != 0 {
		problem("AuxPow is not a generate: index %d of the parent's coinbase, want 0", p.Index)
	}
	if chainID(p.Parent.Version()) == id {
		problem("Aux POW parent has our chain ID: its version is %#x", uint32(p.Parent.Version()))
	}
	if n := len(p.ChainBranch); n > maxChainBranch {
		problem("Aux POW chain merkle branch too long: %d hashes, at most %d are allowed", n, maxChainBranch)
	}
	if rootFromBranch(p.CoinbaseTxID, p.Branch, p.Index) != p.Parent.MerkleRoot() {
		problem("Aux POW merkle root incorrect: the parent's does not match its coinbase and the branch")
	}
	if why := p.checkCommitment(p.Root(block), id); why != "" {
		problem("%s", why)
	}
	return problems
}

// checkCommitment returns what is wrong with the commitment to a root in the parent's coinbase, or nothing.
func (p *Proof) checkCommitment(root Hash, id uint16) string {
	slices.Reverse(root[:]) // display order
	at, magic := bytes.Index(p.ScriptSig, root[:]), bytes.Index(p.ScriptSig, commitmentMagic)
	const latest = 20 // of a root without the magic
	switch {
	case at < 0:
		return fmt.Sprintf("Aux POW missing chain merkle root in parent coinbase: %x", root[:])
	case magic >= 0 && bytes.Contains(p.ScriptSig[magic+1:], commitmentMagic):
		return "Multiple merged mining headers in coinbase"
	case magic >= 0 && magic+len(commitmentMagic) != at:
		return fmt.Sprintf("Merged mining header is not just before chain merkle root: it is at %d, the root first at %d", magic, at)
	case magic < 0 && at > latest:
		return fmt.Sprintf("Aux POW chain merkle root must start in the first 20 bytes of the parent coinbase: it is at %d", at)
	}
	r := &reader{b: p.ScriptSig[at+HashSize:]}
	size, nonce := r.uint32(), r.uint32()
	if r.err != nil {
		return "Aux POW missing chain merkle tree size and nonce in parent coinbase"
	}
	height := len(p.ChainBranch)
	if uint64(size) != 1<<height {
		return fmt.Sprintf("Aux POW merkle branch size does not match parent coinbase: a tree of %d leaves, and a branch of %d hashes", size, height)
	}
	if want := auxSlot(id, nonce, height); uint32(p.Slot) != want {
		return fmt.Sprintf("Aux POW wrong index: slot %d of %d, want %d", p.Slot, size, want)
	}
	return ""
}
