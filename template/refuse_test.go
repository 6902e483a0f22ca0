package template_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

// refusal edits a good reply so that it must be refused, with an error that contains want.
type refusal struct {
	name string
	edit func(t testing.TB, r reply)
	want string
}

func testRefusals(t *testing.T, base func(t testing.TB) reply, tests []refusal) {
	mustDecode(t, base(t).json(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := base(t)
			tt.edit(t, r)
			tmpl, err := template.Litecoin.Decode(r.json(t), received)
			if err == nil || !strings.Contains(err.Error(), tt.want) || tmpl != nil {
				t.Errorf("Decode() = %v, want %q", err, tt.want)
			}
		})
	}
}

func mixed(t testing.TB) reply { return decodeReply(t, readReply(t, "regtest-h447-mixed")) }

func activation(t testing.TB) reply {
	return decodeReply(t, readReply(t, "regtest-h432-mweb-activation"))
}

func set(key string, value any) func(testing.TB, reply) {
	return func(_ testing.TB, r reply) { r[key] = value }
}

// setFees changes the fees of the first transactions.
func setFees(fees ...int64) func(testing.TB, reply) {
	return func(_ testing.TB, r reply) {
		for i, fee := range fees {
			r.transaction(i)["fee"] = fee
		}
	}
}

// editMWEB changes the extension block's bytes.
func editMWEB(edit func(mweb []byte) []byte) func(testing.TB, reply) {
	return func(t testing.TB, r reply) {
		r["mweb"] = hex.EncodeToString(edit(unhex(t, r["mweb"].(string))))
	}
}

// swap exchanges two transactions and corrects the commitment.
func swap(i, j int) func(testing.TB, reply) {
	return func(t testing.TB, r reply) {
		x := r.transactions()
		x[i], x[j] = x[j], x[i]
		r.recommit(t)
	}
}

// drop removes a transaction and corrects the commitment.
func drop(i int) func(testing.TB, reply) {
	return func(t testing.TB, r reply) {
		r["transactions"] = slices.Delete(slices.Clone(r.transactions()), i, i+1)
		r.recommit(t)
	}
}

// independent empties all lists of dependencies before the edit, so that only the bytes tell.
func independent(edit func(testing.TB, reply)) func(testing.TB, reply) {
	return func(t testing.TB, r reply) {
		for i := range r.transactions() {
			r.transaction(i)["depends"] = []any{}
		}
		edit(t, r)
	}
}

// editHogEx replaces the HogEx, given its inputs and first output.
func editHogEx(edit func(inputs []outpoint, first output) ([]outpoint, output)) func(testing.TB, reply) {
	return func(t testing.TB, r reply) {
		inputs, first := edit(hogExOf(t, r))
		r.setHogEx(t, inputs, first)
	}
}

// TestH25ReplyWithoutItsExtensionBlockIsRefused: nothing is made up in its place.
func TestH25ReplyWithoutItsExtensionBlockIsRefused(t *testing.T) {
	other := activation(t)["mweb"]
	testRefusals(t, mixed, []refusal{
		{"no mweb", func(_ testing.TB, r reply) { delete(r, "mweb") }, "mweb-missing: MWEB is active, but the reply has no mweb"},
		{"null", set("mweb", nil), "mweb-missing"},
		{"empty", set("mweb", ""), "mweb-missing"},
		{"of another template", set("mweb", other), "mweb-hash-mismatch"},
		{"header byte flipped", editMWEB(func(b []byte) []byte { b[10] ^= 1; return b }), "mweb-hash-mismatch"},
		{"height changed", editMWEB(func(b []byte) []byte { b[1] ^= 1; return b }), "mweb-hash-mismatch"},
		{"of another height", set("height", 448), "mweb-height-mismatch"},
		{"the 01 of the block before it", editMWEB(func(b []byte) []byte { return append([]byte{1}, b...) }), "bad-blk-mweb"},
		{"cut short", editMWEB(func(b []byte) []byte { return b[:len(b)-1] }), "bad-blk-mweb"},
		{"header alone", editMWEB(func(b []byte) []byte { return b[:164] }), "bad-blk-mweb"},
		{"half a header", editMWEB(func(b []byte) []byte { return b[:80] }), "bad-blk-mweb"},
		{"one byte more", editMWEB(func(b []byte) []byte { return append(b, 0) }), "bad-blk-mweb"},
		{"rule lost", set("rules", []string{"csv", "!segwit", "taproot"}), "unexpected-mweb-data"},
		{"rule and mweb lost", func(_ testing.TB, r reply) {
			r["rules"] = []string{"csv", "!segwit", "taproot"}
			delete(r, "mweb")
		}, "unexpected-mweb-data"},
		{"rule and HogEx lost", func(t testing.TB, r reply) {
			r["rules"] = []string{"csv", "!segwit", "taproot"}
			drop(len(r.transactions())-1)(t, r)
		}, "unexpected-mweb-data"},
	})
}

