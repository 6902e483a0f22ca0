package wallet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/btcec/v2/schnorr"
	"github.com/btcsuite/btcd/btcutil/v2/hdkeychain"
	"github.com/btcsuite/btcd/txscript/v2"
)

// GapLimit is how many addresses in a row most wallets look at without a
// payment before they take the rest for unused (BIP 44).
const GapLimit = 20

// MaxIndex is the last index of a descriptor's addresses.
const MaxIndex = hdkeychain.HardenedKeyStart - 1

// Descriptor is a watch-only wallet's chain of addresses: an output script
// descriptor (BIP 380) with one extended public key and /* at its end. It is
// immutable and safe for concurrent use.
type Descriptor struct {
	network Network
	form    *form
	chain   *hdkeychain.ExtendedKey // its children are the addresses' keys
	text    string
}

// form is a function of a descriptor with one key.
type form struct {
	open, close string
	typ         Type
	script      func(*btcec.PublicKey) []byte
}

// The forms that are understood.
var (
	formPKH = form{"pkh(", ")", P2PKH, func(k *btcec.PublicKey) []byte { // BIP 381
		return P2PKH.script(hash160(k.SerializeCompressed()))
	}}
	formWPKH   = form{"wpkh(", ")", P2WPKH, witnessKeyHash} // BIP 382
	formSHWPKH = form{"sh(wpkh(", "))", P2SH, func(k *btcec.PublicKey) []byte {
		return P2SH.script(hash160(witnessKeyHash(k)))
	}}
	formTR = form{"tr(", ")", P2TR, func(k *btcec.PublicKey) []byte { // BIP 386: the key alone, tweaked as in BIP 86
		return P2TR.script(schnorr.SerializePubKey(txscript.ComputeTaprootKeyNoScript(k)))
	}}
	forms = [...]*form{&formPKH, &formWPKH, &formSHWPKH, &formTR}
)

func witnessKeyHash(k *btcec.PublicKey) []byte {
	return P2WPKH.script(hash160(k.SerializeCompressed()))
}

func hash160(b []byte) []byte { return address.Hash160(b) }

// around is the form's descriptor of a key expression.
func (f *form) around(key string) string { return f.open + key + f.close }

// ParseDescriptor reads a descriptor of network n: pkh, wpkh, sh(wpkh) or tr
// of one extended public key, with or without its origin and the checksum. An
// extended public key alone will do if its prefix says the kind of script
// (zpub, Mtub); it then stands for its account's addresses to be paid. Every
// error is an *Error, and none holds a part of text.
func ParseDescriptor(text string, n Network) (*Descriptor, error) {
	p := n.params()
	if p == nil {
		return nil, errUnknownNetwork
	}
	d, networks, refusal := parseDescriptor(text)
	if refusal != nil {
		return nil, refusal
	}
	if !slices.Contains(networks, n) {
		return nil, &Error{
			fmt.Sprintf("this is a key of %s, and one of %s is needed", names(networks), n),
			"give a descriptor of a wallet on that network, or choose the network with --network",
		}
	}
	d.network = n
	return d, nil
}

// ParseAnyDescriptor reads a descriptor of any network. A key of test is the
// same on regtest; it is said to be of test. Every error is an *Error.
func ParseAnyDescriptor(text string) (*Descriptor, error) {
	d, networks, refusal := parseDescriptor(text)
	if refusal != nil {
		return nil, refusal
	}
	d.network = networks[0]
	return d, nil
}

// IsDescriptor reports whether text is meant as a descriptor or an extended
// public key, and not as an address.
func IsDescriptor(text string) bool {
	text = strings.Trim(text, " \t\r\n")
	return strings.ContainsAny(text, "()[]*") || len(text) >= minExtended && isExtendedPublic(text)
}

// Network is the one whose addresses d has.
func (d *Descriptor) Network() Network { return d.network }

// Type is the kind of script of all addresses.
func (d *Descriptor) Type() Type { return d.form.typ }

// String is d as litecoind writes it, with its checksum: the key begins with
// xpub or tpub whatever its prefix was, and h marks hardened steps.
func (d *Descriptor) String() string { return d.text }

// Address derives the address at an index. It fails above MaxIndex, and for
// the one index in 2^127 that has no key.
func (d *Descriptor) Address(index uint32) (Address, error) {
	key, refusal := child(d.chain, index)
	if refusal != nil {
		return Address{}, refusal
	}
	public, err := key.ECPubKey()
	if err != nil {
		return Address{}, fmt.Errorf("derive address %d: %w", index, err)
	}
	a, _ := FromScript(d.form.script(public), d.network)
	return a, nil
}

