//go:build unix

package run

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
)

// A directory in which somebody else can put files is refused, whatever else its mode says.
func TestH36StateOfSomebodyElse(t *testing.T) {
	for _, tt := range []struct {
		mode    os.FileMode
		uid     int // -1: this user
		gid     int
		refusal string
	}{
		{0o700, -1, -1, ""},
		{0o755, -1, -1, ""},
		{0o775, -1, -1, ""},
		{0o777, -1, -1, "can be written by other users"},
		{0o777 | os.ModeSticky, -1, -1, "can be written by other users"},
		{0o702, -1, -1, "can be written by other users"},
		{0o770, -1, 65533, "can be written by other users"},
		{0o750, -1, 65533, ""},
		{0o700, 65533, -1, "belongs to another user"},
		{0o755, 65533, 65533, "belongs to another user"},
	} {
		if (tt.uid >= 0 || tt.gid >= 0) && os.Geteuid() != 0 {
			continue // only root gives directories away
		}
		dir := filepath.Join(t.TempDir(), "it's mine")
		if err := MakeState(dir); err != nil {
			t.Fatalf("MakeState: %v", err)
		}
		if err := os.Chown(dir, tt.uid, tt.gid); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, tt.mode); err != nil {
			t.Fatal(err)
		}
		err := MakeState(dir)
		if (err != nil) != (tt.refusal != "") || err != nil && (!strings.Contains(err.Error(), tt.refusal) || !strings.Contains(err.Error(), dir)) {
			t.Errorf("MakeState of %v, uid %d, gid %d = %v, want %q", tt.mode, tt.uid, tt.gid, err, tt.refusal)
		}
	}
}

// Who has the directory made for him, as a container's user has, is told the command with his number, which no name tells.
func TestStateOfRootIsGivenAway(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives directories away")
	}
	dir := filepath.Join(t.TempDir(), "it's mine")
	if err := MakeState(dir); err != nil {
		t.Fatalf("MakeState: %v", err)
	}
	if err := os.Chown(dir, 65533, 65533); err != nil {
		t.Fatal(err)
	}
	var refusal *terminal.Error
	if err := MakeState(dir); !errors.As(err, &refusal) {
		t.Fatalf("MakeState of another user's directory = %v", err)
	}
	_, command, _ := strings.Cut(refusal.Remedy, "as root: ")
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	if err := MakeState(dir); err != nil {
		t.Errorf("after %s: %v", command, err)
	}
}

// TestLinksInTheStateAreNotFollowed: what a run writes goes to files of its own.
func TestLinksInTheStateAreNotFollowed(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{StatusFile + ".new", LockFile} {
		if err := os.Symlink(victim, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeStatusFile(filepath.Join(dir, StatusFile), "unix:socket"); err != nil {
		t.Errorf("writeStatusFile: %v", err)
	}
	if _, err := LockState(dir); err == nil {
		t.Error("LockState takes a link")
	}
	if text, _ := os.ReadFile(victim); string(text) != "precious" {
		t.Errorf("the linked file holds %q", text)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, StatusFile)); string(text) != "unix:socket\n" {
		t.Errorf("the status file holds %q", text)
	}
}
