package discover_test

import (
	"ltcsolo/solo/node/discover"
	"ltcsolo/template"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody takes from root the permission to read everything, on this thread and until the test ends.
func asNobody(t *testing.T) {
	t.Helper()
	const nobody = 65534
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread()
	unix.SetfsuidRetUid(nobody)
	t.Cleanup(func() {
		unix.SetfsuidRetUid(0)
		runtime.UnlockOSThread()
	})
}

func TestUnreadableFiles(t *testing.T) {
	home := tree(t, map[string]string{".cookie": "__cookie__:" + secret, "litecoin.conf": "rpcpassword=" + secret})
	for path, mode := range map[string]os.FileMode{
		filepath.Dir(home): 0o755, filepath.Join(home, ".cookie"): 0, filepath.Join(home, "litecoin.conf"): 0,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	asNobody(t)
	_, _, err := discover.Cookie(template.Litecoin, filepath.Join(home, ".cookie"))()
	if e := asError(t, err); !strings.Contains(e.Remedy, "as the user who runs litecoind") {
		t.Errorf("remedy %q", e.Remedy)
	}
	_, err = discover.Find(discover.Options{DataDir: home})
	asConfigError(t, err)
	_, err = discover.Find(discover.Options{DataDir: home, Network: "main", URLs: []string{"http://h"}, Password: "pw"})
	if err != nil {
		t.Errorf("Find when nothing needs litecoin.conf: %v", err)
	}
}
