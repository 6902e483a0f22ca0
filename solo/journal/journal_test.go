package journal_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	labels = journal.Labels{
		Network:   "regtest",
		AddressOf: func([]byte) string { return "rltc1qexample" },
		RefusedForNow: func(reason string) bool {
			return reason == "time-too-new" || reason == "prev-blk-not-found"
		},
	}
	found   = time.Date(2026, 11, 23, 12, 0, 0, 250_000_000, time.UTC)
	settled = found.Add(time.Second)
)

// realBlock returns a block that a litecoind accepted.
func realBlock(t testing.TB, name string) *delivery.Candidate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "template", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := template.ParseBlock(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &delivery.Candidate{
		BlockHash: b.Header.BlockHash(), PoWHash: scrypt.Sum((*[80]byte)(&b.Header)), Height: b.Height,
		Value: b.Outputs[0].Value, Script: b.Outputs[0].Script, Found: found, Worker: "cpu/1", JobID: "1a", Block: raw,
	}
}

// unlike returns a copy of c with another block hash.
func unlike(c *delivery.Candidate, n int) *delivery.Candidate {
	d := *c
	d.Block = bytes.Clone(c.Block)
	d.Block[template.HeaderSize-1] ^= byte(n)
	d.Block[template.HeaderSize-2] ^= byte(n >> 8)
	d.BlockHash = template.DoubleSHA256(d.Block[:template.HeaderSize])
	d.Found = c.Found.Add(time.Duration(n) * time.Second)
	return &d
}

func open(t testing.TB, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, labels)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func pending(t testing.TB, j *journal.Journal) []*delivery.Candidate {
	t.Helper()
	p, err := j.Pending()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func onlyFile(t testing.TB, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.block"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files = %v (%v), want one", files, err)
	}
	return files[0]
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAppendIsReadBackByTheNextStart(t *testing.T) {
	for _, worker := range []string{"cpu/1", "", " two words ", "a\nb: c", `"quoted"`, "\x00\xff", "block: 00"} {
		t.Run(fmt.Sprintf("%q", worker), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state", "blocks")
			c := realBlock(t, "block-regtest-h447-mixed.hex")
			c.Worker = worker
			if err := open(t, dir).Append(c); err != nil {
				t.Fatal(err)
			}
			again := open(t, dir)
			if d := again.Damaged(); d != nil {
				t.Errorf("Damaged() = %v", d)
			}
			if got := pending(t, again); len(got) != 1 || !reflect.DeepEqual(got[0], c) {
				t.Errorf("Pending() = %+v, want %+v", got, c)
			}
		})
	}
}

