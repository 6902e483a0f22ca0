package template_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

// mistake edits a good block. want lists litecoind's reject reasons.
type mistake struct {
	name string
	edit func(p *parts)
	want string
}

func testMistakes(t *testing.T, r reply, tests []mistake) {
	t.Helper()
	b, err := template.ParseBlock(partsOf(t, r).block())
	if err != nil || len(b.Problems) > 0 {
		t.Fatalf("ParseBlock() of the good block = %+v, %v", b, err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := partsOf(t, r)
			tt.edit(p)
			b, err := template.ParseBlock(p.block())
			if err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, problem := range b.Problems {
				word, _, _ := strings.Cut(problem, ":")
				words = append(words, word)
			}
			if got := strings.Join(words, ", "); got != tt.want {
				t.Errorf("ParseBlock() found %q, want %q", b.Problems, tt.want)
			}
		})
	}
}

// TestH01BlockWithoutItsExtensionBlockIsSeen has the mistakes of miners that request the mweb rule and drop the data.
func TestH01BlockWithoutItsExtensionBlockIsSeen(t *testing.T) {
	other := unhex(t, activation(t)["mweb"].(string))
	testMistakes(t, mixed(t), []mistake{
		{"left out", func(p *parts) { p.tail = nil }, "mweb-missing"},
		{"00 for 01", func(p *parts) { p.tail[0] = 0 }, "mweb-missing"},
		{"00 alone", func(p *parts) { p.tail = []byte{0} }, "mweb-missing"},
		{"01 alone", func(p *parts) { p.tail = []byte{1} }, "bad-blk-mweb"},
		{"without the 01", func(p *parts) { p.tail = p.tail[1:] }, "mweb-missing"},
		{"01 twice", func(p *parts) { p.tail = append([]byte{1}, p.tail...) }, "bad-blk-mweb"},
		{"of another block", func(p *parts) { p.tail = append([]byte{1}, other...) }, "mweb-hash-mismatch"},
		{"header byte flipped", func(p *parts) { p.tail[40] ^= 1 }, "mweb-hash-mismatch"},
		{"number of kernels", func(p *parts) { p.tail[1+164-1]++ }, "bad-blk-mweb"},
		{"another height", func(p *parts) {
			at := bytes.Index(p.transactions[0], []byte{0x02, 0xbf, 0x01}) // 447
			p.transactions[0][at+1]++
			p.sign()
		}, "mweb-height-mismatch"},
		{"junk after it", func(p *parts) { p.tail = append(p.tail, 0) }, "bad-blk-mweb"},
	})
	testMistakes(t, decodeReply(t, readReply(t, "regtest-h2")), []mistake{
		{"junk where there is no HogEx", func(p *parts) { p.tail = []byte{1} }, "mweb-missing"},
		{"extension block where there is no HogEx", func(p *parts) { p.tail = append([]byte{1}, other...) }, "mweb-missing"},
	})
}

func TestH01EveryCutOfTheBlockIsSeen(t *testing.T) {
	for _, tt := range golden {
		raw := readBlock(t, tt.name)
		for n := range raw {
			if b, err := template.ParseBlock(raw[:n]); err == nil && len(b.Problems) == 0 {
				t.Errorf("%s: no problem in the first %d of %d bytes", tt.name, n, len(raw))
			}
		}
	}
}

func TestH01EveryFlippedByteOfTheExtensionBlocksHeaderIsSeen(t *testing.T) {
	p := partsOf(t, mixed(t))
	for i := range 164 {
		p.tail[1+i] ^= 0x40
		b, err := template.ParseBlock(p.block())
		if err != nil || len(b.Problems) != 1 {
			t.Errorf("byte %d: ParseBlock() = %+v, %v, want a problem", i, b, err)
		}
		p.tail[1+i] ^= 0x40
	}
}

