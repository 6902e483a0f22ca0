package journal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/template"
)

var dogecoin = journal.Labels{
	Chain: template.Dogecoin, Network: "regtest", AddressOf: func([]byte) string { return "mexample" }, RefusedForNow: labels.RefusedForNow,
}

// dogecoinBlock returns a block that a dogecoind accepted, with its proof of work.
func dogecoinBlock(t *testing.T) *delivery.Candidate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "template", "testdata", "dogecoin", "block-regtest-h161.hex"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return &delivery.Candidate{
		BlockHash: template.DoubleSHA256(raw[:template.HeaderSize]), PoWHash: template.Hash{1}, Height: 161, Value: 25_002_400_000_000,
		Script: []byte{0x51}, Found: found, Worker: "rig", JobID: "1a", Block: raw,
	}
}

// TestBlockOfAnotherChain keeps a Dogecoin block: its file says which program takes it, and no other chain's journal does.
func TestBlockOfAnotherChain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "merged", "dogecoin", "blocks")
	j, err := journal.Open(dir, dogecoin)
	if err != nil {
		t.Fatal(err)
	}
	c := dogecoinBlock(t)
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	if err := j.Settle(c.BlockHash, "http://127.0.0.1:18332", delivery.Verdict{Outcome: delivery.Inconclusive}, settled); err != nil {
		t.Fatal(err)
	}
	path := onlyFile(t, dir)
	golden := filepath.Join("testdata", "block-dogecoin-regtest-h161.block")
	if *update {
		if err := os.WriteFile(golden, read(t, path), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := read(t, path), read(t, golden); !bytes.Equal(got, want) {
		t.Errorf("the file is\n%.1000s\nwant\n%.1000s", got, want)
	}
	again, err := journal.Open(dir, dogecoin)
	if err != nil {
		t.Fatal(err)
	}
	if blocks, err := again.Blocks(); err != nil || len(blocks) != 1 || blocks[0].Value != c.Value || blocks[0].Address != "mexample" {
		t.Errorf("Blocks() after the next start = %+v, %v", blocks, err)
	}
	if got, err := again.Load(c.BlockHash); err != nil || !bytes.Equal(got.Block, c.Block) {
		t.Errorf("Load() after the next start = %v", err)
	}
	litecoin := open(t, dir)
	if blocks, err := litecoin.Blocks(); err != nil || len(blocks) != 0 {
		t.Errorf("Blocks() of Litecoin's journal = %+v, %v", blocks, err)
	}
	if d := litecoin.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "its block is of the chain dogecoin") {
		t.Errorf("Damaged() = %v", d)
	}
	onlyFile(t, dir) // it is still there
}

// TestBlockOfAnUnknownChain leaves what a later version has written as it is.
func TestBlockOfAnUnknownChain(t *testing.T) {
	dir := t.TempDir()
	text := read(t, filepath.Join("testdata", "block-dogecoin-regtest-h161.block"))
	text = bytes.Replace(text, []byte("chain: dogecoin"), []byte("chain: tomorrowcoin"), 1)
	at := bytes.LastIndex(text, []byte("\ncheck: ")) + 1
	sum := sha256.Sum256(text[:at])
	hex.Encode(text[at+len("check: "):], sum[:])
	path := filepath.Join(dir, "161-"+dogecoinBlock(t).BlockHash.String()+".block")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(dir, dogecoin)
	if err != nil {
		t.Fatal(err)
	}
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "another version of ltcsolo") {
		t.Errorf("Damaged() = %v", d)
	}
	if !bytes.Equal(read(t, path), text) {
		t.Error("the file was changed")
	}
}

// TestDamagedFileOfAnotherChain finds the block in a file whose lines have changed: its proof of work vouches for it.
func TestDamagedFileOfAnotherChain(t *testing.T) {
	dir := t.TempDir()
	c := dogecoinBlock(t)
	text := read(t, filepath.Join("testdata", "block-dogecoin-regtest-h161.block"))
	text = bytes.Replace(text, []byte("worker: rig"), []byte("worker: big"), 1)
	if err := os.WriteFile(filepath.Join(dir, "161-"+c.BlockHash.String()+".block"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(dir, dogecoin)
	if err != nil {
		t.Fatal(err)
	}
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "the block in it is whole and will be sent") {
		t.Errorf("Damaged() = %v", d)
	}
	p := pending(t, j)
	if len(p) != 1 || p[0].BlockHash != c.BlockHash || !bytes.Equal(p[0].Block, c.Block) || p[0].Height != 161 || p[0].Value != c.Value {
		t.Errorf("pending: %+v", p)
	}
}