func TestFileForm(t *testing.T) {
	dir := t.TempDir()
	j, c := open(t, dir), realBlock(t, "block-regtest-h2.hex")
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	for _, v := range []delivery.Verdict{{Outcome: delivery.Duplicate}, {Outcome: delivery.Accepted}} {
		if err := j.Settle(c.BlockHash, "http://127.0.0.1:19443", v, settled); err != nil {
			t.Fatal(err)
		}
	}
	for i, st := range []delivery.Standing{
		{State: delivery.StateUnsettled, ReplacedBy: template.Hash{1}},
		{State: delivery.StateOrphaned, ReplacedBy: template.Hash{1}},
		{State: delivery.StateImmature},
		{State: delivery.StateMature, Settled: true},
	} {
		st.At = settled.Add(time.Duration(i+1) * time.Minute)
		if err := j.Mark(c.BlockHash, st); err != nil {
			t.Fatal(err)
		}
	}
	path := onlyFile(t, dir)
	if want := fmt.Sprintf("2-%s.block", c.BlockHash); filepath.Base(path) != want {
		t.Errorf("name = %s, want %s", filepath.Base(path), want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v (%v), want 0600", info.Mode(), err)
	}
	golden := filepath.Join("testdata", "block-regtest-h2.block")
	if *update {
		if err := os.WriteFile(golden, read(t, path), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := read(t, path), read(t, golden); !bytes.Equal(got, want) {
		t.Errorf("file:\n%s\nwant:\n%s", got, want)
	}
}

func TestAppendTwiceChangesNothing(t *testing.T) {
	dir := t.TempDir()
	j, c := open(t, dir), realBlock(t, "block-regtest-h2.hex")
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	if err := j.Settle(c.BlockHash, "node", delivery.Verdict{Outcome: delivery.Accepted}, settled); err != nil {
		t.Fatal(err)
	}
	before := read(t, onlyFile(t, dir))
	later := *c
	later.Found = later.Found.Add(time.Hour)
	if err := j.Append(&later); err != nil {
		t.Fatal(err)
	}
	if after := read(t, onlyFile(t, dir)); !bytes.Equal(before, after) {
		t.Errorf("file after the second Append:\n%s\nwant:\n%s", after, before)
	}
}

func TestPendingUntilANodeSaysForGood(t *testing.T) {
	rejected := func(reason string) delivery.Verdict {
		return delivery.Verdict{Outcome: delivery.Rejected, Reason: reason}
	}
	refusedForNow := func(reason string) delivery.Verdict {
		return delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: reason}
	}
	tests := []struct {
		name     string
		verdicts []delivery.Verdict
		want     bool
	}{
		{"no answer", nil, true},
		{"unsettled", []delivery.Verdict{{}}, true},
		{"duplicate", []delivery.Verdict{{Outcome: delivery.Duplicate}}, true},
		{"too new", []delivery.Verdict{refusedForNow("time-too-new")}, true},
		{"parent unknown", []delivery.Verdict{refusedForNow("prev-blk-not-found")}, true},
		{"accepted", []delivery.Verdict{{Outcome: delivery.Accepted}}, false},
		{"inconclusive", []delivery.Verdict{{Outcome: delivery.Inconclusive}}, false},
		{"rejected", []delivery.Verdict{rejected("bad-cb-amount")}, false},
		{"too new, then accepted", []delivery.Verdict{refusedForNow("time-too-new"), {Outcome: delivery.Accepted}}, false},
		{"accepted, and unknown elsewhere", []delivery.Verdict{{Outcome: delivery.Accepted}, refusedForNow("prev-blk-not-found")}, false},
		{"reason of two lines", []delivery.Verdict{rejected("bad\nverdict: x")}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			j, c := open(t, dir), realBlock(t, "block-regtest-h2.hex")
			if err := j.Append(c); err != nil {
				t.Fatal(err)
			}
			for i, v := range tt.verdicts {
				if err := j.Settle(c.BlockHash, fmt.Sprintf("node %d", i), v, settled); err != nil {
					t.Fatal(err)
				}
			}
			again := open(t, dir)
			if got := len(pending(t, again)) == 1; got != tt.want || again.Damaged() != nil {
				t.Errorf("pending = %v, want %v; damaged = %v", got, tt.want, again.Damaged())
			}
		})
	}
}

// A block that one node refused is still pending for a node that has not answered. A block that any node has accepted is
// not pending.
func TestPendingOfSeveralNodes(t *testing.T) {
	type answers map[string]delivery.Outcome
	tests := []struct {
		name    string
		answers answers
		nodes   []string
		want    bool
	}{
		{"none answered", nil, []string{"a", "b"}, true},
		{"one rejected", answers{"a": delivery.Rejected}, []string{"a", "b"}, true},
		{"one has it beside its chain", answers{"a": delivery.Inconclusive}, []string{"a", "b"}, true},
		{"both rejected", answers{"a": delivery.Rejected, "b": delivery.Rejected}, []string{"a", "b"}, false},
		{"one accepted", answers{"a": delivery.Rejected, "b": delivery.Accepted}, []string{"a", "b", "c"}, false},
		{"another rejected", answers{"a": delivery.Rejected}, []string{"b"}, true},
		{"any", answers{"a": delivery.Rejected}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j, c := open(t, t.TempDir()), realBlock(t, "block-regtest-h2.hex")
			if err := j.Append(c); err != nil {
				t.Fatal(err)
			}
			for node, o := range tt.answers {
				v := delivery.Verdict{Outcome: o}
				if o == delivery.Rejected {
					v.Reason = "bad-cb-amount"
				}
				if err := j.Settle(c.BlockHash, node, v, settled); err != nil {
					t.Fatal(err)
				}
			}
			p, err := j.Pending(tt.nodes...)
			if err != nil || (len(p) == 1) != tt.want {
				t.Errorf("Pending(%q) = %d blocks, %v, want one: %v", tt.nodes, len(p), err, tt.want)
			}
		})
	}
}

