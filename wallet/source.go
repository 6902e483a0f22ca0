package wallet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// rememberedName is the file in the state directory that keeps the address
// which the node's wallet gave.
const rememberedName = "payout-address"

// FromWallet gives the payout address that the node's wallet gave once for
// network n. The first time it calls ask, which asks the wallet for an
// address, and remembers the answer in stateDir (made if absent) before it
// returns; from then on it reads it there, with remembered true, and does not
// call ask.
//
// A remembered address that cannot be read, or that is of another network, is
// an *Error and is left as it is: the user may have been paid to it. So is an
// answer of the wallet that cannot be paid. Failures of ask are wrapped.
//
// FromWallet must not run twice at once for one stateDir; the caller holds
// the state directory's lock.
func FromWallet(ctx context.Context, stateDir string, n Network, ask func(context.Context) (string, error)) (a Address, remembered bool, err error) {
	if n.params() == nil {
		return Address{}, false, errUnknownNetwork
	}
	path := filepath.Join(stateDir, rememberedName)
	a, err = recall(path, n)
	if err == nil {
		return a, true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Address{}, false, err
	}
	// Made before the wallet is asked: an address that cannot be kept should
	// not be taken.
	if err := os.MkdirAll(stateDir, 0o700); err != nil {
		return Address{}, false, fmt.Errorf("make the state directory: %w", err)
	}
	text, err := ask(ctx)
	if err != nil {
		return Address{}, false, fmt.Errorf("ask the node's wallet for an address: %w", err)
	}
	a, err = Decode(text, n)
	if err != nil {
		var refusal *Error
		if errors.As(err, &refusal) {
			err = &Error{"the node's wallet gave an address that cannot be paid: " + refusal.Reason,
				"look at addresstype in litecoin.conf, or give an address with --address"}
		}
		return Address{}, false, err
	}
	if err := remember(path, a); err != nil {
		return Address{}, false, fmt.Errorf("remember the payout address: %w", err)
	}
	return a, false, nil
}

// Remembered is the address that FromWallet remembers in stateDir. The error is
// fs.ErrNotExist (errors.Is) if it has not asked yet, else an *Error.
func Remembered(stateDir string, n Network) (Address, error) {
	return recall(filepath.Join(stateDir, rememberedName), n)
}

// recall reads the remembered address. The error is fs.ErrNotExist if there
// has never been one, else an *Error.
func recall(path string, n Network) (Address, error) {
	text, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Address{}, err
	}
	if err != nil {
		return Address{}, damaged(path, err.Error())
	}
	fields, ok := readFields(text, "network", "address")
	if !ok {
		return Address{}, damaged(path, "it has a line that is not one network: or one address:")
	}
	network, err := ParseNetwork(fields["network"])
	if err != nil {
		return Address{}, damaged(path, "it does not name its network")
	}
	if network != n {
		return Address{}, &Error{
			Reason: fmt.Sprintf("the payout address remembered in %s is of %s, and one of %s is needed", path, network, n),
			Remedy: "give each network its own --state directory, or pay to an address with --address",
		}
	}
	a, err := Decode(fields["address"], n)
	if err != nil {
		return Address{}, damaged(path, err.Error())
	}
	return a, nil
}

func damaged(path, why string) *Error {
	return &Error{
		Reason: fmt.Sprintf("the payout address remembered in %s cannot be used: %s", path, why),
		Remedy: "correct the file, or move it away to have the node's wallet asked for a new address, or pay to an address with --address",
	}
}

// remember makes a durable at path before it returns.
func remember(path string, a Address) error {
	return durable(path, fmt.Sprintf(rememberedForm, a.Network, a.Text))
}

const rememberedForm = `# The address that ltcsolo had from the node's wallet, and pays found blocks to.
# Move this file away, and the wallet is asked for a new one at the next start.
network: %s
address: %s
`
