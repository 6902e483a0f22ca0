package journal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/journal"
)

// appended makes a journal with one block on which a node has given no final answer.
func appended(t testing.TB) (dir, path string, c *delivery.Candidate) {
	t.Helper()
	dir = t.TempDir()
	j := open(t, dir)
	c = realBlock(t, "block-regtest-h2.hex")
	if err := j.Append(c); err != nil {
		t.Fatal(err)
	}
	if err := j.Settle(c.BlockHash, "http://127.0.0.1:19443", delivery.Verdict{Outcome: delivery.Duplicate}, settled); err != nil {
		t.Fatal(err)
	}
	return dir, onlyFile(t, dir), c
}

// checkDamaged opens a journal whose only file was changed. The block must be as before, or at least whole and the damage
// reported, or else the damage must be reported. The file must stay, perhaps under another name.
func checkDamaged(t *testing.T, dir, path string, text []byte, c *delivery.Candidate) {
	t.Helper()
	os.Remove(path + ".damaged")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	got := pending(t, j)
	switch {
	case len(got) == 1 && reflect.DeepEqual(got[0], c):
	case len(j.Damaged()) != 1:
		t.Fatalf("%d pending and Damaged() = %v for:\n%s", len(got), j.Damaged(), text)
	case len(got) == 1 && !bytes.Equal(got[0].Block, c.Block):
		t.Fatalf("a changed block is pending for:\n%s", text)
	}
	for _, err := range j.Damaged() {
		if !strings.Contains(err.Error(), path) {
			t.Fatalf("Damaged() = %q, want it to name %s", err, path)
		}
	}
	if _, err := os.Lstat(path); err != nil {
		path += ".damaged"
	}
	if after := read(t, path); !bytes.Equal(after, text) {
		t.Fatalf("the damaged file was changed:\n%s", after)
	}
}

func TestFileCutAnywhere(t *testing.T) {
	dir, path, c := appended(t)
	whole := read(t, path)
	for n := range whole {
		checkDamaged(t, dir, path, whole[:n], c)
	}
}

func TestFileWithAnyByteChanged(t *testing.T) {
	dir, path, c := appended(t)
	whole := read(t, path)
	bits := []byte{0x01, 0x20, 0x80}
	for i := range whole {
		text := bytes.Clone(whole)
		text[i] ^= bits[i%len(bits)]
		checkDamaged(t, dir, path, text, c)
	}
}

func TestBlockOfADamagedFileIsStillSent(t *testing.T) {
	dir, path, c := appended(t)
	text := bytes.Replace(read(t, path), []byte("worker: cpu/1"), []byte("worker: cpu/7"), 1)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "will be sent") {
		t.Errorf("Damaged() = %v, want one that says that the block will be sent", d)
	}
	got := pending(t, j)
	if len(got) != 1 || !bytes.Equal(got[0].Block, c.Block) || got[0].BlockHash != c.BlockHash ||
		got[0].Value != c.Value || !bytes.Equal(got[0].Script, c.Script) || got[0].Height != c.Height {
		t.Fatalf("Pending() = %+v, want the block", got)
	}
	if err := j.Settle(c.BlockHash, "node", delivery.Verdict{Outcome: delivery.Accepted}, settled); err != nil {
		t.Fatal(err)
	}
	if kept := read(t, path+".damaged"); !bytes.Equal(kept, text) {
		t.Errorf("the damaged file was not kept, but:\n%s", kept)
	}
	again := open(t, dir)
	if again.Damaged() != nil || len(pending(t, again)) != 0 {
		t.Errorf("after the verdict: damaged %v, pending %v, want none", again.Damaged(), pending(t, again))
	}
}

func TestAppendOverADamagedFile(t *testing.T) {
	dir, path, c := appended(t)
	torn := read(t, path)[:40]
	if err := os.WriteFile(path, torn, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Append(c); err != nil {
		t.Fatal(err)
	}
	if got := pending(t, open(t, dir)); len(got) != 1 || !reflect.DeepEqual(got[0], c) {
		t.Errorf("Pending() = %+v, want the block", got)
	}
	if kept := read(t, path+".damaged"); !bytes.Equal(kept, torn) {
		t.Errorf("the damaged file was not kept, but:\n%s", kept)
	}
}

func TestLaterVersionIsNotTouched(t *testing.T) {
	dir, path, c := appended(t)
	text := bytes.Replace(read(t, path), []byte("ltcsolo block 1"), []byte("ltcsolo block 2"), 1)
	checkDamaged(t, dir, path, text, c)
	if got := pending(t, open(t, dir)); len(got) != 0 {
		t.Errorf("Pending() = %+v, want none", got)
	}
}

func TestForeignFilesAreIgnored(t *testing.T) {
	dir, path, c := appended(t)
	for _, name := range []string{"README", ".hidden", "x.block.damaged", ".x.writing-1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "d.block"), 0o700); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	if got := pending(t, j); len(got) != 1 || got[0].BlockHash != c.BlockHash {
		t.Errorf("Pending() = %+v, want the block of %s", got, path)
	}
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), "d.block") {
		t.Errorf("Damaged() = %v, want only d.block", d)
	}
}

func TestMisnamedFile(t *testing.T) {
	dir, path, _ := appended(t)
	wrong := filepath.Join(dir, "2-00.block")
	if err := os.Rename(path, wrong); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir)
	if d := j.Damaged(); len(d) != 1 || !strings.Contains(d[0].Error(), filepath.Base(path)) {
		t.Errorf("Damaged() = %v, want the right name", d)
	}
}

func FuzzRecord(f *testing.F) {
	dir, path, c := appended(f)
	whole := read(f, path)
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("ltcsolo block 1\n\ncheck: \nblock: 00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(dir, labels)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pending(t, j) {
			if p.BlockHash == c.BlockHash && !bytes.Equal(p.Block[:80], c.Block[:80]) {
				t.Errorf("block %s is pending with other bytes", p.BlockHash)
			}
		}
	})
}
