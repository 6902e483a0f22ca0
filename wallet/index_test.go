package wallet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/wallet"
)

func parse(t *testing.T, text string) *wallet.Descriptor {
	t.Helper()
	d, err := wallet.ParseDescriptor(text, wallet.Main)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t *testing.T, dir string, d *wallet.Descriptor) *wallet.Index {
	t.Helper()
	x, err := wallet.OpenIndex(dir, d)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func at(t *testing.T, d *wallet.Descriptor, index uint32) wallet.Address {
	t.Helper()
	a, err := d.Address(index)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// want checks the index now and after a restart.
func want(t *testing.T, dir string, d *wallet.Descriptor, x *wallet.Index, next uint32) {
	t.Helper()
	for _, x := range []*wallet.Index{x, open(t, dir, d)} {
		if got := x.Next(); got != next || x.Address().Text != at(t, d, next).Text {
			t.Errorf("next is %d and pays %s, want %d", got, x.Address().Text, next)
		}
	}
}

func indexFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "descriptor-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("index files: %v, %v", files, err)
	}
	return files[0]
}

func TestIndexGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	d := parse(t, zpub84)
	x := open(t, dir, d)
	want(t, dir, d, x, 0)
	for _, step := range []struct{ used, next uint32 }{
		{0, 1},
		{0, 1}, // two blocks at once
		{1, 2},
		{5, 6},               // paid by a run that lost its index
		{6 + 21, 6},          // too far ahead: not ours
		{6 + 20, 6 + 20 + 1}, // the last that is recognized
		{3, 27},              // a late block of an old job
	} {
		if err := x.Used(at(t, d, step.used).Script, "00ff"); err != nil {
			t.Fatal(err)
		}
		want(t, dir, d, x, step.next)
	}
	// The same wallet, written differently.
	other := parse(t, "wpkh([73c5da0a/84h/2h/0h]"+as("xpub", zpub84)+"/0/*)")
	want(t, dir, other, open(t, dir, other), 27)
	// Another wallet starts with its first address; the first wallet's index stays.
	change := parse(t, "wpkh("+zpub84+"/1/*)")
	if got := open(t, dir, change).Next(); got != 0 {
		t.Errorf("another descriptor begins at %d, want 0", got)
	}
	want(t, dir, d, x, 27)
}

func TestIndexMayBeRaisedByHand(t *testing.T) {
	dir, d := t.TempDir(), parse(t, zpub84)
	open(t, dir, d)
	path := indexFile(t, dir)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "next: 0", "next: 12", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, dir, d, open(t, dir, d), 12)
}

// A file that cannot be used is not replaced: addresses would be paid twice.
func TestDamagedIndexIsRefusedAndKept(t *testing.T) {
	dir, d := t.TempDir(), parse(t, zpub84)
	open(t, dir, d)
	path := indexFile(t, dir)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) string { return strings.Replace(string(whole), old, new, 1) }
	for _, text := range []string{
		"", "next: 3\n", string(whole[:len(whole)/2]), change("next: 0", "next: "), change("next: 0", "next: -1"),
		change("next: 0", "next: 2147483648"), change("next: 0", "next: 0\nnext: 1"), change("first address: l", "first address: x"),
		change("\nnext", "\n\x00"), string(whole) + strings.Repeat("#", 5000),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := wallet.OpenIndex(dir, d)
		refusal, ok := err.(*wallet.Error)
		if !ok || !strings.Contains(refusal.Reason, path) || refusal.Remedy == "" {
			t.Errorf("OpenIndex() with %q = %v, %v, want a refusal that names the file", text, x, err)
		}
		if now, _ := os.ReadFile(path); string(now) != text {
			t.Errorf("the file was changed from %q to %q", text, now)
		}
	}
}

// If the index cannot be written, the address stays the same: an index is not used before it is durable.
func TestIndexStaysWhereTheDiskHasIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	d := parse(t, zpub84)
	x := open(t, dir, d)
	if err := os.Rename(dir, dir+".gone"); err != nil {
		t.Fatal(err)
	}
	if err := x.Used(at(t, d, 0).Script, "00ff"); err == nil {
		t.Error("Used() without a directory has no error")
	}
	if got := x.Next(); got != 0 {
		t.Errorf("next is %d, want 0", got)
	}
	if err := os.Rename(dir+".gone", dir); err != nil {
		t.Fatal(err)
	}
	if err := x.Used(at(t, d, 0).Script, "00ff"); err != nil {
		t.Fatal(err)
	}
	want(t, dir, d, x, 1)
}

// What stores the index may be another function than this package's own, and what that leaves in a crash is removed.
func TestIndexStoredBy(t *testing.T) {
	dir, d := t.TempDir(), parse(t, zpub84)
	open(t, dir, d)
	path := indexFile(t, dir)
	left := filepath.Join(dir, "."+filepath.Base(path)+".writing-123")
	others := filepath.Join(dir, ".descriptor-00.writing-123")
	for _, f := range []string{left, others} {
		if err := os.WriteFile(f, []byte("next: 7"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	x := open(t, dir, d)
	if _, err := os.Stat(left); err == nil {
		t.Errorf("%s is still there", left)
	}
	if _, err := os.Stat(others); err != nil {
		t.Error(err)
	}
	full := errors.New("full")
	x.StoreBy(func(string, []byte) error { return full })
	if err := x.Used(at(t, d, 0).Script, "00ff"); !errors.Is(err, full) || x.Next() != 0 {
		t.Errorf("Used = %v, next %d, want %v and 0", err, x.Next(), full)
	}
	x.StoreBy(func(at string, content []byte) error {
		if at != path {
			t.Errorf("stored at %s, want %s", at, path)
		}
		return os.WriteFile(at, content, 0o600)
	})
	if err := x.Used(at(t, d, 0).Script, "00ff"); err != nil {
		t.Fatal(err)
	}
	want(t, dir, d, x, 1)
}
