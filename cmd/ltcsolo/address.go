package main

import (
	"encoding/hex"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/wallet"
)

func addressCommand() *cli.Command {
	return &cli.Command{
		Name:      "address",
		Usage:     "say what an address is, on which network, and the script it pays; list a descriptor's addresses",
		ArgsUsage: "ADDRESS|DESCRIPTOR",
		Description: `Checks an address as mine does before it pays to it. What a block cannot safely pay is refused with the reason and
exit code 2: MWEB addresses, other networks and coins, unknown witness versions, damaged checksums, private keys.
Of a watch-only descriptor, or an account's zpub or Mtub, it lists the first addresses: compare them with your wallet.

Examples:
  ltcsolo address ltc1q...
  ltcsolo address --network main --json ltc1q...
  ltcsolo address --count 20 'wpkh([d34db33f/84h/2h/0h]zpub.../0/*)'`,
		Flags: append([]cli.Flag{settings.NetworkFlag("any"),
			&cli.IntFlag{Name: "count", Usage: "list `N` addresses of a descriptor", Value: 5}}, settings.CommonFlags()...),
		Action: showAddress,
	}
}

func showAddress(ctx *cli.Context) error {
	text := ctx.Args().First()
	if wallet.IsDescriptor(text) {
		return showDescriptor(ctx, text)
	}
	if ctx.IsSet("count") {
		return terminal.Usage("count", "leave it out, or give a descriptor", "--count is for a descriptor, and this is not one")
	}
	a, err := settings.DecodeAddress(text, ctx.String("network"))
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
		return terminal.PrintJSON(ctx.App.Writer, v)
	}
	_, err = fmt.Fprintf(ctx.App.Writer, "address: %s\nnetwork: %s\ntype:    %s\nscript:  %s\n", v.Address, v.Network, v.Type, v.Script)
	return err
}

// mostListed is the largest number of addresses of a descriptor that are listed.
const mostListed = 1000

type listedAddress struct {
	Index   uint32 `json:"index"`
	Address string `json:"address"`
	Script  string `json:"script"`
}

func showDescriptor(ctx *cli.Context, text string) error {
	d, err := settings.DecodeDescriptor(text, ctx.String("network"))
	if err != nil {
		return err
	}
	count := ctx.Int("count")
	if count < 1 || count > mostListed {
		return terminal.Usage("count", fmt.Sprintf("give 1 to %d", mostListed), "--count is %d", count)
	}
	list := make([]listedAddress, count)
	for i := range list {
		a, err := d.Address(uint32(i))
		if err != nil {
			return err
		}
		list[i] = listedAddress{uint32(i), a.Text, hex.EncodeToString(a.Script)}
	}
	if ctx.Bool("json") {
		return terminal.PrintJSON(ctx.App.Writer, struct {
			Descriptor string          `json:"descriptor"`
			Network    wallet.Network  `json:"network"`
			Type       wallet.Type     `json:"type"`
			Addresses  []listedAddress `json:"addresses"`
		}{d.String(), d.Network(), d.Type(), list})
	}
	w := tabwriter.NewWriter(ctx.App.Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "descriptor:\t%s\nnetwork:\t%s\ntype:\t%s\n", d, d.Network(), d.Type())
	for _, a := range list {
		fmt.Fprintf(w, "address %d:\t%s\n", a.Index, a.Address)
	}
	return w.Flush()
}
