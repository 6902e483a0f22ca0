package template_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ltcsolo/template"
)

// merged returns a copy of Dogecoin with another chain id.
func merged(id uint16) *template.Chain {
	c := *template.Dogecoin
	c.Name, c.ID, c.MinVersion = fmt.Sprintf("chain%d", id), id, int32(id)<<16|4
	return &c
}

// dogecoin returns a captured reply of dogecoind, with its version changed to that chain id.
func dogecoin(t testing.TB, id uint16) reply {
	t.Helper()
	r := decodeReply(t, readDogecoin(t, "gbt-regtest-h161.json"))
	r["version"] = json.Number(strconv.Itoa(int(id)<<16 | 4))
	return r
}

var dogePayout = slices.Concat([]byte{0x76, 0xa9, 0x14}, bytes.Repeat([]byte{0x11}, 20), []byte{0x88, 0xac})

// aux makes an aux block of the chain with that id, which is Dogecoin or like it.
func aux(t testing.TB, id uint16) *template.Aux {
	t.Helper()
	c := template.Dogecoin
	if id != c.ID {
		c = merged(id)
	}
	tmpl, err := c.Decode(dogecoin(t, id).json(t), received)
	if err != nil {
		t.Fatal(err)
	}
	a, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout, Tag: "/ltcsolo/"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func auxes(t testing.TB, ids ...uint16) []*template.Aux {
	t.Helper()
	var all []*template.Aux
	for _, id := range ids {
		all = append(all, aux(t, id))
	}
	return all
}

func TestAuxBlockIsTheOneTheNodeAccepted(t *testing.T) {
	want := unhex(t, strings.TrimSpace(string(readDogecoin(t, "block-regtest-h161.hex"))))
	p, rest, err := parseProof(want[template.HeaderSize:])
	if err != nil {
		t.Fatal(err)
	}
	a := aux(t, 98)
	if got := hex.EncodeToString(a.Header[:]); got != hex.EncodeToString(want[:template.HeaderSize]) {
		t.Errorf("Header = %s, want %x", got, want[:template.HeaderSize])
	}
	const hash = "966850db53fdf6f36a22f5e96c059ee8f72e6af27674e5b8b508fbba3107b617"
	if got := a.BlockHash.String(); got != hash {
		t.Errorf("BlockHash = %s, want %s", got, hash)
	}
	if got := p.verify(a.BlockHash, 98, a.Template.Target); got != "" {
		t.Errorf("verify() = %q of an accepted block", got)
	}
	job, err := template.NewJob("1", mustDecode(t, mixed(t).json(t)), miner, true, a)
	if err != nil {
		t.Fatal(err)
	}
	got, err := job.AuxBlock(0, template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: job.Template.Version})
	if err != nil {
		t.Fatal(err)
	}
	_, ours, err := parseProof(got[template.HeaderSize:])
	if err != nil || !bytes.Equal(ours, rest) || !bytes.Equal(got[:template.HeaderSize], want[:template.HeaderSize]) {
		t.Errorf("AuxBlock() = header %x, transactions %x, %v, want %x", got[:template.HeaderSize], ours, err, want)
	}
}

// solve returns a solution whose header meets the job's easiest target, and the header.
func solve(t testing.TB, job *template.Job) (template.Solution, template.Header) {
	t.Helper()
	s := template.Solution{Extranonce: []byte("\x01\x02\x03\x04\xf5\xf6\xf7\xf8"), Version: job.Template.Version, Time: job.Template.CurTime}
	easiest := job.EasiestTarget()
	for ; s.Nonce < 1000; s.Nonce++ {
		h, err := job.Header(s)
		if err != nil {
			t.Fatal(err)
		}
		if pow := powHash(h[:]); easiest.MetBy(&pow) {
			return s, h
		}
	}
	t.Fatal("no nonce meets regtest's target")
	return s, template.Header{}
}

// naiveCommitment makes a commitment by trial: the smallest tree and the least nonce for which no two chains have the
// same slot. Empty slots are zeros.
func naiveCommitment(aux []*template.Aux) []byte {
	for size := uint32(1); ; size *= 2 {
		for nonce := range uint32(50) {
			leaves := make([][32]byte, size)
			for _, a := range aux {
				leaves[slotOf(nonce, a.Template.Chain.ID, size)] = a.BlockHash
			}
			taken := 0
			for _, leaf := range leaves {
				if leaf != [32]byte{} {
					taken++
				}
			}
			if taken == len(aux) {
				root, err := hex.DecodeString(display(naiveRoot(leaves)))
				if err != nil {
					panic(err)
				}
				return slices.Concat([]byte{0xfa, 0xbe, 0x6d, 0x6d}, root,
					[]byte{byte(size), byte(size >> 8), byte(size >> 16), byte(size >> 24), byte(nonce), 0, 0, 0})
			}
		}
	}
}

