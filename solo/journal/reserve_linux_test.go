package journal

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ltcsolo/solo/disk"
)

// A disk that fills up during the run still takes found blocks: the journal has set room aside.
func TestBlocksFindRoomOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
	j, err := Open(filepath.Join(dir, "blocks"), Labels{Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Reserve(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 256))
	}
	f.Close()
	for n := range 3 {
		c := candidate(byte(n))
		if err := j.Append(c); err != nil {
			t.Fatalf("block %d: %v", n, err)
		}
		if got, err := j.Load(c.BlockHash); err != nil || got.BlockHash != c.BlockHash {
			t.Errorf("Load = %v", err)
		}
	}
}

// A block is written elsewhere, and reads back from there.
func TestSaveElsewhere(t *testing.T) {
	dir := t.TempDir()
	c := candidate(10)
	for range 2 { // the second time the name is taken
		path, err := Save(disk.Local(), dir, c, Labels{Network: "regtest"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read(filepath.Dir(path), Labels{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Load(c.BlockHash); err != nil || string(got.Block) != string(c.Block) {
			t.Errorf("Load from %s = %v", path, err)
		}
	}
}
