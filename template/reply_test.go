package template_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"ltcsolo/template"
)

// again decodes the reply that t makes of itself.
func again(t *testing.T, tmpl *template.Template) *template.Template {
	t.Helper()
	raw, err := json.Marshal(tmpl.Reply())
	if err != nil {
		t.Fatal(err)
	}
	got, err := tmpl.Chain.Decode(raw, tmpl.Received)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReplyDecodesToTheTemplate(t *testing.T) {
	received := time.Unix(1_800_000_000, 0)
	for file, chain := range map[string]*template.Chain{
		"gbt-regtest-h2.json": template.Litecoin, "gbt-regtest-h432-mweb-activation.json": template.Litecoin,
		"gbt-regtest-h447-mixed.json": template.Litecoin, "dogecoin/gbt-regtest-h161.json": template.Dogecoin,
	} {
		raw, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		tmpl, err := chain.Decode(raw, received)
		if err != nil {
			t.Fatal(err)
		}
		if got := again(t, tmpl); !reflect.DeepEqual(got, tmpl) {
			t.Errorf("%s: %+v, want %+v", file, got, tmpl)
		}
	}
	for _, p := range []*template.Parent{parent(t), plain(20, "207fffff"), plain(0, "207fffff")} {
		tmpl, err := template.Empty(p, "regtest", 1_800_000_000, received)
		if err != nil {
			t.Fatal(err)
		}
		got := *again(t, tmpl)
		if got.Empty = true; !got.SameWork(tmpl) || got.MinTime != tmpl.MinTime || got.CurTime != tmpl.CurTime || got.Segwit != tmpl.Segwit || got.MWEBActive != tmpl.MWEBActive {
			t.Errorf("empty block of height %d: %+v, want %+v", tmpl.Height, got, tmpl)
		}
	}
}

func TestWithCoinbase(t *testing.T) {
	raw, err := os.ReadFile("testdata/gbt-regtest-h447-mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(raw, time.Unix(1_800_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	c := template.Coinbase{Script: append([]byte{0x00, 0x14}, make([]byte, 20)...), ExtranonceSize: 8}
	j, err := template.NewJob("1", tmpl, c, true)
	if err != nil {
		t.Fatal(err)
	}
	c.Tag = "/another/"
	tagged, err := template.NewJob("1", tmpl, c, true)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Extranonce: make([]byte, 8), Version: tmpl.Version, Time: tmpl.CurTime}
	want, err := tagged.Block(s)
	if err != nil {
		t.Fatal(err)
	}
	same, err := j.WithCoinbase(tagged.Coinb1, tagged.Coinb2)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := same.Block(s); err != nil || !bytes.Equal(got, want) || bytes.Equal(j.Coinb2, tagged.Coinb2) {
		t.Errorf("Block() = %x, %v, want %x", got, err, want)
	}
	const witness = 2 // bytes that announce it
	full := tagged.FullCoinbase(s.Extranonce)
	for name, halves := range map[string][2][]byte{
		"nothing":              {},
		"one byte short":       {tagged.Coinb1, tagged.Coinb2[:len(tagged.Coinb2)-1]},
		"cut in the version":   {tagged.Coinb1[:3], append(bytes.Clone(tagged.Coinb1[3:]), tagged.Coinb2...)},
		"cut in the lock time": {append(bytes.Clone(tagged.Coinb1), tagged.Coinb2[:len(tagged.Coinb2)-1]...), tagged.Coinb2[len(tagged.Coinb2)-1:]},
		"longer extranonce":    {tagged.Coinb1, append([]byte{0}, tagged.Coinb2...)},
		"with a witness":       {full[:witness+len(tagged.Coinb1)], full[witness+len(tagged.Coinb1)+8:]},
	} {
		if _, err := j.WithCoinbase(halves[0], halves[1]); err == nil {
			t.Errorf("%s: WithCoinbase() takes it", name)
		}
	}
}
