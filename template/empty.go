package template

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"lukechampine.com/blake3"
)

// Parent is what an empty block needs to know of the block that it is built on, in the words of getblockheader.
type Parent struct {
	BlockHash  Hash        `json:"hash"`
	Height     int32       `json:"height"`
	Time       uint32      `json:"time"`
	MedianTime uint32      `json:"mediantime"`
	Bits       string      `json:"bits"`
	MWEB       *MWEBHeader `json:"mweb_header"` // nil before MWEB
	MWEBAmount *int64      `json:"mweb_amount"` // litoshi that its HogEx holds

	HogEx         Hash   `json:"-"` // transaction id of its last transaction; with MWEB
	IntervalStart uint32 `json:"-"` // time of the block 2016 blocks before it; needed where NeedsIntervalStart says so
	ActivatesMWEB bool   `json:"-"` // MWEB is active for the next block
}

// MWEBHeader is the header of an extension block. Its hashes are in the order of the wire, in JSON too.
type MWEBHeader struct {
	Hash          Hex    `json:"hash"`
	Height        uint64 `json:"height"`
	OutputRoot    Hex    `json:"output_root"`
	KernelRoot    Hex    `json:"kernel_root"`
	LeafRoot      Hex    `json:"leaf_root"`
	KernelOffset  Hex    `json:"kernel_offset"`
	StealthOffset Hex    `json:"stealth_offset"`
	Outputs       uint64 `json:"num_txos"` // on the whole chain
	Kernels       uint64 `json:"num_kernels"`
}

// NeedsIntervalStart reports whether the block after p has bits of its own, for which Parent.IntervalStart is needed.
func (p *Parent) NeedsIntervalStart(network string) bool {
	n, _ := Litecoin.Network(network)
	return n.Retargets && (p.Height+1)%Litecoin.Interval == 0
}

// Empty makes the template of a block on p without transactions but the HogEx, for the time when the node cannot make
// one (validation.cpp, pow.cpp, mweb/mweb_node.cpp). Where nothing has a witness no commitment is needed (BIP 141).
// chain is getblockchaininfo's name; clock is the node's time at received, as near as it is known. The error says why
// the block cannot be made here.
func Empty(p *Parent, network string, clock uint32, received time.Time) (*Template, error) {
	n, ok := Litecoin.Network(network)
	if !ok {
		return nil, fmt.Errorf("the rules of chain %.20q are not known", network)
	}
	if p.BlockHash == (Hash{}) || p.Height < 1 || p.Time == 0 || p.MedianTime == 0 || p.Height == math.MaxInt32 {
		return nil, errors.New("the node does not say hash, height and times of its tip")
	}
	t := &Template{
		Chain: Litecoin, Version: Litecoin.MinVersion, PreviousBlock: p.BlockHash, Height: p.Height + 1,
		CoinbaseValue: n.Subsidy(p.Height + 1),
		MinTime:       p.MedianTime + 1, CurTime: max(clock, p.MedianTime+1), Received: received, Empty: true,
	}
	if err := t.setBits(p, n); err != nil {
		return nil, err
	}
	switch {
	case p.MWEB != nil:
		if err := t.addEmptyMWEB(p); err != nil {
			return nil, err
		}
	case p.ActivatesMWEB:
		return nil, errors.New("the next block activates MWEB and must hold a peg-in, which only the node can give")
	}
	return t, nil
}

// setBits is pow.cpp's GetNextWorkRequired.
func (t *Template) setBits(p *Parent, n Network) error {
	gap := uint32(n.Chain.MinDifficultyGap / time.Second)
	var err error
	if t.Bits, err = parseBits(p.Bits); err != nil {
		return err
	}
	switch {
	case !n.Retargets:
	case t.Height%n.Chain.Interval == 0:
		if t.Bits, err = n.retarget(t.Bits, p.IntervalStart, p.Time); err != nil {
			return err
		}
	case !n.MinDifficulty:
	case int64(t.CurTime) > int64(p.Time)+int64(gap):
		t.Bits = n.PowLimitBits
	case t.Bits == n.PowLimitBits:
		return fmt.Errorf("the difficulty of the next %d seconds is that of an earlier block", gap)
	default:
		t.MaxTime = p.Time + gap
	}
	t.Target, err = TargetFromBits(t.Bits)
	return err
}

