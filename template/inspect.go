package template

import (
	"bytes"
	"errors"
	"fmt"
)

// maxBlockWeight is consensus/consensus.h's MAX_BLOCK_WEIGHT.
const maxBlockWeight = 4_000_000

// Block describes a serialized block and the outcome of all checks that need no chain. The caller checks the proof of
// work: Target is here, package solo/scrypt computes the PoW hash.
type Block struct {
	Header              Header
	Target              Target // from the header's bits; zero if they are invalid
	Height              int32  // the coinbase's first push (BIP 34); 0 if it is not a height, or the header's version is below 2
	Transactions        int    // including the coinbase
	MerkleRootOK        bool
	WitnessCommitmentOK bool // correct, or neither present nor needed
	MWEB                bool // an extension block is present
	HogEx               bool // the last transaction is the HogEx
	ScriptSig           Hex  // the coinbase's
	CoinbaseTxID        Hash
	Outputs             []Output // the coinbase's
	Bytes               int
	Weight              int      // as in GetBlockWeight, without the extension block
	Problems            []string // each begins with the node's reject reason, if it has one; empty if there are none

	chain *Chain // whose rules apply
}

// ParseBlock parses and checks a serialized Litecoin block. It fails if raw is not a block; broken rules are listed in
// Problems. The scripts in Block alias raw.
func ParseBlock(raw []byte) (*Block, error) {
	if len(raw) < HeaderSize {
		return nil, fmt.Errorf("parse block: %d bytes are less than the %d of a header", len(raw), HeaderSize)
	}
	return readBlock(&reader{b: raw, at: HeaderSize}, Litecoin)
}

// readBlock parses what follows the header, and the proof of a merged chain, and checks the block by the chain's rules.
func readBlock(r *reader, chain *Chain) (*Block, error) {
	raw, before := r.b, r.at
	n := r.count(minTxSize)
	if r.err != nil {
		return nil, fmt.Errorf("parse block: number of transactions: %w", r.err)
	}
	if n == 0 {
		return nil, errors.New("parse block: it has no transactions")
	}
	txs := make([]tx, n)
	for i := range txs {
		var err error
		if txs[i], err = readTx(r); err != nil {
			return nil, fmt.Errorf("parse block: transaction %d of %d: %w", i+1, n, err)
		}
	}
	b := &Block{
		Header: Header(raw[:HeaderSize]), Transactions: n, Bytes: len(raw),
		CoinbaseTxID: txs[0].txid, Outputs: txs[0].outputs, chain: chain,
	}
	b.weigh(before, txs)
	b.checkHeader(txs)
	b.checkCoinbase(txs)
	b.checkWitness(txs)
	b.checkOthers(txs[1:], raw[r.at:])
	return b, nil
}

func (b *Block) problem(format string, a ...any) {
	b.Problems = append(b.Problems, fmt.Sprintf(format, a...))
}

// weigh counts the bytes before the number of transactions, those of the header and of a proof, too.
func (b *Block) weigh(before int, txs []tx) {
	const scale = 4 // WITNESS_SCALE_FACTOR
	b.Weight = scale * (before + len(appendCompactSize(nil, uint64(len(txs)))))
	for i := range txs {
		b.Weight += (scale-1)*txs[i].base + txs[i].size
	}
	switch {
	case b.Weight > maxBlockWeight && b.chain.Segwit:
		b.problem("bad-blk-weight: weight %d, at most %d is allowed", b.Weight, maxBlockWeight)
	case b.Weight > maxBlockWeight:
		b.problem("bad-blk-length: %d bytes, at most %d are allowed", b.Weight/scale, maxBlockWeight/scale)
	}
}

func (b *Block) checkHeader(txs []tx) {
	var err error
	if b.Target, err = TargetFromBits(b.Header.Bits()); err != nil {
		b.problem("high-hash: %v", err)
	}
	ids := make([]Hash, len(txs), len(txs)+1)
	for i := range txs {
		ids[i] = txs[i].txid
	}
	if b.MerkleRootOK = merkleRoot(ids) == b.Header.MerkleRoot(); !b.MerkleRootOK {
		b.problem("bad-txnmrklroot: the merkle root does not match the transactions")
	}
}

