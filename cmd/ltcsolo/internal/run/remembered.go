package run

import (
	"context"
	"fmt"
	"strings"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/wallet"
)

// CheckRemembered asks the nodes' wallets whether the address, which an earlier run had from a wallet and keeps in the
// state directory, is theirs. refusal says that it is not: nothing may be paid to it unless the user says so. unasked says
// that no wallet could tell.
func CheckRemembered(ctx context.Context, clients []*node.Client, state string, a wallet.Address) (refusal, unasked error) {
	replies, stop := AskAll(ctx, clients, func(ctx context.Context, c *node.Client) (bool, error) { return c.Owns(ctx, a.Text) })
	defer stop()
	var other *node.Client // its wallet has another address
	for i, c := range clients {
		r := <-replies[i]
		switch {
		case r.Err != nil && unasked == nil:
			unasked = r.Err
		case r.Err == nil && r.Value:
			return nil, nil
		case r.Err == nil && other == nil:
			other = c
		}
	}
	if other == nil {
		return nil, unasked
	}
	return notOwn(ctx, other, state, a), nil
}

// notOwn is the error about a remembered address that is not of the wallet of c. It names an address of that wallet.
func notOwn(ctx context.Context, c *node.Client, state string, a wallet.Address) error {
	its := ""
	if name, err := c.Wallet(ctx); err == nil {
		its = fmt.Sprintf(", %q", name)
	}
	if address, err := c.LastAddress(ctx); err == nil && address != "" {
		its += ", which has " + address
	}
	return terminal.Usage("address-from-wallet",
		fmt.Sprintf("load the wallet that has it; or pay the loaded wallet from now on: mv %s %s; or give --address %s to pay the remembered address all the same",
			quoted(wallet.RememberedFile(state)), quoted(wallet.RememberedFile(state)+".old"), a.Text),
		"the payout address %s, remembered from an earlier run, is not of the node's wallet%s", a.Text, its)
}

// quoted quotes a file name for a shell.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }
