package template_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"ltcsolo/template"
)

// parent returns the header of a real regtest block with MWEB, as getblockheader gave it.
func parent(t testing.TB) *template.Parent {
	t.Helper()
	raw, err := os.ReadFile("testdata/header-regtest-h432.json")
	if err != nil {
		t.Fatal(err)
	}
	p := &template.Parent{ActivatesMWEB: true}
	if err := json.Unmarshal(raw, p); err != nil {
		t.Fatal(err)
	}
	if p.HogEx, err = template.ParseHash("0b3bab290bf7eb4c5f2df6541d435a49a3dee3b83e293f2bd507e4469e17b047"); err != nil {
		t.Fatal(err)
	}
	return p
}

// plain returns a block from before MWEB.
func plain(height int32, bits string) *template.Parent {
	return &template.Parent{BlockHash: template.Hash{1}, Height: height, Time: 1_700_000_000, MedianTime: 1_699_999_000, Bits: bits}
}

func TestEmptyBlockHasNoProblems(t *testing.T) {
	received := time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		name  string
		p     *template.Parent
		chain string
		value int64
	}{
		{"with MWEB", parent(t), "regtest", 1_250_000_000},
		{"before MWEB", plain(20, "207fffff"), "regtest", 5_000_000_000},
		{"the first block", plain(0, "207fffff"), "regtest", 5_000_000_000},
		{"on main", plain(2_900_000, "1d031050"), "main", 625_000_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl, err := template.Empty(tt.p, tt.chain, 1_800_000_000, received)
			if err != nil {
				t.Fatal(err)
			}
			if !tmpl.Empty || tmpl.Height != tt.p.Height+1 || tmpl.PreviousBlock != tt.p.BlockHash || tmpl.CoinbaseValue != tt.value ||
				tmpl.CurTime != 1_800_000_000 || tmpl.MinTime != tt.p.MedianTime+1 || tmpl.MaxTime != 0 || tmpl.MWEBActive != (tt.p.MWEB != nil) {
				t.Errorf("Empty() = %+v", tmpl)
			}
			script := append([]byte{0x00, 0x14}, make([]byte, 20)...)
			j, err := template.NewJob("1", tmpl, template.Coinbase{Script: script, ExtranonceSize: 8}, true)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := j.Block(template.Solution{Extranonce: make([]byte, 8), Version: tmpl.Version, Time: tmpl.CurTime})
			if err != nil {
				t.Fatal(err)
			}
			b, err := template.ParseBlock(raw)
			if err != nil || len(b.Problems) > 0 || b.MWEB != tmpl.MWEBActive || b.Outputs[0].Value != tt.value || !bytes.Equal(b.Outputs[0].Script, script) {
				t.Errorf("the block is %+v, %v", b, err)
			}
		})
	}
}

func TestEmptyFollowsTheDifficulty(t *testing.T) {
	received := time.Unix(1_800_000_000, 0)
	tests := []struct {
		name  string
		p     *template.Parent
		start uint32 // of the interval
		chain string
		after uint32 // seconds after the parent
		bits  uint32
		last  uint32 // header time after the parent; 0: no limit
	}{
		{"within an interval", plain(2_000_000, "1d031050"), 0, "main", 900, 0x1d031050, 0},
		{"at its end", plain(2015, "1c0ac141"), 1_700_000_000 - 260_037, "main", 900, 0x1c093f8d, 0},
		{"testnet soon after", plain(2_000_000, "1d031050"), 0, "test", 300, 0x1d031050, 300},
		{"testnet late", plain(2_000_000, "1d031050"), 0, "test", 301, 0x1e0fffff, 0},
		{"testnet late at an interval's end", plain(2015, "1c0ac141"), 1_700_000_000 - 260_037, "test", 900, 0x1c093f8d, 0},
		{"regtest never", plain(2015, "207fffff"), 0, "regtest", 900, 0x207fffff, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.p.IntervalStart = tt.start
			if got, want := tt.p.NeedsIntervalStart(tt.chain), tt.start != 0; got != want {
				t.Errorf("NeedsIntervalStart() = %v, want %v", got, want)
			}
			tmpl, err := template.Empty(tt.p, tt.chain, tt.p.Time+tt.after, received)
			if err != nil {
				t.Fatal(err)
			}
			last := uint32(0)
			if tt.last != 0 {
				last = tt.p.Time + tt.last
			}
			if tmpl.Bits != tt.bits || tmpl.MaxTime != last {
				t.Errorf("bits %08x up to %d, want %08x up to %d", tmpl.Bits, tmpl.MaxTime, tt.bits, last)
			}
		})
	}
}

// A block that would be refused is not made. The operator reads the reason.
func TestEmptySaysWhyItCannot(t *testing.T) {
	tests := []struct {
		name  string
		chain string
		spoil func(p *template.Parent)
		want  string
	}{
		{"activation", "regtest", func(p *template.Parent) { p.MWEB = nil }, "must hold a peg-in"},
		{"no HogEx", "regtest", func(p *template.Parent) { p.HogEx = template.Hash{} }, "HogEx"},
		{"no amount", "regtest", func(p *template.Parent) { p.MWEBAmount = nil }, "HogEx or its value"},
		{"field missing", "regtest", func(p *template.Parent) { p.MWEB.LeafRoot = nil }, "lacks a field"},
		{"field wrong", "regtest", func(p *template.Parent) { p.MWEB.Outputs++ }, "header does not match"},
		{"height of another", "regtest", func(p *template.Parent) { p.BlockHash = template.Hash{} }, "did not give hash"},
		{"bits", "regtest", func(p *template.Parent) { p.Bits = "" }, "not 8 hex digits"},
		{"retarget", "main", func(p *template.Parent) { p.Height = 4031 }, "start of the interval is unknown"},
		{"testnet", "test", func(p *template.Parent) { p.Bits, p.Time = "1e0fffff", 1_800_000_000 }, "first 300 seconds"},
		{"chain", "signet", func(*template.Parent) {}, "signet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := parent(t)
			tt.spoil(p)
			if tmpl, err := template.Empty(p, tt.chain, 1_800_000_000, time.Unix(1_800_000_000, 0)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Empty() = %+v, %v, want an error with %q", tmpl, err, tt.want)
			}
		})
	}
}
