package wallet

import "strings"

// Network is one of a coin's networks, named as in the "chain" field of
// getblockchaininfo.
type Network string

// The networks. Test is Litecoin's testnet4 or Dogecoin's testnet3.
const (
	Main    Network = "main"
	Test    Network = "test"
	Regtest Network = "regtest"
)

// params are the prefixes of a coin's network (src/chainparams.cpp).
type params struct {
	network  Network
	p2pkh    byte   // Base58Check version
	p2sh     byte   // Base58Check version today
	oldP2SH  byte   // Base58Check version before 2017, still accepted; else p2sh
	hrp      string // human-readable part of segwit addresses, BIP 173; empty: none
	examples string // first characters of addresses, for messages
}

// ParseNetwork parses the name of a network: main, test or regtest. The error
// is an *Error.
func ParseNetwork(name string) (Network, error) {
	if n := Network(name); n.known() {
		return n, nil
	}
	return "", errUnknownNetwork
}

func (n Network) known() bool { return n == Main || n == Test || n == Regtest }

// params returns nil for an unknown network.
func (c *coin) params(n Network) *params {
	for i := range c.networks {
		if c.networks[i].network == n {
			return &c.networks[i]
		}
	}
	return nil
}

// names lists networks for a message: "test or regtest".
func names(nets []Network) string {
	s := make([]string, len(nets))
	for i, n := range nets {
		s[i] = string(n)
	}
	return strings.Join(s, " or ")
}