// TestJobWithMergedChains solves jobs of one to eight merged chains and verifies all blocks.
func TestJobWithMergedChains(t *testing.T) {
	tests := []struct {
		ids  []uint16
		size uint32 // of the tree
	}{
		{[]uint16{98}, 1},
		{[]uint16{98, 63}, 2},
		{[]uint16{63, 98}, 2},
		{[]uint16{98, 100}, 4},
		{[]uint16{98, 63, 16}, 4},
		{[]uint16{98, 63, 16, 8211}, 8},
		{[]uint16{98, 63, 16, 17, 18}, 32},
		{[]uint16{98, 99, 100, 101, 102, 103}, 8},
		{[]uint16{98, 99, 100, 101, 102, 103, 104}, 8},
		{[]uint16{104, 99, 100, 101, 102, 103, 98, 105}, 8},
	}
	main := mustDecode(t, twoPegIns(t).json(t))
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.ids), func(t *testing.T) {
			all := auxes(t, tt.ids...)
			job, err := template.NewJob("1", main, miner, true, all...)
			if err != nil {
				t.Fatal(err)
			}
			commitment, err := template.Commitment(all)
			if err != nil || !bytes.Equal(commitment, naiveCommitment(all)) {
				t.Errorf("Commitment() = %x, %v, want %x", commitment, err, naiveCommitment(all))
			}
			if got := commitment[36]; uint32(got) != tt.size {
				t.Errorf("tree of %d leaves, want %d", got, tt.size)
			}
			s, header := solve(t, job)
			for i, a := range all {
				block, err := job.AuxBlock(i, s)
				if err != nil {
					t.Fatal(err)
				}
				if got := template.DoubleSHA256(block[:template.HeaderSize]); got != a.BlockHash {
					t.Errorf("block %d has hash %s, want %s", i, got, a.BlockHash)
				}
				p, rest, err := parseProof(block[template.HeaderSize:])
				if err != nil {
					t.Fatal(err)
				}
				if got := p.verify(a.BlockHash, tt.ids[i], a.Template.Target); got != "" {
					t.Errorf("block %d: %s", i, got)
				}
				if !bytes.Equal(p.parent, header[:]) || len(p.chainBranch) != bits.Len32(tt.size)-1 || rest[0] != 7 {
					t.Errorf("block %d: parent %x, chain branch of %d, %d transactions", i, p.parent, len(p.chainBranch), rest[0])
				}
			}
			checkMainBlock(t, job, s, commitment)
		})
	}
}

// checkMainBlock checks that the main block of a job has no problems, and that its scriptSig is height, commitment,
// extranonce and tag, each a push.
func checkMainBlock(t *testing.T, job *template.Job, s template.Solution, commitment []byte) {
	t.Helper()
	raw, err := job.Block(s)
	if err != nil {
		t.Fatal(err)
	}
	b, err := template.ParseBlock(raw)
	if err != nil || len(b.Problems) > 0 {
		t.Fatalf("ParseBlock() = %v, %v, want no problems", b, err)
	}
	pushes := pushesOf(t, b.ScriptSig)
	if len(pushes) != 4 || !bytes.Equal(pushes[1], commitment) || !bytes.Equal(pushes[2], s.Extranonce) || string(pushes[3]) != miner.Tag {
		t.Errorf("scriptSig %x has pushes %x", []byte(b.ScriptSig), pushes)
	}
}

// TestNoNonceAvoidsACollision: ids that agree in the lowest bits have the same slot whatever the nonce, so the nonce
// can always be 0.
func TestNoNonceAvoidsACollision(t *testing.T) {
	for _, pair := range [][2]uint16{{98, 63}, {98, 100}, {98, 98 + 16}, {98, 98 + 1<<15}, {1, 65535}} {
		for h := range 17 {
			size := uint32(1) << h
			want := uint32(pair[0])%size == uint32(pair[1])%size
			for nonce := range uint32(500) {
				if got := slotOf(nonce, pair[0], size) == slotOf(nonce, pair[1], size); got != want {
					t.Errorf("chains %v collide in %d leaves at nonce %d: %t, want %t", pair, size, nonce, got, want)
				}
			}
		}
	}
}

