package template

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Bounds of a coinbase's scriptSig in bytes (consensus/tx_check.cpp).
const (
	minScriptSig = 2
	maxScriptSig = 100
)

// Opcodes of the scriptSig's pushes.
const (
	op0         = 0x00
	opPushData1 = 0x4c
	op1         = 0x51
	maxDirect   = 75 // the longest push whose opcode is its length
)

// Coinbase says how the coinbase transaction is made.
type Coinbase struct {
	Script         []byte // payout script
	Tag            string // text in the scriptSig; may be empty
	Commitment     []byte // to the merged chains' blocks, 44 bytes; NewJob makes it; nil without merged chains
	ExtranonceSize int    // bytes of extranonce, 0..75
}

// halves is the coinbase in its stripped serialization, cut where the extranonce goes. Its hash with the
// extranonce between is the transaction id; version and lock time stand at its ends.
type halves struct {
	first, second []byte
}

// make builds the coinbase of a block on t: one input with the height (BIP 34), the commitment to merged chains, the
// extranonce and the tag as pushes, so that no byte of them is counted as a signature operation; the payout; the
// witness commitment. The commitment stands before the extranonce and the tag because a merged chain accepts its magic
// only once in the scriptSig, right before the first occurrence of the root.
func (c Coinbase) make(t *Template) (halves, error) {
	if len(c.Script) == 0 {
		return halves{}, errors.New("make coinbase: the payout script is empty: anyone could spend the reward")
	}
	if isProgram(c.Script, pegInPrefix) || isProgram(c.Script, hogAddrPrefix) {
		return halves{}, errors.New("make coinbase: the payout script is one of MWEB's own, which no coinbase can pay")
	}
	if c.ExtranonceSize < 0 || c.ExtranonceSize > maxDirect {
		return halves{}, fmt.Errorf("make coinbase: extranonce of %d bytes, at most %d fit", c.ExtranonceSize, maxDirect)
	}
	if c.Commitment != nil && bytes.Contains([]byte(c.Tag), commitmentMagic) {
		return halves{}, fmt.Errorf("make coinbase: the tag holds %x, which begins the commitment to merged chains", commitmentMagic)
	}
	before := append(pushHeight(t.Height), push(string(c.Commitment))...)
	if c.ExtranonceSize > 0 {
		before = append(before, byte(c.ExtranonceSize))
	}
	after := push(c.Tag)
	size := len(before) + c.ExtranonceSize + len(after)
	if size > maxScriptSig {
		return halves{}, fmt.Errorf("make coinbase: the tag has %d bytes, at most %d fit at height %d",
			len(c.Tag), MaxTag(t.Height, c.ExtranonceSize, c.Commitment != nil), t.Height)
	}
	for ; size < minScriptSig; size++ {
		after = append(after, op0) // OP_0, which litecoind's own miner appends too
	}

	first := binary.LittleEndian.AppendUint32(nil, 1) // version
	first = append(first, 1)                          // inputs
	first = append(first, make([]byte, HashSize)...)
	first = binary.LittleEndian.AppendUint32(first, math.MaxUint32)
	first = appendCompactSize(first, uint64(size))
	first = append(first, before...)

	second := after
	second = binary.LittleEndian.AppendUint32(second, math.MaxUint32) // sequence
	outputs := []Output{{t.CoinbaseValue, c.Script}}
	if t.Segwit {
		outputs = append(outputs, Output{0, t.WitnessCommitment})
	}
	second = appendCompactSize(second, uint64(len(outputs)))
	for _, out := range outputs {
		second = binary.LittleEndian.AppendUint64(second, uint64(out.Value))
		second = appendCompactSize(second, uint64(len(out.Script)))
		second = append(second, out.Script...)
	}
	return halves{first, binary.LittleEndian.AppendUint32(second, 0)}, nil
}

// appendFull appends the serialization that goes into the block: with a witness of 32 zero bytes, the reserved
// value of the commitment, if segwit is active (BIP 141).
func (h halves) appendFull(b, extranonce []byte, segwit bool) []byte {
	const edge = 4 // version and lock time
	if !segwit {
		return append(append(append(b, h.first...), extranonce...), h.second...)
	}
	b = append(b, h.first[:edge]...)
	b = append(b, 0, flagWitness)
	b = append(append(b, h.first[edge:]...), extranonce...)
	b = append(b, h.second[:len(h.second)-edge]...)
	b = append(b, 1, HashSize)
	b = append(b, make([]byte, HashSize)...)
	return append(b, h.second[len(h.second)-edge:]...)
}

// pushHeight is litecoind's CScript() << height (BIP 34): one opcode up to 16, above it the shortest push of the
// signed little-endian number.
func pushHeight(height int32) []byte {
	if height <= 0 { // only the genesis block, which nobody mines
		return []byte{op0}
	}
	if height <= 16 {
		return []byte{op1 + byte(height-1)}
	}
	var n []byte
	for v := height; v > 0; v >>= 8 {
		n = append(n, byte(v))
	}
	if n[len(n)-1]&0x80 != 0 {
		n = append(n, 0)
	}
	return append([]byte{byte(len(n))}, n...)
}

func push(tag string) []byte {
	switch n := len(tag); {
	case n == 0:
		return nil
	case n <= maxDirect:
		return append([]byte{byte(n)}, tag...)
	default:
		return append([]byte{opPushData1, byte(n)}, tag...)
	}
}

// MaxTag returns the length in bytes of the longest tag that fits the coinbase at a height, beside an extranonce of that
// many bytes and, if merged, the commitment to merged chains.
func MaxTag(height int32, extranonceSize int, merged bool) int {
	free := maxScriptSig - len(pushHeight(height)) - extranonceSize
	if merged {
		free -= 1 + commitmentSize
	}
	if extranonceSize > 0 {
		free--
	}
	if free-1 <= maxDirect {
		return max(0, free-1)
	}
	return free - 2
}

// CoinbaseParts reads the coinbase back from its serialization: the scriptSig, with zeros for the extranonce, and what
// it pays. An error means that the job was not made by NewJob.
func (j *Job) CoinbaseParts() (scriptSig Hex, outputs []Output, err error) {
	t, err := parseTx(j.FullCoinbase(make([]byte, j.Coinbase.ExtranonceSize)))
	if err != nil {
		return nil, nil, fmt.Errorf("read coinbase: %w", err)
	}
	return t.script, t.outputs, nil
}