func TestH25EveryCutOfTheExtensionBlockIsRefused(t *testing.T) {
	for _, base := range []func(testing.TB) reply{mixed, activation} {
		r := base(t)
		whole := r["mweb"].(string)
		for n := 0; n < len(whole); n += 2 * 29 { // ParseBlock's test cuts at every byte
			r["mweb"] = whole[:n]
			if _, err := template.Litecoin.Decode(r.json(t), received); err == nil {
				t.Errorf("an extension block cut to %d of %d bytes was accepted", n/2, len(whole)/2)
			}
		}
	}
}

func TestH26HogExThatIsNotTheLastIsRefused(t *testing.T) {
	testRefusals(t, mixed, []refusal{
		{"dropped", func(t testing.TB, r reply) { drop(len(r.transactions())-1)(t, r) }, "hogex-missing"},
		{"no transactions", func(t testing.TB, r reply) { r["transactions"] = []any{}; r.recommit(t) }, "hogex-missing"},
		{"not last", swap(3, 4), "bad-hogex-position"},
		{"first", independent(swap(0, 4)), "bad-hogex-position"},
		{"twice", func(t testing.TB, r reply) {
			r["transactions"] = append(r.transactions(), r.transaction(4))
			r.recommit(t)
		}, "bad-hogex-position"},
		{"flag lost as a library loses it", func(t testing.TB, r reply) {
			x := r.transaction(4)
			b := unhex(t, x["data"].(string))
			b = slices.Concat(b[:4], b[6:len(b)-5], b[len(b)-4:])
			if display(sha256d(b)) != x["txid"] {
				t.Fatal("the test does not strip the HogEx as it should")
			}
			x["data"] = hex.EncodeToString(b)
		}, "hogex-missing"},
		{"flag lost, its byte kept", func(t testing.TB, r reply) {
			x := r.transaction(4)
			x["data"] = strings.Replace(x["data"].(string), "020000000008", "02000000", 1)
		}, "1 bytes follow its end"},
		{"commits to nothing", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			return in, output{out.value, payout}
		}), "bad-hogex"},
		{"commits to another", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			out.script[5] ^= 1
			return in, out
		}), "mweb-hash-mismatch"},
		{"commits to a peg-in", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			out.script[0] = 0x59
			return in, out
		}), "bad-hogex"},
		{"pays a peg-in", func(t testing.TB, r reply) {
			inputs, first := hogExOf(t, r)
			r.setHogEx(t, inputs, first, output{1, append([]byte{0x59, 0x20}, make([]byte, 32)...)})
		}, "bad-tx-unexpected-pegin"},
		{"spends nothing", editHogEx(func(_ []outpoint, out output) ([]outpoint, output) { return nil, out }), "bad-txns-vin-empty"},
		{"spends a peg-in that is not there", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			return append(in, outpoint{[32]byte{7}, 0}), out
		}), "extra-hogex-input"},
	})
}

