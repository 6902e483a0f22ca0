package template_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ltcsuite/ltcd/chaincfg/chainhash"
	"github.com/ltcsuite/ltcd/wire"

	"ltcsolo/template"
)

// TestAnotherImplementationReadsTheSame parses the accepted blocks with ltcd's wire, which reads HogEx and extension
// block, but cannot write them.
func TestAnotherImplementationReadsTheSame(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.name, func(t *testing.T) {
			job, s, raw := goldenJob(t, tt.name, tt.tag)
			var msg wire.MsgBlock
			if err := msg.Deserialize(bytes.NewReader(raw)); err != nil {
				t.Fatal(err)
			}
			header, err := job.Header(s)
			if err != nil {
				t.Fatal(err)
			}
			h := msg.Header
			if header.Version() != h.Version || header.PreviousBlock() != template.Hash(h.PrevBlock) ||
				header.MerkleRoot() != template.Hash(h.MerkleRoot) || int64(header.Time()) != h.Timestamp.Unix() ||
				header.Bits() != h.Bits || header.Nonce() != h.Nonce {
				t.Errorf("Header() = %x, want %+v", header, h)
			}
			if got, want := header.BlockHash(), template.Hash(h.BlockHash()); got != want {
				t.Errorf("BlockHash() = %s, want %s", got, want)
			}
			tmpl := job.Template
			if got, want := len(msg.Transactions), 1+len(tmpl.Transactions); got != want {
				t.Fatalf("%d transactions, want %d", got, want)
			}
			if got, want := job.CoinbaseTxID(nil), template.Hash(msg.Transactions[0].TxHash()); got != want {
				t.Errorf("CoinbaseTxID() = %s, want %s", got, want)
			}
			for i, x := range tmpl.Transactions {
				other := msg.Transactions[1+i]
				if x.TxID != template.Hash(other.TxHash()) {
					t.Errorf("transaction %d: txid %s, want %s", i+1, x.TxID, other.TxHash())
				}
				if other.IsHogEx != (tmpl.MWEBActive && i == len(tmpl.Transactions)-1) {
					t.Errorf("transaction %d of %d is the HogEx: %t", i+1, len(tmpl.Transactions), other.IsHogEx)
				}
			}
		})
	}
}

func TestCoinbaseTxIDWithExtranonce(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.name, func(t *testing.T) {
			job := makeJob(t, readReply(t, tt.name))
			extranonce := []byte("\x00\xff345678")
			msg := coinbaseOf(t, job, extranonce)
			if got, want := job.CoinbaseTxID(extranonce), template.Hash(msg.TxHash()); got != want {
				t.Errorf("CoinbaseTxID() = %s, want %s", got, want)
			}
			in := msg.TxIn[0]
			if len(msg.TxIn) != 1 || in.PreviousOutPoint != (wire.OutPoint{Hash: chainhash.Hash{}, Index: 0xffffffff}) ||
				in.Sequence != 0xffffffff || msg.LockTime != 0 || !bytes.Contains(in.SignatureScript, extranonce) {
				t.Errorf("coinbase input = %+v", in)
			}
			if len(in.Witness) != 1 || !bytes.Equal(in.Witness[0], make([]byte, 32)) {
				t.Errorf("witness = %x, want one item of 32 zero bytes", in.Witness)
			}
			if len(msg.TxOut) != 2 || msg.TxOut[0].Value != job.Template.CoinbaseValue || !bytes.Equal(msg.TxOut[0].PkScript, payout) ||
				msg.TxOut[1].Value != 0 || !bytes.Equal(msg.TxOut[1].PkScript, job.Template.WitnessCommitment) {
				t.Errorf("outputs = %+v, %+v", msg.TxOut[0], msg.TxOut[1])
			}
		})
	}
}

// TestManifestAgrees compares the fixtures with what was recorded when litecoind accepted them.
func TestManifestAgrees(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Fixtures []struct {
			Template   string `json:"template"`
			Block      string `json:"block"`
			Height     int32  `json:"height"`
			BlockHash  string `json:"block_hash"`
			PowHash    string `json:"pow_hash"`
			InTemplate int    `json:"transactions_in_template"`
			Bytes      int    `json:"block_bytes"`
		} `json:"fixtures"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Fixtures) != len(golden) {
		t.Fatalf("%d fixtures, want %d", len(manifest.Fixtures), len(golden))
	}
	for i, f := range manifest.Fixtures {
		t.Run(f.Block, func(t *testing.T) {
			raw := readBlock(t, golden[i].name)
			b, err := template.ParseBlock(raw)
			if err != nil {
				t.Fatal(err)
			}
			mweb := f.Height >= 432
			if b.Height != f.Height || b.Transactions != 1+f.InTemplate || b.Bytes != f.Bytes || b.MWEB != mweb ||
				b.HogEx != mweb || !b.MerkleRootOK || !b.WitnessCommitmentOK || b.Header.BlockHash().String() != f.BlockHash {
				t.Errorf("ParseBlock() = %+v, want %+v", b, f)
			}
			var msg wire.MsgBlock
			if err := msg.Deserialize(bytes.NewReader(raw)); err != nil {
				t.Fatal(err)
			}
			// wire drops the HogEx's flag and the extension block, which GetBlockWeight does not count either.
			if got, want := b.Weight, 3*msg.SerializeSizeStripped()+msg.SerializeSize(); got != want {
				t.Errorf("Weight = %d, want %d", got, want)
			}
			pow := template.Hash(msg.Header.PowHash())
			if got := pow.String(); got != f.PowHash {
				t.Errorf("PoW hash = %s, want %s", got, f.PowHash)
			}
			if !b.Target.MetBy(&pow) {
				t.Errorf("PoW hash %s does not meet the target %s", pow, b.Target)
			}
			if got := hex.EncodeToString(b.Outputs[0].Script); got == "" {
				t.Error("the coinbase pays nobody")
			}
		})
	}
}