func TestPendingOldestFirst(t *testing.T) {
	j, c := open(t, t.TempDir()), realBlock(t, "block-regtest-h2.hex")
	var want []template.Hash
	for _, n := range []int{5, 1, 9, 3} {
		if err := j.Append(unlike(c, n)); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int{1, 3, 5, 9} {
		want = append(want, unlike(c, n).BlockHash)
	}
	var got []template.Hash
	for _, p := range pending(t, j) {
		got = append(got, p.BlockHash)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Pending() = %v, want %v", got, want)
	}
}

func TestOtherNetworksBlockIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Append(realBlock(t, "block-regtest-h2.hex")); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(dir, journal.Labels{Network: "main"})
	if err != nil {
		t.Fatal(err)
	}
	if p := pending(t, j); len(p) != 0 {
		t.Errorf("Pending() = %v, want none", p)
	}
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "network regtest") {
		t.Errorf("Damaged() = %v, want the network", d)
	}
}

func TestSettleUnknownBlock(t *testing.T) {
	err := open(t, t.TempDir()).Settle(template.Hash{1}, "node", delivery.Verdict{Outcome: delivery.Accepted}, settled)
	if err == nil || !strings.Contains(err.Error(), "not in the journal") {
		t.Errorf("Settle of an unknown block = %v", err)
	}
}

func TestDirectoryWithPatternCharacters(t *testing.T) {
	j, c := open(t, filepath.Join(t.TempDir(), "a[b-c]?*[x")), realBlock(t, "block-regtest-h2.hex")
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	if err := j.Settle(c.BlockHash, "node", delivery.Verdict{Outcome: delivery.Accepted}, settled); err != nil {
		t.Fatal(err)
	}
}

func TestConcurrentUse(t *testing.T) {
	j, c := open(t, t.TempDir()), realBlock(t, "block-regtest-h2.hex")
	const blocks = 12
	var wg sync.WaitGroup
	for i := range blocks {
		one := unlike(c, i+1)
		for range 2 {
			wg.Go(func() {
				if err := j.Append(one); err != nil {
					t.Error(err)
				}
				if err := j.Settle(one.BlockHash, "node", delivery.Verdict{Outcome: delivery.Duplicate}, settled); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if _, err := j.Pending(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := len(pending(t, j)); got != blocks {
		t.Errorf("%d pending, want %d", got, blocks)
	}
}

func TestDiskThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blocks")
	j, c := open(t, dir), realBlock(t, "block-regtest-h2.hex")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(c); err == nil || !strings.Contains(err.Error(), c.BlockHash.String()) {
		t.Errorf("Append without a directory = %v, want an error that names the block", err)
	}
	if _, err := journal.Open(dir, labels); err == nil {
		t.Error("Open of a file succeeded")
	}
	if _, err := j.Pending(); err == nil {
		t.Error("Pending without a directory succeeded")
	}
}

func TestDirectoryThatWasRemovedIsMadeAnew(t *testing.T) {
	state := t.TempDir()
	dir := filepath.Join(state, "main", "blocks")
	j := open(t, dir)
	if err := os.RemoveAll(filepath.Dir(dir)); err != nil {
		t.Fatal(err)
	}
	c := realBlock(t, "block-regtest-h2.hex")
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	if got := pending(t, open(t, dir)); len(got) != 1 || got[0].BlockHash != c.BlockHash {
		t.Errorf("Pending() = %+v, want the block", got)
	}
}
