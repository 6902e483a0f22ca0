package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"ltcsolo/solo/journal"
)

func TestH15ReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	for path, mode := range map[string]os.FileMode{filepath.Dir(dir): 0o755, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() == 0 { // root may write everywhere: this thread becomes nobody
		const nobody = 65534
		runtime.LockOSThread()
		unix.SetfsuidRetUid(nobody)
		t.Cleanup(func() {
			unix.SetfsuidRetUid(0)
			runtime.UnlockOSThread()
		})
	}
	if err := j.Append(realBlock(t, "block-regtest-h2.hex")); !errors.Is(err, os.ErrPermission) {
		t.Errorf("Append = %v, want %v", err, os.ErrPermission)
	}
	if _, err := journal.Open(dir, labels); !errors.Is(err, os.ErrPermission) {
		t.Errorf("Open = %v, want %v", err, os.ErrPermission)
	}
}