func TestH26PegInsThatTheHogExDoesNotSpendInOrderAreRefused(t *testing.T) {
	// The HogEx's inputs: the previous HogEx, then output 1 of the first, outputs 1 and 2 of the second.
	reorder := func(places ...int) func(testing.TB, reply) {
		return editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			var other []outpoint
			for _, p := range places {
				other = append(other, in[p])
			}
			return other, out
		})
	}
	testRefusals(t, twoPegIns, []refusal{
		{"dropped with its parent's place", drop(0), "depends on"},
		{"dropped", independent(drop(0)), "pegin-mismatch"},
		{"the later one dropped", independent(drop(1)), "extra-hogex-input"},
		{"swapped", independent(swap(0, 1)), "pegin-mismatch"},
		{"after the others", independent(swap(0, 5)), "pegin-mismatch"},
		{"inputs swapped", reorder(0, 2, 1, 3), "pegin-mismatch"},
		{"inputs of one transaction swapped", reorder(0, 1, 3, 2), "pegin-mismatch"},
		{"inputs reversed", reorder(0, 3, 2, 1), "pegin-mismatch"},
		{"an input left out", reorder(0, 1, 2), "pegins-missing"},
		{"all inputs left out", reorder(0), "pegins-missing"},
		{"the previous HogEx left out", reorder(1, 2, 3, 0), "extra-hogex-input"},
		{"an input twice", reorder(0, 1, 2, 3, 3), "extra-hogex-input"},
		{"the change spent as a peg-in", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			in[1].index = 0
			return in, out
		}), "pegin-mismatch"},
		{"an output that is not there", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			in[3].index = 3
			return in, out
		}), "bad-txns-inputs-missingorspent"},
	})
	testRefusals(t, activation, []refusal{
		{"first block of MWEB, peg-in dropped", drop(0), "depends on 1"},
		{"first block of MWEB, peg-in after it", independent(swap(0, 1)), "bad-hogex-position"},
		{"first block of MWEB, another output spent", editHogEx(func(in []outpoint, out output) ([]outpoint, output) {
			in[0].index ^= 1
			return in, out
		}), "bad-txns-inputs-missingorspent"},
	})
}

