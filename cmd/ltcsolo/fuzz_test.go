package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func fixture(f testing.TB, name string) []byte {
	f.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "template", "testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	return text
}

// FuzzInspect looks for input that makes inspect panic, or a block that it calls right although a part is not.
func FuzzInspect(f *testing.F) {
	f.Add(string(fixture(f, "block-regtest-h2.hex")))
	f.Add(string(fixture(f, "block-regtest-h447-mixed.hex")))
	f.Add(string(fixture(f, "dogecoin/block-regtest-h161.hex")))
	f.Add(string(fixture(f, "dogecoin/block-regtest-h30-alone.hex")))
	f.Add("ltcsolo block 1\nblock: 00\n")
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := readBlock(strings.NewReader(text), "-")
		if err != nil {
			return
		}
		if template.IsAuxBlock(raw) {
			fuzzInspectAux(t, raw)
			return
		}
		b, err := template.ParseBlock(raw)
		if err != nil {
			return
		}
		v, problems := inspectBlock(b, wallet.Regtest)
		if v.OK != (len(problems) == 0) || v.OK && !(v.PoWOK && v.MerkleRootOK && v.WitnessCommitmentOK) {
			t.Errorf("ok is %v with %+v, problems %q", v.OK, v, problems)
		}
		if err := v.print(io.Discard); err != nil {
			t.Error(err)
		}
	})
}

func fuzzInspectAux(t *testing.T, raw []byte) {
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		return
	}
	v, problems := inspectAuxBlock(b, wallet.Regtest)
	if v.OK != (len(problems) == 0) || v.OK && !(v.PoWOK && v.MerkleRootOK && (v.Proof == nil || v.Proof.OK)) {
		t.Errorf("ok is %v with %+v, problems %q", v.OK, v, problems)
	}
	if err := v.print(io.Discard); err != nil {
		t.Error(err)
	}
}

// FuzzTemplateFrom looks for a saved reply that makes template panic.
func FuzzTemplateFrom(f *testing.F) {
	f.Add(fixture(f, "gbt-regtest-h2.json"))
	f.Add(fixture(f, "gbt-regtest-h447-mixed.json"))
	f.Add([]byte(`{"result":{}}`))
	f.Add([]byte{0x1f, 0x8b})
	app := &cli.App{Writer: io.Discard}
	flags := flag.NewFlagSet("template", flag.ContinueOnError)
	flags.String("tag", settings.DefaultTag, "")
	ctx := cli.NewContext(app, flags, nil)
	f.Fuzz(func(t *testing.T, text []byte) {
		result, err := savedResult("", text)
		if err != nil {
			return
		}
		tmpl, err := template.Litecoin.Decode(result, time.Unix(0, 0))
		if err != nil {
			return
		}
		if err := present(ctx, side{template: tmpl, script: settings.PaysNobody}); err != nil {
			t.Errorf("template that can be mined on is not shown: %v", err)
		}
	})
}