func TestH26BlockWithItsTransactionsMovedIsSeen(t *testing.T) {
	swap := func(i, j int) func(p *parts) {
		return func(p *parts) {
			p.transactions[i], p.transactions[j] = p.transactions[j], p.transactions[i]
			p.sign()
		}
	}
	drop := func(i int) func(p *parts) {
		return func(p *parts) { p.transactions = slices.Delete(p.transactions, i, i+1); p.sign() }
	}
	// Places: 1 and 2 are the peg-ins, 3 a parent, 4 its child, 7 the HogEx.
	testMistakes(t, twoPegIns(t), []mistake{
		{"HogEx dropped", func(p *parts) { drop(p.last())(p) }, "mweb-missing"},
		{"HogEx not last", swap(6, 7), "bad-hogex-position, mweb-missing"},
		{"HogEx's flag lost", func(p *parts) {
			x := p.transactions[p.last()]
			p.transactions[p.last()] = slices.Concat(x[:4], x[6:len(x)-5], x[len(x)-4:])
		}, "mweb-missing"},
		{"coinbase alone", func(p *parts) { p.transactions = p.transactions[:1]; p.sign() }, "mweb-missing"},
		{"coinbase and HogEx alone", func(p *parts) {
			p.transactions = [][]byte{p.transactions[0], p.transactions[p.last()]}
			p.sign()
		}, "extra-hogex-input"},
		{"peg-in dropped", drop(1), "pegin-mismatch"},
		{"the other peg-in dropped", drop(2), "extra-hogex-input"},
		{"peg-ins swapped", swap(1, 2), "pegin-mismatch"},
		{"child before its parent", swap(3, 4), "bad-txns-inputs-missingorspent"},
		{"transaction twice", func(p *parts) {
			p.transactions = slices.Insert(p.transactions, 2, p.transactions[1])
			p.sign()
		}, "bad-txns-duplicate"},
	})
	testMistakes(t, activation(t), []mistake{
		{"first HogEx, other input", func(p *parts) {
			p.transactions[2][7+32] ^= 1
			p.sign()
		}, "bad-txns-inputs-missingorspent"},
	})
}

// TestTransactionsRepeatedAtTheEndAreSeen: a level of odd length pairs its last hash with itself, so the
// merkle root stays the same (CVE-2012-2459).
func TestTransactionsRepeatedAtTheEndAreSeen(t *testing.T) {
	r := decodeReply(t, readReply(t, "regtest-h2"))
	random := rand.NewChaCha8([32]byte{6})
	r.insert(0, randomPayment(random), randomPayment(random))
	r.recommit(t)
	testMistakes(t, r, []mistake{
		{"the last of three", func(p *parts) {
			root := slices.Clone(p.header[36:68])
			p.transactions = append(p.transactions, p.transactions[2])
			p.sign()
			if !bytes.Equal(p.header[36:68], root) {
				panic("the test's block has another root")
			}
		}, "bad-txns-duplicate"},
	})
}

// TestHeightIsReadInItsOnlyForm: a push that litecoind would not have made for a height is not a height.
func TestHeightIsReadInItsOnlyForm(t *testing.T) {
	for scriptSig, want := range map[string]int32{
		"51":           1,
		"6000":         16,
		"0111":         17,
		"0111ff":       17,
		"02bf01":       447,
		"04ffffff7f":   2_147_483_647,
		"":             0,
		"0000":         0, // not a height
		"0101":         0, // 1 has its own opcode
		"0110":         0,
		"0180":         0, // zero with a sign
		"0191":         0, // -17
		"021100":       0, // longer than needed
		"0480000000":   0,
		"04ffffffff":   0,
		"050000008000": 0, // beyond 32 bits
		"06112233":     0,
		"02bf":         0, // cut short
		"4c0111":       0, // another kind of push
	} {
		p := partsOf(t, decodeReply(t, readReply(t, "regtest-h2")))
		p.transactions[0] = bareCoinbase(unhex(t, scriptSig), payout)
		b, err := template.ParseBlock(p.block())
		if err != nil {
			t.Fatal(err)
		}
		if b.Height != want {
			t.Errorf("Height of scriptSig %s = %d, want %d", scriptSig, b.Height, want)
		}
	}
}

