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

// Opcodes that push data in the scriptSig.
const (
	op0         = 0x00
	opPushData1 = 0x4c
	op1         = 0x51
	maxDirect   = 75 // longest push whose opcode is its length
)

// Coinbase describes the coinbase transaction.
type Coinbase struct {
	Script         []byte // payout script
	Tag            string // text in the scriptSig; may be empty
	Commitment     []byte // to the aux blocks, 44 bytes; set by NewJob; nil without merged chains
	ExtranonceSize int    // bytes of extranonce, 0..75
}

// halves is the coinbase, serialized without witness and cut where the extranonce goes. It begins with the version and
// ends with the lock time. The hash of first, extranonce and second is the transaction id.
type halves struct {
	first, second []byte
}

// edge is the length of the version and of the lock time, between which everything else stands.
const edge = 4

// make builds the coinbase of a block on t: one input with the height (BIP 34), the commitment to aux blocks, the
// extranonce and the tag; the payout; the witness commitment. The parts of the scriptSig are pushes, so that no byte of
// them counts as a signature operation. The commitment comes before the extranonce and the tag because a merged chain
// accepts its magic only once in the scriptSig, right before the first occurrence of the root.
func (c Coinbase) make(t *Template) (halves, error) {
	if len(c.Script) == 0 {
		return halves{}, errors.New("make coinbase: the payout script is empty: anyone could spend the reward")
	}
	if isProgram(c.Script, pegInPrefix) || isProgram(c.Script, hogAddrPrefix) {
		return halves{}, errors.New("make coinbase: the payout script is reserved for MWEB: no coinbase can pay it")
	}
	if c.ExtranonceSize < 0 || c.ExtranonceSize > maxDirect {
		return halves{}, fmt.Errorf("make coinbase: extranonce of %d bytes, at most %d fit", c.ExtranonceSize, maxDirect)
	}
	if c.Commitment != nil && bytes.Contains([]byte(c.Tag), commitmentMagic) {
		return halves{}, fmt.Errorf("make coinbase: the tag holds %x, the magic of merged mining", commitmentMagic)
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
		after = append(after, op0) // as litecoind's miner does
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

// appendFull appends the coinbase as serialized in the block. If segwit is active it has a witness of 32 zero bytes, the
// witness reserved value (BIP 141).
func (h halves) appendFull(b, extranonce []byte, segwit bool) []byte {
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

// pushHeight encodes a height as CScript() << height does (BIP 34): one opcode up to 16, then the shortest push of the
// signed little-endian number.
func pushHeight(height int32) []byte {
	if height <= 0 { // the genesis block
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

// MaxTag returns the length in bytes of the longest tag that fits the coinbase at a height, beside an extranonce of
// extranonceSize bytes and, if merged, the commitment to aux blocks.
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

// CoinbaseParts parses the job's serialized coinbase and returns its scriptSig, with zeros for the extranonce, and its
// outputs. It fails only if the job was not made by NewJob.
func (j *Job) CoinbaseParts() (scriptSig Hex, outputs []Output, err error) {
	t, err := parseTx(j.FullCoinbase(make([]byte, j.Coinbase.ExtranonceSize)))
	if err != nil {
		return nil, nil, fmt.Errorf("read coinbase: %w", err)
	}
	return t.script, t.outputs, nil
}