func TestTransactionsThatDoNotFitAreRefused(t *testing.T) {
	random := rand.NewChaCha8([32]byte{4})
	edit := func(i int, key string, value any) func(testing.TB, reply) {
		return func(t testing.TB, r reply) { r.transaction(i)[key] = value }
	}
	editData := func(i int, change func(b []byte) []byte) func(testing.TB, reply) {
		return func(t testing.TB, r reply) {
			r.transaction(i)["data"] = hex.EncodeToString(change(unhex(t, r.transaction(i)["data"].(string))))
		}
	}
	insert := func(x map[string]any) func(testing.TB, reply) {
		return func(t testing.TB, r reply) { r.insert(0, x); r.recommit(t) }
	}
	null := outpoint{index: 0xffffffff}
	testRefusals(t, mixed, []refusal{
		{"child before its parent", swap(0, 1), "depends on 1, which is not before it"},
		{"child before its parent, unsaid", independent(swap(0, 1)), "bad-txns-inputs-missingorspent"},
		{"parent dropped", drop(0), "depends on 1, which is not before it"},
		{"depends on the coinbase", edit(1, "depends", []int{0}), "depends on 0"},
		{"depends on none", edit(1, "depends", []int{-1}), "depends on -1"},
		{"depends on itself", edit(1, "depends", []int{2}), "depends on 2"},
		{"depends on one beyond", edit(1, "depends", []int{1000}), "depends on 1000"},
		{"twice", func(t testing.TB, r reply) { r.insert(1, r.transaction(0)); r.recommit(t) }, "bad-txns-duplicate"},
		{"swapped without the commitment", func(_ testing.TB, r reply) {
			x := r.transactions()
			x[2], x[3] = x[3], x[2]
		}, "bad-witness-merkle-match"},
		{"a coinbase among them", insert(payment(random, []outpoint{null}, []output{{1, payout}})), "bad-cb-multiple"},
		{"one that pays nothing", insert(payment(random, []outpoint{{index: 3}}, nil)), "bad-txns-vout-empty"},
		{"no data", edit(2, "data", ""), "transaction 3 lacks data, txid or hash"},
		{"no txid", edit(2, "txid", nil), "transaction 3 lacks data, txid or hash"},
		{"no hash", func(_ testing.TB, r reply) { delete(r.transaction(2), "hash") }, "transaction 3 lacks data, txid or hash"},
		{"wrong txid", edit(2, "txid", display([32]byte{1})), "transaction 3: txid or hash does not match its data"},
		{"wrong hash", edit(2, "hash", display([32]byte{1})), "transaction 3: txid or hash does not match its data"},
		{"txid for hash", func(_ testing.TB, r reply) { r.transaction(2)["hash"] = r.transaction(2)["txid"] }, "transaction 3: txid or hash"},
		{"byte flipped", editData(2, func(b []byte) []byte { b[60] ^= 1; return b }), "transaction 3: txid or hash"},
		{"witness byte flipped", editData(2, func(b []byte) []byte { b[len(b)-6] ^= 1; return b }), "transaction 3: txid or hash"},
		{"data cut short", editData(2, func(b []byte) []byte { return b[:len(b)-1] }), "transaction 3: data ends too early"},
		{"data too long", editData(2, func(b []byte) []byte { return append(b, 0) }), "transaction 3: 1 bytes follow its end"},
		{"witness stripped", editData(2, func(b []byte) []byte { return slices.Concat(b[:4], b[6:]) }), "transaction 3: "},
		{"unknown flag", editData(2, func(b []byte) []byte { b[5] = 0x11; return b }), "unknown transaction flags 11"},
		{"flag zero", editData(2, func(b []byte) []byte { b[5] = 0; return b }), "unknown transaction flags 00"},
		{"MWEB data kept", editData(4, func(b []byte) []byte { b[len(b)-5] = 1; return b }), "unexpected-mweb-data"},
		{"length not in its shortest form", editData(2, func(b []byte) []byte {
			return slices.Concat(b[:6], []byte{0xfd, b[6], 0}, b[7:])
		}), "shortest form"},
		{"a count beyond its data", editData(2, func(b []byte) []byte { b[6] = 0xfc; return b }), "transaction 3: data ends too early"},
		{"witness announced but empty", editData(2, func(b []byte) []byte {
			in := slices.Concat([]byte{1}, make([]byte, 36), []byte{0, 0, 0, 0, 0}, []byte{1}, make([]byte, 9))
			return slices.Concat(b[:6], in, []byte{0}, lock0)
		}), "announces a witness and has none"},
	})
}

func TestWitnessBeforeSegwitIsRefused(t *testing.T) {
	base := func(t testing.TB) reply {
		r := decodeReply(t, readReply(t, "regtest-h2"))
		r.insert(0, randomPayment(rand.NewChaCha8([32]byte{5})))
		r.recommit(t)
		return r
	}
	testRefusals(t, base, []refusal{
		{"rule lost", set("rules", []string{"csv"}), "unexpected-witness"},
	})
}