func TestMergedJobsScriptSigHoldsTheLongestTagAndNoMore(t *testing.T) {
	for _, height := range []int64{1, 17, 128, 32768, 2_900_000, 8_388_608} {
		tmpl := atHeight(t, height)
		for _, size := range []int{0, 4, 8, 12} {
			t.Run(fmt.Sprintf("height %d, extranonce %d", height, size), func(t *testing.T) {
				longest := template.MaxTag(int32(height), size, true)
				if height == 2_900_000 && size == 8 && longest != 41 { // 42 with the push's opcode
					t.Errorf("MaxTag() = %d on main, want 41", longest)
				}
				c := template.Coinbase{Script: payout, Tag: strings.Repeat("t", longest), ExtranonceSize: size}
				job, err := template.NewJob("1", tmpl, c, true, aux(t, 98))
				if err != nil {
					t.Fatal(err)
				}
				script := coinbaseOf(t, job, make([]byte, size)).TxIn[0].SignatureScript
				pushes := pushesOf(t, script)
				if len(script) != 100 || string(pushes[len(pushes)-1]) != c.Tag || !bytes.Equal(pushes[1], job.Coinbase.Commitment) &&
					height > 16 {
					t.Errorf("scriptSig of %d bytes: %x", len(script), script)
				}
				c.Tag += "t"
				want := fmt.Sprintf("the tag has %d bytes, at most %d fit", longest+1, longest)
				if _, err := template.NewJob("1", tmpl, c, true, aux(t, 98)); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("NewJob() with a tag of %d bytes = %v, want %q", len(c.Tag), err, want)
				}
			})
		}
	}
	if got := template.MaxTag(8_388_608, 75, true); got != 0 {
		t.Errorf("MaxTag() without room = %d, want 0", got)
	}
}

// TestCoinbaseAuxIsIgnored: BIP 22 lets a node name bytes for the scriptSig. Neither node needs them there, and they could
// take the room of the tag or bring a second magic.
func TestCoinbaseAuxIsIgnored(t *testing.T) {
	longest := strings.Repeat("t", template.MaxTag(447, miner.ExtranonceSize, true))
	jobWith := func(aux any) *template.Job {
		main, side := mixed(t), dogecoin(t, 98)
		main["coinbaseaux"], side["coinbaseaux"] = aux, aux
		tmpl, err := template.Dogecoin.Decode(side.json(t), received)
		if err != nil {
			t.Fatal(err)
		}
		a, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout, Tag: longest})
		if err != nil {
			t.Fatal(err)
		}
		job, err := template.NewJob("1", mustDecode(t, main.json(t)), template.Coinbase{Script: payout, Tag: longest, ExtranonceSize: miner.ExtranonceSize}, true, a)
		if err != nil {
			t.Fatal(err)
		}
		return job
	}
	want := jobWith(map[string]string{})
	for name, aux := range map[string]any{
		"flags": map[string]string{"flags": "062f503253482f"}, "long": map[string]string{"flags": strings.Repeat("ab", 200)},
		"magic": map[string]string{"a": "fabe6d6d", "b": "fabe6d6d"}, "null": nil, "text": "fabe6d6d", "number": 1,
	} {
		got := jobWith(aux)
		if !bytes.Equal(got.Coinb1, want.Coinb1) || !bytes.Equal(got.Coinb2, want.Coinb2) || got.Aux[0].BlockHash != want.Aux[0].BlockHash {
			t.Errorf("coinbaseaux %s changes the coinbase: %x %x, want %x %x", name, got.Coinb1, got.Coinb2, want.Coinb1, want.Coinb2)
		}
	}
}

func TestMagicStandsOnceInTheScriptSig(t *testing.T) {
	tmpl := mustDecode(t, mixed(t).json(t))
	c := template.Coinbase{Script: payout, Tag: "x\xfa\xbemmx", ExtranonceSize: 8}
	if _, err := template.NewJob("1", tmpl, c, true); err != nil {
		t.Errorf("NewJob() without merged chains = %v, want any tag allowed", err)
	}
	if _, err := template.NewJob("1", tmpl, c, true, aux(t, 98)); err == nil || !strings.Contains(err.Error(), "the tag holds fabe6d6d") {
		t.Errorf("NewJob() with the magic in the tag = %v, want it refused", err)
	}
	c.Tag = "x"
	job, err := template.NewJob("1", tmpl, c, true, aux(t, 98))
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Extranonce: []byte("12\xfa\xbemm34"), Version: tmpl.Version}
	if _, err := job.AuxBlock(0, s); err == nil || !strings.Contains(err.Error(), "extranonce 3132fabe6d6d3334 holds the commitment's magic") {
		t.Errorf("AuxBlock() with the magic in the extranonce = %v, want it refused", err)
	}
	if _, err := job.Block(s); err != nil {
		t.Errorf("Block() with the magic in the extranonce = %v, want no error for the main chain", err)
	}
}

