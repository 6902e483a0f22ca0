package template_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/wire"
	"golang.org/x/crypto/scrypt"

	"ltcsolo/template"
)

// proof is a parsed AuxPoW. Hashes are in internal byte order.
type proof struct {
	txid, scriptSig []byte
	branch          [][32]byte
	index           int32
	chainBranch     [][32]byte
	chainIndex      int32
	parent          []byte
}

// parseProof reads the AuxPoW at the start of data (auxpow.h, CAuxPow and CMerkleTx) and returns what follows it.
func parseProof(data []byte) (p proof, rest []byte, err error) {
	r := bytes.NewReader(data)
	var coinbase wire.MsgTx
	if err := coinbase.Deserialize(r); err != nil {
		return p, nil, err
	}
	txid := coinbase.TxHash()
	p.txid, p.scriptSig = txid[:], coinbase.TxIn[0].SignatureScript
	read := func(into any) {
		if err == nil {
			err = binary.Read(r, binary.LittleEndian, into)
		}
	}
	branch := func() [][32]byte {
		var n uint8 // below 253 in all tests
		read(&n)
		hashes := make([][32]byte, n)
		read(hashes)
		return hashes
	}
	read(make([]byte, 32)) // the parent's hash, which is not checked
	p.branch = branch()
	read(&p.index)
	p.chainBranch = branch()
	read(&p.chainIndex)
	p.parent = make([]byte, 80)
	read(p.parent)
	rest, _ = io.ReadAll(r)
	return p, rest, err
}

// fold returns the root of a leaf and its branch (CBlock::CheckMerkleBranch).
func fold(leaf []byte, branch [][32]byte, index int32) [32]byte {
	root := [32]byte(leaf)
	for _, h := range branch {
		if index&1 == 1 {
			root = sha256d(h[:], root[:])
		} else {
			root = sha256d(root[:], h[:])
		}
		index >>= 1
	}
	return root
}

// verify checks the proof of the block with that hash by the rules of main and regtest, in their order (auxpow.cpp,
// CAuxPow::check; dogecoin.cpp, CheckAuxPowProofOfWork). It shares no code with the package. It returns dogecoind's log
// line for the first broken rule, or nothing.
func (p *proof) verify(hash [32]byte, id uint16, target template.Target) string {
	magic := []byte{0xfa, 0xbe, 0x6d, 0x6d}
	if p.index != 0 {
		return "AuxPow is not a generate"
	}
	if uint16(binary.LittleEndian.Uint32(p.parent)>>16) == id {
		return "Aux POW parent has our chain ID"
	}
	if len(p.chainBranch) > 30 {
		return "Aux POW chain merkle branch too long"
	}
	root := fold(hash[:], p.chainBranch, p.chainIndex)
	if p.chainIndex == -1 {
		root = [32]byte{}
	}
	slices.Reverse(root[:])
	if fold(p.txid, p.branch, p.index) != [32]byte(p.parent[36:68]) {
		return "Aux POW merkle root incorrect"
	}
	at := bytes.Index(p.scriptSig, root[:])
	if at < 0 {
		return "Aux POW missing chain merkle root in parent coinbase"
	}
	if head := bytes.Index(p.scriptSig, magic); head >= 0 {
		if bytes.Contains(p.scriptSig[head+1:], magic) {
			return "Multiple merged mining headers in coinbase"
		}
		if head+len(magic) != at {
			return "Merged mining header is not just before chain merkle root"
		}
	} else if at > 20 {
		return "Aux POW chain merkle root must start in the first 20 bytes of the parent coinbase"
	}
	after := p.scriptSig[at+len(root):]
	if len(after) < 8 {
		return "Aux POW missing chain merkle tree size and nonce in parent coinbase"
	}
	size, nonce := binary.LittleEndian.Uint32(after), binary.LittleEndian.Uint32(after[4:])
	if size != 1<<len(p.chainBranch) {
		return "Aux POW merkle branch size does not match parent coinbase"
	}
	if uint32(p.chainIndex) != slotOf(nonce, id, size) {
		return "Aux POW wrong index"
	}
	pow := powHash(p.parent)
	if !target.MetBy(&pow) {
		return "CheckAuxPowProofOfWork : AUX proof of work failed"
	}
	return ""
}

// slotOf returns the slot of a chain (CAuxPow::getExpectedIndex).
func slotOf(nonce uint32, id uint16, size uint32) uint32 {
	return ((nonce*1103515245+12345+uint32(id))*1103515245 + 12345) % size
}

func powHash(header []byte) template.Hash {
	key, err := scrypt.Key(header, header, 1024, 1, 1, 32)
	if err != nil {
		panic(err)
	}
	return template.Hash(key)
}

