package run

import (
	"os"
	"path/filepath"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

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