// retarget is pow.cpp's CalculateNextWorkRequired: the times are of the last block with these bits, and of the block
// 2016 before it.
func (n Network) retarget(bits, first, last uint32) (uint32, error) {
	if first == 0 {
		return 0, errors.New("the difficulty changes with the next block, and the node does not say since when the last one held")
	}
	old, err := TargetFromBits(bits)
	if err != nil {
		return 0, err
	}
	limit, _ := TargetFromBits(n.PowLimitBits)
	timespan := int64(n.Chain.Timespan / time.Second)
	took := min(max(int64(last)-int64(first), timespan/4), timespan*4)
	target := old.int()
	target.Mul(target, big.NewInt(took)).Quo(target, big.NewInt(timespan))
	if target.Cmp(limit.int()) > 0 {
		return n.PowLimitBits, nil
	}
	return compact(target), nil
}

// compact is arith_uint256.cpp's GetCompact of a number above zero.
func compact(n *big.Int) uint32 {
	size := uint((n.BitLen() + 7) / 8)
	var mantissa uint64
	if size <= 3 {
		mantissa = n.Uint64() << (8 * (3 - size))
	} else {
		mantissa = new(big.Int).Rsh(n, 8*(size-3)).Uint64()
	}
	if mantissa&compactSign != 0 {
		mantissa >>= 8
		size++
	}
	return uint32(size)<<24 | uint32(mantissa)
}

// addEmptyMWEB gives the block an extension block that changes nothing, and the HogEx that carries the coins of MWEB on.
func (t *Template) addEmptyMWEB(p *Parent) error {
	before, err := p.MWEB.bytes()
	if err != nil {
		return err
	}
	switch sum := blake3.Sum256(before); {
	case string(sum[:]) != string(p.MWEB.Hash):
		return errors.New("the MWEB header of the tip is not what its hash says")
	case p.HogEx == Hash{} || p.MWEBAmount == nil || *p.MWEBAmount < 0:
		return errors.New("the node does not say the tip's HogEx or what it holds")
	}
	nothing := make(Hex, HashSize)
	after := *p.MWEB
	after.Height, after.KernelRoot, after.StealthOffset, after.Kernels = uint64(t.Height), nothing, nothing, 0
	header, err := after.bytes()
	if err != nil {
		return err
	}
	const inputs, outputs, kernels = 0, 0, 0
	t.MWEB = append(slices.Clip(header), inputs, outputs, kernels)
	hash := blake3.Sum256(header)
	data := hogEx(p.HogEx, *p.MWEBAmount, hash)
	parsed, err := parseTx(data)
	if err != nil {
		return err
	}
	t.MWEBActive = true
	t.Transactions = []*Transaction{{Data: data, TxID: parsed.txid, WTxID: parsed.wtxid, Weight: 4 * int64(parsed.size)}}
	return checkMWEB([]tx{parsed}, t.MWEB, t.Height)
}

// bytes is the header's serialization (libmw, mw/models/block/Header.h).
func (h *MWEBHeader) bytes() ([]byte, error) {
	b := appendVarInt(nil, h.Height)
	for _, field := range []Hex{h.OutputRoot, h.KernelRoot, h.LeafRoot, h.KernelOffset, h.StealthOffset} {
		if len(field) != HashSize {
			return nil, errors.New("the MWEB header of the tip lacks a field")
		}
		b = append(b, field...)
	}
	return appendVarInt(appendVarInt(b, h.Outputs), h.Kernels), nil
}

// hogEx is the serialized HogEx of a block that neither pegs in nor out: it spends the previous one's output.
func hogEx(previous Hash, value int64, mwebHash [HashSize]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 2) // version
	b = append(b, 0, flagMWEB)
	b = append(append(b, 1), previous[:]...)
	b = binary.LittleEndian.AppendUint32(b, 0) // its output
	b = append(b, 0)                           // no script
	b = binary.LittleEndian.AppendUint32(b, math.MaxUint32)
	b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(value))
	b = append(b, byte(len(hogAddrPrefix)+HashSize))
	b = append(append(b, hogAddrPrefix...), mwebHash[:]...)
	b = append(b, 0) // no MWEB transaction
	return binary.LittleEndian.AppendUint32(b, 0)
}
