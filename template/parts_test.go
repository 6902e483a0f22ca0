package template_test

import (
	"bytes"
	"slices"
	"testing"

	"ltcsolo/template"
)

// parts is a serialized block in parts, for tests to change.
type parts struct {
	header       []byte
	transactions [][]byte // coinbase first
	tail         []byte
}

// partsOf returns the block of r: a job's coinbase, the reply's transactions, and 01 with the extension block.
func partsOf(t testing.TB, r reply) *parts {
	t.Helper()
	job := makeJob(t, r.json(t))
	extranonce := make([]byte, miner.ExtranonceSize)
	header, err := job.Header(template.Solution{Extranonce: extranonce, Version: job.Template.Version})
	if err != nil {
		t.Fatal(err)
	}
	p := &parts{header: header[:], transactions: [][]byte{job.FullCoinbase(extranonce)}}
	for i := range r.transactions() {
		p.transactions = append(p.transactions, unhex(t, r.transaction(i)["data"].(string)))
	}
	if mweb, ok := r["mweb"].(string); ok {
		p.tail = append([]byte{1}, unhex(t, mweb)...)
	}
	return p
}

func (p *parts) block() []byte {
	b := slices.Clone(p.header)
	b = append(b, byte(len(p.transactions)))
	for _, x := range p.transactions {
		b = append(b, x...)
	}
	return append(b, p.tail...)
}

// sign corrects the header's merkle root and, if the coinbase has one, the witness commitment, so that only a deeper
// mistake remains.
func (p *parts) sign() {
	reserved := make([]byte, 32)
	wtxids := [][32]byte{{}}
	for _, x := range p.transactions[1:] {
		_, wtxid := ids(x)
		wtxids = append(wtxids, wtxid)
	}
	root := naiveRoot(wtxids)
	commitment := sha256d(root[:], reserved)
	cb := p.transactions[0]
	if at := bytes.Index(cb, []byte{0xaa, 0x21, 0xa9, 0xed}); at >= 0 {
		cb = slices.Clone(cb)
		copy(cb[at+4:], commitment[:])
		p.transactions[0] = cb
	}
	var txids [][32]byte
	for _, x := range p.transactions {
		txid, _ := ids(x)
		txids = append(txids, txid)
	}
	root = naiveRoot(txids)
	copy(p.header[36:], root[:])
}

// ids hashes a transaction whose counts and script lengths are all below 253.
func ids(x []byte) (txid, wtxid [32]byte) {
	at, flag := 4, byte(0)
	if x[4] == 0 {
		at, flag = 6, x[5]
	}
	end := at + 1
	for range x[at] {
		end += 36 + 1 + int(x[end+36]) + 4
	}
	outputs := x[end]
	end++
	for range outputs {
		end += 8 + 1 + int(x[end+8])
	}
	lock := x[len(x)-4:]
	txid = sha256d(x[:4], x[at:end], lock)
	if flag == 1 {
		return txid, sha256d(x)
	}
	return txid, txid
}

func (p *parts) last() int { return len(p.transactions) - 1 }

// bareCoinbase has one output, no commitment and no witness.
func bareCoinbase(scriptSig []byte, script []byte) []byte {
	return slices.Concat([]byte{1, 0, 0, 0, 1}, make([]byte, 32), []byte{255, 255, 255, 255, byte(len(scriptSig))}, scriptSig,
		[]byte{255, 255, 255, 255, 1}, make([]byte, 8), []byte{byte(len(script))}, script, lock0)
}
