package template_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ltcsolo/template"
)

// TestProofCheckAgreesWithDogecoind: the first problem of each proof is the node's own, and a good proof has none.
func TestProofCheckAgreesWithDogecoind(t *testing.T) {
	reasons := map[string]bool{}
	for _, tt := range proofCases(t) {
		t.Run(tt.Case, func(t *testing.T) {
			p, rest, err := template.ParseProof(unhex(t, tt.AuxPoW))
			if err != nil || len(rest) > 0 {
				t.Fatalf("ParseProof() left %d bytes, %v", len(rest), err)
			}
			problems := p.Check(internal(t, tt.Hash), 98)
			target, pow := littleEndian(t, tt.Target), powHash(p.Parent[:])
			if !target.MetBy(&pow) {
				problems = append(problems, "high-hash: CheckAuxPowProofOfWork : AUX proof of work failed")
			}
			if string(tt.Result) == "true" {
				if len(problems) > 0 {
					t.Errorf("Check() = %q of an accepted proof", problems)
				}
				return
			}
			reasons[tt.Log[0]] = true
			if len(problems) == 0 || !strings.HasPrefix(problems[0], "high-hash: "+tt.Log[0]) {
				t.Errorf("Check() = %q, dogecoind said %q", problems, tt.Log[0])
			}
		})
	}
	if len(reasons) < 11 {
		t.Errorf("%d reasons were tried: %v", len(reasons), reasons)
	}
}

// TestAcceptedProofs: the parts of accepted proofs are those of which the fixtures say that they made them.
func TestAcceptedProofs(t *testing.T) {
	for _, name := range []string{"accepted-size1.json", "accepted-coinbase-branch.json", "accepted-size2.json", "accepted-size4.json"} {
		t.Run(name, func(t *testing.T) {
			var accepted struct {
				CreateAuxBlock struct{ Hash, Target string }
				AuxPoW         struct {
					Hex          string
					CoinbaseTxID string   `json:"coinbase_txid"`
					ScriptSig    string   `json:"script_sig"`
					Branch       []string `json:"coinbase_branch"`
					ChainBranch  []string `json:"chain_branch"`
					Slot         int32    `json:"chain_index"`
					Root         string   `json:"chain_merkle_root"`
					Size         uint32   `json:"chain_tree_size"`
					Nonce        uint32   `json:"chain_nonce"`
					Parent       string   `json:"parent_header"`
					PoWHash      string   `json:"parent_pow_hash"`
				}
			}
			if err := json.Unmarshal(readDogecoin(t, name), &accepted); err != nil {
				t.Fatal(err)
			}
			p, rest, err := template.ParseProof(unhex(t, accepted.AuxPoW.Hex))
			if err != nil || len(rest) > 0 {
				t.Fatalf("ParseProof() left %d bytes, %v", len(rest), err)
			}
			hash, pow, target := internal(t, accepted.CreateAuxBlock.Hash), powHash(p.Parent[:]), littleEndian(t, accepted.CreateAuxBlock.Target)
			if problems := p.Check(hash, 98); len(problems) > 0 || !target.MetBy(&pow) || pow.String() != accepted.AuxPoW.PoWHash {
				t.Errorf("Check() = %q, PoW hash %s", problems, pow)
			}
			if problems := p.Check(hash, 63); len(problems) == 0 && accepted.AuxPoW.Size > 1 {
				t.Error("Check() found nothing wrong with the slot of another chain")
			}
			if problems := p.Check(pow, 98); len(problems) == 0 {
				t.Error("Check() found nothing wrong with another block's hash")
			}
			found, problems := template.FindCommitments(p.ScriptSig)
			if len(problems) > 0 || len(found) != 1 {
				t.Fatalf("FindCommitments() = %+v, %q", found, problems)
			}
			got := []any{p.CoinbaseTxID.String(), hex.EncodeToString(p.ScriptSig), digits(p.Branch), p.Index, digits(p.ChainBranch), p.Slot,
				p.Root(hash).String(), found[0].Root.String(), found[0].Size, found[0].Nonce, hex.EncodeToString(p.Parent[:])}
			a := accepted.AuxPoW
			want := []any{a.CoinbaseTxID, a.ScriptSig, strings.Join(a.Branch, " "), int32(0), strings.Join(a.ChainBranch, " "), a.Slot,
				a.Root, a.Root, a.Size, a.Nonce, a.Parent}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("part %d is %v, want %v", i, got[i], want[i])
				}
			}
		})
	}
}

// digits returns hashes in serialized order.
func digits(hashes []template.Hash) string {
	var all []string
	for _, h := range hashes {
		all = append(all, hex.EncodeToString(h[:]))
	}
	return strings.Join(all, " ")
}

