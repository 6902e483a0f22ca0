package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that somebody reads is replaced, where Windows refuses that as soon as it is closed.
func TestWriteOverAnOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	w := Local()
	if err := w.Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { reader.Close() })
	if err := w.Write(path, []byte("new")); err != nil {
		t.Errorf("Write = %v", err)
	}
	if text, err := os.ReadFile(path); string(text) != "new" {
		t.Errorf("the file is %q, %v", text, err)
	}
}
