package node

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// walletLabel marks the addresses that NewAddress takes from the wallet.
const walletLabel = "ltcsolo"

// NewAddress asks the node's wallet for a new address that a coinbase can pay. Errors are the context's or an *Error.
func (c *Client) NewAddress(ctx context.Context) (string, error) {
	var address string
	err := c.get(ctx, c.general, &address, "getnewaddress", walletLabel, "bech32")
	return address, withoutWallet(err)
}

// withoutWallet explains the error of a wallet method that the node does not know.
func withoutWallet(err error) error {
	var known *Error
	if hasCode(err, codeMethodNotFound) && errors.As(err, &known) {
		known.Reason = "litecoind runs without a wallet"
		known.Remedy = "give --address, or start litecoind with its wallet (disablewallet=0)"
	}
	return err
}

// Wallet returns the name of the wallet that NewAddress uses; it may be empty. The call changes nothing in the wallet.
// Errors are the context's or an *Error.
func (c *Client) Wallet(ctx context.Context) (name string, err error) {
	var wallet struct {
		Name string `json:"walletname"`
	}
	err = c.get(ctx, c.general, &wallet, "getwalletinfo")
	return oneLine(wallet.Name), withoutWallet(err)
}

// Owns reports whether the address is the wallet's own, or one that it watches. Errors are the context's or an *Error.
func (c *Client) Owns(ctx context.Context, address string) (bool, error) {
	var info struct {
		Mine    bool `json:"ismine"`
		Watched bool `json:"iswatchonly"`
	}
	err := c.get(ctx, c.general, &info, "getaddressinfo", address)
	return info.Mine || info.Watched, withoutWallet(err)
}

// LastAddress returns an address that NewAddress has taken from the wallet before; "" if there is none. Errors are the
// context's or an *Error.
func (c *Client) LastAddress(ctx context.Context) (string, error) {
	var labelled map[string]struct{}
	err := c.get(ctx, c.general, &labelled, "getaddressesbylabel", walletLabel)
	if hasCode(err, codeNoLabel) || err == nil && len(labelled) == 0 {
		return "", nil
	}
	if err != nil {
		return "", withoutWallet(err)
	}
	return slices.Min(slices.Collect(maps.Keys(labelled))), nil
}
