package wallet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// rememberedName is the file in the state directory that holds the address from
// the node's wallet.
const rememberedName = "payout-address"

// FromWallet returns the payout address from the node's wallet for network n.
// The first time it calls ask, which asks the wallet for an address, and stores
// the answer in stateDir (made if needed) before it returns. After that it
// reads the address from there, with remembered true, and does not call ask.
//
// A stored address that cannot be read, or that is of another network, is an
// *Error and is left as it is: blocks may have paid it. An answer of the wallet
// that cannot be paid is an *Error too. Errors of ask are wrapped.
//
// Calls for the same stateDir must not overlap; the caller holds the state
// directory's lock.
func FromWallet(ctx context.Context, stateDir string, n Network, ask func(context.Context) (string, error)) (a Address, remembered bool, err error) {
	if !n.known() {
		return Address{}, false, errUnknownNetwork
	}
	path := RememberedFile(stateDir)
	a, err = recall(path, n)
	if err == nil {
		return a, true, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Address{}, false, err
	}
	// Made before the wallet is asked: an address that cannot be stored should
	// not be taken from it.
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
				"check addresstype in litecoin.conf, or give an address with --address"}
		}
		return Address{}, false, err
	}
	if err := remember(path, a); err != nil {
		return Address{}, false, fmt.Errorf("remember the payout address: %w", err)
	}
	return a, false, nil
}

// RememberedFile returns the file in stateDir in which FromWallet stores the
// address.
func RememberedFile(stateDir string) string { return filepath.Join(stateDir, rememberedName) }

// Remembered returns the address that FromWallet has stored in stateDir. The
// error is fs.ErrNotExist (errors.Is) if there is none yet, else an *Error.
func Remembered(stateDir string, n Network) (Address, error) {
	return recall(RememberedFile(stateDir), n)
}

// recall reads the stored address. The error is fs.ErrNotExist if there is none
// yet, else an *Error.
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
		return Address{}, damaged(path, "it has lines other than one network: and one address:")
	}
	network, err := ParseNetwork(fields["network"])
	if err != nil {
		return Address{}, damaged(path, "it does not name its network")
	}
	if network != n {
		return Address{}, &Error{
			Reason: fmt.Sprintf("the payout address remembered in %s is of %s, but one of %s is needed", path, network, n),
			Remedy: "give each network its own --state directory, or give an address with --address",
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
		Remedy: "correct the file; or move it away, and the node's wallet is asked for a new address; or give an address with --address",
	}
}

// remember stores a at path, durably.
func remember(path string, a Address) error {
	return durable(path, fmt.Appendf(nil, rememberedForm, a.Network, a.Text))
}

const rememberedForm = `# The address from the node's wallet that found blocks pay.
# If you move this file away, ltcsolo asks the wallet for a new address at its next start.
network: %s
address: %s
`