// keyExpression is an extended key with its origin before and a path behind.
var keyExpression = regexp.MustCompile(`^(?:\[([0-9a-fA-F]{8})((?:/[0-9]+[h'H]?)*)\])?([0-9A-Za-z]+)((?:/[0-9]+[h'H]?)*)(/\*[h'H]?)?$`)

// parseDescriptor reads a descriptor and says of which networks it can be.
func parseDescriptor(text string) (*Descriptor, []Network, *Error) {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		return nil, nil, errEmptyDescriptor
	case len(text) > maxText:
		return nil, nil, errLongDescriptor
	}
	if refusal := secret(text); refusal != nil {
		return nil, nil, refusal
	}
	body, refusal := checked(text)
	if refusal != nil {
		return nil, nil, refusal
	}
	if isAlphanumeric(body) {
		if body, refusal = bare(body); refusal != nil {
			return nil, nil, refusal
		}
	}
	f, expression, refusal := parseForm(body)
	if refusal != nil {
		return nil, nil, refusal
	}
	if strings.ContainsAny(expression, "<>;") {
		return nil, nil, errMultipath
	}
	parts := keyExpression.FindStringSubmatch(expression)
	if parts == nil {
		return nil, nil, errKeyExpression
	}
	fingerprint, origin, path, last := parts[1], parts[2], parts[4], parts[5]
	key, v, refusal := parseKey(parts[3])
	switch {
	case refusal != nil:
		return nil, nil, refusal
	case v.form != nil && v.form != f:
		return nil, nil, &Error{
			fmt.Sprintf("a key that begins with %s is of a wallet that pays by %s, not %s", v.prefix, v.form.around("..."), f.around("...")),
			"look in the wallet which kind of addresses it makes, and give its descriptor, or the key alone",
		}
	case last == "":
		return nil, nil, errNoRange
	case last != "/*":
		return nil, nil, errHardened
	}
	origin, path = plainMarks(origin), plainMarks(path)
	if _, refusal := steps(origin); refusal != nil {
		return nil, nil, refusal
	}
	way, refusal := steps(path)
	if refusal != nil {
		return nil, nil, refusal
	}
	if fingerprint != "" {
		fingerprint = "[" + strings.ToLower(fingerprint) + origin + "]"
	}
	body = f.around(fingerprint + key.String() + path + "/*")
	sum, _ := descriptorChecksum(body)
	d := &Descriptor{form: f, chain: key, text: body + "#" + sum}
	for _, step := range way {
		if d.chain, refusal = child(d.chain, step); refusal != nil {
			return nil, nil, refusal
		}
	}
	if _, err := d.chain.Derive(0); err != nil {
		return nil, nil, errTooDeep
	}
	return d, v.networks(), nil
}

// checked takes the checksum off a descriptor after it was found right.
func checked(text string) (string, *Error) {
	body, sum, given := strings.Cut(text, "#")
	want, ok := descriptorChecksum(body)
	switch {
	case !ok:
		return "", errDescriptorCharacter
	case given && sum != want:
		return "", errDescriptorChecksum
	}
	return body, nil
}

// parseForm finds the function around a key expression.
func parseForm(body string) (*form, string, *Error) {
	for _, f := range forms {
		inner, ok := strings.CutPrefix(body, f.open)
		if !ok {
			continue
		}
		inner, ok = strings.CutSuffix(inner, f.close)
		switch {
		case f == &formTR && strings.ContainsAny(inner, ",{}"):
			return nil, "", errTree
		case !ok || strings.ContainsAny(inner, "()"):
			return nil, "", errKeyExpression
		}
		return f, inner, nil
	}
	return nil, "", errOtherForm
}

// plainMarks writes every hardened mark as h.
func plainMarks(path string) string { return strings.NewReplacer("'", "h", "H", "h").Replace(path) }

// steps are the numbers of a path such as /84h/2h/0h, with hardened ones
// above MaxIndex.
func steps(path string) ([]uint32, *Error) {
	var all []uint32
	for _, text := range strings.Split(path, "/")[1:] {
		digits, hardened := strings.CutSuffix(text, "h")
		n, err := strconv.ParseUint(digits, 10, 31)
		if err != nil {
			return nil, errStep
		}
		if hardened {
			n += hdkeychain.HardenedKeyStart
		}
		all = append(all, uint32(n))
	}
	return all, nil
}
