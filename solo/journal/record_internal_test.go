package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzDecode needs no disk, which makes it thousands of times faster than FuzzRecord. A record that was read must survive
// writing and reading, and a salvaged block must be one that can be written.
func FuzzDecode(f *testing.F) {
	whole, err := os.ReadFile(filepath.Join("testdata", "block-regtest-h2.block"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add(bytes.Replace(whole, []byte("height"), []byte("depth"), 1))
	f.Add(bytes.Replace(whole, []byte(magic+" 1"), []byte(magic+" 2"), 1))
	f.Add([]byte("ltcsolo block 1\n\ncheck: \nblock: 00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decode(text)
		if err != nil {
			if r, err = salvage(text, err); err != nil {
				return
			}
		}
		again, err := decode(r.encode())
		if err != nil {
			t.Fatalf("a record that was read cannot be written and read again: %v", err)
		}
		if !bytes.Equal(again.encode(), r.encode()) || !bytes.Equal(again.candidate.Block, r.candidate.Block) {
			t.Errorf("the record changed when it was written and read:\n%s\n%s", r.encode(), again.encode())
		}
	})
}
