package stratumtest

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// Work is a mining.notify. It is immutable.
type Work struct {
	ID         string
	Previous   template.Hash
	Version    uint32
	Bits       uint32
	Time       uint32
	Clean      bool
	Difficulty float64 // of the last mining.set_difficulty before it

	coinb1, coinb2 []byte
	branch         []template.Hash
	extranonce1    []byte
	mask           uint32
}

// newWork decodes the parameters of mining.notify.
func newWork(params []json.RawMessage) (*Work, error) {
	if len(params) != 9 {
		return nil, fmt.Errorf("%d parameters", len(params))
	}
	w := &Work{}
	var previous, coinb1, coinb2, version, bits, time string
	var branch []string
	for i, to := range []any{&w.ID, &previous, &coinb1, &coinb2, &branch, &version, &bits, &time, &w.Clean} {
		if err := json.Unmarshal(params[i], to); err != nil {
			return nil, err
		}
	}
	words, err := hex.DecodeString(previous)
	if err != nil || len(words) != template.HashSize {
		return nil, fmt.Errorf("previous block is %q", previous)
	}
	for i := 0; i < len(words); i += 4 { // they are sent as big-endian numbers
		slices.Reverse(words[i : i+4])
	}
	w.Previous = template.Hash(words)
	if w.coinb1, err = hex.DecodeString(coinb1); err != nil {
		return nil, err
	}
	if w.coinb2, err = hex.DecodeString(coinb2); err != nil {
		return nil, err
	}
	for _, text := range branch {
		h, err := hex.DecodeString(text)
		if err != nil || len(h) != template.HashSize {
			return nil, fmt.Errorf("branch has %q", text)
		}
		w.branch = append(w.branch, template.Hash(h))
	}
	for i, to := range []*uint32{&w.Version, &w.Bits, &w.Time} {
		if *to, err = parseWord([]string{version, bits, time}[i]); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func parseWord(text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 16, 32)
	return uint32(n), err
}

// Share is a solution of work, or a try.
type Share struct {
	Work        *Work
	Extranonce2 uint32
	Time        uint32
	Nonce       uint32
	VersionBits uint32 // rolled
}

// Share returns a first try, at the time of the work.
func (w *Work) Share() Share { return Share{Work: w, Time: w.Time} }

// Target returns the network target.
func (w *Work) Target() template.Target {
	target, err := template.TargetFromBits(w.Bits)
	if err != nil {
		panic(err) // the test's server made it
	}
	return target
}

// Header returns the header that is hashed.
func (s Share) Header() template.Header {
	w := s.Work
	root := template.DoubleSHA256(w.coinb1, w.extranonce1, binary.BigEndian.AppendUint32(nil, s.Extranonce2), w.coinb2)
	for _, h := range w.branch {
		root = template.DoubleSHA256(root[:], h[:])
	}
	mask := w.mask | s.VersionBits
	return template.NewHeader(int32(w.Version&^mask|s.VersionBits), w.Previous, root, s.Time, w.Bits, s.Nonce)
}

// BlockHash returns the hash that names the block.
func (s Share) BlockHash() template.Hash {
	h := s.Header()
	return h.BlockHash()
}

// PoWHash returns the hash of the header that targets are compared with.
func (s Share) PoWHash() template.Hash {
	header := [scrypt.HeaderSize]byte(s.Header())
	return scrypt.Sum(&header)
}

// Solve raises the nonce until the PoW hash meets target, and reports whether it did so within so many tries.
func (s *Share) Solve(target template.Target, tries int) bool {
	header := [scrypt.HeaderSize]byte(s.Header())
	for ; tries > 0; tries-- {
		binary.LittleEndian.PutUint32(header[scrypt.HeaderSize-4:], s.Nonce)
		if pow := template.Hash(scrypt.Sum(&header)); target.MetBy(&pow) {
			return true
		}
		s.Nonce++
	}
	return false
}