func readAuxBlock(t testing.TB, name string) []byte {
	t.Helper()
	return unhex(t, strings.TrimSpace(string(readDogecoin(t, name))))
}

func TestParseAuxBlock(t *testing.T) {
	for _, tt := range []struct {
		name, hash, root string
		height           int32
		transactions     int
		value            int64
		weight           int
		branch           int
	}{
		{"block-regtest-h132.hex", "ac5d2ac10773827c73934c0ed6ed34e3aaa3fe4ba1f3efa7c2e84e6ba3e75394",
			"95b903aab5cb0446d55afdd431b4a1612fc6092f838ae0eb81a6d35c3a3976ac", 132, 1, 500_000_00000000, 2620, 4},
		{"block-regtest-h161.hex", "966850db53fdf6f36a22f5e96c059ee8f72e6af27674e5b8b508fbba3107b617", "", 161, 7, 250_024_00000000, 7840, 3},
	} {
		raw := readAuxBlock(t, tt.name)
		b, err := template.ParseAuxBlock(raw)
		if err != nil {
			t.Fatal(err)
		}
		pow := powHash(b.Proof.Parent[:])
		if len(b.Problems) > 0 || b.Chain != template.Dogecoin || b.ID != 98 || b.Header.BlockHash().String() != tt.hash || !b.Target.MetBy(&pow) ||
			b.Height != tt.height || b.Transactions != tt.transactions || b.Outputs[0].Value != tt.value || b.Bytes != len(raw) ||
			b.Weight != tt.weight || len(b.Proof.Branch) != tt.branch || !b.MerkleRootOK || !b.WitnessCommitmentOK || b.MWEB || b.HogEx {
			t.Errorf("%s: ParseAuxBlock() = %+v", tt.name, b)
		}
		if tt.root != "" && b.Header.MerkleRoot().String() != tt.root {
			t.Errorf("%s: merkle root %s, want %s", tt.name, b.Header.MerkleRoot(), tt.root)
		}
	}
}

// TestParseAuxBlockMinedAlone: a merged chain's block without a proof has its own proof of work, and its chain's rules.
func TestParseAuxBlockMinedAlone(t *testing.T) {
	raw := readAuxBlock(t, "block-regtest-h30-alone.hex")
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		t.Fatal(err)
	}
	pow := powHash(raw[:template.HeaderSize])
	if len(b.Problems) > 0 || b.Chain != template.Dogecoin || b.ID != 98 || b.Proof != nil || *b.Worked() != b.Header || !b.Target.MetBy(&pow) ||
		b.Height != 30 || b.Transactions != 1 || b.Outputs[0].Value != 500_000_00000000 || b.Bytes != len(raw) || b.Weight != 4*len(raw) {
		t.Errorf("ParseAuxBlock() = %+v", b)
	}
	if b, err := template.ParseAuxBlock(append(raw, 0)); err != nil || len(b.Problems) == 0 {
		t.Errorf("ParseAuxBlock() with one more byte = %+v, %v", b, err)
	}
}

