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

// FuzzDecode: nothing panics, and whatever is accepted becomes a block that shows no problem.
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

// FuzzTransaction puts a transaction that ltcd's wire reads into a reply, with the ids that wire gives it: Decode
// finds the same ids, and the block of what it accepts shows no problem.
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
		} else if strings.Contains(err.Error(), "not that of its data") {
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

// FuzzParseBlock: nothing panics, and cutting a byte from a block that shows no problem makes one.
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
		_ = b.Text()
		if len(b.Problems) > 0 {
			return
		}
		if b, err := template.ParseBlock(raw[:len(raw)-1]); err == nil && len(b.Problems) == 0 {
			t.Errorf("the block has no problem without its last byte either")
		}
	})
}

// TestLiesAboutCountsCostNoMemory puts the largest counts that there are on each place of a block.
func TestLiesAboutCountsCostNoMemory(t *testing.T) {
	p := partsOf(t, twoPegIns(t))
	raw := p.block()
	end := len(raw) - len(p.tail) + 200 // the extension block's first count lies behind its header
	lies := [][]byte{{0xfc}, {0xfd, 0xff, 0xff}, {0xfe, 0xff, 0xff, 0xff, 0x7f}, bytes.Repeat([]byte{0xff}, 9)}
	const most = 16 // bytes allocated for each of the block
	var before, after runtime.MemStats
	for at := template.HeaderSize; at < end; at++ {
		for _, lie := range lies {
			liar := append(append(raw[:at:at], lie...), raw[at+1:]...)
			runtime.ReadMemStats(&before)
			_, _ = template.ParseBlock(liar)
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > most*uint64(len(liar)) {
				t.Fatalf("%x at %d of a block of %d bytes allocated %d", lie, at, len(liar), got)
			}
		}
	}
}
