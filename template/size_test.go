package template_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ltcsolo/template"
)

// dogePayment returns a transaction with so many outputs of a P2PKH script, 34 bytes each.
func dogePayment(random *rand.ChaCha8, outputs int) map[string]any {
	in := outpoint{index: 1}
	_, _ = random.Read(in.txid[:])
	base := slices.Concat(version2, body([]outpoint{in}, slices.Repeat([]output{{1e8, dogePayout}}, outputs)), lock0)
	return entry(base, base)
}

// dogecoinOf returns dogecoind's reply with as many transactions as fit so many bytes, most of them long, the last ones
// short.
func dogecoinOf(t testing.TB, size int) reply {
	t.Helper()
	r := dogecoin(t, 98)
	r["transactions"] = []any{}
	random := rand.NewChaCha8([32]byte{3})
	value := int64(10_000e8)
	for _, outputs := range []int{250, 1} {
		for {
			x := dogePayment(random, outputs)
			n := len(x["data"].(string)) / 2
			if n > size {
				break
			}
			size -= n
			fee, _ := x["fee"].(json.Number).Int64()
			value += fee
			r.insert(len(r.transactions()), x)
		}
	}
	r["coinbasevalue"] = json.Number(strconv.FormatInt(value, 10))
	return r
}

// dogecoind fills a block up to 1,000 bytes below the limit, and counts the proof only when it is given the block.
func TestFullAuxBlockHasRoomForTheLongestProof(t *testing.T) {
	const limit, longestPayout = 1_000_000, 42
	random := rand.NewChaCha8([32]byte{4})
	main := mustDecode(t, full(t))
	for _, tt := range []struct {
		name string
		size int // of the transactions in the reply
		all  bool
	}{
		{"room enough", 750_000, true},
		{"full", limit - 1000, false},
		{"far too full", 1_100_000, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := dogecoinOf(t, tt.size)
			tmpl, err := template.Dogecoin.Decode(r.json(t), received)
			if err != nil {
				t.Fatal(err)
			}
			kept := len(tmpl.Transactions)
			if (kept == len(r.transactions())) != tt.all {
				t.Fatalf("%d of %d transactions are kept", kept, len(r.transactions()))
			}
			if got := tmpl.CoinbaseValue - tmpl.Fees(); got != 10_000e8 || tmpl.Fees() != int64(1410*kept) {
				t.Errorf("CoinbaseValue is %d and %d of fees of %d transactions, want the subsidy and the fees of those", got, tmpl.Fees(), kept)
			}
			for i, x := range tmpl.Transactions {
				if x.TxID.String() != r.transaction(i)["txid"] {
					t.Fatalf("transaction %d is %s, want that of the reply", i, x.TxID)
				}
			}

			extranonce := make([]byte, miner.ExtranonceSize)
			a, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout, Tag: strings.Repeat("t", template.MaxTag(tmpl.Height, 0, false))})
			if err != nil {
				t.Fatal(err)
			}
			payout := slices.Concat([]byte{0x60, longestPayout - 2}, p2wpkh(random), p2wpkh(random))[:longestPayout]
			job, err := template.NewJob("1", main, template.Coinbase{
				Script: payout, ExtranonceSize: len(extranonce), Tag: strings.Repeat("t", template.MaxTag(main.Height, len(extranonce), true)),
			}, true, append(auxes(t, 63, 50), a)...)
			if err != nil {
				t.Fatal(err)
			}
			block, err := job.AuxBlock(2, template.Solution{Extranonce: extranonce, Version: main.Version})
			if err != nil {
				t.Fatal(err)
			}
			b, err := template.ParseAuxBlock(block)
			if err != nil || len(b.Problems) > 0 {
				t.Errorf("ParseAuxBlock() = %v, %v", b, err)
			}
			if len(block) > limit {
				t.Errorf("the block has %d bytes, want at most %d", len(block), limit)
			}
			const reserve = 1500 // at most, beside what this block has
			if !tt.all && len(block)+len(r.transaction(kept)["data"].(string))/2+reserve < limit {
				t.Errorf("the block has %d bytes: transaction %d had room too", len(block), kept)
			}
		})
	}
}

func TestLongBlockWithLessThanTheFeesIsRefused(t *testing.T) {
	r := dogecoinOf(t, 999_000)
	r["coinbasevalue"] = json.Number("1")
	if _, err := template.Dogecoin.Decode(r.json(t), received); err == nil || !strings.Contains(err.Error(), "less than the fees") {
		t.Errorf("Decode() = %v", err)
	}
}