// TestParseAuxBlockOfAJob parses the blocks of a job's merged chains, of which one is unknown.
func TestParseAuxBlockOfAJob(t *testing.T) {
	job, err := template.NewJob("1", mustDecode(t, mixed(t).json(t)), miner, true, auxes(t, 98, 63, 8211)...)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := solve(t, job)
	for i, want := range []*template.Chain{template.Dogecoin, template.Pepecoin, nil} {
		raw, err := job.AuxBlock(i, s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := template.ParseAuxBlock(raw)
		if err != nil || len(b.Problems) > 0 || b.Chain != want || b.ID != job.Aux[i].Template.Chain.ID || b.Height != 161 || len(b.Proof.ChainBranch) != 3 ||
			!template.IsAuxBlock(raw) {
			t.Errorf("ParseAuxBlock() = %+v, %v", b, err)
		}
	}
	// Bit 8 in the version does not make a main block another.
	s.Version |= 0x100
	main, err := job.Block(s)
	if err != nil {
		t.Fatal(err)
	}
	b, err := template.ParseBlock(main)
	if err != nil || template.IsAuxBlock(main) {
		t.Fatalf("the main block is a merged chain's, or none: %v", err)
	}
	found, problems := template.FindCommitments(b.ScriptSig)
	if len(problems) > 0 || len(found) != 1 || found[0].Offset != 4 || found[0].Size != 8 || found[0].Nonce != 0 {
		t.Errorf("FindCommitments() = %+v, %q", found, problems)
	}
}

func TestIsAuxBlock(t *testing.T) {
	for version, want := range map[uint32]bool{
		0x00620104: true, 0x003f0104: true, 0x20130104: false, 0x80000104: true, 0x00000100: true,
		0x00620004: true, 0x003f0004: true, 0x00610004: false, 0x20000000: false, 0x20000100: false, 0x3fffe100: false, 1: false, 2: false, 4: false,
	} {
		raw := append([]byte{byte(version), byte(version >> 8), byte(version >> 16), byte(version >> 24)}, make([]byte, template.HeaderSize)...)
		if got := template.IsAuxBlock(raw); got != want {
			t.Errorf("IsAuxBlock() of version %#x = %t, want %t", version, got, want)
		}
		if _, err := template.ParseAuxBlock(raw); err == nil {
			t.Errorf("ParseAuxBlock() of a header of version %#x and zeros gave no error", version)
		}
	}
	if template.IsAuxBlock(nil) || template.IsAuxBlock([]byte{4, 1, 0x62, 0}) {
		t.Error("IsAuxBlock() of less than a header")
	}
}

func TestParseAuxBlockSeesMistakes(t *testing.T) {
	good := readAuxBlock(t, "block-regtest-h161.hex")
	_, body, err := parseProof(good[template.HeaderSize:])
	if err != nil {
		t.Fatal(err)
	}
	proof := good[template.HeaderSize : len(good)-len(body)]
	for n := range good {
		if b, err := template.ParseAuxBlock(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are a block: %+v", n, len(good), b)
		}
	}
	for _, tt := range []struct {
		name string
		edit func() []byte
		want []string // words in the problems, or in the error
	}{
		{"a byte after it", func() []byte { return append(slices.Clone(good), 0) }, []string{"1 bytes follow"}},
		{"another header time", func() []byte { return flip(good, 68) }, []string{"Aux POW missing chain merkle root"}},
		{"another merkle root", func() []byte { return flip(good, 40) }, []string{"Aux POW missing", "bad-txnmrklroot"}},
		{"another value", func() []byte { return flip(good, len(good)-len(body)+1+70) }, []string{"bad-txnmrklroot"}},
		{"another parent", func() []byte { return flip(good, template.HeaderSize+len(proof)-40) }, []string{"Aux POW merkle root incorrect"}},
		{"another chain's id", func() []byte { return flip(good, 2) }, []string{"Aux POW missing"}},
		{"parent with the id", func() []byte {
			b := slices.Clone(good)
			copy(b[template.HeaderSize+len(proof)-80:], []byte{0, 0, 0x62, 0})
			return b
		}, []string{"Aux POW parent has our chain ID"}},
		{"no coinbase", func() []byte {
			return slices.Concat(good[:template.HeaderSize], proof, []byte{1}, body[len(body)-lastLength(t):])
		}, []string{"bad-txnmrklroot", "bad-cb-missing"}},
		{"no proof", func() []byte { return slices.Concat(good[:template.HeaderSize], body) }, []string{"proof: "}},
		{"coinbase of the parent without inputs", func() []byte {
			return slices.Concat(good[:template.HeaderSize], []byte{1, 0, 0, 0, 0, 1, 0}, bytes.Repeat([]byte{0}, 200))
		}, []string{"proof: the parent's coinbase"}},
		{"main block", func() []byte { return readBlock(t, "regtest-h2") }, []string{"not that of a merged chain's block"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := template.ParseAuxBlock(tt.edit())
			var all string
			if err != nil {
				all = err.Error()
			} else {
				all = strings.Join(b.Problems, "; ")
			}
			for _, want := range tt.want {
				if !strings.Contains(all, want) {
					t.Errorf("ParseAuxBlock() = %q, want %q", all, want)
				}
			}
		})
	}
}

// flip returns a copy of b with one bit of the byte at i changed.
func flip(b []byte, i int) []byte {
	b = slices.Clone(b)
	b[i] ^= 1
	return b
}

// lastLength returns the length of the last transaction of the template of height 161.
func lastLength(t testing.TB) int {
	t.Helper()
	r := dogecoin(t, 98)
	return len(r.transaction(len(r.transactions()) - 1)["data"].(string)) / 2
}

// TestDogecoinHasNeitherWitnessNorMWEB parses a block with transactions that its chain does not have.
func TestDogecoinHasNeitherWitnessNorMWEB(t *testing.T) {
	good := readAuxBlock(t, "block-regtest-h132.hex")
	_, body, err := parseProof(good[template.HeaderSize:])
	if err != nil {
		t.Fatal(err)
	}
	m := mixed(t)
	for i, want := range map[int]string{0: "unexpected-witness: transaction 2", len(m.transactions()) - 1: "unexpected-mweb-data"} {
		block := slices.Concat(good[:len(good)-len(body)], []byte{2}, body[1:], unhex(t, m.transaction(i)["data"].(string)))
		b, err := template.ParseAuxBlock(block)
		if err != nil || !strings.Contains(strings.Join(b.Problems, "; "), want) {
			t.Errorf("ParseAuxBlock() = %+v, %v, want %q", b, err, want)
		}
	}
}

func TestFindCommitments(t *testing.T) {
	magic, root := "fabe6d6d", strings.Repeat("00", 31)+"ab"
	for _, tt := range []struct {
		name, script string
		offsets      []int
		want         []string
	}{
		{"none", "03bf0108", nil, nil},
		{"empty", "", nil, nil},
		{"one", "03bf012c" + magic + root + "01000000" + "00000000", []int{4}, nil},
		{"at the end of a long one", strings.Repeat("aa", 50) + magic + root + "04000000" + "07000000", []int{50}, nil},
		{"two", magic + root + "0100000000000000" + magic + strings.Repeat("cd", 32) + "0100000000000000", []int{0, 44}, []string{"stands there 2 times"}},
		{"magic in the tag", magic + root + "0100000000000000" + magic, []int{0}, []string{"the commitment at 44 is cut off: it has 4 of 44 bytes", "2 times"}},
		{"cut off", magic + root + "010000", nil, []string{"at 0 is cut off: it has 39 of 44"}},
		{"root before it", root + magic + root + "0100000000000000", []int{32}, []string{"stands before it too, at 0"}},
		{"size 0", magic + root + "0000000000000000", []int{0}, []string{"tree of 0 leaves"}},
		{"size 3", magic + root + "0300000000000000", []int{0}, []string{"tree of 3 leaves"}},
		{"size 2^31", magic + root + "0000008000000000", []int{0}, []string{"tree of 2147483648 leaves"}},
		{"size 2^30", magic + root + "0000004000000000", []int{0}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, problems := template.FindCommitments(unhex(t, tt.script))
			var offsets []int
			for _, c := range found {
				offsets = append(offsets, c.Offset)
			}
			if !slices.Equal(offsets, tt.offsets) || len(problems) != len(tt.want) {
				t.Fatalf("FindCommitments() = %+v, %q, want them at %v and %q", found, problems, tt.offsets, tt.want)
			}
			for i, want := range tt.want {
				if !strings.Contains(problems[i], want) {
					t.Errorf("problem %q, want %q", problems[i], want)
				}
			}
			if len(found) > 0 && found[0].Root.String() != root {
				t.Errorf("root %s, want %s", found[0].Root, root)
			}
		})
	}
}

