package template

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
)

// Target is a 256-bit bound in internal byte order (little-endian) like [Hash]: a header meets it if its PoW hash, as a
// number, is not above it. There are network targets and share targets.
type Target [HashSize]byte

// PoolDifficultyFactor converts difficulty in node units (difficulty 1 is 00000000ffff0000…) to pool units, which Scrypt
// pools and miners use (difficulty 1 is 0000ffff0000…).
const PoolDifficultyFactor = 65536

// compactMantissa and compactSign are parts of the compact form of a target (arith_uint256.cpp, SetCompact).
const (
	compactMantissa = 0x007fffff
	compactSign     = 0x00800000
)

// TargetFromBits expands the compact form of a target. Negative, zero and overflowing targets are errors, as in
// CheckProofOfWork (pow.cpp).
func TargetFromBits(bits uint32) (Target, error) {
	var t Target
	exponent, mantissa := int(bits>>24), bits&compactMantissa
	if exponent < 3 {
		mantissa >>= 8 * (3 - exponent)
	}
	if mantissa == 0 {
		return t, fmt.Errorf("bits %08x: target is zero", bits)
	}
	if bits&compactSign != 0 {
		return t, fmt.Errorf("bits %08x: target is negative", bits)
	}
	for i := range 3 {
		b := byte(mantissa >> (8 * i))
		at := i
		if exponent > 3 {
			at += exponent - 3
		}
		if b == 0 {
			continue
		}
		if at >= HashSize {
			return Target{}, fmt.Errorf("bits %08x: target is above 256 bits", bits)
		}
		t[at] = b
	}
	return t, nil
}

// parseBits parses the compact form as in the node's JSON: 8 hex digits.
func parseBits(text string) (uint32, error) {
	bits, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != 8 {
		return 0, fmt.Errorf("bits %.20q are not 8 hex digits", text)
	}
	return uint32(bits), nil
}

// TargetFromDifficulty returns the share target for a difficulty in pool units (difficulty 1 is 0000ffff0000…, 65536
// expected hashes), rounded down. It fails unless the difficulty is positive and finite.
func TargetFromDifficulty(pool float64) (Target, error) {
	var t Target
	if !(pool > 0) || math.IsInf(pool, 1) {
		return t, errors.New("difficulty is not a positive number")
	}
	// Difficulty 1 is ffff * 2^224. A float64 is an exact fraction, so the quotient is exact before rounding.
	divisor := new(big.Rat).SetFloat64(pool)
	n := new(big.Int).Lsh(big.NewInt(0xffff), 224)
	n.Quo(n.Mul(n, divisor.Denom()), divisor.Num())
	if n.BitLen() > 8*HashSize {
		for i := range t {
			t[i] = 0xff
		}
		return t, nil
	}
	n.FillBytes(t[:])
	slices.Reverse(t[:])
	return t, nil
}

// MetBy reports whether the PoW hash meets the target.
func (t *Target) MetBy(pow *Hash) bool {
	for i := HashSize - 8; i >= 0; i -= 8 {
		p, b := binary.LittleEndian.Uint64(pow[i:]), binary.LittleEndian.Uint64(t[i:])
		if p != b {
			return p < b
		}
	}
	return true
}

// easierThan reports whether t is above u.
func (t *Target) easierThan(u *Target) bool {
	h := Hash(*t)
	return !u.MetBy(&h)
}

// ExpectedHashes returns how many hashes a solution takes on average: 2^256 / (target + 1).
func (t Target) ExpectedHashes() float64 {
	return math.Ldexp(1, 256) / (t.float() + 1)
}

// Difficulty returns the difficulty in node units, as getdifficulty does (difficulty 1 is 00000000ffff0000…). It is for
// display only, never for comparisons.
func (t Target) Difficulty() float64 {
	return math.Ldexp(0xffff, 208) / t.float()
}

// String returns the display form: 64 hex digits, most significant byte first.
func (t Target) String() string { return Hash(t).String() }

// MarshalText returns the display form.
func (t Target) MarshalText() ([]byte, error) { return Hash(t).MarshalText() }

// float returns t as a float64, to the last digit but one: it is called for each share.
func (t Target) float() (f float64) {
	for i := HashSize - 8; i >= 0; i -= 8 {
		f = math.Ldexp(f, 64) + float64(binary.LittleEndian.Uint64(t[i:]))
	}
	return f
}

func (t Target) int() *big.Int {
	slices.Reverse(t[:])
	return new(big.Int).SetBytes(t[:])
}

// equal reports whether text is the display form of t.
func (t Target) equal(text string) bool {
	return bytes.EqualFold([]byte(t.String()), []byte(text))
}
