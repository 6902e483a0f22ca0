package template_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltcsolo/template"
)

var received = time.Unix(1_800_000_000, 0)

// golden pairs a captured reply with the block that litecoind accepted for it (testdata/manifest.json).
var golden = []struct {
	name string
	tag  string
	hash string
}{
	{"regtest-h2", "fixture", "b7cab036a7c9e8bddbf0c1607ac928d74ad8063698890ff84a640c72a0e40644"},
	{"regtest-h432-mweb-activation", "fixture", "283b6c103333eac6ed0d01b037d4bc5d89c2207d50cb95747c616f6776403980"},
	{"regtest-h447-mixed", "mix", "773185d747636d5b4252c6960cdd6227964888cef3fecf6ae191d87fa0663808"},
}

func readReply(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "gbt-"+name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readBlock(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "block-"+name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// goldenJob returns the job and solution of a fixture, and its block. The job has the block's payout script and tag, and
// no extranonce.
func goldenJob(t testing.TB, name, tag string) (*template.Job, template.Solution, []byte) {
	t.Helper()
	want := readBlock(t, name)
	parsed, err := template.ParseBlock(want)
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := template.Litecoin.Decode(readReply(t, name), received)
	if err != nil {
		t.Fatal(err)
	}
	job, err := template.NewJob("1", tmpl, template.Coinbase{Script: parsed.Outputs[0].Script, Tag: tag}, true)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Version: tmpl.Version, Time: parsed.Header.Time(), Nonce: parsed.Header.Nonce()}
	return job, s, want
}

func TestBlockIsTheOneTheNodeAccepted(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.name, func(t *testing.T) {
			job, s, want := goldenJob(t, tt.name, tt.tag)
			got, err := job.Block(s)
			if err != nil {
				t.Fatal(err)
			}
			if hex.EncodeToString(got) != hex.EncodeToString(want) {
				t.Errorf("Block() = %x, want %x", got, want)
			}
			header, err := job.Header(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := header.BlockHash().String(); got != tt.hash {
				t.Errorf("BlockHash() = %s, want %s", got, tt.hash)
			}
			b, err := template.ParseBlock(got)
			if err != nil || len(b.Problems) > 0 {
				t.Errorf("ParseBlock() = %q, %v, want no problems", b.Problems, err)
			}
		})
	}
}
