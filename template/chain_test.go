package template_test

import (
	"testing"
	"time"

	"ltcsolo/template"
)

func TestSubsidy(t *testing.T) {
	const ltc, doge = 100_000_000, 100_000_000
	tests := []struct {
		chain   *template.Chain
		network string
		height  int32
		want    int64
	}{
		{template.Litecoin, "main", 0, 50 * ltc},
		{template.Litecoin, "main", 1, 50 * ltc},
		{template.Litecoin, "main", 839_999, 50 * ltc},
		{template.Litecoin, "main", 840_000, 25 * ltc},
		{template.Litecoin, "main", 2_519_999, 1_250_000_000},
		{template.Litecoin, "main", 2_520_000, 625_000_000},
		{template.Litecoin, "test", 3_172_640, 625_000_000},
		{template.Litecoin, "main", 3_360_000, 312_500_000},
		{template.Litecoin, "regtest", 433, 1_250_000_000}, // as regtest pays
		{template.Litecoin, "regtest", 450, 625_000_000},
		{template.Litecoin, "regtest", 1000, 78_125_000},
		{template.Litecoin, "regtest", 150 * 33, 0},
		{template.Litecoin, "regtest", 150 * 64, 0},
		{template.Litecoin, "regtest", 1 << 30, 0},
		{template.Dogecoin, "regtest", 131, 500_000 * doge}, // as regtest pays
		{template.Dogecoin, "regtest", 161, 250_000 * doge},
		{template.Dogecoin, "main", 145_000, 250_000 * doge},
		{template.Dogecoin, "main", 599_999, 15_625 * doge},
		{template.Dogecoin, "main", 600_000, 10_000 * doge},
		{template.Dogecoin, "test", 6_000_000, 10_000 * doge},
	}
	for _, tt := range tests {
		n, ok := tt.chain.Network(tt.network)
		if got := n.Subsidy(tt.height); got != tt.want || !ok {
			t.Errorf("%s's Subsidy(%d) on %s = %d, want %d", tt.chain.Name, tt.height, tt.network, got, tt.want)
		}
	}
}

// The estimate is never ahead of the chain: it is what a node may be refused by.
func TestHeightAt(t *testing.T) {
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
	}
	for _, tt := range []struct {
		chain       *template.Chain
		at          time.Time
		least, most int32
	}{
		{template.Litecoin, time.Time{}, 0, 0},
		{template.Litecoin, day(2000, 1, 1), 0, 0},
		{template.Litecoin, day(2023, 8, 2), 2_519_000, 2_520_000},
		{template.Litecoin, day(2024, 10, 13), 2_770_000, 2_772_730}, // Litecoin Core 0.21.5.5, defaultAssumeValid
		{template.Litecoin, day(2026, 9, 15), 3_172_640, 3_190_000},  // the fork of 0.21.5.8
		{template.Litecoin, day(2026, 11, 26), 3_210_000, 3_220_000},
		{template.Litecoin, day(2200, 1, 1), 1 << 24, 1<<31 - 1},
		{template.Dogecoin, day(2026, 11, 26), 0, 0},
	} {
		if got := tt.chain.HeightAt(tt.at); got < tt.least || got > tt.most {
			t.Errorf("%s.HeightAt(%v) = %d, want %d to %d", tt.chain.Name, tt.at, got, tt.least, tt.most)
		}
	}
}

func TestNetworks(t *testing.T) {
	for _, tt := range []struct {
		chain    *template.Chain
		network  string
		maturity int // 0: unknown network
	}{
		{template.Litecoin, "main", 100}, {template.Litecoin, "test", 100}, {template.Litecoin, "regtest", 100},
		{template.Dogecoin, "main", 240}, {template.Dogecoin, "test", 240}, {template.Dogecoin, "regtest", 60},
		{template.Litecoin, "signet", 0}, {template.Litecoin, "", 0},
	} {
		n, ok := tt.chain.Network(tt.network)
		if n.Maturity != tt.maturity || ok != (tt.maturity != 0) || ok && (n.Name != tt.network || n.Chain != tt.chain) {
			t.Errorf("%s.Network(%q) = %+v, %t, want maturity %d", tt.chain.Name, tt.network, n, ok, tt.maturity)
		}
	}
}

func TestMergedChains(t *testing.T) {
	ids, names := map[uint16]bool{}, map[string]bool{"litecoin": true}
	for _, c := range template.MergedChains() {
		if !c.AuxPoW || c.ID == 0 || ids[c.ID] || names[c.Name] || names[c.Daemon] || c.MinVersion != int32(c.ID)<<16|4 || c.Segwit || c.MWEB {
			t.Errorf("%s is %+v", c.Name, c)
		}
		ids[c.ID], names[c.Name], names[c.Daemon] = true, true, true
		if got, ok := template.ChainNamed(c.Name); got != c || !ok {
			t.Errorf("ChainNamed(%q) = %v, %t", c.Name, got, ok)
		}
		for _, version := range []int32{c.MinVersion, c.MinVersion | 0x100} {
			if got := template.ChainOfVersion(version); got != c {
				t.Errorf("ChainOfVersion(%#x) = %s, want %s", version, got.Name, c.Name)
			}
		}
		for network, maturity := range map[string]int{"main": 240, "test": 240, "regtest": 60} {
			if n, ok := c.Network(network); !ok || n.Maturity != maturity || n.Chain != c {
				t.Errorf("%s.Network(%q) = %+v, %t, want maturity %d", c.Name, network, n, ok, maturity)
			}
		}
		// Litecoin's block versions have 0x2000 to 0x3fff there, whatever bits a miner rolls.
		if c.ID >= 0x2000 && c.ID < 0x4000 {
			t.Errorf("%s has the id %#x", c.Name, c.ID)
		}
	}
	if template.Pepecoin.ID != 63 || template.Dingocoin.ID != 50 {
		t.Errorf("ids %d and %d", template.Pepecoin.ID, template.Dingocoin.ID)
	}
	if c, ok := template.ChainNamed("litecoin"); c != template.Litecoin || !ok {
		t.Errorf("ChainNamed(litecoin) = %v, %t", c, ok)
	}
	for _, name := range []string{"", "Dogecoin", "bitcoin"} {
		if c, ok := template.ChainNamed(name); ok {
			t.Errorf("ChainNamed(%q) = %v", name, c)
		}
	}
	for _, version := range []int32{0x20000000, 1, 4, 0x3fffe000, -1} {
		if got := template.ChainOfVersion(version); got != template.Litecoin {
			t.Errorf("ChainOfVersion(%#x) = %s", version, got.Name)
		}
	}
}

func TestTemplateOfAForkOfDogecoin(t *testing.T) {
	for _, c := range []*template.Chain{template.Pepecoin, template.Dingocoin} {
		if tmpl, err := c.Decode(dogecoin(t, c.ID).json(t), received); err != nil || tmpl.Chain != c || tmpl.Version != c.MinVersion {
			t.Errorf("%s: Decode() = %+v, %v", c.Name, tmpl, err)
		}
		if _, err := c.Decode(dogecoin(t, 98).json(t), received); err == nil {
			t.Errorf("%s takes Dogecoin's template", c.Name)
		}
	}
}
