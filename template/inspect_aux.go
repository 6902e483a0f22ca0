package template

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// AuxBlock describes a serialized block of a merged chain, with its proof if it has one, and the outcome of all checks
// that need no chain. The caller checks the proof of work: the PoW hash of Worked against Target.
type AuxBlock struct {
	Block        // its Problems begin with those of the proof, and its Weight and Bytes count the proof
	Chain *Chain // nil: none of MergedChains has this id
	ID    uint16 // chain id
	Proof *Proof // nil: the block was mined alone, as generatetoaddress does on regtest
}

// Worked returns the header that has the block's proof of work: the parent's, or without a proof the block's own.
func (b *AuxBlock) Worked() *Header {
	if b.Proof == nil {
		return &b.Header
	}
	return &b.Proof.Parent
}

// CheckProof returns what Proof.Check does. A block without a proof has no problems with it.
func (b *AuxBlock) CheckProof() []string {
	if b.Proof == nil {
		return nil
	}
	return b.Proof.Check(b.Header.BlockHash(), b.ID)
}

// IsAuxBlock reports whether raw begins like a block of a merged chain: of a known one, or of any if it has a proof.
func IsAuxBlock(raw []byte) bool {
	if len(raw) < HeaderSize {
		return false
	}
	header := Header(raw)
	return ChainOfVersion(header.Version()) != Litecoin || HasProof(raw)
}

// HasProof reports whether a proof follows the header at the start of raw by the header's version. A main block may have
// the same version bit, but then those of BIP 9 as well; with them, which a chain id may have too, there must be a proof.
func HasProof(raw []byte) bool {
	const topBits, bip9 = 0xe0000000, 0x20000000
	if len(raw) < HeaderSize {
		return false
	}
	version := binary.LittleEndian.Uint32(raw)
	if version&auxPoWVersion == 0 || version&topBits != bip9 {
		return version&auxPoWVersion != 0
	}
	_, err := readProof(&reader{b: raw, at: HeaderSize})
	return err == nil
}

// ParseAuxBlock parses and checks a serialized block of a merged chain: of one in MergedChains, or with a proof of another
// one like them. It fails if raw is no such block; broken rules are listed in Problems. The scripts in AuxBlock alias raw.
func ParseAuxBlock(raw []byte) (*AuxBlock, error) {
	if len(raw) < HeaderSize {
		return nil, fmt.Errorf("parse block: %d bytes are less than the %d of a header", len(raw), HeaderSize)
	}
	if !IsAuxBlock(raw) {
		return nil, errors.New("parse block: its version is not that of a merged chain's block")
	}
	header := Header(raw)
	a := &AuxBlock{ID: chainID(header.Version())}
	rules := &Chain{Segwit: true, MinVersion: math.MinInt32} // of an unknown chain: what any of them allows
	if c := ChainOfVersion(header.Version()); c != Litecoin {
		a.Chain, rules = c, c
	}
	r := &reader{b: raw, at: HeaderSize}
	if HasProof(raw) {
		var err error
		if a.Proof, err = readProof(r); err != nil {
			return nil, fmt.Errorf("parse block: proof: %w", err)
		}
	}
	b, err := readBlock(r, rules)
	if err != nil {
		return nil, err
	}
	a.Block = *b
	a.Problems = append(a.CheckProof(), b.Problems...)
	return a, nil
}
