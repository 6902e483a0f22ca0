package run

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo"
	"ltcsolo/solo/disk"
)

// A state directory that is removed during a run is locked again under its name.
func TestLockOfARemovedDirectory(t *testing.T) {
	remove := map[string]func(dir string) error{
		"directory": os.RemoveAll,
		"lock":      func(dir string) error { return os.Remove(filepath.Join(dir, LockFile)) },
		"moved":     func(dir string) error { return os.Rename(dir, dir+".old") },
	}
	for name, remove := range remove {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			log := slog.New(slog.NewTextHandler(&text, nil))
			alerts := solo.NewAlerts(log, nil)
			dir := filepath.Join(t.TempDir(), "state")
			first, err := newLock(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { first.Release() }()
			first.renew(disk.Local(), alerts, log)
			if text.Len() > 0 {
				t.Errorf("log of a lock in its place: %s", &text)
			}
			if err := remove(dir); err != nil {
				t.Fatal(err)
			}
			first.renew(disk.Local(), alerts, log)
			if _, err := newLock(dir); terminal.Explain(err).Code != terminal.ExitLocked {
				t.Errorf("a second lock: %v, want that the first has it", err)
			}
			if !strings.Contains(text.String(), "made again") || len(alerts.List()) > 0 {
				t.Errorf("log: %s", &text)
			}

			// Another run was faster.
			if err := remove(dir); err != nil && name != "moved" {
				t.Fatal(err)
			}
			os.RemoveAll(dir)
			second, err := newLock(dir)
			if err != nil {
				t.Fatal(err)
			}
			first.renew(disk.Local(), alerts, log)
			if all := alerts.List(); len(all) != 1 || !strings.Contains(all[0].Text, "another ltcsolo has it now") {
				t.Errorf("alerts: %+v", all)
			}
			second.Release()
			first.renew(disk.Local(), alerts, log)
			first.renew(disk.Local(), alerts, log)
			if all := alerts.List(); len(all) != 0 {
				t.Errorf("alerts once the other run has ended: %+v", all)
			}
			if _, err := newLock(dir); terminal.Explain(err).Code != terminal.ExitLocked {
				t.Errorf("a third lock: %v, want that the first has it", err)
			}
		})
	}
}

func newLock(dir string) (*Lock, error) {
	if err := MakeState(dir); err != nil {
		return nil, err
	}
	return LockState(dir)
}
