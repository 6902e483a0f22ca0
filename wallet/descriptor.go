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

// GapLimit is the number of unused addresses in a row after which most wallets
// stop looking for payments (BIP 44).
const GapLimit = 20

// MaxIndex is the last index of a descriptor's addresses.
const MaxIndex = hdkeychain.HardenedKeyStart - 1

// Descriptor is an output script descriptor (BIP 380) with one extended public
// key and /* at its end: the chain of addresses of a watch-only wallet. It is
// immutable and safe for concurrent use.
type Descriptor struct {
	network Network
	form    *form
	chain   *hdkeychain.ExtendedKey // its children are the keys of the addresses
	text    string
}

// form is a descriptor function of one key.
type form struct {
	open, close string
	typ         Type
	script      func(*btcec.PublicKey) []byte
}

// The supported forms.
var (
	formPKH = form{"pkh(", ")", P2PKH, func(k *btcec.PublicKey) []byte { // BIP 381
		return P2PKH.script(hash160(k.SerializeCompressed()))
	}}
	formWPKH   = form{"wpkh(", ")", P2WPKH, witnessKeyHash} // BIP 382
	formSHWPKH = form{"sh(wpkh(", "))", P2SH, func(k *btcec.PublicKey) []byte {
		return P2SH.script(hash160(witnessKeyHash(k)))
	}}
	formTR = form{"tr(", ")", P2TR, func(k *btcec.PublicKey) []byte { // BIP 386: key only, tweaked as in BIP 86
		return P2TR.script(schnorr.SerializePubKey(txscript.ComputeTaprootKeyNoScript(k)))
	}}
	forms = [...]*form{&formPKH, &formWPKH, &formSHWPKH, &formTR}
)

func witnessKeyHash(k *btcec.PublicKey) []byte {
	return P2WPKH.script(hash160(k.SerializeCompressed()))
}

func hash160(b []byte) []byte { return address.Hash160(b) }

// around returns the form's descriptor of a key expression.
func (f *form) around(key string) string { return f.open + key + f.close }

// ParseDescriptor parses a descriptor of network n: pkh, wpkh, sh(wpkh) or tr
// of one extended public key, with or without its origin and the checksum. An
// extended public key alone is accepted if its prefix tells the kind of script
// (zpub, Mtub); it stands for its account's receiving addresses. Every error
// is an *Error, and none holds any part of text.
func ParseDescriptor(text string, n Network) (*Descriptor, error) {
	if !n.known() {
		return nil, errUnknownNetwork
	}
	d, networks, refusal := parseDescriptor(text)
	if refusal != nil {
		return nil, refusal
	}
	if !slices.Contains(networks, n) {
		return nil, &Error{
			fmt.Sprintf("this is a key of %s, but one of %s is needed", names(networks), n),
			"give a descriptor of a wallet on that network, or choose the network with --network",
		}
	}
	d.network = n
	return d, nil
}

// ParseAnyDescriptor parses a descriptor of any network. A key of test is the
// same on regtest; its Network is then Test. Every error is an *Error.
func ParseAnyDescriptor(text string) (*Descriptor, error) {
	d, networks, refusal := parseDescriptor(text)
	if refusal != nil {
		return nil, refusal
	}
	d.network = networks[0]
	return d, nil
}

// IsDescriptor reports whether text looks like a descriptor or an extended
// public key rather than an address.
func IsDescriptor(text string) bool {
	text = strings.Trim(text, " \t\r\n")
	return strings.ContainsAny(text, "()[]*") || len(text) >= minExtended && isExtendedPublic(text)
}

// Network returns the network of the addresses.
func (d *Descriptor) Network() Network { return d.network }

// Type returns the kind of script of the addresses.
func (d *Descriptor) Type() Type { return d.form.typ }

// String returns d as litecoind writes it, with checksum: the key has prefix
// xpub or tpub, whatever prefix was given, and h marks hardened steps.
func (d *Descriptor) String() string { return d.text }

// Address derives the address at an index. It fails above MaxIndex, and for
// one index in 2^127, which has no key.
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

// keyExpression matches an extended key with an optional origin before it and
// a path after it.
var keyExpression = regexp.MustCompile(`^(?:\[([0-9a-fA-F]{8})((?:/[0-9]+[h'H]?)*)\])?([0-9A-Za-z]+)((?:/[0-9]+[h'H]?)*)(/\*[h'H]?)?$`)

// parseDescriptor parses a descriptor and returns the networks it can be of.
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
			fmt.Sprintf("a key that begins with %s is from a wallet with addresses of %s, not %s", v.prefix, v.form.around("..."), f.around("...")),
			"see in the wallet which kind of addresses it makes, and give its descriptor, or the key alone",
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

// checked verifies a descriptor's checksum, if there is one, and removes it.
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

// parseForm returns a descriptor's function and its key expression.
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

// plainMarks replaces all hardened marks with h.
func plainMarks(path string) string { return strings.NewReplacer("'", "h", "H", "h").Replace(path) }

// steps returns the indices of a path such as /84h/2h/0h. Hardened ones are
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
