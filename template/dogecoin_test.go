package template_test

import (
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

func TestDogecoinTemplate(t *testing.T) {
	tmpl := aux(t, 98).Template
	if tmpl.Chain != template.Dogecoin || tmpl.Version != 0x00620004 || tmpl.Height != 161 || tmpl.CoinbaseValue != 25_002_400_000_000 ||
		tmpl.Segwit || tmpl.MWEBActive || tmpl.WitnessCommitment != nil || len(tmpl.Transactions) != 6 || tmpl.Fees() != 24_00000000 {
		t.Errorf("Decode() = %+v", tmpl)
	}
}

func TestDogecoinReplyThatDoesNotFitIsRefused(t *testing.T) {
	witness := func(t testing.TB, r reply) { r.insert(0, mixed(t).transaction(0)) }
	hogEx := func(t testing.TB, r reply) {
		m := mixed(t)
		last := m.transaction(len(m.transactions()) - 1)
		last["depends"] = []any{}
		r["transactions"] = append(r.transactions(), last)
	}
	for _, tt := range []refusal{
		{"another chain's id", set("version", 63<<16|4), "version 0x3f0004 has chain id 63, want 98 of dogecoin"},
		{"Litecoin's version", set("version", 0x20000000), "has chain id 8192, want 98 of dogecoin"},
		{"Bitcoin's version", set("version", 4), "has chain id 0"},
		{"version below zero", set("version", -1), "has chain id 65535"},
		{"version of old", set("version", 98<<16|3), "version 0x620003 is below 0x620004, which Dogecoin Core refuses"},
		{"segwit", set("rules", []string{"!segwit"}), `demands rule "segwit"`},
		{"MWEB", set("rules", []string{"!mweb"}), `demands rule "mweb"`},
		{"witness", witness, "unexpected-witness"},
		{"HogEx", hogEx, "unexpected-mweb-data"},
		{"extension block", set("mweb", "00"), "unexpected-mweb-data"},
		{"more than all coins", set("coinbasevalue", int64(1_000_000_000_000_000_001)), "is out of range"},
		{"little-endian target", set("target", strings.Repeat("0", 58)+"ffff7f"), "does not match bits 207fffff"},
		{"parent after its child", func(_ testing.TB, r reply) { slices.Reverse(r.transactions()) }, "depends on"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := dogecoin(t, 98)
			tt.edit(t, r)
			if tmpl, err := template.Dogecoin.Decode(r.json(t), received); err == nil || !strings.Contains(err.Error(), tt.want) || tmpl != nil {
				t.Errorf("Decode() = %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := template.Litecoin.Decode(readDogecoin(t, "gbt-regtest-h161.json"), received); err == nil || !strings.Contains(err.Error(), "not a reply of Litecoin Core") {
		t.Errorf("Litecoin's Decode() of Dogecoin's reply = %v", err)
	}
}
