package template_test

import (
	"bytes"
	"encoding/hex"
	"runtime"
	"strings"
	"testing"

	"github.com/ltcsuite/ltcd/wire"

	"ltcsolo/template"
)

// FuzzDecode: nothing panics, and each accepted reply makes a block without problems.
func FuzzDecode(f *testing.F) {
	for _, tt := range golden {
		result := readReply(f, tt.name)
		f.Add(result)
		for n := len(result) / 5; n < len(result); n += len(result) / 5 {
			f.Add(result[:n])
		}
	}
	f.Add(twoPegIns(f).json(f))
	f.Add([]byte("null"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, result []byte) {
		tmpl, err := template.Litecoin.Decode(result, received)
		if err != nil {
			return
		}
		job, err := template.NewJob("1", tmpl, miner, true)
		if err != nil {
			t.Fatalf("NewJob() of an accepted template: %v", err)
		}
		checkBlockOf(t, job)
	})
}

// FuzzDecodeDogecoin: nothing panics, and each accepted reply makes an aux block with a valid proof.
func FuzzDecodeDogecoin(f *testing.F) {
	result := readDogecoin(f, "gbt-regtest-h161.json")
	f.Add(result)
	f.Add(result[:len(result)/2])
	f.Add([]byte("{}"))
	main := mustDecode(f, mixed(f).json(f))
	f.Fuzz(func(t *testing.T, result []byte) {
		tmpl, err := template.Dogecoin.Decode(result, received)
		if err != nil {
			return
		}
		a, err := template.NewAux(tmpl, template.Coinbase{Script: dogePayout})
		if err != nil {
			t.Fatalf("NewAux() of an accepted template: %v", err)
		}
		job, err := template.NewJob("1", main, miner, true, a)
		if err != nil {
			t.Fatalf("NewJob() with the block of an accepted template: %v", err)
		}
		s := template.Solution{Extranonce: make([]byte, miner.ExtranonceSize), Version: main.Version}
		block, err := job.AuxBlock(0, s)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := parseProof(block[template.HeaderSize:])
		if err != nil {
			t.Fatal(err)
		}
		var any template.Target
		for i := range any {
			any[i] = 0xff
		}
		if why := p.verify(a.BlockHash, 98, any); why != "" {
			t.Errorf("the proof of an accepted template's block: %s", why)
		}
	})
}

// FuzzTransaction puts a transaction that ltcd's wire reads into a reply, with the ids that wire gives it: Decode
// finds the same ids, and if it accepts the reply, the block has no problems.
func FuzzTransaction(f *testing.F) {
	for _, r := range []reply{mixed(f), activation(f), twoPegIns(f)} {
		for i := range r.transactions() {
			f.Add(unhex(f, r.transaction(i)["data"].(string)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var msg wire.MsgTx
		b := bytes.NewReader(data)
		if err := msg.Deserialize(b); err != nil || b.Len() > 0 {
			return
		}
		r := decodeReply(t, readReply(t, "regtest-h2"))
		r.insert(0, map[string]any{
			"data": hex.EncodeToString(data), "txid": msg.TxHash().String(), "hash": msg.WitnessHash().String(), "depends": []any{},
		})
		r.recommit(t)
		tmpl, err := template.Litecoin.Decode(r.json(t), received)
		if err == nil {
			job, err := template.NewJob("1", tmpl, miner, true)
			if err != nil {
				t.Fatal(err)
			}
			checkBlockOf(t, job)
		} else if strings.Contains(err.Error(), "does not match its data") {
			t.Errorf("Decode() of %x: %v", data, err)
		}
	})
}

func checkBlockOf(t *testing.T, job *template.Job) {
	t.Helper()
	tmpl := job.Template
	s := template.Solution{
		Extranonce: make([]byte, miner.ExtranonceSize), Version: tmpl.Version, Time: tmpl.TimeAt(received),
	}
	raw, err := job.Block(s)
	if err != nil {
		t.Fatalf("Block() of an accepted template: %v", err)
	}
	b, err := template.ParseBlock(raw)
	if err != nil {
		t.Fatalf("ParseBlock() of an accepted template's block: %v", err)
	}
	if len(b.Problems) > 0 || b.Height != tmpl.Height || b.MWEB != tmpl.MWEBActive || b.Transactions != 1+len(tmpl.Transactions) {
		t.Errorf("ParseBlock() = %+v of template %+v", b, tmpl)
	}
}

// FuzzParseBlock: nothing panics, and a block without problems has one once its last byte is cut off.
func FuzzParseBlock(f *testing.F) {
	for _, tt := range golden {
		raw := readBlock(f, tt.name)
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
	}
	f.Add(partsOf(f, twoPegIns(f)).block())
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := template.ParseBlock(raw)
		if err != nil {
			return
		}
		if b.Transactions < 1 || b.Bytes != len(raw) || b.Weight < 4*template.HeaderSize {
			t.Errorf("ParseBlock() = %+v", b)
		}
		_ = b.ScriptSig.Text()
		if len(b.Problems) > 0 {
			return
		}
		if b, err := template.ParseBlock(raw[:len(raw)-1]); err == nil && len(b.Problems) == 0 {
			t.Errorf("the block has no problem without its last byte either")
		}
	})
}

// TestForgedCountsAllocateNothing puts huge counts at each byte of a block.
func TestForgedCountsAllocateNothing(t *testing.T) {
	p := partsOf(t, twoPegIns(t))
	raw := p.block()
	end := len(raw) - len(p.tail) + 200 // the extension block's first count comes after its header
	forged := [][]byte{{0xfc}, {0xfd, 0xff, 0xff}, {0xfe, 0xff, 0xff, 0xff, 0x7f}, bytes.Repeat([]byte{0xff}, 9)}
	const most = 16 // bytes allocated per byte of the block
	var before, after runtime.MemStats
	for at := template.HeaderSize; at < end; at++ {
		for _, count := range forged {
			block := append(append(raw[:at:at], count...), raw[at+1:]...)
			runtime.ReadMemStats(&before)
			_, _ = template.ParseBlock(block)
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > most*uint64(len(block)) {
				t.Fatalf("%x at %d of a block of %d bytes allocated %d", count, at, len(block), got)
			}
		}
	}
}
