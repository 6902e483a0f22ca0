//go:build unix

package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A log goes on in the file that was open if it cannot be opened again.
func TestReopenFails(t *testing.T) {
	both(t, func(t *testing.T, w *Writer) {
		dir := filepath.Join(t.TempDir(), "logs")
		path := filepath.Join(dir, "log")
		if err := w.MakeDir(dir); err != nil {
			t.Fatal(err)
		}
		if err := w.Append(path, []byte("1\n")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(dir, dir+".old"); err != nil {
			t.Fatal(err)
		}
		if err := w.Reopen(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Reopen = %v, want %v", err, fs.ErrNotExist)
		}
		if err := w.Append(path, []byte("2\n")); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir+".old", "log")); string(got) != "1\n2\n" {
			t.Errorf("the log is %q, %v", got, err)
		}
	})
}
