package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"ltcsolo/solo/regtest"
)

// block is a reply of getblock with verbosity 2, as far as it is used.
type block struct {
	Hash          string
	Height        int
	Confirmations int
	Tx            []struct {
		Vout []struct {
			Value        json.Number
			ScriptPubKey struct {
				Address   string   // since 22.0
				Addresses []string // 0.21
			}
		}
	}
}

// payout returns what the coinbase pays to the address, in coins; "" if nothing.
func (b *block) payout(address string) string {
	if len(b.Tx) == 0 {
		return ""
	}
	for _, out := range b.Tx[0].Vout {
		if out.ScriptPubKey.Address == address || slices.Contains(out.ScriptPubKey.Addresses, address) {
			return out.Value.String()
		}
	}
	return ""
}

// shownDigits is how many digits of a block hash show prints.
const shownDigits = 32

// show prints what litecoind knows about count blocks from a height on, and the
// wallet's balance. A block that is missing or pays another address is an error.
func show(ctx context.Context, w io.Writer, node *regtest.Node, address string, from, count int) error {
	if err := showBlocks(ctx, w, node, "The node", "LTC", address, from, count); err != nil {
		return err
	}
	var balances struct {
		Mine struct{ Trusted, Immature json.Number }
	}
	if err := ask(ctx, node, &balances, "getbalances"); err != nil {
		return err
	}
	fmt.Fprintf(w, `
The wallet has %s LTC to spend
and %s LTC immature.
It is rich because the same node made the %d blocks before, which a new chain
needs for MWEB, and paid itself. A reward can be spent after 100 more blocks:
those of the last 100 blocks, these %d among them, are immature.
`, balances.Mine.Trusted, balances.Mine.Immature, from-1, count)
	return nil
}

// showBlocks prints what a node, who, knows about count blocks from a height on. A
// block that is missing or pays another address is an error.
func showBlocks(ctx context.Context, w io.Writer, node *regtest.Node, who, ticker, address string, from, count int) error {
	fmt.Fprintf(w, "\n%s has the %d blocks, paid to\n%s:\n\n", who, count, address)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "height\tblock hash\tconfirmations\tpayout (%s)\n", ticker)
	for height := from; height < from+count; height++ {
		var hash string
		if err := ask(ctx, node, &hash, "getblockhash", height); err != nil {
			return err
		}
		var b block
		if err := ask(ctx, node, &b, "getblock", hash, 2); err != nil {
			return err
		}
		payout := b.payout(address)
		if payout == "" {
			return fmt.Errorf("block %s at height %d does not pay %s", hash, height, address)
		}
		fmt.Fprintf(table, "%d\t%s\t%d\t%s\n", b.Height, b.Hash[:min(len(b.Hash), shownDigits)]+"…", b.Confirmations, payout)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print blocks: %w", err)
	}
	return nil
}
