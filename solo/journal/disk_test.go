package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/disk"
	"ltcsolo/template"
)

// steps of a write, in order, at which the disk fails or the machine dies.
var steps = []string{"create", "write", "sync", "close", "rename", "sync directory"}

// faulty is a disk that fails at one step. If the machine crashes there, nothing is cleaned up.
func faulty(at string, with error) *disk.Writer {
	fail := func(step string) error {
		if step == at {
			return with
		}
		return nil
	}
	return disk.On(disk.System{
		Create: func(dir, pattern string) (disk.File, error) {
			if err := fail("create"); err != nil {
				return nil, err
			}
			f, err := os.CreateTemp(dir, pattern)
			return &faultyFile{f, fail}, err
		},
		Rename: func(from, to string) error {
			if err := fail("rename"); err != nil {
				return err
			}
			return os.Rename(from, to)
		},
		SyncDir: func(dir string) error {
			if err := fail("sync directory"); err != nil {
				return err
			}
			return disk.Local().SyncDir(dir)
		},
	})
}

type faultyFile struct {
	*os.File
	fail func(step string) error
}

func (f *faultyFile) Write(b []byte) (int, error) {
	if err := f.fail("write"); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

func (f *faultyFile) Sync() error {
	if err := f.fail("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultyFile) Close() error {
	if err := f.fail("close"); err != nil {
		f.File.Close()
		return err
	}
	return f.File.Close()
}

func candidate(n byte) *delivery.Candidate {
	block := bytes.Repeat([]byte{n}, 300)
	return &delivery.Candidate{
		BlockHash: template.DoubleSHA256(block[:template.HeaderSize]), Height: int32(n), Block: block,
		Found: time.Unix(1_790_000_000+int64(n), 0).UTC(),
	}
}

// After a failed sync of the directory the file exists, but its name may not be durable: the next attempt succeeds only with
// a sync of the directory.
func TestAppendAfterAFailedDirectorySync(t *testing.T) {
	j, err := Open(t.TempDir(), Labels{Network: "regtest"})
	if err != nil {
		t.Fatal(err)
	}
	c := candidate(1)
	j.disk = faulty("sync directory", syscall.EIO)
	for range 2 {
		if err := j.Append(c); !errors.Is(err, syscall.EIO) {
			t.Errorf("Append = %v, want %v", err, syscall.EIO)
		}
	}
	j.disk = disk.Local()
	if err := j.Append(c); err != nil {
		t.Errorf("Append = %v", err)
	}
}

// A full disk is reported at the start, and pending blocks can still be read.
func TestOpenOnAFullDisk(t *testing.T) {
	for _, step := range []string{"write", "sync", "close"} {
		dir := t.TempDir()
		j, err := Open(dir, Labels{Network: "regtest"})
		if err != nil || len(j.Damaged()) != 0 {
			t.Fatalf("Open = %v, damaged %v", err, j.Damaged())
		}
		if err := j.Append(candidate(1)); err != nil {
			t.Fatal(err)
		}
		j, err = OpenOn(faulty(step, syscall.ENOSPC), dir, Labels{Network: "regtest"})
		if err != nil {
			t.Fatalf("%s: open = %v", step, err)
		}
		if d := j.Damaged(); len(d) != 1 || !errors.Is(d[0], syscall.ENOSPC) {
			t.Errorf("%s: damaged %v, want %v", step, d, syscall.ENOSPC)
		}
		if pending, err := j.Pending(); err != nil || len(pending) != 1 {
			t.Errorf("%s: %d pending, %v, want 1", step, len(pending), err)
		}
	}
	if _, err := OpenOn(faulty("create", syscall.EROFS), t.TempDir(), Labels{Network: "regtest"}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("open on a read-only disk = %v, want %v", err, syscall.EROFS)
	}
}

func TestH15FullDisk(t *testing.T) {
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			j, err := Open(dir, Labels{Network: "regtest"})
			if err != nil {
				t.Fatal(err)
			}
			first, second := candidate(1), candidate(2)
			if err := j.Append(first); err != nil {
				t.Fatal(err)
			}
			j.disk = faulty(step, syscall.ENOSPC)
			if err := j.Append(second); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), second.BlockHash.String()) {
				t.Errorf("Append = %v, want %v and the block", err, syscall.ENOSPC)
			}
			if err := j.Settle(first.BlockHash, "node", delivery.Verdict{Outcome: delivery.Accepted}, time.Now()); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Settle = %v, want %v", err, syscall.ENOSPC)
			}
			if temps, _ := filepath.Glob(filepath.Join(dir, ".*")); len(temps) != 0 {
				t.Errorf("left over: %v", temps)
			}
			j.disk = disk.Local()
			if err := j.Append(second); err != nil {
				t.Errorf("Append with room again: %v", err)
			}
		})
	}
}

// TestH21CrashAtEveryStep leaves the files that a crash within a write leaves, and starts again.
func TestH21CrashAtEveryStep(t *testing.T) {
	c := candidate(7)
	r := record{chain: template.Litecoin, network: "regtest", candidate: *c}
	text := r.encode()
	settled := r
	settled.verdicts = []delivery.NodeVerdict{{Node: "node", Verdict: delivery.Verdict{Outcome: delivery.Accepted}, At: time.Now()}}
	const temp = disk.TempMark + "123"
	tests := []struct {
		name        string
		final, temp []byte // contents; nil: no file
		pending     int
		damaged     int
		aside       bool // the temporary file's bytes are kept under another name
	}{
		{"before the write", nil, []byte{}, 0, 1, true},
		{"within the write", nil, text[:len(text)/2], 0, 1, true},
		{"before the rename", nil, text, 1, 0, false},
		{"after the rename", text, nil, 1, 0, false},
		{"within the write of a verdict", text, settled.encode()[:200], 1, 0, false},
		{"before the rename of a verdict", text, settled.encode(), 1, 0, false},
		{"after the rename of a verdict", settled.encode(), nil, 0, 0, false},
		{"beside a torn file", text[:100], text, 1, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tempPath := filepath.Join(dir, "."+r.name()+temp)
			for path, content := range map[string][]byte{filepath.Join(dir, r.name()): tt.final, tempPath: tt.temp} {
				if content == nil {
					continue
				}
				if err := os.WriteFile(path, content, fileMode); err != nil {
					t.Fatal(err)
				}
			}
			for start := range 2 { // the second start finds what the first did
				j, err := Open(dir, Labels{Network: "regtest"})
				if err != nil {
					t.Fatal(err)
				}
				p, err := j.Pending()
				if err != nil || len(p) != tt.pending {
					t.Errorf("Pending() = %v, %v, want %d", p, err, tt.pending)
				}
				if d := j.Damaged(); len(d) != tt.damaged*(1-start) {
					t.Errorf("start %d: Damaged() = %v, want %d, at the first only", start+1, d, tt.damaged)
				}
				if _, err := os.Lstat(tempPath); err == nil {
					t.Error("the temporary file is still there")
				}
				kept, err := os.ReadFile(filepath.Join(dir, r.name()+aside))
				if tt.aside && !bytes.Equal(kept, tt.temp) || !tt.aside && err == nil && !bytes.Equal(kept, tt.final) {
					t.Errorf("set aside: %q, %v", kept, err)
				}
			}
		})
	}
}

func TestOthersAreKept(t *testing.T) {
	r := record{chain: template.Litecoin, network: "main", candidate: *candidate(3), others: []string{"pool: none", "x: y: z"}}
	got, err := decode(r.encode())
	if err != nil || strings.Join(got.others, ",") != strings.Join(r.others, ",") {
		t.Errorf("decode(encode).others = %q, %v, want %q", got.others, err, r.others)
	}
}
