package template

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Block is what can be read from a serialized block, and what of it can be checked without the chain. Proof of
// work is the caller's to check: the target is here, the PoW hash is made by solo/scrypt.
type Block struct {
	Header              Header
	Target              Target // of the header's bits; zero if these are invalid
	Height              int32  // the coinbase's first push (BIP 34); 0 if that is no height
	Transactions        int    // with the coinbase
	MerkleRootOK        bool
	WitnessCommitmentOK bool // right, or neither there nor needed
	MWEB                bool // an extension block is there
	HogEx               bool // the last transaction is the HogEx
	ScriptSig           Hex  // the coinbase's
	CoinbaseTxID        Hash
	Outputs             []Output // the coinbase's
	Bytes               int
	Weight              int      // litecoind's GetBlockWeight: the MWEB is not counted
	Problems            []string // each a reason for which litecoind would refuse the block; empty if none was found
}

// ParseBlock takes a serialized block apart. An error means that it is not a block at all; rules that it breaks
// are in Problems.
func ParseBlock(raw []byte) (*Block, error) {
	if len(raw) < HeaderSize {
		return nil, fmt.Errorf("parse block: %d bytes are no block: its header alone has %d", len(raw), HeaderSize)
	}
	r := &reader{b: raw, at: HeaderSize}
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
		HogEx: n > 1 && txs[n-1].hogEx, CoinbaseTxID: txs[0].txid, Outputs: txs[0].outputs,
	}
	b.weigh(txs)
	b.checkHeader(txs)
	b.checkCoinbase(txs)
	b.checkWitness(txs)
	b.checkTail(txs, raw[r.at:])
	return b, nil
}

// Text is what of the coinbase's scriptSig can be read: printable ASCII, other bytes as dots.
func (b *Block) Text() string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '.'
		}
		return c
	}, latin1(b.ScriptSig))
}

func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func (b *Block) problem(format string, a ...any) {
	b.Problems = append(b.Problems, fmt.Sprintf(format, a...))
}

func (b *Block) weigh(txs []tx) {
	const scale = 4 // WITNESS_SCALE_FACTOR
	b.Weight = scale * (HeaderSize + len(appendCompactSize(nil, uint64(len(txs)))))
	for i := range txs {
		total := len(txs[i].raw)
		if txs[i].hogEx {
			total = txs[i].base
		}
		b.Weight += (scale-1)*txs[i].base + total
	}
}

func (b *Block) checkHeader(txs []tx) {
	var err error
	if b.Target, err = TargetFromBits(b.Header.Bits()); err != nil {
		b.problem("%v", err)
	}
	ids := make([]Hash, len(txs), len(txs)+1)
	for i := range txs {
		ids[i] = txs[i].txid
	}
	if b.MerkleRootOK = merkleRoot(ids) == b.Header.MerkleRoot(); !b.MerkleRootOK {
		b.problem("bad-txnmrklroot: the merkle root is not that of the transactions")
	}
}

func (b *Block) checkCoinbase(txs []tx) {
	if !txs[0].isCoinbase() {
		b.problem("bad-cb-missing: the first transaction is no coinbase")
		return
	}
	for i := range txs[1:] {
		if txs[1+i].isCoinbase() {
			b.problem("bad-cb-multiple: transaction %d is a coinbase too", i+2)
		}
	}
	b.ScriptSig = txs[0].inputs[0].script
	if n := len(b.ScriptSig); n < minScriptSig || n > maxScriptSig {
		b.problem("bad-cb-length: the coinbase's scriptSig has %d bytes, not %d to %d", n, minScriptSig, maxScriptSig)
	}
	b.Height = readHeight(b.ScriptSig)
	for _, out := range b.Outputs {
		if isProgram(out.Script, pegInPrefix) {
			b.problem("bad-tx-unexpected-pegin: the coinbase pays a peg-in script")
		}
	}
}

// checkWitness is litecoind's CheckWitnessMalleation with its choice of the last output that looks like a
// commitment.
func (b *Block) checkWitness(txs []tx) {
	var commitment []byte
	for _, out := range b.Outputs {
		if len(out.Script) >= len(witnessCommitmentPrefix)+HashSize && bytes.HasPrefix(out.Script, witnessCommitmentPrefix) {
			commitment = out.Script[:len(witnessCommitmentPrefix)+HashSize]
		}
	}
	if commitment == nil {
		for i := range txs {
			if txs[i].wtxid != txs[i].txid {
				b.problem("unexpected-witness: transaction %d has a witness, the coinbase commits to none", i+1)
				return
			}
		}
		b.WitnessCommitmentOK = true
		return
	}
	if v := b.Header.Version(); v < minVersion {
		b.problem("bad-version(%#010x): below %#x", uint32(v), minVersion)
	}
	if len(txs[0].witness) != 1 || len(txs[0].witness[0]) != HashSize {
		b.problem("bad-witness-nonce-size: the coinbase's witness is not one item of %d bytes", HashSize)
		return
	}
	others := make([]Hash, len(txs)-1)
	for i := range others {
		others[i] = txs[i+1].wtxid
	}
	b.WitnessCommitmentOK = bytes.Equal(commitment, witnessCommitment(others, Hash(txs[0].witness[0])))
	if !b.WitnessCommitmentOK {
		b.problem("bad-witness-merkle-match: the witness commitment is not that of the transactions")
	}
}

// checkTail looks at what follows the transactions. litecoind reads an extension block there only behind a HogEx,
// and silently ignores anything else: here it is a problem, because no correct block has it.
func (b *Block) checkTail(txs []tx, tail []byte) {
	for i := range txs[:len(txs)-1] {
		if txs[i].hogEx {
			b.problem("bad-hogex-position: transaction %d of %d is a HogEx", i+1, len(txs))
		}
	}
	if !b.HogEx {
		if len(tail) > 0 {
			b.problem("mweb-missing: %d bytes follow the transactions, but the last of these is no HogEx", len(tail))
		}
		return
	}
	if len(tail) == 0 || tail[0] != mwebPresent {
		b.problem("mweb-missing: the last transaction is the HogEx, but 01 and the extension block do not follow it")
		return
	}
	b.MWEB = true
	if err := hogExCommitsTo(&txs[len(txs)-1], tail[1:], b.Height); err != nil {
		b.problem("mweb-hash-mismatch: %v", err)
	}
}

// readHeight is the counterpart of pushHeight; 0 if the script does not begin with a height in its only valid form.
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
