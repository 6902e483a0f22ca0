package template

import "errors"

// Upper bounds in bytes of the parts of a merged chain's block beside the template's transactions.
const (
	maxPayout   = 100                                      // payout script of either chain; no address has one of more than 42
	maxCoinbase = edge + 1 + minInputSize + maxScriptSig + // version, input
		1 + 8 + 1 + maxPayout + 8 + 1 + maxCommitmentScript + edge // outputs, lock time
	maxCommitmentScript = 6 + HashSize // OP_RETURN, push, magic, hash (BIP 141)
	maxTreeHeight       = 16           // of 4,000,000 weight units of transactions, and of 16-bit chain ids
	maxBranch           = 1 + maxTreeHeight*HashSize
	maxProof            = maxCoinbase + HashSize + maxBranch + 4 + maxBranch + 4 + HeaderSize
	maxCompactSize      = 9
)

// fit leaves out the last transactions, and their fees, of a template whose block could be longer than its chain allows,
// because the chain counts the proof: its node keeps 1,000 bytes free for header and coinbase alone (miner.cpp,
// BlockAssembler), and refuses what is too long as bad-blk-length. No transaction depends on a later one.
func (t *Template) fit() error {
	limit := t.Chain.MaxSize
	if limit == 0 {
		return nil
	}
	size := HeaderSize + maxProof + maxCompactSize + maxCoinbase
	for i, x := range t.Transactions {
		if size += len(x.Data); size <= limit {
			continue
		}
		for _, left := range t.Transactions[i:] {
			t.CoinbaseValue -= left.Fee
		}
		if t.CoinbaseValue < 0 {
			return errors.New("coinbasevalue is less than the fees")
		}
		t.Transactions = t.Transactions[:i:i]
		break
	}
	return nil
}