func TestReplyThatDoesNotFitIsRefused(t *testing.T) {
	testRefusals(t, mixed, []refusal{
		{"no rules", set("rules", []string{}), "rules are missing"},
		{"rule that must be known", set("rules", []string{"csv", "!segwit", "mweb", "!quantum"}), `"quantum", which this version does not support`},
		{"version of old", set("version", 4), "version 0x4 is below 0x20000000"},
		{"version just below", set("version", 0x1fffffff), "version 0x1fffffff is below"},
		{"version below zero", set("version", -1), "is below 0x20000000"},
		{"required bit not set", set("vbrequired", 2), "lacks the required bits 0x2"},
		{"parent too short", set("previousblockhash", "00"), "previousblockhash: decode hash: 2 characters"},
		{"height of the genesis block", set("height", 0), "height 0 is out of range"},
		{"height beyond 32 bits", set("height", int64(1)<<31), "height 2147483648 is out of range"},
		{"bits too short", set("bits", "207ffff"), "are not 8 hex digits"},
		{"bits not hex", set("bits", "0x7fffff"), "are not 8 hex digits"},
		{"bits with a sign", set("bits", "+07fffff"), "are not 8 hex digits"},
		{"bits below zero", set("bits", "1d800001"), "target is negative"},
		{"bits of zero", set("bits", "20000000"), "target is zero"},
		{"other bits", set("bits", "1e0fffff"), "does not match bits 1e0fffff"},
		{"other target", set("target", "7ffffe"+strings.Repeat("0", 58)), "does not match bits 207fffff"},
		{"target reversed", set("target", strings.Repeat("0", 58)+"ffff7f"), "does not match bits 207fffff"},
		{"value below zero", set("coinbasevalue", -1), "coinbasevalue -1 is out of range"},
		{"value of more than all coins", set("coinbasevalue", int64(84_000_000_00000001)), "is out of range"},
		{"fee below zero", setFees(-1), "transaction 1: fee -1 is out of range"},
		{"fee of more than all coins", setFees(84_000_000_00000001), "transaction 1: fee 8400000000000001 is out of range"},
		{"fees of more than all coins", setFees(1, 84_000_000_00000000), "transaction 2: fee 8400000000000000 is out of range"},
		{"time before the least", set("curtime", 1_795_438_076), "is missing or out of range"},
		{"time beyond 32 bits", set("curtime", int64(1)<<32), "is missing or out of range"},
		{"least time below zero", set("mintime", -1), "is missing or out of range"},
		{"commitment of others", set("default_witness_commitment", "6a24aa21a9ed"+strings.Repeat("0", 64)), "bad-witness-merkle-match"},
		{"commitment with a byte more", func(_ testing.TB, r reply) {
			r["default_witness_commitment"] = r["default_witness_commitment"].(string) + "00"
		}, "bad-witness-merkle-match"},
	})
}

func TestReplyThatLacksAFieldIsRefused(t *testing.T) {
	for key, want := range map[string]string{
		"version":                    "version",
		"rules":                      "rules are missing",
		"previousblockhash":          "previousblockhash",
		"transactions":               "transactions are missing",
		"coinbasevalue":              "coinbasevalue is missing",
		"target":                     "target",
		"mintime":                    "mintime",
		"curtime":                    "curtime",
		"bits":                       "bits",
		"height":                     "height",
		"default_witness_commitment": "default_witness_commitment",
		"mweb":                       "mweb-missing",
	} {
		testRefusals(t, mixed, []refusal{
			{"no " + key, func(_ testing.TB, r reply) { delete(r, key) }, want},
			{key + " is null", set(key, nil), want},
		})
	}
}

func TestReplyWithAFieldOfAnotherKindIsRefused(t *testing.T) {
	other := map[string][]any{
		"version":                    {"1", 1.5, true, []int{}, int64(1) << 31},
		"rules":                      {"csv", 1, map[string]int{}, []int{1}},
		"vbrequired":                 {"0", -1, 0.5},
		"previousblockhash":          {1, []string{}, strings.Repeat("g", 64)},
		"transactions":               {"", 1, map[string]int{}, []int{1}, []any{nil}, []any{[]int{}}},
		"coinbasevalue":              {"1", 1.5, []int{}, 1e30},
		"longpollid":                 {1, []int{}},
		"target":                     {1, []int{}},
		"mintime":                    {"1", 1.5},
		"curtime":                    {"1", 1.5},
		"bits":                       {1, 0x207fffff},
		"height":                     {"447", 447.5, true},
		"sizelimit":                  {"1"},
		"default_witness_commitment": {1, "6", "zz", []string{}},
		"mweb":                       {1, true, "0", "zz", []string{}, map[string]int{}},
	}
	for key, values := range other {
		for _, value := range values {
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			testRefusals(t, mixed, []refusal{{key + " is " + string(text), set(key, value), "template: "}})
		}
	}
}

func TestReplyThatIsNoneIsRefused(t *testing.T) {
	good := bytes.TrimSpace(readReply(t, "regtest-h432-mweb-activation"))
	for _, text := range []string{"", " ", "null", "{}", "[]", `"x"`, "1", "true", "{", string(good) + "{}", string(good[:len(good)-1])} {
		if tmpl, err := template.Litecoin.Decode([]byte(text), received); err == nil || tmpl != nil {
			t.Errorf("Decode(%.20q...) = %v, %v, want an error", text, tmpl, err)
		}
	}
}
