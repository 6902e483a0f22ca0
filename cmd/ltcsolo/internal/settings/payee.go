package settings

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/wallet"
)

// PaysNobody is a payout script for blocks that are only looked at: what pays it can never be spent (OP_RETURN).
var PaysNobody = []byte{0x6a}

// Payee says whom found blocks pay, as it was given: an address, a descriptor, the node's wallet, or nobody.
type Payee struct {
	Address    string
	Descriptor string
	FromWallet bool

	given []string // names of the settings that were given; a given address may be empty
}

func readPayee(ctx *cli.Context) Payee {
	return Payee{
		Address: ctx.String("address"), Descriptor: ctx.String("descriptor"), FromWallet: ctx.Bool("address-from-wallet"),
		given: slices.DeleteFunc(slices.Clone(exclusive), func(name string) bool { return !ctx.IsSet(name) }),
	}
}

// ReadPayee reads the payee of a command that can do without one.
func ReadPayee(ctx *cli.Context) (Payee, error) {
	p := readPayee(ctx)
	return p, p.CheckExclusive()
}

// has reports whether a setting was given, if only as an empty text.
func (p Payee) has(setting string) bool { return slices.Contains(p.given, setting) }

// CheckExclusive refuses more than one payee.
func (p Payee) CheckExclusive() error {
	if len(p.given) > 1 {
		return terminal.Usage(p.given[0], "give one of them", "--%s exclude one another", strings.Join(p.given, " and --"))
	}
	return nil
}

// Check refuses more than one payee, and none.
func (p Payee) Check() error {
	if err := p.CheckExclusive(); err != nil {
		return err
	}
	if !p.FromWallet && !p.has("address") && !p.has("descriptor") {
		return terminal.Usage("", "give --address with an address of your Litecoin wallet, --descriptor with the wallet's descriptor, or --address-from-wallet to ask the node's wallet",
			"there is no address to pay the blocks to")
	}
	return nil
}

// Decode reads the payee's descriptor or address for the named network, or for any if the name is empty. Both are nil if
// the payee is the node's wallet or nobody.
func (p Payee) Decode(network string) (*wallet.Address, *wallet.Descriptor, error) {
	switch {
	case p.FromWallet:
	case p.Descriptor != "" || p.has("descriptor"):
		d, err := DecodeDescriptor(p.Descriptor, network)
		return nil, d, terminal.About("descriptor", err)
	case p.Address != "" || p.has("address"):
		a, err := DecodeAddress(p.Address, network)
		if err != nil {
			return nil, nil, terminal.About("address", err)
		}
		return &a, nil, nil
	}
	return nil, nil, nil
}

// DecodeAddress reads an address of the named network, or of any if the name is empty.
func DecodeAddress(text, network string) (wallet.Address, error) {
	if network == "" {
		return wallet.DecodeAny(text)
	}
	n, err := ParseNetwork(network)
	if err != nil {
		return wallet.Address{}, err
	}
	return wallet.Decode(text, n)
}

// DecodeDescriptor reads a descriptor of the named network, or of any if the name is empty.
func DecodeDescriptor(text, network string) (*wallet.Descriptor, error) {
	if network == "" {
		return wallet.ParseAnyDescriptor(text)
	}
	n, err := ParseNetwork(network)
	if err != nil {
		return nil, err
	}
	return wallet.ParseDescriptor(text, n)
}

// ParseNetwork reads the value of --network.
func ParseNetwork(name string) (wallet.Network, error) {
	n, err := wallet.ParseNetwork(name)
	return n, terminal.About("network", err)
}
