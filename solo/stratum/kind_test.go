package stratum

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"ltcsolo/solo/stratum/stratumtest"
	"ltcsolo/template"
)

func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		userAgent string
		want      kind
	}{
		{"GodMiner/2.0.0", kindGodMiner},
		{"GodMiner/1.0.0", kindGodMiner},
		{"ckbminer-v1.0.0", kindGodMiner},
		{"cpuminer/2.5.1", kindCPU},
		{"cpuminer-opt-26.1-x64L", kindCPU},
		{"cpuminer-multi/1.3.7", kindCPU},
		{"minerd", kindCPU},
		{"CPUMiner/9", kindCPU},
		{"cgminer/2.11.4", kindGPU},
		{"cgminer/3.7.2", kindGPU},
		{"sgminer/5.1.1", kindGPU},
		{"bfgminer/5.5.0-34-g866fd36f", kindBfgminer},
		{"NMMiner", kindLottery},
		{"LuckyMiner/LG07", kindLottery},
		{"bitaxe/BM1366", kindLottery},
		{"cgminer/4.9.0", kindUnknown},
		{"innominer/4.10.0", kindUnknown},
		{"cgminer", kindUnknown},
		{"ccminer 2.3.3", kindUnknown},
		{"NiceHash/1.0.0", kindUnknown},
		{"", kindUnknown},
		{"\x00\xff", kindUnknown},
	} {
		if got := classify(tt.userAgent); got != tt.want {
			t.Errorf("classify(%q) = %v, want %v", tt.userAgent, got.Name, tt.want.Name)
		}
	}
}

func TestKindsAreSendable(t *testing.T) {
	for _, k := range []kind{kindGodMiner, kindCPU, kindGPU, kindBfgminer, kindLottery, kindUnknown} {
		for _, d := range []float64{k.Start, k.Floor} {
			if d != nearestPower(d) || d < k.least() {
				t.Errorf("%s: difficulty %v", k.Name, d)
			}
		}
	}
}

func TestWire(t *testing.T) {
	for _, tt := range []struct {
		kind       kind
		difficulty float64
		want       string
	}{
		{kindGodMiner, 262144, "262144"},
		{kindUnknown, 1, "1"},
		{kindUnknown, 1 << 42, "4398046511104"},
		{kindCPU, 0.5, "0.5"},
		{kindCPU, 1.0 / 64, "0.015625"},
		{kindBfgminer, 16, "16"},
		{kindBfgminer, 8, "0.0001220703125"},
		{kindBfgminer, 1.0 / 64, "0.0000002384185791015625"},
	} {
		if got := tt.kind.wire(tt.difficulty); got != tt.want {
			t.Errorf("%s: wire(%v) = %s, want %s", tt.kind.Name, tt.difficulty, got, tt.want)
		}
	}
}

// What clients make of a difficulty, as they read it from the wire. Numbers are big-endian here.
var clientTargets = map[string]struct {
	kind   kind
	target func(wire float64) *big.Int
}{
	"cpuminer": {kindCPU, poolerTarget},
	// 2^224 * 65535/65536 * 65536 / D, in doubles
	"antminer": {kindGodMiner, func(wire float64) *big.Int {
		return floor(math.Ldexp(1, 224) * 65535 / 65536 * 65536 / wire)
	}},
	// ffff * 2^208 * 65536 / D, in doubles
	"cgminer": {kindGPU, func(wire float64) *big.Int {
		return floor(math.Ldexp(0xffff, 208) * 65536 / wire)
	}},
	// 2^224 / D, where D was divided by 65536 before if it was 16 or more
	"bfgminer": {kindBfgminer, func(wire float64) *big.Int {
		if wire >= 16 {
			wire /= 65536
		}
		return floor(math.Ldexp(1, 224) / wire)
	}},
}

func floor(f float64) *big.Int {
	n, _ := big.NewFloat(f).Int(nil)
	return n
}

// poolerTarget follows diff_to_target of pooler's cpuminer, which divides by 65536 first.
func poolerTarget(wire float64) *big.Int {
	difficulty, k := wire/65536, 6
	for ; k > 0 && difficulty > 1; k-- {
		difficulty /= 4294967296
	}
	m := uint64(4294901760 / difficulty)
	return new(big.Int).Lsh(new(big.Int).SetUint64(m), uint(32*k))
}

// TestTargetIsTheClients: for each power of two that is sent, the share target is what the client computes of the text on
// the wire, so that what it takes for a share is one, and nothing easier.
func TestTargetIsTheClients(t *testing.T) {
	for name, c := range clientTargets {
		for d := c.kind.Floor; d <= maxDifficulty; d *= 2 {
			wire, err := strconv.ParseFloat(c.kind.wire(d), 64)
			if err != nil {
				t.Fatal(err)
			}
			target := c.kind.target(d)
			slices.Reverse(target[:])
			if got, want := new(big.Int).SetBytes(target[:]), c.target(wire); got.Cmp(want) != 0 {
				t.Errorf("%s at %v: target %x, the client's is %x", name, d, got, want)
			}
		}
	}
}

func TestEveryHashMeetsTheLeastDifficulty(t *testing.T) {
	for _, k := range []kind{kindCPU, kindBfgminer} {
		target := k.target(minDifficulty)
		if top := binary.LittleEndian.Uint16(target[30:]); top != 0xffff {
			t.Errorf("%s: target %v", k.Name, target)
		}
	}
}

func TestDifficultyOf(t *testing.T) {
	if d := difficultyOf(template.Hash{}); d != 0 {
		t.Errorf("of no hash: %v", d)
	}
	for _, want := range []float64{1.0 / 64, 1, 4, 262144, 1 << 42} {
		if got := difficultyOf(stratumtest.PoWHash(want)); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("difficulty %v is read back as %v", want, got)
		}
		target := kindUnknown.target(want)
		at, above := stratumtest.PoWHash(want), stratumtest.PoWHash(want*0.999999)
		if !target.MetBy(&at) || target.MetBy(&above) {
			t.Error(fmt.Sprint("the target of difficulty ", want, " is met by others than hashes of that difficulty"))
		}
	}
}