func TestJobThatCannotBeMerged(t *testing.T) {
	tmpl := mustDecode(t, mixed(t).json(t))
	if _, err := template.NewJob("1", tmpl, miner, true, auxes(t, 98, 63, 98)...); err == nil || !strings.Contains(err.Error(), "two have the same chain id") {
		t.Errorf("NewJob() with two blocks of one chain = %v", err)
	}
	if _, err := template.Commitment(nil); err == nil {
		t.Error("Commitment() of nothing gave no error")
	}
	// Litecoin's versions have 0x2000 or more in their upper half.
	if _, err := template.NewJob("1", tmpl, miner, true, aux(t, 0x2000)); err == nil || !strings.Contains(err.Error(), "0x20000000 has the chain id of chain8192") {
		t.Errorf("NewJob() with a chain id like the main version = %v", err)
	}
	job, err := template.NewJob("1", tmpl, miner, true, auxes(t, 98, 0x2001)...)
	if err != nil {
		t.Fatal(err)
	}
	s := template.Solution{Extranonce: make([]byte, 8), Version: 0x20010000}
	if _, err := job.AuxBlock(1, s); err == nil || !strings.Contains(err.Error(), "has the chain id of chain8193") {
		t.Errorf("AuxBlock() of a version rolled to the chain id = %v", err)
	}
	if _, err := job.AuxBlock(0, s); err != nil {
		t.Errorf("AuxBlock() of the other chain = %v", err)
	}
	s.Extranonce = nil
	if _, err := job.AuxBlock(0, s); err == nil || !strings.Contains(err.Error(), "extranonce of 0 bytes") {
		t.Errorf("AuxBlock() without an extranonce = %v", err)
	}
}

func TestAuxThatCannotBeMade(t *testing.T) {
	doge := aux(t, 98).Template
	tests := []struct {
		name string
		tmpl *template.Template
		c    template.Coinbase
		want string
	}{
		{"main chain", mustDecode(t, mixed(t).json(t)), template.Coinbase{Script: payout}, "litecoin is not merge-mined"},
		{"extranonce", doge, template.Coinbase{Script: dogePayout, ExtranonceSize: 8}, "no extranonce"},
		{"commitment", doge, template.Coinbase{Script: dogePayout, Commitment: make([]byte, 44)}, "no commitment"},
		{"no script", doge, template.Coinbase{}, "anyone could spend"},
		{"tag too long", doge, template.Coinbase{Script: dogePayout, Tag: strings.Repeat("t", 96)}, "the tag has 96 bytes, at most 95 fit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := template.NewAux(tt.tmpl, tt.c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewAux() = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEasiestTarget(t *testing.T) {
	main := func(bits string) *template.Template {
		r := mixed(t)
		setBits(t, r, bits)
		return mustDecode(t, r.json(t))
	}
	side := func(id uint16, bits string) *template.Aux {
		r := dogecoin(t, id)
		setBits(t, r, bits)
		tmpl, err := merged(id).Decode(r.json(t), received)
		if err != nil {
			t.Fatal(err)
		}
		a, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, tt := range []struct {
		main  string
		sides []string
		want  uint32
	}{
		{"1a01aa3d", nil, 0x1a01aa3d},
		{"1a01aa3d", []string{"1a02aa3d"}, 0x1a02aa3d},
		{"1a02aa3d", []string{"1a01aa3d"}, 0x1a02aa3d},
		{"1a02aa3d", []string{"1a02aa3d"}, 0x1a02aa3d},
		{"1a02aa3d", []string{"1a01aa3d", "207fffff", "1e0fffff"}, 0x207fffff},
	} {
		var all []*template.Aux
		for i, bits := range tt.sides {
			all = append(all, side(uint16(100+i), bits))
		}
		job, err := template.NewJob("1", main(tt.main), miner, true, all...)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := template.TargetFromBits(tt.want)
		if got := job.EasiestTarget(); got != want {
			t.Errorf("EasiestTarget() of %s and %v = %s, want %s", tt.main, tt.sides, got, want)
		}
	}
}

func setBits(t testing.TB, r reply, digits string) {
	t.Helper()
	bits, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	target, err := template.TargetFromBits(uint32(bits))
	if err != nil {
		t.Fatal(err)
	}
	r["bits"], r["target"] = digits, target.String()
}