// FuzzParseAuxBlock: nothing panics; what is wrong with a proof is what the tests' own verifier finds; a block without
// problems has one once its last byte is cut off.
func FuzzParseAuxBlock(f *testing.F) {
	for _, name := range []string{"block-regtest-h132.hex", "block-regtest-h161.hex"} {
		raw := readAuxBlock(f, name)
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
		for _, at := range []int{0, 2, 40, 100, 150, 200, 300, 400, 500} {
			f.Add(flip(raw, at))
		}
	}
	f.Add(readAuxBlock(f, "block-regtest-h30-alone.hex"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := template.ParseAuxBlock(raw)
		if err != nil {
			return
		}
		if b.Proof == nil {
			if template.HasProof(raw) {
				t.Errorf("ParseAuxBlock() = %+v without the proof", b)
			}
			return
		}
		if b.Transactions < 1 || b.Bytes != len(raw) || b.Weight < 4*template.HeaderSize || b.MWEB {
			t.Errorf("ParseAuxBlock() = %+v", b)
		}
		compareProof(t, b, raw)
		template.FindCommitments(b.Proof.ScriptSig)
		if len(b.Problems) > 0 {
			return
		}
		if b, err := template.ParseAuxBlock(raw[:len(raw)-1]); err == nil && len(b.Problems) == 0 {
			t.Errorf("the block has no problem without its last byte either")
		}
	})
}

// compareProof compares what the package and the tests' own verifier say of a block's proof.
func compareProof(t *testing.T, b *template.AuxBlock, raw []byte) {
	t.Helper()
	p, _, err := parseProof(raw[template.HeaderSize:])
	if err != nil || len(p.branch) != len(b.Proof.Branch) || len(p.chainBranch) != len(b.Proof.ChainBranch) {
		return // the verifier reads counts below 253 alone
	}
	var any template.Target
	for i := range any {
		any[i] = 0xff
	}
	want := p.verify(b.Header.BlockHash(), b.ID, any)
	problems := b.Proof.Check(b.Header.BlockHash(), b.ID)
	if (want == "") != (len(problems) == 0) || want != "" && !strings.HasPrefix(problems[0], "high-hash: "+want) {
		t.Errorf("Check() = %q, the verifier says %q", problems, want)
	}
}
