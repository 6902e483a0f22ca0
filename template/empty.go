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

// ErrNeedsPegIn is Empty's error at the height that activates MWEB. A private chain whose blocks are all made by Empty has
// no such height: they do not signal for the fork.
var ErrNeedsPegIn = errors.New("the next block activates MWEB and must hold a peg-in, which only the node has")

// Parent holds the fields of the tip that an empty block on it needs. The JSON names are those of getblockheader.
type Parent struct {
	BlockHash  Hash        `json:"hash"`
	Height     int32       `json:"height"`
	Time       uint32      `json:"time"`
	MedianTime uint32      `json:"mediantime"`
	Bits       string      `json:"bits"`
	MWEB       *MWEBHeader `json:"mweb_header"` // nil before MWEB
	MWEBAmount *int64      `json:"mweb_amount"` // value of its HogEx, in litoshi

	HogEx         Hash   `json:"-"` // transaction id of its last transaction; with MWEB only
	IntervalStart uint32 `json:"-"` // time of the block 2016 blocks before it; see NeedsIntervalStart
	ActivatesMWEB bool   `json:"-"` // MWEB is active for the next block
}

// MWEBHeader is the header of an extension block. Its hashes are in wire order, in JSON too.
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

// NeedsIntervalStart reports whether the difficulty changes with the block after p, so that Empty needs
// Parent.IntervalStart. network is getblockchaininfo's name.
func (p *Parent) NeedsIntervalStart(network string) bool {
	n, _ := Litecoin.Network(network)
	return n.Retargets && (p.Height+1)%Litecoin.Interval == 0
}

// Empty makes the template of a Litecoin block on p whose only transaction is the HogEx, for when the node cannot make a
// template (validation.cpp, pow.cpp, mweb/mweb_node.cpp). Without witnesses the block needs no witness commitment
// (BIP 141). network is getblockchaininfo's name; clock is the node's Unix time at received, as far as it is known. The
// error says why the block cannot be made here.
func Empty(p *Parent, network string, clock uint32, received time.Time) (*Template, error) {
	n, ok := Litecoin.Network(network)
	if !ok {
		return nil, fmt.Errorf("unknown chain %.20q", network)
	}
	first := p.Height == 0 && !n.Retargets // only a private chain begins now: elsewhere the node has left the height out
	if p.BlockHash == (Hash{}) || p.Height < 1 && !first || p.Time == 0 || p.MedianTime == 0 || p.Height == math.MaxInt32 {
		return nil, errors.New("the node did not give hash, height and times of its tip")
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
		return nil, ErrNeedsPegIn
	}
	return t, nil
}

// CheckChild refuses a block whose header or height cannot be right on p, as far as p tells, with the node's words for it
// (validation.cpp, ContextualCheckBlockHeader). network is getblockchaininfo's name.
func (p *Parent) CheckChild(block []byte, network string) error {
	n, ok := Litecoin.Network(network)
	if !ok || p.BlockHash == (Hash{}) {
		return nil
	}
	b, err := ParseBlock(block)
	if err != nil {
		return err
	}
	h := &b.Header
	next := &Template{Height: p.Height + 1, CurTime: h.Time()}
	switch {
	case int64(b.Height) != int64(next.Height):
		return fmt.Errorf("bad-cb-height: it is %d, and the parent's %d", b.Height, p.Height)
	case h.Time() <= p.MedianTime:
		return fmt.Errorf("time-too-old: it is %d, and the parent's median %d", h.Time(), p.MedianTime)
	case next.setBits(p, n) == nil && next.Bits != h.Bits():
		return fmt.Errorf("bad-diffbits: they are %08x, and on this parent %08x", h.Bits(), next.Bits)
	}
	return nil
}

// setBits sets bits, target and last header time (pow.cpp, GetNextWorkRequired).
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
		return fmt.Errorf("the bits for the first %d seconds after the tip are those of an earlier block", gap)
	default:
		t.MaxTime = p.Time + gap
	}
	t.Target, err = TargetFromBits(t.Bits)
	return err
}

// retarget returns the bits after an interval of bits (pow.cpp, CalculateNextWorkRequired). last is the time of the
// interval's last block, first that of the block 2016 blocks before it.
func (n Network) retarget(bits, first, last uint32) (uint32, error) {
	if first == 0 {
		return 0, errors.New("the difficulty changes with the next block, and the start of the interval is unknown")
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

// compact encodes a positive number as bits (arith_uint256.cpp, GetCompact).
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

// addEmptyMWEB adds an extension block without inputs, outputs and kernels, and the HogEx that passes the value of the
// previous one on.
func (t *Template) addEmptyMWEB(p *Parent) error {
	before, err := p.MWEB.bytes()
	if err != nil {
		return err
	}
	switch sum := blake3.Sum256(before); {
	case string(sum[:]) != string(p.MWEB.Hash):
		return errors.New("the hash of the tip's MWEB header does not match")
	case p.HogEx == Hash{} || p.MWEBAmount == nil || *p.MWEBAmount < 0:
		return errors.New("the node did not give the tip's HogEx or its value")
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

// bytes serializes the header (libmw, mw/models/block/Header.h).
func (h *MWEBHeader) bytes() ([]byte, error) {
	b := appendVarInt(nil, h.Height)
	for _, field := range []Hex{h.OutputRoot, h.KernelRoot, h.LeafRoot, h.KernelOffset, h.StealthOffset} {
		if len(field) != HashSize {
			return nil, errors.New("the tip's MWEB header lacks a field")
		}
		b = append(b, field...)
	}
	return appendVarInt(appendVarInt(b, h.Outputs), h.Kernels), nil
}

// hogEx serializes the HogEx of a block without peg-ins and peg-outs: it spends the output of the previous HogEx.
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
