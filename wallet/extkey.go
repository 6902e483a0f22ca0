package wallet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/btcsuite/btcd/btcutil/v2/hdkeychain"
)

// keyVersion is the meaning of the first four bytes of an extended public key:
// its networks and, for some, the kind of script of its wallet.
type keyVersion struct {
	version  uint32
	prefix   string // first characters in Base58
	main     bool   // main, else test and regtest
	form     *form  // nil: any
	multisig bool   // from a wallet with several keys
}

// keyVersions are from SLIP-132 and src/chainparams.cpp. Litecoin wallets use
// both Litecoin's and Bitcoin's versions.
var keyVersions = [...]keyVersion{
	{version: 0x0488b21e, prefix: "xpub", main: true},
	{version: 0x049d7cb2, prefix: "ypub", main: true, form: &formSHWPKH},
	{version: 0x04b24746, prefix: "zpub", main: true, form: &formWPKH},
	{version: 0x0295b43f, prefix: "Ypub", main: true, multisig: true},
	{version: 0x02aa7ed3, prefix: "Zpub", main: true, multisig: true},
	{version: 0x019da462, prefix: "Ltub", main: true},
	{version: 0x01b26ef6, prefix: "Mtub", main: true, form: &formSHWPKH},
	{version: 0x043587cf, prefix: "tpub"},
	{version: 0x044a5262, prefix: "upub", form: &formSHWPKH},
	{version: 0x045f1cf6, prefix: "vpub", form: &formWPKH},
	{version: 0x024289ef, prefix: "Upub", multisig: true},
	{version: 0x02575483, prefix: "Vpub", multisig: true},
	{version: 0x0436f6e1, prefix: "ttub"},
}

// Versions that litecoind reads and writes.
var (
	nodeVersionMain = []byte{0x04, 0x88, 0xb2, 0x1e} // xpub
	nodeVersionTest = []byte{0x04, 0x35, 0x87, 0xcf} // tpub
)

// networks returns the networks whose keys have this version.
func (v *keyVersion) networks() []Network {
	if v.main {
		return []Network{Main}
	}
	return []Network{Test, Regtest}
}

// parseKey parses an extended public key. The caller has looked for secrets;
// parseKey still refuses private keys.
func parseKey(text string) (*hdkeychain.ExtendedKey, *keyVersion, *Error) {
	if digits, ok := isHex(text); ok && (len(digits) == 66 || len(digits) == 130 || len(digits) == 64) {
		return nil, nil, errOneKey
	}
	if !isBase58(text) || len(text) < minExtended || len(text) > maxExtended {
		return nil, nil, errNoExtended
	}
	key, err := hdkeychain.NewKeyFromString(text)
	switch {
	case errors.Is(err, hdkeychain.ErrBadChecksum), errors.Is(err, hdkeychain.ErrInvalidKeyLen):
		return nil, nil, errKeyChecksum
	case err != nil:
		return nil, nil, errNoExtended
	case key.IsPrivate():
		return nil, nil, errExtendedKey
	}
	for i := range keyVersions {
		v := &keyVersions[i]
		if v.version != binary.BigEndian.Uint32(key.Version()) {
			continue
		}
		if v.multisig {
			return nil, nil, &Error{
				fmt.Sprintf("a key that begins with %s belongs to a wallet with several keys: one key alone cannot make its addresses", v.prefix),
				"give one address of that wallet with --address, or a descriptor of a wallet with one key",
			}
		}
		// The version that litecoind uses, so that it writes the same text.
		version := nodeVersionTest
		if v.main {
			version = nodeVersionMain
		}
		if key, err = key.CloneWithVersion(version); err != nil {
			return nil, nil, errNoExtended
		}
		return key, v, nil
	}
	return nil, nil, errForeignKey
}

// child derives one step of a path.
func child(key *hdkeychain.ExtendedKey, step uint32) (*hdkeychain.ExtendedKey, *Error) {
	next, err := key.Derive(step)
	switch {
	case errors.Is(err, hdkeychain.ErrDeriveHardFromPublic):
		return nil, errHardened
	case err != nil: // deeper than 255, or the one in 2^127 keys that does not exist
		return nil, &Error{fmt.Sprintf("step %d of the path has no key: %v", step, err), remedyDescriptor}
	}
	return next, nil
}

// bare returns the descriptor that an extended public key alone stands for: its
// receiving addresses (BIP 44: change 0) in the form that its prefix tells.
func bare(text string) (string, *Error) {
	key, v, refusal := parseKey(text)
	switch {
	case refusal != nil:
		return "", refusal
	case v.form == nil:
		return "", &Error{
			fmt.Sprintf("a key that begins with %s does not say which kind of addresses its wallet makes", v.prefix),
			"give a descriptor: " + alternatives(func(f *form) string { return f.around(v.prefix + ".../0/*") }),
		}
	case key.Depth() > accountDepth:
		return "", &Error{
			fmt.Sprintf("this is not an account's key: it is %d steps below its wallet's root, an account's is at most %d", key.Depth(), accountDepth),
			"give the account's key, or a descriptor that says which of its children to pay: " + v.form.around(v.prefix+".../*"),
		}
	}
	return v.form.around(text + "/0/*"), nil
}

// accountDepth is how many steps an account is below its wallet's root (BIP 44).
const accountDepth = 3

// alternatives lists the results of say for all forms: "a, b, c or d".
func alternatives(say func(*form) string) string {
	s := make([]string, len(forms))
	for i, f := range forms {
		s[i] = say(f)
	}
	last := len(s) - 1
	return strings.Join(s[:last], ", ") + " or " + s[last]
}
