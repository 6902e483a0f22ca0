package scrypt

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
)

// The block header that opens Litecoin's main chain, and its PoW hash (Litecoin Core, src/chainparams.cpp).
const (
	genesisHeader = "01000000" +
		"0000000000000000000000000000000000000000000000000000000000000000" +
		"d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97" +
		"b9aa8e4e" + "f0ff0f1e" + "cd513f7c"
	genesisPoW = "001e67b013726fd7382e9acb69165b4b6316227fb3156b5b414ba6340c050000"
)

// prove returns those of kernels that run on this processor and hash correctly, and an error for each that runs but does
// not. Each error names its kernel.
func prove(kernels []*Kernel) (good []*Kernel, bad []error) {
	kernels = slices.DeleteFunc(slices.Clone(kernels), func(k *Kernel) bool { return !k.runnable() })
	lanes := 0
	for _, k := range kernels {
		lanes = max(lanes, k.lanes)
	}
	want := reference(lanes)
	for _, k := range kernels {
		if err := k.selfTest(want); err != nil {
			bad = append(bad, fmt.Errorf("test kernel %s: %w", k.name, err))
			continue
		}
		good = append(good, k)
	}
	return good, bad
}

func genesis() (header [HeaderSize]byte, nonce uint32) {
	if _, err := hex.Decode(header[:], []byte(genesisHeader)); err != nil {
		panic(err)
	}
	return header, nonceOf(&header)
}

// reference returns the PoW hashes of the genesis header with its nonce and the lanes-1 nonces that follow. The first is a
// constant, Sum computes the others.
func reference(lanes int) [][hashSize]byte {
	header, nonce := genesis()
	want := make([][hashSize]byte, lanes)
	for i := range want {
		h := withNonce(header, nonce+uint32(i))
		want[i] = Sum(&h)
	}
	if lanes > 0 {
		if _, err := hex.Decode(want[0][:], []byte(genesisPoW)); err != nil {
			panic(err)
		}
	}
	return want
}

// selfTest hashes one batch and compares every lane with want. Then it compares with bounds at and between the hashes, to
// find a kernel that hashes correctly but compares wrong. Last it hashes the same headers as a Batch does.
func (k *Kernel) selfTest(want [][hashSize]byte) (err error) {
	header, nonce := genesis()
	h := k.open()
	defer func() { err = errors.Join(err, h.close()) }()

	h.set(&header)
	all := uint64(1)<<k.lanes - 1
	if survivors := h.hash(nonce, math.MaxUint32) & all; survivors != all {
		return fmt.Errorf("compare with the highest target: lanes %b survive, want %b", survivors, all)
	}
	for lane := range k.lanes {
		if got := h.sum(lane); got != want[lane] {
			return fmt.Errorf("hash known header: lane %d is %x, want %x", lane, got, want[lane])
		}
	}

	tops := make([]uint32, k.lanes)
	for lane := range tops {
		tops[lane] = binary.LittleEndian.Uint32(want[lane][topWord:])
	}
	for _, top := range []uint32{slices.Min(tops) - 1, slices.Min(tops), slices.Max(tops) - 1, slices.Max(tops)} {
		var survive uint64
		for lane := range tops {
			if tops[lane] <= top {
				survive |= 1 << lane
			}
		}
		if survivors := h.hash(nonce, top) & all; survivors != survive {
			return fmt.Errorf("compare with target %08x: lanes %b survive, want %b", top, survivors, survive)
		}
	}

	// The same hashes as a Batch, in the opposite order: each lane gets a header that another one had.
	headers, pow := make([][HeaderSize]byte, k.lanes), make([][hashSize]byte, k.lanes)
	for lane := range headers {
		headers[lane] = withNonce(header, nonce+uint32(k.lanes-1-lane))
	}
	h.sums(headers, pow)
	for lane, got := range pow {
		if want := want[k.lanes-1-lane]; got != want {
			return fmt.Errorf("hash known headers: lane %d is %x, want %x", lane, got, want)
		}
	}
	return nil
}
