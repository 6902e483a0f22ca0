//go:build unix

package textfile_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/textfile"
)

// TestReadDoesNotWait: what may never end is refused at once.
func TestReadDoesNotWait(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero", "/dev/ptmx"} {
		if got, err := textfile.Read(path, 10); err == nil || !strings.Contains(err.Error(), "a pipe or a device") && !strings.Contains(err.Error(), "no such file") {
			t.Errorf("Read(%s) = %q, %v, want a refusal", path, got, err)
		}
	}
}