func (b *Block) checkCoinbase(txs []tx) {
	if !txs[0].isCoinbase() {
		b.problem("bad-cb-missing: the first transaction is not a coinbase")
		return
	}
	b.ScriptSig = txs[0].script
	if n := len(b.ScriptSig); n < minScriptSig || n > maxScriptSig {
		b.problem("bad-cb-length: the coinbase's scriptSig has %d bytes, want %d to %d", n, minScriptSig, maxScriptSig)
	}
	if b.Header.Version() >= 2 { // BIP 34; what begins an older coinbase may look like a height
		b.Height = readHeight(b.ScriptSig)
	}
	for _, out := range b.Outputs {
		if b.chain.MWEB && isProgram(out.Script, pegInPrefix) {
			b.problem("bad-tx-unexpected-pegin: the coinbase pays a peg-in script")
		}
	}
}

// checkWitness checks the witness commitment: the last output that looks like one (validation.cpp,
// CheckWitnessMalleation).
func (b *Block) checkWitness(txs []tx) {
	var commitment []byte
	for _, out := range b.Outputs {
		if b.chain.Segwit && len(out.Script) >= len(witnessCommitmentPrefix)+HashSize && bytes.HasPrefix(out.Script, witnessCommitmentPrefix) {
			commitment = out.Script[:len(witnessCommitmentPrefix)+HashSize]
		}
	}
	if commitment == nil {
		for i := range txs {
			if txs[i].hasWitness() {
				b.problem("unexpected-witness: transaction %d has a witness, but the coinbase commits to none", i+1)
				return
			}
		}
		b.WitnessCommitmentOK = true
		return
	}
	if v := b.Header.Version(); v < b.chain.MinVersion {
		b.problem("bad-version(0x%08x): below %#x", uint32(v), b.chain.MinVersion)
	}
	if len(txs[0].reserved) != HashSize {
		b.problem("bad-witness-nonce-size: the coinbase's witness is not a single item of %d bytes", HashSize)
		return
	}
	others := make([]Hash, len(txs)-1)
	for i := range others {
		others[i] = txs[i+1].wtxid
	}
	b.WitnessCommitmentOK = bytes.Equal(commitment, witnessCommitment(others, Hash(txs[0].reserved)))
	if !b.WitnessCommitmentOK {
		b.problem("bad-witness-merkle-match: the witness commitment does not match the transactions")
	}
}

// checkOthers checks the transactions after the coinbase and the bytes after them. litecoind reads an extension block
// there only after a HogEx, and ignores anything else; here that is a problem, because no correct block has it.
func (b *Block) checkOthers(others []tx, tail []byte) {
	b.HogEx = len(others) > 0 && others[len(others)-1].hogEx
	err := checkOrder(others)
	if !b.chain.MWEB {
		b.checkWithoutMWEB(err, len(tail))
		return
	}
	b.MWEB = b.HogEx && len(tail) > 0 && tail[0] == mwebPresent
	if err == nil && b.MWEB {
		err = checkMWEB(others, tail[1:], b.Height)
	}
	if err != nil {
		b.problem("%v", err)
	}
	switch {
	case b.HogEx && !b.MWEB:
		b.problem("mweb-missing: the last transaction is a HogEx, but 01 and the extension block do not follow")
	case !b.HogEx && len(tail) > 0:
		b.problem("mweb-missing: %d bytes follow the transactions, but the last transaction is not a HogEx", len(tail))
	}
}

// checkWithoutMWEB ends checkOthers on a chain without MWEB.
func (b *Block) checkWithoutMWEB(order error, tail int) {
	if order != nil {
		b.problem("%v", order)
	}
	if b.HogEx {
		b.problem("unexpected-mweb-data: the last transaction is a HogEx")
	}
	if tail > 0 {
		b.problem("%d bytes follow the transactions", tail)
	}
}

// readHeight reverses pushHeight. It returns 0 if the script does not begin with a height in its only valid form.
func readHeight(script []byte) int32 {
	if len(script) == 0 {
		return 0
	}
	n := int(script[0])
	if n >= op1 && n < op1+16 {
		return int32(n - op1 + 1)
	}
	const longest = 5
	if n > longest || len(script) < 1+n {
		return 0
	}
	var v int64
	for i, c := range script[1 : 1+n] {
		v |= int64(c) << (8 * i)
	}
	if v < 17 || v > 1<<31-1 || !bytes.HasPrefix(script, pushHeight(int32(v))) {
		return 0
	}
	return int32(v)
}