// readDogecoin reads a file of testdata/dogecoin, whose README.md says where it comes from.
func readDogecoin(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "dogecoin", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// littleEndian parses a target as createauxblock gives it.
func littleEndian(t testing.TB, digits string) template.Target {
	t.Helper()
	return template.Target(unhex(t, digits))
}

// proofCase is a proof and what a dogecoind said of it.
type proofCase struct {
	Case, AuxPoW, Hash, Target string
	Result                     json.RawMessage
	Log                        []string
}

// proofCases returns the cases of rules.json that have a proof.
func proofCases(t testing.TB) []proofCase {
	t.Helper()
	var rules struct{ Cases []proofCase }
	if err := json.Unmarshal(readDogecoin(t, "rules.json"), &rules); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(rules.Cases, func(c proofCase) bool { return c.AuxPoW == "" })
}

// TestVerifierAgreesWithDogecoind checks the tests' own verifier against a node's answers to good and bad proofs.
func TestVerifierAgreesWithDogecoind(t *testing.T) {
	tried := 0
	for _, tt := range proofCases(t) {
		tried++
		t.Run(tt.Case, func(t *testing.T) {
			p, rest, err := parseProof(unhex(t, tt.AuxPoW))
			if err != nil || len(rest) > 0 {
				t.Fatalf("parseProof() left %d bytes, %v", len(rest), err)
			}
			want := ""
			if string(tt.Result) != "true" {
				want = tt.Log[0]
			}
			if got := p.verify(internal(t, tt.Hash), 98, littleEndian(t, tt.Target)); got != want {
				t.Errorf("verify() = %q, dogecoind said %q", got, want)
			}
		})
	}
	if tried < 40 {
		t.Errorf("%d proofs in rules.json", tried)
	}
}

// TestTreeOfTwoIsTheOneTheNodeAccepted verifies accepted proofs of two chains. The other chain's leaf is made up.
func TestTreeOfTwoIsTheOneTheNodeAccepted(t *testing.T) {
	for _, name := range []string{"accepted-size2.json", "accepted-size4.json"} {
		t.Run(name, func(t *testing.T) {
			var accepted struct {
				CreateAuxBlock struct{ Hash, Target string }
				AuxPoW         struct {
					Hex  string
					Root string `json:"chain_merkle_root"`
					Size int    `json:"chain_tree_size"`
				}
			}
			if err := json.Unmarshal(readDogecoin(t, name), &accepted); err != nil {
				t.Fatal(err)
			}
			p, _, err := parseProof(unhex(t, accepted.AuxPoW.Hex))
			if err != nil {
				t.Fatal(err)
			}
			hash := internal(t, accepted.CreateAuxBlock.Hash)
			if got := p.verify(hash, 98, littleEndian(t, accepted.CreateAuxBlock.Target)); got != "" {
				t.Errorf("verify() = %q of an accepted proof", got)
			}
			root := fold(hash[:], p.chainBranch, p.chainIndex)
			if got := display(root); got != accepted.AuxPoW.Root || 1<<len(p.chainBranch) != accepted.AuxPoW.Size {
				t.Errorf("root %s of %d levels, want %s of %d leaves", got, len(p.chainBranch), accepted.AuxPoW.Root, accepted.AuxPoW.Size)
			}
		})
	}
}

// TestOneHeaderWinsBothChains checks a header that solved a Litecoin and a Dogecoin block. The fixture's coinbase is not
// ours: its commitment is not a push.
func TestOneHeaderWinsBothChains(t *testing.T) {
	var both struct {
		GetBlockTemplate json.RawMessage
		CreateAuxBlock   struct{ Hash, Target string }
		Header, AuxPoW   string
		CoinbaseBranch   []string `json:"coinbase_branch"`
		LitecoinHash     string   `json:"litecoin_hash"`
		PoWHash          string   `json:"pow_hash"`
	}
	if err := json.Unmarshal(readDogecoin(t, "merged-both.json"), &both); err != nil {
		t.Fatal(err)
	}
	p, rest, err := parseProof(unhex(t, both.AuxPoW))
	if err != nil || len(rest) > 0 {
		t.Fatalf("parseProof() left %d bytes, %v", len(rest), err)
	}
	if got := p.verify(internal(t, both.CreateAuxBlock.Hash), 98, littleEndian(t, both.CreateAuxBlock.Target)); got != "" {
		t.Errorf("verify() = %q of an accepted proof", got)
	}
	ours, rest, err := template.ParseProof(unhex(t, both.AuxPoW))
	if err != nil || len(rest) > 0 {
		t.Fatalf("ParseProof() left %d bytes, %v", len(rest), err)
	}
	if problems := ours.Check(internal(t, both.CreateAuxBlock.Hash), 98); len(problems) > 0 {
		t.Errorf("Check() = %q of an accepted proof", problems)
	}
	header, pow := template.Header(unhex(t, both.Header)), powHash(p.parent)
	job := makeJob(t, both.GetBlockTemplate)
	var branch []string
	for _, h := range job.Branch {
		branch = append(branch, hex.EncodeToString(h[:]))
	}
	if got, want := strings.Join(branch, " "), strings.Join(both.CoinbaseBranch, " "); got != want {
		t.Errorf("Branch = %s, want %s", got, want)
	}
	if header.BlockHash().String() != both.LitecoinHash || pow.String() != both.PoWHash || !job.Template.Target.MetBy(&pow) ||
		!bytes.Equal(p.parent, header[:]) || header.Bits() != job.Template.Bits || header.PreviousBlock() != job.Template.PreviousBlock {
		t.Errorf("header %x of block %s with PoW hash %s", header, header.BlockHash(), pow)
	}
}
