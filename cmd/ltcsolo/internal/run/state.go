package run

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

// LockFile is the name of the lock in a state directory.
const LockFile = "lock"

// BlocksDir returns the journal's directory in a state directory.
func BlocksDir(state string) string { return filepath.Join(state, "blocks") }

// MakeState makes the state directory if it is absent. Nobody else may read or change found blocks and the payout
// address; a directory where somebody could is refused.
func MakeState(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return terminal.Usage("state", "give a directory that can be written with --state DIR", "the state directory cannot be made: %v", terminal.WithoutPath(err))
	}
	return checkOwner(dir)
}

// LockState keeps a second ltcsolo off the state directory until release is called or the process ends, however it ends.
// The error's code is ExitLocked if another one has the lock.
func LockState(dir string) (release func(), err error) {
	path := filepath.Join(dir, LockFile)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, terminal.Usage("state", "remove it, or give another directory with --state DIR", "the lock %s is not a file", path)
	}
	l := flock.New(path, flock.SetPermissions(0o600))
	held, err := l.TryLock()
	if err != nil {
		return nil, terminal.Usage("state", "give a directory that can be written with --state DIR", "the state directory cannot be locked: %v", err)
	}
	if !held {
		return nil, &terminal.Error{
			Code: terminal.ExitLocked, Reason: fmt.Sprintf("another ltcsolo already runs on the state directory %s", dir),
			Remedy: "stop that one, or give this one a directory of its own with --state DIR",
		}
	}
	return func() { l.Close() }, nil
}

// JournalLabels returns what the journal of a network writes beside its blocks.
func JournalLabels(network wallet.Network) journal.Labels {
	return journal.Labels{Network: string(network), RefusedForNow: node.RefusedForNow, AddressOf: addressOf(network)}
}

// addressOf returns a function that names the address of a script, empty if it has none.
func addressOf(network wallet.Network) func(script []byte) string {
	return func(script []byte) string {
		a, _ := wallet.FromScript(script, network)
		return a.Text
	}
}
