package wallet

import (
	"slices"
	"strings"

	"github.com/ltcsuite/ltcd/ltcutil/base58"
	"github.com/ltcsuite/ltcd/ltcutil/bech32"
)

// maxText is the longest accepted input in bytes. A segwit address has at most
// 64, an extended key about 112, 24 seed words at most 215.
const maxText = 512

// Type is a kind of output script.
type Type string

// The kinds of output script that a coinbase may pay.
const (
	P2PKH  Type = "p2pkh"  // OP_DUP OP_HASH160 <20> OP_EQUALVERIFY OP_CHECKSIG
	P2SH   Type = "p2sh"   // OP_HASH160 <20> OP_EQUAL, BIP 16
	P2WPKH Type = "p2wpkh" // OP_0 <20>, BIP 141
	P2WSH  Type = "p2wsh"  // OP_0 <32>, BIP 141
	P2TR   Type = "p2tr"   // OP_1 <32>, BIP 341
)

// Address is a checked payout address. The zero value pays nobody.
type Address struct {
	// Text is the address as the coin's node prints it: bech32 in lower case,
	// Litecoin's P2SH as M... or Q... even if given with the old prefix.
	Text    string
	Network Network
	Type    Type
	// Script is the output script. The caller owns it.
	Script []byte
	// Note is a warning for the user in the style of an error; empty if
	// there is none.
	Note string
}

// Decode is Litecoin's Coin.Decode.
func Decode(text string, n Network) (Address, error) { return Litecoin.Decode(text, n) }

// DecodeAny is Litecoin's Coin.DecodeAny.
func DecodeAny(text string) (Address, error) { return Litecoin.DecodeAny(text) }

// FromScript is Litecoin's Coin.FromScript.
func FromScript(script []byte, n Network) (Address, bool) { return Litecoin.FromScript(script, n) }

// fromScript returns the address that pays script on network n, and false if
// the script is of none of the coin's kinds or the network is unknown.
func (c *coin) fromScript(script []byte, n Network) (Address, bool) {
	p := c.params(n)
	if p == nil {
		return Address{}, false
	}
	a := Address{Network: n, Script: slices.Clone(script)}
	for _, k := range kinds {
		if len(script) != len(k.head)+k.size+len(k.tail) ||
			!strings.HasPrefix(string(script), k.head) || !strings.HasSuffix(string(script), k.tail) ||
			k.segwit && !c.segwit {
			continue
		}
		a.Type = k.typ
		hash := script[len(k.head) : len(k.head)+k.size]
		switch k.typ {
		case P2PKH:
			a.Text = base58.CheckEncode(hash, p.p2pkh)
		case P2SH:
			a.Text = base58.CheckEncode(hash, p.p2sh)
		case P2TR:
			a.Text = encodeSegwit(p.hrp, 1, hash, bech32.EncodeM)
		default:
			a.Text = encodeSegwit(p.hrp, 0, hash, bech32.Encode)
		}
		return a, true
	}
	return Address{}, false
}

// kind is the shape of a script: head, a hash or key of size bytes, tail.
type kind struct {
	typ        Type
	head, tail string
	size       int
	segwit     bool
}

// kinds holds the shapes of all scripts that may be paid.
var kinds = [...]kind{
	{P2PKH, "\x76\xa9\x14", "\x88\xac", 20, false},
	{P2SH, "\xa9\x14", "\x87", 20, false},
	{P2WPKH, "\x00\x14", "", 20, true},
	{P2WSH, "\x00\x20", "", 32, true},
	{P2TR, "\x51\x20", "", 32, true},
}

// script returns the script of kind t with that hash. It panics if the hash
// has the wrong size.
func (t Type) script(hash []byte) []byte {
	for _, k := range kinds {
		if k.typ == t && k.size == len(hash) {
			return slices.Concat([]byte(k.head), hash, []byte(k.tail))
		}
	}
	panic("wallet: no such script")
}

// output is a parsed address before its network is chosen.
type output struct {
	script   []byte
	networks []Network // at least one, in the order of the coin's
	note     string
}

// address returns o as an address of n, which must be one of o.networks.
func (c *coin) address(o output, n Network) Address {
	a, _ := c.fromScript(o.script, n)
	a.Note = o.note
	return a
}

// parse parses an address of any network. It looks for secrets first, so that
// no other message shows part of one.
func (c *coin) parse(text string) (output, *Error) {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		return output{}, errEmpty
	case len(text) > maxText:
		return output{}, errTooLong
	}
	if refusal := secret(text); refusal != nil {
		return output{}, refusal
	}
	if refusal := c.notAddress(text); refusal != nil {
		return output{}, refusal
	}
	// Base58 first, as the nodes do (src/key_io.cpp DecodeDestination): an
	// L... address may begin with "Ltc1".
	if payload, version, err := base58.CheckDecode(text); err == nil {
		return c.parseBase58(version, payload)
	}
	if len(text) > maxBase58 || !isBase58(text) || text == strings.ToLower(text) {
		if hrp, ok := knownHRP(text); ok {
			return c.parseSegwit(text, hrp)
		}
	}
	return output{}, c.unreadable(text)
}
