package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"ltcsolo/wallet"
)

// A state directory that cannot be written, or that cannot even be made, fails; nothing of the attempt stays.
func TestDoctorReadOnlyState(t *testing.T) {
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{filepath.Dir(dir): 0o755, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() == 0 { // who may write everywhere: this thread goes on as nobody
		const nobody = 65534
		runtime.LockOSThread()
		unix.SetfsuidRetUid(nobody)
		t.Cleanup(func() {
			unix.SetfsuidRetUid(0)
			runtime.UnlockOSThread()
		})
	}
	for _, state := range []string{dir, filepath.Join(dir, "not", "there")} {
		d := &doctor{network: wallet.Regtest, state: state}
		f := d.checkState(t.Context())
		if f.Result != fail || f.node || f.Remedy == "" {
			t.Errorf("checkState(%s) = %+v, want fail", state, f)
		}
	}
	if entries, err := os.ReadDir(dir); len(entries) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