func TestBlockThatBreaksARuleIsSeen(t *testing.T) {
	pegIn := append([]byte{0x59, 0x20}, make([]byte, 32)...)
	coinbase := func(edit func(b []byte) []byte) func(p *parts) {
		return func(p *parts) { p.transactions[0] = edit(slices.Clone(p.transactions[0])); p.sign() }
	}
	witnessAt := func(b []byte) int { return len(b) - 4 - 34 }
	tests := []mistake{
		{"merkle root", func(p *parts) { p.header[36] ^= 1 }, "bad-txnmrklroot"},
		{"version", func(p *parts) { p.header[3] = 0x1f }, "bad-version(0x1f000000)"},
		{"version below zero", func(p *parts) { p.header[3] = 0xff }, "bad-version(0xff000000)"},
		{"bits of zero", func(p *parts) { copy(p.header[72:], lock0) }, "high-hash"},
		{"witness of 31 bytes", coinbase(func(b []byte) []byte {
			at := witnessAt(b)
			return slices.Concat(b[:at], []byte{1, 31}, make([]byte, 31), lock0)
		}), "bad-witness-nonce-size"},
		{"witness of 33 bytes", coinbase(func(b []byte) []byte {
			at := witnessAt(b)
			return slices.Concat(b[:at], []byte{1, 33}, make([]byte, 33), lock0)
		}), "bad-witness-nonce-size"},
		{"witness of two items", coinbase(func(b []byte) []byte {
			at := witnessAt(b)
			return slices.Concat(b[:at], []byte{2, 32}, make([]byte, 32), []byte{32}, make([]byte, 32), lock0)
		}), "bad-witness-nonce-size"},
		{"no witness", coinbase(func(b []byte) []byte {
			return slices.Concat(b[:4], b[6:witnessAt(b)], lock0)
		}), "bad-witness-nonce-size"},
		{"other witness", coinbase(func(b []byte) []byte { b[witnessAt(b)+5] ^= 1; return b }), "bad-witness-merkle-match"},
		{"commitment", func(p *parts) {
			at := bytes.Index(p.transactions[0], []byte{0xaa, 0x21, 0xa9, 0xed})
			commitment := slices.Clone(p.transactions[0][at+4 : at+36])
			p.transactions[1][len(p.transactions[1])-6] ^= 1 // of the witness
			p.sign()
			copy(p.transactions[0][at+4:], commitment)
			root := [][32]byte{}
			for _, x := range p.transactions {
				txid, _ := ids(x)
				root = append(root, txid)
			}
			sum := naiveRoot(root)
			copy(p.header[36:], sum[:])
		}, "bad-witness-merkle-match"},
		{"scriptSig of one byte", func(p *parts) { p.transactions = [][]byte{bareCoinbase([]byte{0x51}, payout)}; p.sign() }, "bad-cb-length"},
		{"scriptSig of 101 bytes", func(p *parts) {
			p.transactions = [][]byte{bareCoinbase(append([]byte{0x52, 99}, make([]byte, 99)...), payout)}
			p.sign()
		}, "bad-cb-length"},
		{"coinbase pays a peg-in", func(p *parts) { p.transactions = [][]byte{bareCoinbase([]byte{0x52, 0}, pegIn)}; p.sign() }, "bad-tx-unexpected-pegin"},
		{"no commitment to a witness", func(p *parts) { p.transactions[0] = bareCoinbase([]byte{0x52, 0}, payout); p.sign() }, "unexpected-witness"},
		{"no commitment to its own witness", func(p *parts) {
			b := bareCoinbase([]byte{0x52, 0}, payout)
			p.transactions = [][]byte{slices.Concat(b[:4], []byte{0, 1}, b[4:len(b)-4], []byte{1, 32}, make([]byte, 32), lock0)}
			p.sign()
		}, "unexpected-witness"},
		{"no coinbase", func(p *parts) {
			x := p.transactions[1]
			const signature = 1 + 1 + 71 + 1 + 33
			p.transactions = [][]byte{slices.Concat(x[:4], x[6:len(x)-4-signature], lock0)}
			p.sign()
		}, "bad-cb-missing"},
		{"two coinbases", func(p *parts) {
			p.transactions = append(p.transactions, bareCoinbase([]byte{0x52, 0}, payout))
			p.sign()
		}, "bad-cb-multiple"},
	}
	r := decodeReply(t, readReply(t, "regtest-h2"))
	r.insert(0, randomPayment(rand.NewChaCha8([32]byte{7})))
	r.recommit(t)
	testMistakes(t, r, tests)
}

