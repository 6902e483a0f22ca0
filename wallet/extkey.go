package wallet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/btcsuite/btcd/btcutil/v2/hdkeychain"
)

// keyVersion is what the first four bytes of an extended public key say: of
// which networks it is, and for some which kind of script its wallet makes.
type keyVersion struct {
	version  uint32
	prefix   string // how such a key begins in Base58
	main     bool   // of main, else of test and regtest
	form     *form  // nil: any
	multisig bool   // of a wallet with several keys
}

// keyVersions are those of SLIP-132 and src/chainparams.cpp. Wallets for
// Litecoin use Litecoin's own and Bitcoin's.
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

// Versions in which litecoind reads and writes an extended public key.
var (
	nodeVersionMain = []byte{0x04, 0x88, 0xb2, 0x1e} // xpub
	nodeVersionTest = []byte{0x04, 0x35, 0x87, 0xcf} // tpub
)

// networks are those whose keys have this version.
func (v *keyVersion) networks() []Network {
	if v.main {
		return []Network{Main}
	}
	return []Network{Test, Regtest}
}

// parseKey reads an extended public key. The caller has looked for secrets;
// what is private all the same is refused.
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
				fmt.Sprintf("a key that begins with %s belongs to a wallet with several keys, and one key alone makes none of its addresses", v.prefix),
				"give one address of that wallet with --address, or a descriptor of a wallet with one key",
			}
		}
		// litecoind's version, so that both write it alike.
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

// child follows one step of a path.
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

// bare is the descriptor that an extended public key alone stands for: the
// addresses to be paid (BIP 44: change 0) in the form that its prefix tells.
func bare(text string) (string, *Error) {
	key, v, refusal := parseKey(text)
	switch {
	case refusal != nil:
		return "", refusal
	case v.form == nil:
		return "", &Error{
			fmt.Sprintf("a key that begins with %s does not say which kind of addresses its wallet makes", v.prefix),
			"say it with a descriptor: " + alternatives(func(f *form) string { return f.around(v.prefix + ".../0/*") }),
		}
	case key.Depth() > accountDepth:
		return "", &Error{
			fmt.Sprintf("this key is not that of an account: it is %d steps below its wallet's root, and an account is at most %d", key.Depth(), accountDepth),
			"give the account's key, or say with a descriptor which of its children are to be paid: " + v.form.around(v.prefix+".../*"),
		}
	}
	return v.form.around(text + "/0/*"), nil
}

// accountDepth is how far an account is below its wallet's root (BIP 44).
const accountDepth = 3

// alternatives lists what say makes of each form: "a, b, c or d".
func alternatives(say func(*form) string) string {
	s := make([]string, len(forms))
	for i, f := range forms {
		s[i] = say(f)
	}
	last := len(s) - 1
	return strings.Join(s[:last], ", ") + " or " + s[last]
}
