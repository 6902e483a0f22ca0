package settings

import (
	"path/filepath"
	"testing"

	"ltcsolo/wallet"
)

func TestStateDir(t *testing.T) {
	abs := t.TempDir()
	for _, tt := range []struct{ name, xdg, home, want string }{
		{"by XDG", abs, "/home/u", filepath.Join(abs, "ltcsolo", "main")},
		{"by home", "", "/home/u", "/home/u/.local/state/ltcsolo/main"},
		{"relative is ignored", "state", "/home/u", "/home/u/.local/state/ltcsolo/main"},
		{"no home", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("XDG_STATE_HOME", tt.xdg)
			t.Setenv("HOME", tt.home)
			got, err := StateDir(wallet.Main)
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("StateDir = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
