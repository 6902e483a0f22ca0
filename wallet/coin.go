package wallet

import "slices"

// Coin is a coin whose addresses this package knows, named as its chain. Its methods refuse everything for any other
// value.
type Coin string

// The coins. The package's functions are Litecoin's.
const (
	Litecoin Coin = "litecoin"
	Dogecoin Coin = "dogecoin"
)

// coin is how the addresses of a Coin look.
type coin struct {
	name        Coin   // also the scheme of its payment links
	title       string // for messages
	cli         string // the node's client
	networks    []params
	starts      string // first characters of its Base58 addresses
	segwit      bool   // it has segwit and MWEB addresses
	descriptors bool   // blocks may pay a descriptor's addresses
}

// coins have their networks in the order in which DecodeAny prefers them.
var coins = [...]coin{
	{
		name: Litecoin, title: "Litecoin", cli: "litecoin-cli", starts: "LM3mnQ2", segwit: true, descriptors: true,
		networks: []params{
			{Main, 0x30, 0x32, 0x05, "ltc", "L, M or ltc1"},
			{Test, 0x6f, 0x3a, 0xc4, "tltc", "m, n, Q or tltc1"},
			{Regtest, 0x6f, 0x3a, 0xc4, "rltc", "m, n, Q or rltc1"},
		},
	},
	{
		name: Dogecoin, title: "Dogecoin", cli: "dogecoin-cli", starts: "D9Amn2",
		networks: []params{
			{Main, 0x1e, 0x16, 0x16, "", "D, 9 or A"},
			{Test, 0x71, 0xc4, 0xc4, "", "n or 2"},
			{Regtest, 0x6f, 0xc4, 0xc4, "", "m, n or 2"},
		},
	},
}

// CoinNamed returns the coin of the chain with that name, and whether this package knows its addresses.
func CoinNamed(chain string) (Coin, bool) {
	c := Coin(chain)
	return c, c.lookUp() != nil
}

// lookUp returns nil for an unknown coin.
func (c Coin) lookUp() *coin {
	for i := range coins {
		if coins[i].name == c {
			return &coins[i]
		}
	}
	return nil
}

// Decode parses an address of network n. It ignores ASCII white space at both ends. Every error is an *Error.
func (c Coin) Decode(text string, n Network) (Address, error) {
	known := c.lookUp()
	if known == nil {
		return Address{}, errUnknownCoin
	}
	p := known.params(n)
	if p == nil {
		return Address{}, errUnknownNetwork
	}
	out, refusal := known.parse(text)
	if refusal != nil {
		return Address{}, refusal.of(known, n)
	}
	if !slices.Contains(out.networks, n) {
		return Address{}, otherNetwork(out.networks, p)
	}
	return known.address(out, n), nil
}

// DecodeAny parses an address of any network. A Base58 address of Litecoin's test network (m, n, Q, 2) is the same string
// on regtest, and so is a P2SH address of Dogecoin's (2); its Network is then Test. Every error is an *Error.
func (c Coin) DecodeAny(text string) (Address, error) {
	known := c.lookUp()
	if known == nil {
		return Address{}, errUnknownCoin
	}
	out, refusal := known.parse(text)
	if refusal != nil {
		return Address{}, refusal.of(known, Main)
	}
	return known.address(out, out.networks[0]), nil
}

// FromScript returns the address that pays script on network n, and false if the coin has no address for it or the
// network is unknown. It copies script.
func (c Coin) FromScript(script []byte, n Network) (Address, bool) {
	if known := c.lookUp(); known != nil {
		return known.fromScript(script, n)
	}
	return Address{}, false
}