func TestBlockThatIsTooHeavyIsSeen(t *testing.T) {
	r := decodeReply(t, readReply(t, "regtest-h2"))
	p := partsOf(t, r)
	const script = 1_000_000
	heavy := slices.Concat(version2, []byte{1}, bytes.Repeat([]byte{7}, 36), []byte{0}, lock0,
		[]byte{1}, make([]byte, 8), binary.LittleEndian.AppendUint32([]byte{0xfe}, script), make([]byte, script), lock0)
	p.transactions = append(p.transactions, heavy)
	b, err := template.ParseBlock(p.block())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(b.Problems, func(s string) bool { return strings.HasPrefix(s, "bad-blk-weight") }) {
		t.Errorf("ParseBlock() found %q in a block of weight %d", b.Problems, b.Weight)
	}
}

func TestWhatIsNoBlock(t *testing.T) {
	good := partsOf(t, mixed(t))
	header := good.header
	with := func(x []byte) []byte { return slices.Concat(header, []byte{2}, good.transactions[0], x) }
	payment := good.transactions[1]
	tests := []struct {
		name string
		raw  []byte
		want string
	}{
		{"nothing", nil, "0 bytes are less than the 80 of a header"},
		{"part of a header", header[:79], "79 bytes are less than the 80 of a header"},
		{"header alone", header, "number of transactions: data ends too early"},
		{"no transactions", slices.Concat(header, []byte{0}), "it has no transactions"},
		{"a count beyond the data", slices.Concat(header, []byte{0xff, 255, 255, 255, 255, 255, 255, 255, 255}), "number of transactions: data ends too early"},
		{"a count not in its shortest form", slices.Concat(header, []byte{0xfd, 1, 0}, good.transactions[0]), "shortest form"},
		{"one transaction less than said", with(nil), "transaction 2 of 2: data ends too early"},
		{"half a transaction", with(payment[:len(payment)/2]), "transaction 2 of 2: data ends too early"},
		{"unknown flag", with(slices.Concat(payment[:5], []byte{0x20}, payment[6:])), "transaction 2 of 2: unknown transaction flags 20"},
		{"MWEB data in a transaction", with(slices.Concat(payment[:5], []byte{9}, payment[6:len(payment)-4], []byte{1}, lock0)), "unexpected-mweb-data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := template.ParseBlock(tt.raw)
			if err == nil || !strings.HasPrefix(err.Error(), "parse block: ") || !strings.Contains(err.Error(), tt.want) || b != nil {
				t.Errorf("ParseBlock() = %v, %v, want %q", b, err, tt.want)
			}
		})
	}
}

func TestTextShowsWhatCanBeRead(t *testing.T) {
	b := template.Block{ScriptSig: template.Hex("\x02\xbf\x01\x08/solo~ \x7f\xc3\xa4")}
	if got, want := b.ScriptSig.Text(), "..../solo~ ..."; got != want {
		t.Errorf("Text() = %q, want %q", got, want)
	}
	if got := hex.EncodeToString(b.ScriptSig); got != "02bf01082f736f6c6f7e207fc3a4" {
		t.Errorf("Text() changed the scriptSig to %s", got)
	}
}
