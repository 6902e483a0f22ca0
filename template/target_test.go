package template_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

// number converts a target or PoW hash.
func number(internal [32]byte) *big.Int {
	slices.Reverse(internal[:])
	return new(big.Int).SetBytes(internal[:])
}

func near(got, want, relative float64) bool { return math.Abs(got-want) <= relative*want }

func TestTargetFromBits(t *testing.T) {
	tests := []struct {
		name       string
		bits       uint32
		want       string // the first digits; the rest are zeros
		difficulty float64
		hashes     float64
		precision  float64 // of both
	}{
		{"genesis", 0x1e0ffff0, "00000ffff0", 0.000244140625, 1_048_592, 1e-9},
		{"main and test limit", 0x1e0fffff, "00000fffff", 0.000244137, 1_048_577, 1e-6},
		{"main, some block", 0x1d031050, "00000003105", 0.326396, 1_401_879_516, 1e-5},
		{"difficulty 1 of the node", 0x1d00ffff, "00000000ffff", 1, 4_295_032_833, 1e-9},
		{"difficulty 1 of Stratum", 0x1f00ffff, "0000ffff", 1.52588e-05, 65_537, 1e-5},
		{"regtest", 0x207fffff, "7fffff", 4.6565e-10, 2, 1e-5},
		{"the highest of 32 bytes", 0x2100ffff, "ffff", 2.3283064e-10, 1.0000153, 1e-6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target, err := template.TargetFromBits(tt.bits)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := target.String(), tt.want+strings.Repeat("0", 64-len(tt.want)); got != want {
				t.Errorf("TargetFromBits(%08x) = %s, want %s", tt.bits, got, want)
			}
			if got := target.Difficulty(); !near(got, tt.difficulty, tt.precision) {
				t.Errorf("Difficulty() = %v, want %v", got, tt.difficulty)
			}
			if got := target.ExpectedHashes(); !near(got, tt.hashes, tt.precision) {
				t.Errorf("ExpectedHashes() = %v, want %v", got, tt.hashes)
			}
		})
	}
}

// TestTargetFromBitsAtTheEdges has the edge cases of SetCompact (arith_uint256.cpp): few bytes, the sign, too many bytes.
func TestTargetFromBitsAtTheEdges(t *testing.T) {
	tests := []struct {
		bits uint32
		want string // number in hex, or the error
	}{
		{0x01120000, "12"},
		{0x0112ffff, "12"},
		{0x02123456, "1234"},
		{0x03123456, "123456"},
		{0x04123456, "12345600"},
		{0x05009234, "92340000"},
		{0x20123456, "123456" + strings.Repeat("00", 29)},
		{0x21001234, "1234" + strings.Repeat("00", 30)},
		{0x22000012, "12" + strings.Repeat("00", 31)},
		{0x00000000, "zero"},
		{0x00123456, "zero"},
		{0x01003456, "zero"},
		{0x02000056, "zero"},
		{0x1d000000, "zero"},
		{0x1d800000, "zero"},
		{0x01fedcba, "negative"},
		{0x04923456, "negative"},
		{0x21123456, "above 256 bits"},
		{0x22001234, "above 256 bits"},
		{0x23000012, "above 256 bits"},
		{0xff123456, "above 256 bits"},
		{0xff000001, "above 256 bits"},
	}
	for _, tt := range tests {
		target, err := template.TargetFromBits(tt.bits)
		if err != nil {
			if !strings.Contains(err.Error(), tt.want) || target != (template.Target{}) {
				t.Errorf("TargetFromBits(%08x) = %s, %v, want %s", tt.bits, target, err, tt.want)
			}
			continue
		}
		if got := number(target).Text(16); got != tt.want {
			t.Errorf("TargetFromBits(%08x) = %s, want %s", tt.bits, got, tt.want)
		}
	}
}

func TestTargetFromDifficulty(t *testing.T) {
	diff1 := new(big.Int).Lsh(big.NewInt(0xffff), 224)
	tests := []struct {
		name string
		pool float64
		want *big.Int
	}{
		{"1", 1, diff1},
		{"the node's 1", 65536, new(big.Int).Rsh(diff1, 16)},
		{"not whole", 0.5, new(big.Int).Lsh(diff1, 1)},
		{"rounded down", 3, new(big.Int).Div(diff1, big.NewInt(3))},
		{"large and odd", 123_456_789_012_345, new(big.Int).Div(diff1, big.NewInt(123_456_789_012_345))},
		{"all bits", 65535.0 / 65536, new(big.Int).Lsh(big.NewInt(1), 240)},
		{"too easy for 256 bits", 1e-6, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))},
		{"the least number", math.SmallestNonzeroFloat64, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))},
		{"beyond all", math.MaxFloat64, new(big.Int)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target, err := template.TargetFromDifficulty(tt.pool)
			if err != nil {
				t.Fatal(err)
			}
			if got := number(target); got.Cmp(tt.want) != 0 {
				t.Errorf("TargetFromDifficulty(%v) = %x, want %x", tt.pool, got, tt.want)
			}
		})
	}
	for _, pool := range []float64{0, math.Copysign(0, -1), -1, math.Inf(1), math.Inf(-1), math.NaN()} {
		if target, err := template.TargetFromDifficulty(pool); err == nil {
			t.Errorf("TargetFromDifficulty(%v) = %s, want an error", pool, target)
		}
	}
}

func TestDifficultyThereAndBack(t *testing.T) {
	for _, pool := range []float64{0.001, 0.5, 1, 8, 100, 65536, 1e6, 1e12} {
		target, err := template.TargetFromDifficulty(pool)
		if err != nil {
			t.Fatal(err)
		}
		if got := target.Difficulty() * template.PoolDifficultyFactor; !near(got, pool, 1e-9) {
			t.Errorf("difficulty %v became %v", pool, got)
		}
		if got, want := target.ExpectedHashes(), pool*65536; !near(got, want, 1e-4) {
			t.Errorf("ExpectedHashes() at difficulty %v = %v, want about %v", pool, got, want)
		}
	}
}

func TestMetBy(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() [32]byte {
		var b [32]byte
		for i := 0; i < len(b); i += 8 {
			binary.LittleEndian.PutUint64(b[i:], random.Uint64())
		}
		return b
	}
	check := func(target template.Target, pow template.Hash) {
		t.Helper()
		if got, want := target.MetBy(&pow), number(pow).Cmp(number(target)) <= 0; got != want {
			t.Errorf("%s met by %s = %t, want %t", target, pow, got, want)
		}
	}
	for range 2000 {
		target, pow := word(), word()
		check(target, pow)
		check(target, template.Hash(target)) // equal
		for i := range target {              // one byte, then one bit, apart
			pow = target
			pow[i] = byte(random.Uint32())
			check(target, pow)
			pow = target
			pow[i] ^= 1 << random.UintN(8)
			check(target, pow)
		}
	}
	check(template.Target{}, template.Hash{})
	check(template.Target{}, template.Hash{1})
	var most [32]byte
	for i := range most {
		most[i] = 0xff
	}
	check(most, most)
	check(template.Target{}, most)
}
