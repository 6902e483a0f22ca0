package main

import (
	"encoding/hex"
	"fmt"

	"github.com/urfave/cli/v2"

	"ltcsolo/wallet"
)

func addressCommand() *cli.Command {
	return &cli.Command{
		Name:      "address",
		Usage:     "say what an address is, on which network, and the script it pays",
		ArgsUsage: "ADDRESS",
		Description: `Checks an address as mine does before it pays to it. What a block cannot safely pay is refused with the reason and
exit code 2: MWEB addresses, other networks and coins, unknown witness versions, damaged checksums, private keys.

Examples:
  ltcsolo address ltc1q...
  ltcsolo address --network main --json ltc1q...`,
		Flags:  append([]cli.Flag{networkFlag("any")}, commonFlags()...),
		Action: showAddress,
	}
}

func showAddress(ctx *cli.Context) error {
	a, err := decodeAddress(ctx.Args().First(), ctx.String("network"))
	if err != nil {
		return err
	}
	if a.Note != "" {
		fmt.Fprintf(ctx.App.ErrWriter, "note: %s\n", a.Note)
	}
	v := struct {
		Address string         `json:"address"`
		Network wallet.Network `json:"network"`
		Type    wallet.Type    `json:"type"`
		Script  string         `json:"script"`
	}{a.Text, a.Network, a.Type, hex.EncodeToString(a.Script)}
	if ctx.Bool("json") {
		return printJSON(ctx.App.Writer, v)
	}
	_, err = fmt.Fprintf(ctx.App.Writer, "address: %s\nnetwork: %s\ntype:    %s\nscript:  %s\n", v.Address, v.Network, v.Type, v.Script)
	return err
}

// decodeAddress reads an address of the named network, or of any if the name is empty.
func decodeAddress(text, network string) (wallet.Address, error) {
	if network == "" {
		return wallet.DecodeAny(text)
	}
	n, err := wallet.ParseNetwork(network)
	if err != nil {
		return wallet.Address{}, err
	}
	return wallet.Decode(text, n)
}
