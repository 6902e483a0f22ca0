package run

import (
	"os"
	"path/filepath"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/journal"
	"ltcsolo/solo/node"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// BlocksDir returns the directory of a chain's journal in a state directory.
func BlocksDir(state string, chain *template.Chain) string {
	if chain == template.Litecoin {
		return filepath.Join(state, "blocks")
	}
	return filepath.Join(state, "merged", chain.Name, "blocks")
}

// MakeState makes the state directory if it is absent. Nobody else may read or change found blocks and the payout
// address; a directory where somebody could is refused.
func MakeState(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return terminal.Usage("state", "give a directory that can be written with --state DIR", "the state directory cannot be made: %v", terminal.WithoutPath(err))
	}
	return checkOwner(dir)
}

// JournalLabels returns what the journal of a chain on a network writes beside its blocks.
func JournalLabels(chain *template.Chain, network wallet.Network) journal.Labels {
	return journal.Labels{Chain: chain, Network: string(network), RefusedForNow: node.RefusedForNow, AddressOf: addressOf(chain, network)}
}

// addressOf returns a function that names the address of a script, empty if it has none or the chain's addresses are not
// known.
func addressOf(chain *template.Chain, network wallet.Network) func(script []byte) string {
	coin, _ := wallet.CoinNamed(chain.Name)
	return func(script []byte) string {
		a, _ := coin.FromScript(script, network)
		return a.Text
	}
}
